/**
 * hit/attribute: one value of one person, or up to 1,000 in `attributes` (evidence: data API, 5.2; the shape is that of
 * hit/event, with `attribute` in place of `event`). "" clears a value.
 */
import { type FieldErrors, fail, ok, type Result } from "../base/result.ts";
import { AttributeChanges } from "./attribute-changes.ts";
import type { AttributeType } from "./attribute-value.ts";
import { EntryRefusals, type TooLarge } from "./entry-refusals.ts";
import { isRecord } from "./field-label.ts";
import { fieldPath, readEntries } from "./hit-entries.ts";
import { parseUserId } from "./ids.ts";
import { columnFor } from "./import-column.ts";
import type { ProfileChange } from "./profile.ts";

const MAX_HITS = 1_000;

export interface AttributeHit {
  readonly userId: string;
  /** null: the attribute is one that is accepted and passed over. */
  readonly change: ProfileChange | null;
}

export interface AttributeHits {
  readonly hits: readonly AttributeHit[];
  /** Types of the custom attributes that are new with this call. */
  readonly newAttributes: ReadonlyMap<string, AttributeType>;
}

interface Draft {
  readonly userId: string;
  readonly given: Readonly<Record<string, unknown>>;
}

/** @param known types of the project's custom attributes. */
export function parseAttributeHits(
  body: Readonly<Record<string, unknown>>,
  known: ReadonlyMap<string, AttributeType>,
): Result<AttributeHits, FieldErrors | TooLarge> {
  const read = readEntries(body, { list: "attributes", single: ["attribute", "user_id"], max: MAX_HITS });
  if (!read.ok) return read;
  const { entries, pathOf } = read.value;
  const refused = new EntryRefusals();
  const changes = new AttributeChanges(known);
  const drafts = entries.map((entry, no): Draft | null => {
    const draft = readEntry(entry);
    if (draft.ok) {
      changes.meet(draft.value.given);
      return draft.value;
    }
    for (const [field, predicate] of draft.error) refused.add(fieldPath(pathOf(no), field), predicate);
    return null;
  });
  const hits = drafts.flatMap((draft, no): AttributeHit[] => {
    if (draft === null) return [];
    const change = changes.read(draft.given, draft.userId);
    if (change.ok) return [{ userId: draft.userId, change: change.value }];
    for (const [, predicate] of change.error) refused.add(fieldPath(pathOf(no), "value"), predicate);
    return [];
  });
  if (!refused.isEmpty) return fail(refused.fields);
  return ok({ hits, newAttributes: changes.newTypes(hits.map((hit) => hit.change)) });
}

function readEntry(entry: unknown): Result<Draft, (readonly [field: string, predicate: string])[]> {
  if (!isRecord(entry)) return fail([["", "must be an object"]]);
  const faults: (readonly [string, string])[] = [];
  const userId = parseUserId(entry.user_id);
  if (!userId.ok) faults.push(["user_id", userId.error]);
  const name = parseName(entry.attribute);
  if (!name.ok) faults.push(["attribute", name.error]);
  if (entry.value === undefined || entry.value === null) faults.push(["value", "cannot be blank"]);
  if (faults.length > 0 || !userId.ok || !name.ok) return fail(faults);
  return ok({ userId: userId.value, given: { [name.value]: entry.value } });
}

function parseName(value: unknown): Result<string, string> {
  if (value === undefined || value === null || value === "") return fail("cannot be blank");
  if (typeof value !== "string") return fail("must be text");
  const column = columnFor(value);
  if (!column.ok) return column;
  return column.value.kind === "user_id" ? fail("is a name of the platform") : ok(value);
}
