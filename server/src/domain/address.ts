/**
 * Addresses as they come from strangers. The email grammar is narrow on purpose: comments, groups, quoted local parts
 * and routes are legal in RFC 5322 and have carried hidden second recipients; nobody's mailbox needs them.
 */
import { domainToASCII } from "node:url";
import { fail, ok, type Result } from "../base/result.ts";

const MAX_EMAIL = 254; // RFC 5321, 4.5.3.1.3 less the two angle brackets
const MAX_LOCAL = 64; // RFC 5321, 4.5.3.1.1
const MAX_DOMAIN = 253;

// RFC 5322 dot-atom. ASCII only: a non-ASCII local part needs SMTPUTF8 on every hop.
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export interface EmailAddress {
  /** Local part as given, domain as lower-case A-labels: what is handed to a gateway. */
  readonly address: string;
  /** The same in lower case throughout: what is compared. */
  readonly matchKey: string;
}

/** One email address, without a display name. The error is a predicate for `sentence`. */
export function parseEmail(text: unknown): Result<EmailAddress, string> {
  if (text === undefined || text === null || text === "") return fail("cannot be blank");
  const refused = fail("is not a valid email address");
  if (typeof text !== "string" || text.length > MAX_EMAIL) return refused;
  const at = text.indexOf("@");
  const local = text.slice(0, at);
  const domain = at < 1 ? null : asciiDomain(text.slice(at + 1));
  if (domain === null || local.length > MAX_LOCAL || !LOCAL.test(local)) return refused;
  const address = `${local}@${domain}`;
  if (address.length > MAX_EMAIL) return refused;
  return ok({ address, matchKey: address.toLowerCase() });
}

/** The domain as lower-case A-labels; null unless it is two or more labels ending in a name, not a number. */
function asciiDomain(domain: string): string | null {
  // domainToASCII also drops or maps white space, percent signs and full-width forms; only letters, digits, dots,
  // hyphens and marks may come near it.
  if (!/^[\p{L}\p{N}\p{M}.-]+$/u.test(domain)) return null;
  const ascii = domainToASCII(domain).toLowerCase();
  const labels = ascii.split(".");
  if (ascii.length > MAX_DOMAIN || labels.length < 2 || !labels.every((label) => LABEL.test(label)))
    return null;
  const top = labels.at(-1)!;
  return /^(?:[a-z]{2,63}|xn--[a-z0-9-]+)$/.test(top) ? ascii : null;
}

const NOT_DIGITS = "must contain digits only, with one leading + at most";

/**
 * A telephone number as E.164 digits without plus. One leading plus, spaces, dashes, dots and brackets are dropped. A
 * number with a leading 0 is national: its country is not ours to guess. The error is a predicate for `sentence`.
 */
export function parsePhone(value: unknown): Result<string, string> {
  if (value === undefined || value === null || value === "") return fail("cannot be blank");
  if (typeof value !== "string" && typeof value !== "number") return fail("must be text");
  // A fraction or a negative number must not lose its point or sign as if they were separators.
  if (typeof value === "number" && (!Number.isSafeInteger(value) || value < 0)) return fail(NOT_DIGITS);
  const text = String(value);
  if (/^\d(?:[.,]\d+)?e\+?\d+$/i.test(text)) {
    return fail("was changed by a spreadsheet: format the column as text and export it again");
  }
  const local = text.trim().replace(/^\+/, "");
  const digits = local.replace(/[\s().-]/g, "");
  if (!/^[\d(]/.test(local) || !/^\d+$/.test(digits)) return fail(NOT_DIGITS);
  if (digits.startsWith("0")) return fail("must begin with the country code, without leading zeros");
  if (digits.length < 7 || digits.length > 15) return fail("must have 7 to 15 digits");
  return ok(digits);
}

const FLAGS = new Map<unknown, 0 | 1>([
  [true, 1],
  [1, 1],
  ["1", 1],
  ["true", 1],
  [false, 0],
  [0, 0],
  ["0", 0],
  ["false", 0],
]);

/** A switch in any spelling that callers use. The error is a predicate for `sentence`. */
export function parseFlag(value: unknown): Result<0 | 1, string> {
  const flag = FLAGS.get(value);
  return flag === undefined ? fail("must be 0 or 1") : ok(flag);
}
