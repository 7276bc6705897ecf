/** What may be a password: long, and not the email. No rules about kinds of characters: they make worse passwords. */
import { fail, ok, type Result } from "../base/result.ts";

const MIN_PASSWORD = 10;
/** argon2 reads a password of any length, at a price. */
export const MAX_PASSWORD = 1_024;

/** A password that somebody chooses. The error is a predicate for `sentence`. */
export function parseNewPassword(value: unknown, email: string): Result<string, string> {
  if (value === undefined || value === null || value === "") return fail("cannot be blank");
  if (typeof value !== "string") return fail("must be text");
  if ([...value].length < MIN_PASSWORD || value.length > MAX_PASSWORD)
    return fail(`must have ${MIN_PASSWORD} to ${MAX_PASSWORD} characters`);
  return value.trim().toLowerCase() === email.toLowerCase() ? fail("must not be the email") : ok(value);
}
