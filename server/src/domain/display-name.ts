/** Names that people give to things and to themselves: one line of text. */
import { fail, ok, type Result } from "../base/result.ts";

const MAX_LENGTH = 100;

/** The error is a predicate for `sentence`. */
export function parseDisplayName(value: unknown, maxLength = MAX_LENGTH): Result<string, string> {
  if (value === undefined || value === null || value === "") return fail("cannot be blank");
  if (typeof value !== "string") return fail("must be text");
  const name = value.trim();
  if (name === "") return fail("cannot be blank");
  if (name.length > maxLength) return fail(`must have at most ${maxLength} characters`);
  return /\p{Cc}|[\u2028\u2029]/u.test(name)
    ? fail("must not contain control characters")
    : ok(name.toWellFormed());
}
