/**
 * Reads the subset of PCRE that a machine without backtracking can run: literals, classes, alternatives, groups,
 * repetitions, anchors, word boundaries, inline flags. Refused, because they need backtracking or change what a
 * group means: backreferences, lookaround, atomic groups, possessive quantifiers, conditionals, recursion, verbs.
 */
import { type CharTest, ignoringCase, inRange } from "./char-test.ts";
import { type Cursor, type Flags, readClass, readEscape } from "./class-parser.ts";
import { type Assertion, PatternFault, type PatternNode } from "./pattern-tree.ts";

/** Nested groups; the parser is recursive. */
const MAX_DEPTH = 50;
const MAX_REPEAT = 1000;

const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  A: "start",
  z: "end",
  Z: "endOrBreak",
  b: "word",
  B: "notWord",
};

const EMPTY: PatternNode = { kind: "all", parts: [] };

class PatternParser {
  readonly cursor: Cursor;
  flags: Flags;
  depth = 0;

  constructor(chars: readonly string[], flags: Flags) {
    this.cursor = { chars, at: 0 };
    this.flags = flags;
  }

  get char(): string | undefined {
    return this.cursor.chars[this.cursor.at];
  }

  startsWith(text: string): boolean {
    return this.cursor.chars.slice(this.cursor.at, this.cursor.at + text.length).join("") === text;
  }

  run(): PatternNode {
    const tree = this.parseEither();
    if (this.char !== undefined) throw new PatternFault("a ) has no (");
    return tree;
  }

  parseEither(): PatternNode {
    const outerFlags = this.flags;
    const parts = [this.parseAll()];
    while (this.char === "|") {
      this.cursor.at += 1;
      parts.push(this.parseAll());
    }
    this.flags = outerFlags;
    return parts.length === 1 ? parts[0]! : { kind: "either", parts };
  }

  parseAll(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.char !== undefined && this.char !== "|" && this.char !== ")") {
      if (this.skipIgnored()) continue;
      const atom = this.parseAtom();
      if (atom !== null) parts.push(this.parseRepeat(atom));
    }
    return { kind: "all", parts };
  }

  /** White space and comments under the flag `x`. */
  skipIgnored(): boolean {
    if (!this.flags.extended || this.char === undefined) return false;
    if (/\s/.test(this.char)) {
      this.cursor.at += 1;
      return true;
    }
    if (this.char !== "#") return false;
    const end = this.cursor.chars.indexOf("\n", this.cursor.at);
    this.cursor.at = end === -1 ? this.cursor.chars.length : end;
    return true;
  }

  parseAtom(): PatternNode | null {
    const char = this.char!;
    this.cursor.at += 1;
    switch (char) {
      case "(":
        return this.parseGroup();
      case "[":
        return { kind: "char", test: readClass(this.cursor, this.flags) };
      case ".":
        return { kind: "char", test: this.flags.dotAll ? () => true : (code) => code !== 10 };
      case "^":
        return { kind: "assert", assertion: this.flags.multiline ? "lineStart" : "start" };
      case "$":
        return { kind: "assert", assertion: this.dollar() };
      case "\\":
        return this.parseEscape();
      case "*":
      case "+":
      case "?":
        throw new PatternFault(`a ${char} has nothing to repeat`);
      default:
        return this.literal(char.codePointAt(0)!);
    }
  }

  dollar(): Assertion {
    if (this.flags.multiline) return "lineEnd";
    return this.flags.dollarEndOnly ? "end" : "endOrBreak";
  }

  literal(code: number): PatternNode {
    const test: CharTest = inRange(code, code);
    return { kind: "char", test: this.flags.ignoreCase ? ignoringCase(test) : test };
  }

  parseEscape(): PatternNode | null {
    const char = this.char ?? "";
    const assertion = ASSERTIONS[char];
    if (assertion !== undefined) {
      this.cursor.at += 1;
      return { kind: "assert", assertion };
    }
    if (char === "Q") return this.parseQuoted();
    if (char === "E") {
      this.cursor.at += 1;
      return null;
    }
    if (char === "R") return this.parseLineBreak();
    const read = readEscape(this.cursor, this.flags);
    if (read === null) throw new PatternFault(`\\${char} is not supported`);
    if ("code" in read) return this.literal(read.code);
    return { kind: "char", test: this.flags.ignoreCase ? ignoringCase(read.test) : read.test };
  }

  parseLineBreak(): PatternNode {
    this.cursor.at += 1;
    const crlf: PatternNode = { kind: "all", parts: [this.literal(13), this.literal(10)] };
    const single: CharTest = (code) =>
      (code >= 10 && code <= 13) || code === 0x85 || code === 0x2028 || code === 0x2029;
    return { kind: "either", parts: [crlf, { kind: "char", test: single }] };
  }

  parseQuoted(): PatternNode {
    this.cursor.at += 1;
    const parts: PatternNode[] = [];
    while (this.char !== undefined && !this.startsWith("\\E")) {
      parts.push(this.literal(this.char.codePointAt(0)!));
      this.cursor.at += 1;
    }
    if (this.char !== undefined) this.cursor.at += 2;
    return { kind: "all", parts };
  }

  /** Behind the opening parenthesis. Null: nothing to match, e.g. a comment. */
  parseGroup(): PatternNode | null {
    if (this.char === "*") throw new PatternFault("verbs (*...) are not supported");
    const outerFlags = this.flags;
    if (this.char === "?" && !this.readGroupHead()) return null;
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new PatternFault("it is nested too deeply");
    const inner = this.parseEither();
    this.depth -= 1;
    if (this.char !== ")") throw new PatternFault("a ( is never closed");
    this.cursor.at += 1;
    this.flags = outerFlags;
    return inner;
  }

  /** Reads `?:`, `?<name>`, `?i:` and the like; false when the group ends with its head. */
  readGroupHead(): boolean {
    const rest = this.cursor.chars.slice(this.cursor.at, this.cursor.at + 80).join("");
    const named = /^\?(?::|P?<[A-Za-z_]\w*>|'[A-Za-z_]\w*')/.exec(rest);
    if (named !== null) {
      this.cursor.at += named[0].length;
      return true;
    }
    if (rest.startsWith("?#")) {
      const end = this.cursor.chars.indexOf(")", this.cursor.at);
      if (end === -1) throw new PatternFault("a comment is never closed");
      this.cursor.at = end + 1;
      return false;
    }
    const inline = /^\?([imsx]*)(?:-([imsx]+))?([:)])/.exec(rest);
    if (inline === null) throw new PatternFault(`the group (${rest.slice(0, 3)} is not supported`);
    this.cursor.at += inline[0].length;
    this.flags = withFlags(withFlags(this.flags, inline[1]!, true), inline[2] ?? "", false);
    return inline[3] === ":";
  }

  parseRepeat(atom: PatternNode): PatternNode {
    let node = atom;
    for (let range = this.readRange(); range !== null; range = this.readRange()) {
      if (this.char === "+") throw new PatternFault("possessive quantifiers are not supported");
      // Lazy or greedy decides what a group captures, not whether the text matches.
      if (this.char === "?") this.cursor.at += 1;
      if (node.kind === "assert") node = range.min === 0 ? EMPTY : node;
      else node = { kind: "repeat", part: node, ...range };
    }
    return node;
  }

  readRange(): { min: number; max: number } | null {
    const simple = this.char === undefined ? undefined : SIMPLE_RANGES[this.char];
    if (simple !== undefined) {
      this.cursor.at += 1;
      return simple;
    }
    if (this.char !== "{") return null;
    const rest = this.cursor.chars.slice(this.cursor.at, this.cursor.at + 20).join("");
    const found = /^\{(\d+)(,(\d*))?\}/.exec(rest);
    if (found === null) return null;
    this.cursor.at += found[0].length;
    const min = Number(found[1]);
    const max = found[2] === undefined ? min : found[3] === "" ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (min > MAX_REPEAT || (max > MAX_REPEAT && max !== Number.POSITIVE_INFINITY)) {
      throw new PatternFault(`more than ${MAX_REPEAT} repetitions are not supported`);
    }
    if (max < min) throw new PatternFault("a {...} is out of order");
    return { min, max };
  }
}

