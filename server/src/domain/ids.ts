/**
 * Numbers that name our objects, the customer's own user ids, and the bucket in which a profile's data lives.
 * An id is never rounded, trimmed or guessed: a wrong one must miss, not hit a neighbour.
 */
import { fail, ok, type Result } from "../base/result.ts";

const POSITIVE_WHOLE = /^[1-9][0-9]{0,15}$/;
const MAX_USER_ID = 255; // characters; also keeps a unique index row far below PostgreSQL's limit (SQLSTATE 54000)
const BUCKET_MASK = 63;

/** An object's id from the wire: 5 or "5". The error is a predicate for `sentence`. */
export function parseId(value: unknown): Result<number, string> {
  if (value === undefined || value === null || value === "") return fail("cannot be blank");
  const isText = typeof value === "string" && POSITIVE_WHOLE.test(value);
  const id = isText ? Number(value) : value;
  if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 1) {
    return fail("must be a positive whole number below 2^53");
  }
  return ok(id);
}

/**
 * The bucket, 0 to 63, of a user id or of an anonymous profile's key: FNV-1a (32 bit) over UTF-8, stirred by
 * MurmurHash3's last steps because FNV alone leaves similar ids uneven in the low six bits. It stands in primary
 * keys, so it never changes; the test pins values.
 */
export function bucketOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) hash = Math.imul(hash ^ unit, 0x01000193);
    else {
      const point = text.codePointAt(i)!;
      if (point > 0xffff) i += 1;
      hash = hashWide(hash, point);
    }
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & BUCKET_MASK;
}

/** Mixes in the two to four UTF-8 bytes of a code point beyond ASCII. */
function hashWide(hash: number, point: number): number {
  const bytes =
    point < 0x800
      ? [0xc0 | (point >> 6)]
      : point < 0x10000
        ? [0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f)]
        : [0xf0 | (point >> 18), 0x80 | ((point >> 12) & 0x3f), 0x80 | ((point >> 6) & 0x3f)];
  bytes.push(0x80 | (point & 0x3f));
  return bytes.reduce((mixed, byte) => Math.imul(mixed ^ byte, 0x01000193), hash);
}

/** C0, DEL and C1; a loop because it runs on every target of every call (a quarter of the regular expression). */
function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || (unit >= 0x7f && unit <= 0x9f)) return true;
  }
  return false;
}

const isTooLong = (text: string): boolean =>
  text.length > MAX_USER_ID && (text.length > 2 * MAX_USER_ID || [...text].length > MAX_USER_ID);

/** Whether `text` can be a user id as it stands: 1 to 255 characters, no control character, no outer space. */
export const isUserId = (text: string): boolean =>
  text !== "" && text.trim() === text && !isTooLong(text) && !hasControl(text);

/** A user id from the wire; a whole number is taken as its text. The error is a predicate for `sentence`. */
export function parseUserId(value: unknown): Result<string, string> {
  if (typeof value === "string" && isUserId(value)) return ok(value);
  if (typeof value === "number" && Number.isSafeInteger(value)) return ok(String(value));
  if (value === undefined || value === null || value === "") return fail("cannot be blank");
  if (typeof value !== "string") return fail("must be text or a whole number");
  if (value.trim() === "") return fail("cannot be blank");
  if (value.trim() !== value) return fail("must not begin or end with a space");
  if (isTooLong(value)) return fail(`must have at most ${MAX_USER_ID} characters`);
  return fail("must not contain control characters");
}
