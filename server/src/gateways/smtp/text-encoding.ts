/**
 * How a text becomes 7-bit lines (RFC 2045, 6): as it is where that works, quoted-printable where few characters
 * need it, base64 for scripts in which quoted-printable would triple the size.
 */

export interface EncodedText {
  readonly encoding: "7bit" | "quoted-printable" | "base64";
  readonly body: string;
}

/** RFC 5322, 2.1.1. */
const MAX_LINE = 998;
/** RFC 2045, 6.7 and 6.8: 76 characters a line, in quoted-printable one of them for the soft break. */
const QP_LINE = 75;
const BASE64_LINE = /.{1,76}/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what 7bit must not hold
const SEVEN_BIT = /^[\x01-\x7f]*$/;

/** Encodes a text for a part of a message; its line ends become CRLF whatever they were. */
export function encodeText(source: string): EncodedText {
  const text = /[\r\n]/.test(source) ? source.replaceAll(/\r\n|\r|\n/g, "\r\n") : source;
  // "=_" starts our boundaries, so a text that holds it is encoded: then no text can end its own part.
  if (SEVEN_BIT.test(text) && hasGoodLines(text) && !text.includes("=_"))
    return { encoding: "7bit", body: text };
  const bytes = Buffer.from(text, "utf8");
  // One byte in four or more beyond ASCII: base64 adds a third, quoted-printable would add more.
  if (bytes.length > text.length * 1.25) return { encoding: "base64", body: base64Lines(bytes) };
  return { encoding: "quoted-printable", body: quotedPrintable(bytes) };
}

function hasGoodLines(text: string): boolean {
  let start = 0;
  while (text.length - start > MAX_LINE) {
    const end = text.indexOf("\r\n", start);
    if (end < 0 || end - start > MAX_LINE) return false;
    start = end + 2;
  }
  return true;
}

function base64Lines(bytes: Buffer): string {
  return (bytes.toString("base64").match(BASE64_LINE) ?? []).join("\r\n");
}

const [TAB, LF, CR, SPACE, EQUALS, TILDE] = [9, 10, 13, 32, 61, 126];
const HEX = Buffer.from("0123456789ABCDEF");

/**
 * By hand over bytes, at 7 ns each. A character of several bytes stays on one line, because some readers decode
 * line by line.
 */
function quotedPrintable(bytes: Buffer): string {
  // Every byte as =XX and a soft break in every line is the most that it can become.
  const out = Buffer.allocUnsafe(bytes.length * 3 + Math.ceil((bytes.length * 3) / (QP_LINE - 11)) * 3 + 3);
  let at = 0;
  let column = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index]!;
    if (byte === CR && bytes[index + 1] === LF) {
      at = out.writeUInt16BE(0x0d0a, at);
      column = 0;
      index += 1;
      continue;
    }
    const isPlain = isPlainByte(byte) && !((byte === SPACE || byte === TAB) && endsLine(bytes, index));
    if (column + widthAt(byte, isPlain) > QP_LINE) {
      out[at] = EQUALS;
      at = out.writeUInt16BE(0x0d0a, at + 1);
      column = 0;
    }
    if (isPlain) {
      out[at] = byte;
      at += 1;
      column += 1;
    } else {
      out[at] = EQUALS;
      out[at + 1] = HEX[byte >> 4]!;
      out[at + 2] = HEX[byte & 15]!;
      at += 3;
      column += 3;
    }
  }
  return out.toString("latin1", 0, at);
}

const isPlainByte = (byte: number): boolean =>
  (byte >= SPACE && byte <= TILDE && byte !== EQUALS) || byte === TAB;

const endsLine = (bytes: Buffer, index: number): boolean =>
  index + 1 === bytes.length || bytes[index + 1] === CR;

/** How much room the character that starts here needs; the later bytes of a character always have room. */
function widthAt(byte: number, isPlain: boolean): number {
  if (isPlain) return 1;
  if (byte < 0xc0) return byte < 0x80 ? 3 : 0;
  if (byte < 0xe0) return 6;
  return byte < 0xf0 ? 9 : 12;
}