const SIMPLE_RANGES: Readonly<Record<string, { min: number; max: number }>> = {
  "*": { min: 0, max: Number.POSITIVE_INFINITY },
  "+": { min: 1, max: Number.POSITIVE_INFINITY },
  "?": { min: 0, max: 1 },
};

const FLAG_NAMES: Readonly<Record<string, keyof Flags>> = {
  i: "ignoreCase",
  m: "multiline",
  s: "dotAll",
  x: "extended",
  u: "unicode",
  D: "dollarEndOnly",
};

const NO_FLAGS: Flags = {
  ignoreCase: false,
  multiline: false,
  dotAll: false,
  extended: false,
  unicode: false,
  dollarEndOnly: false,
};

function withFlags(flags: Flags, letters: string, value: boolean): Flags {
  const changed: Record<string, boolean> = { ...flags };
  for (const letter of letters) changed[FLAG_NAMES[letter]!] = value;
  return changed as unknown as Flags;
}

const CLOSERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "<": ">" };

/** Reads `/pattern/flags` with any of PCRE's delimiters. Throws PatternFault. */
export function readPattern(text: string): PatternNode {
  const source = text.trimStart();
  const open = source[0] ?? "";
  if (open === "" || /[A-Za-z0-9\\]/.test(open))
    throw new PatternFault('it needs delimiters, as in "/^[0-9]+$/"');
  const close = CLOSERS[open] ?? open;
  const end = source.lastIndexOf(close);
  if (end < 1) throw new PatternFault(`the closing delimiter "${close}" is missing`);
  const letters = source.slice(end + 1).trim();
  let flags = NO_FLAGS;
  let inner = source.slice(1, end);
  for (const letter of letters) {
    if (letter === "A") inner = `\\A(?:${inner})`;
    else if (letter !== "U") {
      if (FLAG_NAMES[letter] === undefined) throw new PatternFault(`the flag "${letter}" is not supported`);
      flags = withFlags(flags, letter, true);
    }
  }
  return new PatternParser([...inner], flags).run();
}
