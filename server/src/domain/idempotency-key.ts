/** What an idempotency key is, in a header as in a body: enough to tell calls apart, and no more than a log can show. */
import { fail, ok, type Result } from "../base/result.ts";

const MAX_LENGTH = 255;

/** A number counts as its text. A blank one is none: every caller who forgot to fill it in would share it. */
export function parseIdempotencyKey(value: unknown): Result<string, string> {
  const text = typeof value === "number" ? String(value) : value;
  const isKey = typeof text === "string" && /^[\x20-\x7e]+$/.test(text) && text.trim() !== "";
  return isKey && text.length <= MAX_LENGTH
    ? ok(text)
    : fail(`must be 1 to ${MAX_LENGTH} printable characters`);
}
