/**
 * The inside of `{{ }}` and `{% %}` to tokens. Words that are operators (`in`, `is not`, ...) come out as names:
 * only the parser knows whether `in` is an operator or a key. Brackets are matched here, so that a `}}` that
 * closes two mappings is not taken for the end of the output.
 */
import { type Source, TwigSyntaxError } from "../errors.ts";
import { unescapeString } from "./string-literal.ts";
import type { Token } from "./token.ts";

const SPACE_OR_COMMENT = /(?:\s+|#[^\n]*)*/y;
/** Any letter beyond ASCII, but no spaces and no curly quotes: both get into templates by pasting. */
const NAME =
  /[[A-Za-z_\u{7f}-\u{10ffff}]--[\s\u2018-\u201f]][[A-Za-z0-9_\u{7f}-\u{10ffff}]--[\s\u2018-\u201f]]*/vy;
const NUMBER = /\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+(?:_\d+)*)?/y;
const SINGLE_QUOTED = /'((?:[^'\\]|\\[\s\S])*)'/y;
const DOUBLE_PART = /(?:[^"\\#]|\\[\s\S]|#(?!\{))*/y;
const OPERATOR =
  /b-(?:and|xor|or)\b|\.\.\.|===|!==|<=>|==|!=|<=|>=|=>|\?\?|\?\.(?!\d)|\.\.|\/\/|\*\*|[-+*/%~<>=?:.,|()[\]{}]/y;

const CLOSERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

interface Job {
  readonly source: Source;
  /** Receives the tokens. */
  readonly tokens: Token[];
  readonly at: number;
  /** Where the enclosing delimiter stands, for the message when it is never closed. */
  readonly opened: number;
  /** `}}`, `%}`, or `}` for an interpolation. */
  readonly close: string;
  /** How many interpolations stand around this expression. */
  readonly depth: number;
}

/** Interpolations inside interpolations; more than a few is an attack on the call stack, not a text. */
const MAX_INTERPOLATION_DEPTH = 20;

/** More than the parser's nodes can need; it ends a source of nothing but signs before they fill the memory. */
const MAX_TOKENS = 100_000;

/** Above what the parser's nesting allows; it ends a source of nothing but brackets early. */
const MAX_OPEN_BRACKETS = 500;

interface OpenBracket {
  readonly closer: string;
  readonly at: number;
}

class ExpressionLexer {
  readonly job: Job;
  readonly text: string;
  readonly brackets: OpenBracket[] = [];
  at: number;

  constructor(job: Job) {
    this.job = job;
    this.text = job.source.text;
    this.at = job.at;
  }

  /** Returns the offset of the closing delimiter (of its whitespace control, if it has one). */
  run(): number {
    for (;;) {
      this.match(SPACE_OR_COMMENT);
      if (this.at >= this.text.length) this.failUnclosed();
      if (this.brackets.length === 0 && this.isClose()) return this.at;
      this.lexToken();
      if (this.job.tokens.length > MAX_TOKENS) this.fail("The template is too complex.", this.at);
    }
  }

  isClose(): boolean {
    const { close } = this.job;
    if (this.text.startsWith(close, this.at)) return true;
    const control = this.text[this.at];
    return close !== "}" && (control === "-" || control === "~") && this.text.startsWith(close, this.at + 1);
  }

  lexToken(): void {
    const start = this.at;
    const first = this.text[start]!;
    if (first === "'") this.lexSingleQuoted();
    else if (first === '"') this.lexDoubleQuoted();
    else this.lexPlain(start);
  }

  /** Operators, names and numbers. */
  lexPlain(start: number): void {
    const operator = this.match(OPERATOR);
    if (operator !== null) {
      this.trackBracket(operator, start);
      this.push("operator", operator, start);
      return;
    }
    const name = this.match(NAME);
    if (name !== null) {
      this.push("name", name, start);
      return;
    }
    const number = this.match(NUMBER);
    if (number !== null) {
      this.push("number", number.replaceAll("_", ""), start);
      return;
    }
    const char = String.fromCodePoint(this.text.codePointAt(start)!);
    const hint = /[\u2018-\u201f]/.test(char) ? " Use straight quotes." : "";
    this.fail(`Unexpected character "${char}".${hint}`, start);
  }

  trackBracket(operator: string, at: number): void {
    const closer = CLOSERS[operator];
    if (closer !== undefined) {
      if (this.brackets.length >= MAX_OPEN_BRACKETS) this.fail("Too many brackets inside brackets.", at);
      this.brackets.push({ closer, at });
    } else if (operator === ")" || operator === "]" || operator === "}") {
      const open = this.brackets.pop();
      if (open === undefined) this.fail(`Unexpected "${operator}".`, at);
      if (open.closer !== operator) this.fail(`Expected "${open.closer}" but found "${operator}".`, at);
    }
  }

  lexSingleQuoted(): void {
    const start = this.at;
    SINGLE_QUOTED.lastIndex = start;
    const found = SINGLE_QUOTED.exec(this.text);
    if (found === null) this.fail("This string is never closed.", start);
    this.at = SINGLE_QUOTED.lastIndex;
    this.push("string", unescapeString(found[1]!), start);
  }

  /** A double-quoted string is one token, or alternating string parts and interpolations. */
  lexDoubleQuoted(): void {
    const start = this.at;
    this.at += 1;
    for (;;) {
      const partAt = this.at;
      const part = this.match(DOUBLE_PART) ?? "";
      const next = this.text[this.at];
      if (next === undefined) this.fail("This string is never closed.", start);
      this.push("string", unescapeString(part), partAt);
      if (next === '"') {
        this.at += 1;
        return;
      }
      this.lexInterpolation();
    }
  }

  lexInterpolation(): void {
    const opened = this.at;
    this.push("interpolationStart", "#{", opened);
    const { source, tokens, depth } = this.job;
    if (depth >= MAX_INTERPOLATION_DEPTH) this.fail("Too many strings inside strings.", opened);
    const stop = lexExpression({ source, tokens, at: opened + 2, opened, close: "}", depth: depth + 1 });
    this.push("interpolationEnd", "}", stop);
    this.at = stop + 1;
  }

  push(kind: Token["kind"], value: string, at: number): void {
    this.job.tokens.push({ kind, value, at });
  }

  /** Matches a sticky pattern here and moves past it; null when it does not match. */
  match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return null;
    this.at = pattern.lastIndex;
    return found[0];
  }

  failUnclosed(): never {
    const open = this.brackets.at(-1);
    if (open !== undefined) this.fail(`Expected "${open.closer}" to close this bracket.`, open.at);
    this.fail(`Expected "${this.job.close}" before the end of the template.`, this.job.opened);
  }

  fail(reason: string, at: number): never {
    throw new TwigSyntaxError(reason, { source: this.job.source, at });
  }
}

/** Appends the tokens up to the closing delimiter and returns that delimiter's offset. */
export function lexExpression(job: Job): number {
  return new ExpressionLexer(job).run();
}
