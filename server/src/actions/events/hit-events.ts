/**
 * hit/event: stores checked events in one transaction. Who is unknown becomes a profile, and `user_attributes` are
 * written before the events, so that whatever reads an event sees the person as the caller described them.
 */
import { AppError } from "../../base/errors.ts";
import type { FieldErrors } from "../../base/result.ts";
import type { AttributeType } from "../../domain/attribute-value.ts";
import { isTooLarge } from "../../domain/entry-refusals.ts";
import { type EventBatch, type ParsedEvent, parseEvents } from "../../domain/event.ts";
import { isRecord, sentence } from "../../domain/field-label.ts";
import { bucketOf } from "../../domain/ids.ts";
import { inProject, type Tx } from "../../store/db.ts";
import {
  claimEventIds,
  countEventNames,
  insertEventNames,
  insertEvents,
  listEventNames,
} from "../../store/events.ts";
import { bucketedId, bucketOfId } from "../../store/id-blocks.ts";
import { listAttributes, registerAttributes } from "../../store/profiles.ts";
import { refusalOfNew } from "../attributes/admit-attributes.ts";
import { type Context, dayOf } from "../context.ts";
import { persistently } from "../profiles/persistently.ts";
import { idsByUserId, upsertIn } from "../profiles/upsert-profiles.ts";

/** Names of events of a project. Names that hold an order's number would soon make thousands. */
const MAX_NAMES = 2_000;
const MESSAGE = "Event is not hit";

export interface HitAnswer {
  /** Events that are stored, those included whose event_id was stored before. */
  readonly accepted: number;
  readonly rejected: number;
  /** Of a call with `partial: true`: why some were left out, by field. */
  readonly errors: FieldErrors | null;
}

/** @throws AppError invalid or too_large; then nothing was written. */
export async function hitEvents(
  context: Context,
  projectId: number,
  body: Readonly<Record<string, unknown>>,
): Promise<HitAnswer> {
  const nowMs = context.clock.now();
  const known = mentionsAttributes(body)
    ? await inProject(context.app, projectId, (tx) => listAttributes(tx, projectId))
    : new Map<string, string>();
  const parsed = parseEvents(body, { known: known as ReadonlyMap<string, AttributeType>, nowMs });
  if (!parsed.ok) {
    if (isTooLarge(parsed.error))
      throw new AppError("too_large", { message: MESSAGE, errors: parsed.error.tooLarge });
    throw new AppError("invalid", { message: MESSAGE, errors: parsed.error });
  }
  const batch = parsed.value;
  const refusal = await refusalOfNew(context, projectId, { known, wanted: batch.newAttributes.keys() });
  if (refusal !== null) throw refuse("user_attributes", refusal);
  await persistently(context, projectId, (tx) => store(context, tx, { projectId, batch, nowMs }));
  return { accepted: batch.events.length, rejected: batch.rejected, errors: batch.errors };
}

/** Most events say nothing of the person: then nobody needs to know the project's attributes. */
function mentionsAttributes(body: Readonly<Record<string, unknown>>): boolean {
  const entries: readonly unknown[] = Array.isArray(body.events) ? body.events : [body];
  return entries.some((entry) => isRecord(entry) && (entry.user_attributes ?? null) !== null);
}

const refuse = (field: string, predicate: string): AppError =>
  new AppError("invalid", { message: MESSAGE, errors: { [field]: [sentence(field, predicate)] } });

interface Job {
  readonly projectId: number;
  readonly batch: EventBatch;
  readonly nowMs: number;
}

async function store(context: Context, tx: Tx, { projectId, batch, nowMs }: Job): Promise<void> {
  const events = await withoutTwins(tx, projectId, { events: batch.events, nowMs });
  if (events.length === 0) return;
  await defineNames(tx, projectId, { names: new Set(events.map((event) => event.name)), nowMs });
  const attributes = [...batch.newAttributes].map(([name, type]) => ({ name, type }));
  if (attributes.length > 0) await registerAttributes(tx, projectId, attributes, nowMs);
  const profiles = await idsByUserId(context, tx, { projectId, rows: events, nowMs });
  const changes = events.flatMap(({ userId, change }) =>
    change === null ? [] : [{ userId, email: null, change }],
  );
  // Only people of whom something is said are locked and written: most events say nothing.
  if (changes.length > 0) await upsertIn(context, tx, { projectId, rows: changes });
  const numbers = await context.ids.take("event_ids", events.length);
  const rows = events.map((event, i) => {
    const profileId = profiles.get(event.userId) ?? 0;
    const bucket = bucketOfId(profileId);
    return { ...event, profileId, bucket, id: bucketedId(numbers[i] ?? 0, bucket), day: dayOf(event.timeMs) };
  });
  await insertEvents(tx, projectId, rows, nowMs);
}

/** Of events with one `event_id`, in this call or before, the first is kept. */
async function withoutTwins(
  tx: Tx,
  projectId: number,
  at: { events: readonly ParsedEvent[]; nowMs: number },
): Promise<readonly ParsedEvent[]> {
  const ids = new Set(at.events.flatMap((event) => event.eventId ?? []));
  if (ids.size === 0) return at.events;
  const rows = [...ids].map((eventId) => ({ eventId, bucket: bucketOf(eventId) }));
  const fresh = await claimEventIds(tx, projectId, rows, at.nowMs);
  return at.events.filter((event) => event.eventId === null || fresh.delete(event.eventId));
}

async function defineNames(
  tx: Tx,
  projectId: number,
  at: { names: ReadonlySet<string>; nowMs: number },
): Promise<void> {
  const defined = await listEventNames(tx, projectId, [...at.names]);
  const fresh = [...at.names].filter((name) => !defined.has(name));
  if (fresh.length === 0) return;
  if ((await countEventNames(tx, projectId)) + fresh.length > MAX_NAMES)
    throw refuse("event", `would make more than ${MAX_NAMES} names of events`);
  await insertEventNames(tx, projectId, fresh, at.nowMs);
}
