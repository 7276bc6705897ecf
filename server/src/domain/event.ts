/**
 * hit/event, one and many (evidence: data API, 6; reliability battery, 4.4): a body in, checked events out. All are
 * checked before any is taken; `partial: true` takes the good ones and names the others. `consent_preferences` is
 * passed over, as the vendor does where its Consent Manager is off.
 */
import { type FieldErrors, fail, ok, Refusals, type Result } from "../base/result.ts";
import { parseFlag } from "./address.ts";
import { AttributeChanges } from "./attribute-changes.ts";
import type { AttributeType } from "./attribute-value.ts";
import { EntryRefusals, type TooLarge } from "./entry-refusals.ts";
import { isRecord, keyPath, sentence } from "./field-label.ts";
import { type Entries, fieldPath, readEntries } from "./hit-entries.ts";
import { isUserId, parseUserId } from "./ids.ts";
import type { ProfileChange } from "./profile.ts";
import { parseTime } from "./time.ts";

/** The advised size of a call (evidence: data API, 13.8), held as a limit. */
const MAX_EVENTS = 1_000;

const MAX_VALUE_CHARS = 65_536; // as any other value of a body
const MAX_AHEAD_MS = 5 * 60_000; // clocks differ; further ahead it is a typing error, and an event has happened
const MAX_AGE_DAYS = 2 * 366; // older ones would only fill a partition that nothing reads
const MAX_AGE_MS = MAX_AGE_DAYS * 86_400_000;

export interface ParsedEvent {
  /** Its place in the call. */
  readonly no: number;
  readonly userId: string;
  readonly name: string;
  /** JSON text; null for none. */
  readonly value: string | null;
  readonly timeMs: number;
  /** The caller's own id: the same one is stored once in a project. */
  readonly eventId: string | null;
  /** What `user_attributes` says; null for nothing. */
  readonly change: ProfileChange | null;
}

export interface EventBatch {
  readonly events: readonly ParsedEvent[];
  /** Types of the custom attributes that are new with this call. */
  readonly newAttributes: ReadonlyMap<string, AttributeType>;
  /** Of `partial: true` alone: what was left out, by field. */
  readonly errors: FieldErrors | null;
  readonly rejected: number;
}

type Body = Readonly<Record<string, unknown>>;

export interface EventScene {
  /** Types of the project's custom attributes. */
  readonly known: ReadonlyMap<string, AttributeType>;
  readonly nowMs: number;
}

/** Reads the body of hit/event. Errors of a list stand under `events[n].field`. */
export function parseEvents(body: Body, scene: EventScene): Result<EventBatch, FieldErrors | TooLarge> {
  const flag = (body.partial ?? null) === null ? ok(0 as const) : parseFlag(body.partial);
  if (!flag.ok) return fail({ partial: [sentence("partial", flag.error)] });
  const form = { list: "events", single: ["event", "user_id"], max: MAX_EVENTS };
  const entries = readEntries(body, form);
  if (!entries.ok) return entries;
  return readAll(entries.value, { scene, partial: entries.value.isList && flag.value === 1 });
}

interface Faults {
  readonly isEmpty: boolean;
  readonly fields: FieldErrors;
  add(path: string, predicate: string): void;
}

/** All of them, where the caller has to know which events were left out; otherwise the first twenty are enough. */
function faultsFor(partial: boolean): Faults {
  if (!partial) return new EntryRefusals();
  const all = new Refusals();
  return {
    get isEmpty() {
      return all.isEmpty;
    },
    get fields() {
      return all.fields;
    },
    add: (path, predicate) => all.add(path, sentence(path, predicate)),
  };
}

