/**
 * Who an execute call is for: `target` and the keys of `target_with_params`, united in that order, twins collapsed by
 * their text (decisions, section 4). A call never means everybody: no target is a refusal.
 */
import { type FieldErrors, fail, ok, Refusals, type Result } from "../base/result.ts";
import { EntryRefusals, type TooLarge } from "./entry-refusals.ts";
import { isRecord, keyPath, sentence } from "./field-label.ts";
import { isUserId, parseUserId } from "./ids.ts";

export { isTooLarge, type TooLarge } from "./entry-refusals.ts";

export const MAX_TARGETS = 100_000;
const MAX_ADDRESS = 255; // longer than any email address (254) or number; the exact rules apply when it is looked up
const MAX_TOKEN = 4_096; // provider tokens are under 1 KB today

/** How targets are named. `external_id` is the old name of `user_id` (evidence: campaign API, 8.1). */
export const TARGET_BY = [
  "id",
  "user_id",
  "external_id",
  "email",
  "mobile_number",
  "token",
  "profile_id",
] as const;
export type TargetBy = Exclude<(typeof TARGET_BY)[number], "external_id">;

export interface Target {
  readonly key: string;
  /** This target's own values; null when it stands in `target` alone. */
  readonly params: Record<string, unknown> | null;
}

type KeyParser = (value: unknown) => Result<string, string>;

const textKey =
  (maxLength: number): KeyParser =>
  (value) => {
    const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
    if (text === undefined || text === null) return fail("cannot be blank");
    if (typeof text !== "string") return fail("must be text or a whole number");
    if (text.trim() === "") return fail("cannot be blank");
    return text.length > maxLength ? fail(`must have at most ${maxLength} characters`) : ok(text);
  };

const parseUserKey: KeyParser = (value) =>
  typeof value === "string" && isUserId(value) ? { ok: true, value } : parseUserId(value);

const KEY_PARSERS: Readonly<Record<TargetBy, KeyParser>> = {
  // A text is no id of a device or profile: it leads to nobody and is counted so, never taken for a user id.
  id: textKey(MAX_ADDRESS),
  profile_id: textKey(MAX_ADDRESS),
  user_id: parseUserKey,
  email: textKey(MAX_ADDRESS),
  mobile_number: textKey(MAX_ADDRESS),
  token: textKey(MAX_TOKEN),
};

/** How the targets are named; the device's id when nothing is said (evidence: campaign API, 8.1). */
export function parseTargetBy(value: unknown): Result<TargetBy, string> {
  if (value === undefined) return ok("id");
  const known = TARGET_BY.find((name) => name === value);
  if (known === undefined) return fail(`must be one of ${TARGET_BY.join(", ")}`);
  return ok(known === "external_id" ? "user_id" : known);
}

const isBlank = (value: unknown): boolean => value === undefined || value === null || value === "";

/** PHP writes a list with gaps (array_unique, array_filter) as an object with the indices as names. */
function asList(value: unknown): readonly unknown[] | null {
  if (isBlank(value)) return [];
  if (Array.isArray(value)) return value;
  if (isRecord(value) && Object.keys(value).every((key) => /^\d+$/.test(key))) return Object.values(value);
  return null;
}

/** PHP writes an empty object as `[]`. */
function asRecord(value: unknown): Record<string, unknown> | null {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return {};
  return isRecord(value) ? value : null;
}

interface Lists {
  readonly list: readonly unknown[];
  readonly withParams: Record<string, unknown>;
  readonly keys: readonly string[];
}

function readLists(body: Record<string, unknown>): Result<Lists, FieldErrors> {
  const refusals = new Refusals();
  const list = asList(body.target);
  const withParams = asRecord(body.target_with_params);
  if (list === null) refusals.add("target", sentence("target", "must be a list"));
  if (withParams === null) {
    refusals.add(
      "target_with_params",
      sentence("target_with_params", "must be an object of params by target"),
    );
  }
  if (list === null || withParams === null) return fail(refusals.fields);
  return ok({ list, withParams, keys: Object.keys(withParams) });
}

/**
 * The targets of an execute body. Keys of `target_with_params` that are whole numbers come first and ascending, as
 * JSON.parse orders them; the order means nothing beyond the answer's.
 */
export function parseTargets(
  body: Record<string, unknown>,
  targetBy: TargetBy,
): Result<readonly Target[], FieldErrors | TooLarge> {
  const lists = readLists(body);
  if (!lists.ok) return lists;
  const { list, withParams, keys } = lists.value;
  if (list.length > MAX_TARGETS || keys.length > MAX_TARGETS) return tooMany();
  if (list.length + keys.length === 0) return fail({ target: [sentence("target", "cannot be blank")] });
  const refused = new EntryRefusals();
  const parseKey = KEY_PARSERS[targetBy];
  const targets = new Map<string, Target>();
  for (let i = 0; i < list.length; i += 1) {
    const key = parseKey(list[i]);
    if (!key.ok) refused.add(`target[${i}]`, key.error);
    else targets.set(key.value, { key: key.value, params: null });
  }
  for (const text of keys) {
    const key = text === "__proto__" ? fail("is not allowed as a name") : parseKey(text);
    const params = asRecord(withParams[text]);
    if (!key.ok) refused.add(keyPath("target_with_params", text), key.error);
    else if (params === null) refused.add(keyPath("target_with_params", text), "must be an object");
    else targets.set(key.value, { key: key.value, params });
  }
  if (!refused.isEmpty) return fail(refused.fields);
  return targets.size > MAX_TARGETS ? tooMany() : ok([...targets.values()]);
}

const tooMany = () =>
  fail({ tooLarge: { target: [`Target must have at most ${MAX_TARGETS} entries per call.`] } });
