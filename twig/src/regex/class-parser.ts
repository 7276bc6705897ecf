/** Escapes (`\d`, `\x41`, `\p{L}`) and character classes (`[a-z]`). */
import {
  anyOf,
  type CharTest,
  ignoringCase,
  inRange,
  isDigit,
  isHorizontal,
  isSpace,
  isVertical,
  isWord,
  not,
  posixClass,
  unicodeProperty,
} from "./char-test.ts";
import { PatternFault } from "./pattern-tree.ts";

export interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly extended: boolean;
  readonly unicode: boolean;
  readonly dollarEndOnly: boolean;
}

/** A cursor over the code points of a pattern. */
export interface Cursor {
  readonly chars: readonly string[];
  at: number;
}

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, e: 27, a: 7, "0": 0 };

/** What an escape stands for: one code point, or a test for several. */
export type Escape = { readonly code: number } | { readonly test: CharTest };

/** Reads behind the backslash. Null when the escape is no character (an assertion or something refused). */
export function readEscape(cursor: Cursor, flags: Flags): Escape | null {
  const char = cursor.chars[cursor.at];
  if (char === undefined) throw new PatternFault("it ends with a backslash");
  const test = classEscape(char, flags);
  if (test !== null) {
    cursor.at += 1;
    return { test };
  }
  if (char === "p" || char === "P") return readProperty(cursor);
  if (char === "x") return { code: readHex(cursor) };
  const control = CONTROLS[char];
  if (control !== undefined) {
    cursor.at += 1;
    return { code: control };
  }
  if (/[A-Za-z1-9]/.test(char)) return null;
  cursor.at += 1;
  return { code: char.codePointAt(0)! };
}

function classEscape(char: string, flags: Flags): CharTest | null {
  const positive = shorthand(char.toLowerCase(), flags);
  if (positive === null) return null;
  return char === char.toLowerCase() ? positive : not(positive);
}

/** With the flag `u` PHP's shorthands know Unicode, without it ASCII only. */
function shorthand(letter: string, { unicode }: Flags): CharTest | null {
  switch (letter) {
    case "d":
      return unicode ? unicodeProperty("Nd") : isDigit;
    case "w":
      return unicode ? anyOf([isWord, unicodeProperty("L")!, unicodeProperty("N")!]) : isWord;
    case "s":
      return unicode ? anyOf([isSpace, unicodeProperty("Z")!, (code) => code === 0x85]) : isSpace;
    case "h":
      return isHorizontal;
    case "v":
      return isVertical;
    default:
      return null;
  }
}

function readProperty(cursor: Cursor): Escape {
  const isNegated = cursor.chars[cursor.at] === "P";
  cursor.at += 1;
  let name = cursor.chars[cursor.at] ?? "";
  cursor.at += 1;
  if (name === "{") {
    const end = cursor.chars.indexOf("}", cursor.at);
    if (end === -1) throw new PatternFault("a property is never closed");
    name = cursor.chars.slice(cursor.at, end).join("");
    cursor.at = end + 1;
  }
  const isInverted = name.startsWith("^");
  const test = unicodeProperty(isInverted ? name.slice(1) : name);
  if (test === null) throw new PatternFault(`there is no Unicode property "${name.slice(0, 40)}"`);
  return { test: isNegated === isInverted ? test : not(test) };
}

function readHex(cursor: Cursor): number {
  cursor.at += 1;
  let digits = "";
  if (cursor.chars[cursor.at] === "{") {
    const end = cursor.chars.indexOf("}", cursor.at);
    digits = cursor.chars.slice(cursor.at + 1, end).join("");
    cursor.at = end + 1;
    if (end === -1 || !/^[0-9A-Fa-f]{1,6}$/.test(digits)) throw new PatternFault("a \\x{...} is malformed");
  } else {
    while (digits.length < 2 && /^[0-9A-Fa-f]$/.test(cursor.chars[cursor.at] ?? "")) {
      digits += cursor.chars[cursor.at];
      cursor.at += 1;
    }
  }
  const code = digits === "" ? 0 : Number.parseInt(digits, 16);
  if (code > 0x10ffff) throw new PatternFault("a \\x{...} is too large");
  return code;
}

/** Reads behind the opening bracket, through the closing one. */
export function readClass(cursor: Cursor, flags: Flags): CharTest {
  const isNegated = cursor.chars[cursor.at] === "^";
  if (isNegated) cursor.at += 1;
  const tests: CharTest[] = [];
  let isFirst = true;
  while (isFirst || cursor.chars[cursor.at] !== "]") {
    if (cursor.at >= cursor.chars.length) throw new PatternFault("a [ is never closed");
    tests.push(readClassItem(cursor, flags));
    isFirst = false;
  }
  cursor.at += 1;
  const all = anyOf(tests);
  const test = flags.ignoreCase ? ignoringCase(all) : all;
  return isNegated ? not(test) : test;
}

function readClassItem(cursor: Cursor, flags: Flags): CharTest {
  const posix = readPosix(cursor);
  if (posix !== null) return posix;
  const first = readClassAtom(cursor, flags);
  if ("test" in first) return first.test;
  const { chars, at } = cursor;
  if (chars[at] !== "-" || chars[at + 1] === "]" || chars[at + 1] === undefined)
    return inRange(first.code, first.code);
  cursor.at += 1;
  const last = readClassAtom(cursor, flags);
  if ("test" in last) {
    return anyOf([inRange(first.code, first.code), (code) => code === 45, last.test]);
  }
  if (last.code < first.code) throw new PatternFault("a range in [...] is out of order");
  return inRange(first.code, last.code);
}

function readPosix(cursor: Cursor): CharTest | null {
  const { chars, at } = cursor;
  if (chars[at] !== "[" || chars[at + 1] !== ":") return null;
  const end = chars.indexOf(":", at + 2);
  if (end === -1 || chars[end + 1] !== "]") return null;
  const name = chars.slice(at + 2, end).join("");
  const test = posixClass(name.replace("^", ""));
  if (test === undefined) throw new PatternFault(`there is no class [:${name.slice(0, 20)}:]`);
  cursor.at = end + 2;
  return name.startsWith("^") ? not(test) : test;
}

function readClassAtom(cursor: Cursor, flags: Flags): Escape {
  const char = cursor.chars[cursor.at]!;
  cursor.at += 1;
  if (char !== "\\") return { code: char.codePointAt(0)! };
  if (cursor.chars[cursor.at] === "b") {
    cursor.at += 1;
    return { code: 8 };
  }
  const read = readEscape(cursor, flags);
  if (read === null) throw new PatternFault(`\\${cursor.chars[cursor.at]} is not supported in [...]`);
  return read;
}
