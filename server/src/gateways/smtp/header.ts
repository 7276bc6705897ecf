/**
 * Header values and addresses of an email. Everything here may come from a template's parameters, so what could
 * start a header of its own is refused, never mended (RFC 5322, RFC 2047, RFC 6532).
 */
import { domainToASCII } from "node:url";
import { fail, ok, type Result } from "../../base/result.ts";

/** RFC 5322, 2.1.1: a line has at most 998 octets without its end, and should have at most 78. */
const MAX_LINE = 998;
const GOOD_LINE = 76;
/** RFC 2047, 2: an encoded word has at most 75 characters; "=?UTF-8?B?" and "?=" take 12, base64 4 for each 3. */
const WORD_BYTES = 45;

const BREAKS = /[\r\n\0]/;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
/** No quotes, comments, groups or routes: each of them has led an address parser astray. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what an address must not have
const LOCAL_PART = /^[^\x00-\x20\x7f"(),.:;<>@[\\\]]+(\.[^\x00-\x20\x7f"(),.:;<>@[\\\]]+)*$/;
const DOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const PLAIN_PHRASE = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*$/;

/** Does a value hold a character that ends a header line? */
export const hasBreak = (value: string): boolean => BREAKS.test(value);

/**
 * An address with its domain in A-labels, as it goes into the envelope and the header; the refusal is a sentence.
 * A local part beyond ASCII stays as it is and needs a server with SMTPUTF8.
 */
export function cleanAddress(address: string): Result<string, string> {
  const at = address.lastIndexOf("@");
  const local = address.slice(0, at);
  const domain = asciiDomain(address.slice(at + 1));
  // 64 and 254 octets: RFC 5321, 4.5.3.1 and its erratum 1690.
  const isFit = at > 0 && local.length <= 64 && address.length <= 254;
  if (!isFit || domain === null || !LOCAL_PART.test(local)) return fail("This is no email address.");
  return ok(`${local}@${domain}`);
}

/** Letters and digits first: domainToASCII would also decode %61 and read an IPv4 address in hex. */
function asciiDomain(domain: string): string | null {
  if (!/^[\p{L}\p{N}\p{M}.-]+$/u.test(domain)) return null;
  const ascii = domainToASCII(domain);
  return DOMAIN.test(ascii) ? ascii : null;
}

/** `Name <address>`, the name quoted or encoded as it needs. The address is a cleaned one. */
export function mailbox(name: string, address: string): string {
  if (name === "") return `<${address}>`;
  if (!isPlain(name)) return `${encodeWords(name)} <${address}>`;
  const phrase = PLAIN_PHRASE.test(name) ? name : `"${name.replaceAll(/["\\]/g, "\\$&")}"`;
  return `${phrase} <${address}>`;
}

/** A text header (Subject): folded at spaces where it is plain ASCII, else as encoded words. */
export function textValue(name: string, value: string): string {
  if (!isPlain(value)) return encodeWords(value);
  return fold(value, name.length + 2) ?? encodeWords(value);
}

/** A structured header (List-Unsubscribe): on one line as it is, because folding breaks some readers of it. */
export function rawValue(name: string, value: string): Result<string, string> {
  if (!PRINTABLE_ASCII.test(value)) return ok(encodeWords(value));
  if (name.length + 2 + value.length > MAX_LINE)
    return fail(`The header ${name} is longer than ${MAX_LINE} characters.`);
  return ok(value);
}

/** "=?" would be read as the start of an encoded word, spaces at an end would be lost. */
function isPlain(value: string): boolean {
  return PRINTABLE_ASCII.test(value) && !value.includes("=?") && value === value.trim();
}

/** Lines of at most 76 characters, broken before a space; null when a word is longer than a line may be. */
function fold(value: string, used: number): string | null {
  if (used + value.length <= GOOD_LINE) return value;
  const lines: string[] = [];
  let line = "";
  let room = GOOD_LINE - used;
  for (const word of value.split(/(?= )/)) {
    // A line that holds nothing but spaces ends the headers for some readers, so a break needs a word on each side.
    if (line.trim() !== "" && word.trim() !== "" && line.length + word.length > room) {
      lines.push(line);
      line = "";
      room = GOOD_LINE;
    }
    line += word;
  }
  lines.push(line);
  return lines.some((one) => one.length + used > MAX_LINE) ? null : lines.join("\r\n");
}

/** RFC 2047 words of base64, one a line; a character is never split between two words. */
function encodeWords(value: string): string {
  const words: string[] = [];
  let chunk = "";
  let bytes = 0;
  for (const character of value.toWellFormed()) {
    const size = Buffer.byteLength(character);
    if (bytes + size > WORD_BYTES) {
      words.push(chunk);
      chunk = "";
      bytes = 0;
    }
    chunk += character;
    bytes += size;
  }
  words.push(chunk);
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString("base64")}?=`).join("\r\n ");
}
