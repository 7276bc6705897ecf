/**
 * The body of execute/campaign, checked and in one shape (seed: execute; evidence: campaign API, section 8). Parsing
 * knows nothing of the campaign: what the call overrides is handed on as it came and checked against the template.
 */
import { type FieldErrors, fail, ok, Refusals, type Result } from "../base/result.ts";
import { parseFlag } from "./address.ts";
import { isCampaignField } from "./campaign-fields.ts";
import { EntryRefusals, isTooLarge, type TooLarge } from "./entry-refusals.ts";
import { isRecord, keyPath, sentence } from "./field-label.ts";
import { parseIdempotencyKey } from "./idempotency-key.ts";
import { parseId } from "./ids.ts";
import { nearMiss } from "./near-miss.ts";
import { parseTargetBy, parseTargets, type Target, type TargetBy } from "./target-list.ts";
import { checkSendTime, parseTime } from "./time.ts";

export type CampaignOverrides = Readonly<Record<string, unknown>>;

export interface ExecuteRequest {
  readonly campaignId: number;
  readonly targetBy: TargetBy;
  /** At least one; no two with the same key. */
  readonly targets: readonly Target[];
  /** Defaults for every target. */
  readonly params: Record<string, unknown>;
  /** From `params`; a target's own is read with `externalMessageIdOf`. */
  readonly externalMessageId: string | null;
  /** Unix milliseconds; null means now. */
  readonly sendAtMs: number | null;
  readonly targetExistingOnly: boolean;
  readonly async: boolean;
  /** Campaign fields of the body, unchecked. */
  readonly overrides: CampaignOverrides;
  readonly idempotencyKey: string | null;
  /** Names that mean nothing here and were passed over. */
  readonly unknownIgnored: readonly string[];
}

type Body = Record<string, unknown>;

// The catalogue refuses a call with 5,000 keys and one with 2 MB of params, so the limits are just below.
const MAX_PARAM_KEYS = 4_999;
const MAX_PARAM_CHARS = 2_000_000;
const MAX_REFERENCE = 255;

const OWN_FIELDS: ReadonlySet<string> = new Set([
  "apptoken",
  "id",
  "target",
  "target_by",
  "target_with_params",
  "params",
  "time",
  "target_existing_only",
  "async",
  "idempotency_key",
]);

/**
 * The caller's own reference in a set of params: null when absent or blank, a number as its text. The error is a
 * predicate for `sentence`.
 */
export function externalMessageIdOf(params: Readonly<Body> | null): Result<string | null, string> {
  const value = params?.external_message_id;
  if (value === undefined || value === null || value === "") return ok(null);
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") return fail("must be text");
  return text.length > MAX_REFERENCE ? fail(`must have at most ${MAX_REFERENCE} characters`) : ok(text);
}

/** Reads an execute body as `readBody` left it. `nowMs` is what the send time is measured against. */
export function parseExecute(body: Body, nowMs: number): Result<ExecuteRequest, FieldErrors | TooLarge> {
  const reader = new Reader(body);
  const { overrides, unknownIgnored } = reader.sortNames();
  const campaignId = reader.read("id", parseId) ?? 0;
  const targetBy = reader.read("target_by", parseTargetBy) ?? "id";
  const sendAtMs = reader.optional("time", (value) => parseSendTime(value, nowMs));
  const targetExistingOnly = reader.optional("target_existing_only", parseFlag) !== 0;
  const async = reader.optional("async", parseFlag) !== 0;
  const idempotencyKey = reader.optional("idempotency_key", parseIdempotencyKey);
  const params = reader.read("params", parseParams) ?? {};
  const externalMessageId =
    reader.read("params", () => externalMessageIdOf(params), ".external_message_id") ?? null;
  const size = sizeFault("params", params);
  if (size !== null) return fail({ tooLarge: size });
  const targets = parseTargets(body, targetBy);
  if (!targets.ok && isTooLarge(targets.error)) return targets;
  const inTargets = targets.ok ? checkTargetParams(targets.value) : targets;
  if (!inTargets.ok && isTooLarge(inTargets.error)) return inTargets;
  const errors = { ...reader.fields, ...(inTargets.ok ? {} : inTargets.error) };
  if (!targets.ok || Object.keys(errors).length > 0) return fail(errors);
  return ok({
    campaignId,
    targetBy,
    targets: targets.value,
    params,
    externalMessageId,
    sendAtMs,
    targetExistingOnly,
    async,
    overrides,
    idempotencyKey,
    unknownIgnored,
  });
}

