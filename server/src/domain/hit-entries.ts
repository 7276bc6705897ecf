/** Calls that take one thing in the body itself or many in a list beside the token: hit/event, hit/attribute. */
import { type FieldErrors, fail, ok, type Result } from "../base/result.ts";
import type { TooLarge } from "./entry-refusals.ts";
import { sentence } from "./field-label.ts";

type Body = Readonly<Record<string, unknown>>;

export interface Entries {
  readonly entries: readonly unknown[];
  /** The path of an entry: `events[3]`, or "" for the body itself. */
  readonly pathOf: (no: number) => string;
  readonly isList: boolean;
}

export interface EntriesForm {
  /** The list's name. */
  readonly list: string;
  /** Fields of a single entry; none may stand beside the list. */
  readonly single: readonly string[];
  readonly max: number;
}

/** The entries of a call, not looked at yet. */
export function readEntries(body: Body, form: EntriesForm): Result<Entries, FieldErrors | TooLarge> {
  const entries = body[form.list];
  if (entries === undefined || entries === null)
    return ok({ entries: [body], pathOf: () => "", isList: false });
  const refuse = (predicate: string) => ({ [form.list]: [sentence(form.list, predicate)] });
  if (!Array.isArray(entries)) return fail(refuse("must be a list"));
  if (entries.length === 0) return fail(refuse("cannot be blank"));
  if (entries.length > form.max) return fail({ tooLarge: refuse(`must have at most ${form.max} entries`) });
  const beside = form.single.filter((name) => (body[name] ?? null) !== null);
  if (beside.length > 0) {
    const predicate = `must not stand beside ${form.list}`;
    return fail(Object.fromEntries(beside.map((name) => [name, [sentence(name, predicate)]])));
  }
  return ok({ entries, pathOf: (no) => `${form.list}[${no}]`, isList: true });
}

/** `events[3].user_id`, or `user_id` where the body is the entry. */
export const fieldPath = (entry: string, field: string): string =>
  entry === "" ? field : field === "" ? entry : `${entry}.${field}`;
