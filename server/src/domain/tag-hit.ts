/**
 * hit/tag: one hit, or up to 1,000 in `tags` (evidence: data API, 5; the shape is that of hit/event, with `tag` in place
 * of `event`). A value under a key that is an attribute of people, or a system column, is written as such: the same
 * call serves both (seed: "Add a tag or update an attribute"). Without a value the custom key is hit as a tag, so that a
 * tag that somebody once wrote a value to goes on being hit. Any other key is a tag, which its first hit declares.
 */
import { type FieldErrors, fail, ok, type Result } from "../base/result.ts";
import { AttributeChanges } from "./attribute-changes.ts";
import type { AttributeType } from "./attribute-value.ts";
import { EntryRefusals, type TooLarge } from "./entry-refusals.ts";
import { parseHitTime, parseHitValue } from "./event.ts";
import { isRecord } from "./field-label.ts";
import { fieldPath, readEntries } from "./hit-entries.ts";
import { parseId, parseUserId } from "./ids.ts";
import { columnFor } from "./import-column.ts";
import type { ProfileChange } from "./profile.ts";

const MAX_HITS = 1_000;

/** Who was tagged: a person by the customer's own id, or one of our devices. */
export type Tagged = { readonly userId: string } | { readonly deviceId: number };

export interface TagHit {
  readonly who: Tagged;
  readonly tag: string;
  /** JSON text; null for none. */
  readonly value: string | null;
  readonly timeMs: number;
}

export interface AttributeWrite {
  readonly who: Tagged;
  readonly change: ProfileChange;
}

export interface TagHits {
  /** All entries of the call. */
  readonly accepted: number;
  readonly hits: readonly TagHit[];
  /** Of keys that are attributes. */
  readonly writes: readonly AttributeWrite[];
  /** Where each device stands in the call, for those that turn out to be nobody's. */
  readonly devicePaths: ReadonlyMap<number, string>;
}

export interface TagScene {
  /** Types of the project's custom attributes of people. */
  readonly known: ReadonlyMap<string, AttributeType>;
  readonly nowMs: number;
}

/** Reads the body of hit/tag. Errors of a list stand under `tags[n].field`. */
export function parseTagHits(
  body: Readonly<Record<string, unknown>>,
  scene: TagScene,
): Result<TagHits, FieldErrors | TooLarge> {
  const read = readEntries(body, { list: "tags", single: ["tag", "user_id", "device_id"], max: MAX_HITS });
  if (!read.ok) return read;
  const { entries, pathOf } = read.value;
  const refused = new EntryRefusals();
  const attributes = new AttributeChanges(scene.known);
  const hits: TagHit[] = [];
  const writes: AttributeWrite[] = [];
  const devicePaths = new Map<number, string>();
  entries.forEach((entry, no) => {
    const draft = readEntry(entry, scene);
    if (!draft.ok) {
      for (const [field, predicate] of draft.error) refused.add(fieldPath(pathOf(no), field), predicate);
      return;
    }
    const { isAttribute, given, ...hit } = draft.value;
    if ("deviceId" in hit.who) devicePaths.set(hit.who.deviceId, fieldPath(pathOf(no), "device_id"));
    if (!isAttribute) {
      hits.push(hit);
      return;
    }
    const change = attributes.read({ [hit.tag]: given }, "userId" in hit.who ? hit.who.userId : "");
    if (!change.ok)
      for (const [, predicate] of change.error) refused.add(fieldPath(pathOf(no), "value"), predicate);
    else if (change.value !== null) writes.push({ who: hit.who, change: change.value });
  });
  return refused.isEmpty ? ok({ accepted: entries.length, hits, writes, devicePaths }) : fail(refused.fields);
}

interface Draft extends TagHit {
  readonly isAttribute: boolean;
  /** The value as it came. */
  readonly given: unknown;
}

type FieldFault = readonly [field: string, predicate: string];

function readEntry(entry: unknown, scene: TagScene): Result<Draft, FieldFault[]> {
  if (!isRecord(entry)) return fail([["", "must be an object"]]);
  const faults: FieldFault[] = [];
  const take = <T>(field: string, result: Result<T, string>): T | null => {
    if (result.ok) return result.value;
    faults.push([field, result.error]);
    return null;
  };
  const who = readWho(entry, take);
  const key = take("tag", parseTag(entry.tag, scene.known));
  const value = take("value", parseHitValue(entry.value));
  const timeMs = take("timestamp", parseHitTime(entry.timestamp, scene.nowMs));
  const hasValue = (entry.value ?? null) !== null;
  if (key?.kind === "system" && !hasValue) faults.push(["value", "cannot be blank"]);
  if (faults.length > 0 || who === null || key === null || timeMs === null) return fail(faults);
  const isAttribute = key.kind !== "tag" && hasValue;
  return ok({ who, tag: key.name, isAttribute, value, given: entry.value, timeMs });
}

function readWho(
  entry: Readonly<Record<string, unknown>>,
  take: <T>(field: string, result: Result<T, string>) => T | null,
): Tagged | null {
  const isDevice = (entry.device_id ?? null) !== null;
  if (!isDevice) {
    const userId = take("user_id", parseUserId(entry.user_id));
    return userId === null ? null : { userId };
  }
  // A device belongs to one person; two names of them could contradict each other.
  if ((entry.user_id ?? null) !== null) take("device_id", fail("must not stand beside user_id"));
  const deviceId = take("device_id", parseId(entry.device_id));
  return deviceId === null ? null : { deviceId };
}

function parseTag(
  value: unknown,
  known: TagScene["known"],
): Result<{ name: string; kind: "system" | "attribute" | "tag" }, string> {
  if (value === undefined || value === null || value === "") return fail("cannot be blank");
  if (typeof value !== "string") return fail("must be text");
  const column = columnFor(value);
  if (!column.ok) return column;
  const { kind, name } = column.value;
  if (kind === "user_id") return fail("is a name of the platform");
  return ok({ name, kind: kind === "system" ? kind : known.has(name) ? "attribute" : "tag" });
}