/** Reads one field after the other and collects what is refused. */
class Reader {
  readonly #body: Body;
  readonly #refusals = new Refusals();

  constructor(body: Body) {
    this.#body = body;
  }

  get fields(): FieldErrors {
    return this.#refusals.fields;
  }

  read<T>(field: string, parse: (value: unknown) => Result<T, string>, below = ""): T | null {
    const result = parse(this.#body[field]);
    if (result.ok) return result.value;
    this.#refusals.add(`${field}${below}`, sentence(`${field}${below}`, result.error));
    return null;
  }

  /** As `read`, with null for a field that is absent or null. */
  optional<T>(field: string, parse: (value: unknown) => Result<T, string>): T | null {
    return (this.#body[field] ?? null) === null ? null : this.read(field, parse);
  }

  /** Parts campaign fields from unknown names, and refuses names that look like a misspelt safety field. */
  sortNames(): { overrides: Body; unknownIgnored: string[] } {
    const overrides: Body = {};
    const unknownIgnored: string[] = [];
    for (const name of Object.keys(this.#body)) {
      if (OWN_FIELDS.has(name)) continue;
      if (isCampaignField(name)) {
        overrides[name] = this.#body[name];
        continue;
      }
      const meant = nearMiss(name);
      if (meant === null) unknownIgnored.push(name);
      else
        this.#refusals.add(name, `${name.slice(0, 64)} is not a field of this call; do you mean ${meant}?`);
    }
    return { overrides, unknownIgnored };
  }
}

function parseSendTime(value: unknown, nowMs: number): Result<number, string> {
  const time = parseTime(value, nowMs);
  return time.ok ? checkSendTime(time.value, nowMs) : time;
}

/** `[]` and null mean `{}`: PHP writes an empty object as a list. */
function parseParams(value: unknown): Result<Body, string> {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return ok({});
  if (!isRecord(value)) return fail("must be an object");
  const predicate = paramsFault(value);
  return predicate === null ? ok(value) : fail(predicate);
}

function paramsFault(params: Body): string | null {
  let count = 0;
  for (const name in params) {
    count += 1;
    if (name === "__proto__") return "must not have a name __proto__";
  }
  return count > MAX_PARAM_KEYS ? `must have at most ${MAX_PARAM_KEYS} keys` : null;
}

function sizeFault(path: string, params: Body): FieldErrors | null {
  if (jsonSize(params, MAX_PARAM_CHARS) < MAX_PARAM_CHARS) return null;
  return { [path]: [sentence(path, "must be smaller than 2 MB")] };
}

/** About how many characters the JSON of `value` has; stops counting at `limit`. The body's depth is bounded. */
function jsonSize(value: unknown, limit: number): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 8;
  let size = 2;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && size < limit; i += 1) size += jsonSize(value[i], limit - size) + 1;
    return size;
  }
  for (const name in value) {
    if (size >= limit) break;
    size += name.length + 4 + jsonSize((value as Body)[name], limit - size);
  }
  return size;
}

/** Each target's own params obey the rules of `params`, and their reference those of a reference. */
function checkTargetParams(targets: readonly Target[]): Result<null, FieldErrors | TooLarge> {
  const refused = new EntryRefusals();
  for (const { key, params } of targets) {
    if (params === null) continue;
    const predicate = paramsFault(params);
    if (predicate !== null) refused.add(keyPath("target_with_params", key), predicate);
    const reference = externalMessageIdOf(params);
    if (!reference.ok)
      refused.add(`${keyPath("target_with_params", key)}.external_message_id`, reference.error);
    if (jsonSize(params, MAX_PARAM_CHARS) >= MAX_PARAM_CHARS) {
      return fail({ tooLarge: sizeFault(keyPath("target_with_params", key), params)! });
    }
  }
  return refused.isEmpty ? ok(null) : fail(refused.fields);
}