function readAll(
  { entries, pathOf }: Entries,
  at: { scene: EventScene; partial: boolean },
): Result<EventBatch, FieldErrors> {
  const faults = faultsFor(at.partial);
  const attributes = new AttributeChanges(at.scene.known);
  const drafts: Draft[] = [];
  entries.forEach((entry, no) => {
    const read = readEvent(entry, { no, attributes, nowMs: at.scene.nowMs });
    if (read.ok) drafts.push(read.value);
    else for (const [field, predicate] of read.error) faults.add(fieldPath(pathOf(no), field), predicate);
  });
  const events: ParsedEvent[] = [];
  // Only now are the types of new attributes known: a later event may make a number a text.
  for (const { given, ...draft } of drafts) {
    const change = attributes.read(given, draft.userId);
    if (change.ok) events.push({ ...draft, change: change.value });
    else {
      const path = fieldPath(pathOf(draft.no), "user_attributes");
      for (const [name, predicate] of change.error) faults.add(keyPath(path, name), predicate);
    }
  }
  if (!faults.isEmpty && (!at.partial || events.length === 0)) return fail(faults.fields);
  return ok({
    events,
    newAttributes: attributes.newTypes(events.map((event) => event.change)),
    errors: faults.isEmpty ? null : faults.fields,
    rejected: entries.length - events.length,
  });
}

interface Draft extends Omit<ParsedEvent, "change"> {
  readonly given: Readonly<Record<string, unknown>> | null;
}

type FieldFault = readonly [field: string, predicate: string];

function readEvent(
  entry: unknown,
  at: { no: number; attributes: AttributeChanges; nowMs: number },
): Result<Draft, FieldFault[]> {
  if (!isRecord(entry)) return fail([["", "must be an object"]]);
  const faults: FieldFault[] = [];
  const take = <T>(field: string, result: Result<T, string>): T | null => {
    if (result.ok) return result.value;
    faults.push([field, result.error]);
    return null;
  };
  const userId = take("user_id", parseUserId(entry.user_id));
  const name = take("event", parseName(entry.event));
  const value = take("value", parseHitValue(entry.value));
  const timeMs = take("timestamp", parseHitTime(entry.timestamp, at.nowMs));
  const eventId = take("event_id", parseEventId(entry.event_id));
  const given = take("user_attributes", parseGiven(entry.user_attributes));
  if (given !== null) at.attributes.meet(given);
  if (faults.length > 0 || userId === null || name === null || timeMs === null) return fail(faults);
  return ok({ no: at.no, userId, name, value, timeMs, eventId, given });
}

/** Names are keys: 1 to 255 characters, compared as they are. */
function parseName(value: unknown): Result<string, string> {
  if (value === undefined || value === null || value === "") return fail("cannot be blank");
  if (typeof value !== "string") return fail("must be text");
  if (isUserId(value)) return ok(value);
  return value.trim() === ""
    ? fail("cannot be blank")
    : fail("must have at most 255 characters, no control characters and no space at its ends");
}

const parseEventId = (value: unknown): Result<string | null, string> =>
  value === undefined || value === null ? ok(null) : parseUserId(value);

/** The value of an event or tag as it is stored: JSON text. */
export function parseHitValue(value: unknown): Result<string | null, string> {
  if (value === undefined || value === null) return ok(null);
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE_CHARS ? fail("must be smaller than 64 KiB") : ok(text);
}

/** When it happened: now when not said. */
export function parseHitTime(value: unknown, nowMs: number): Result<number, string> {
  if (value === undefined || value === null) return ok(nowMs);
  const time = parseTime(value, nowMs);
  if (!time.ok) return time;
  if (time.value > nowMs + MAX_AHEAD_MS) return fail("is in the future");
  return time.value < nowMs - MAX_AGE_MS ? fail(`is more than ${MAX_AGE_DAYS} days ago`) : time;
}

function parseGiven(value: unknown): Result<Readonly<Record<string, unknown>> | null, string> {
  if (value === undefined || value === null) return ok(null);
  // PHP writes an empty object as a list.
  if (Array.isArray(value) && value.length === 0) return ok(null);
  return isRecord(value) ? ok(value) : fail("must be an object");
}
