/**
 * Source text to tokens: text, `{{ }}`, `{% %}`, comments, verbatim blocks and whitespace control.
 * What stands inside the delimiters is read by `expression-lexer.ts`. Linear in the source's length.
 */
import { type Source, TwigSyntaxError } from "../errors.ts";
import { lexExpression } from "./expression-lexer.ts";
import type { Token } from "./token.ts";

const VERBATIM_START = /\{%[-~]?\s*verbatim\s*([-~]?)%\}/y;
const VERBATIM_END = /\{%([-~]?)\s*endverbatim\s*([-~]?)%\}/g;
const LINE_SPACE = /[ \t\0\v]*/y;
const ANY_SPACE = /\s*/y;

/** Without its last spaces and tabs. By hand: a pattern would try again from every space inside the text. */
function trimLineEnd(text: string): string {
  let end = text.length;
  while (end > 0 && " \t\0\v".includes(text[end - 1]!)) end -= 1;
  return text.slice(0, end);
}

class Lexer {
  readonly source: Source;
  readonly tokens: Token[] = [];
  at = 0;

  constructor(source: Source) {
    this.source = source;
  }

  run(): Token[] {
    const { text } = this.source;
    while (this.at < text.length) {
      const open = this.nextOpening();
      this.pushText(text.slice(this.at, open), this.at, text[open + 2] ?? "");
      if (open === text.length) break;
      this.at = open;
      const second = text[open + 1];
      if (second === "#") this.skipComment();
      else if (second === "{") this.lexCode("varStart", "varEnd");
      else if (!this.lexVerbatim()) this.lexCode("tagStart", "tagEnd");
    }
    this.tokens.push({ kind: "eof", value: "", at: text.length });
    return this.tokens;
  }

  /** Offset of the next `{{`, `{%` or `{#`, or the end. */
  nextOpening(): number {
    const { text } = this.source;
    for (let i = text.indexOf("{", this.at); i !== -1; i = text.indexOf("{", i + 1)) {
      const second = text[i + 1];
      if (second === "{" || second === "%" || second === "#") return i;
    }
    return text.length;
  }

  /** `control` is the character after the delimiter that follows the text. */
  pushText(raw: string, at: number, control: string): void {
    let value = raw;
    if (control === "-") value = raw.trimEnd();
    else if (control === "~") value = trimLineEnd(raw);
    if (value !== "") this.tokens.push({ kind: "text", value, at });
  }

  skipComment(): void {
    const { text } = this.source;
    const inside = this.at + 2;
    const end = text.indexOf("#}", inside);
    if (end === -1) this.fail("This comment is never closed.", this.at);
    this.at = end + 2;
    // In `{#-#}` the sign belongs to the opening.
    this.trimAfter(end > inside + 1 ? text[end - 1]! : "", true);
  }

  /** Whitespace control on the right of a delimiter, and the one line break that a tag swallows. */
  trimAfter(control: string, swallowsBreak: boolean): void {
    if (control === "-") this.skip(ANY_SPACE);
    else if (control === "~") this.skip(LINE_SPACE);
    else if (swallowsBreak && this.source.text[this.at] === "\n") this.at += 1;
  }

  skip(pattern: RegExp): void {
    pattern.lastIndex = this.at;
    pattern.exec(this.source.text);
    this.at = pattern.lastIndex;
  }

  lexCode(start: "varStart" | "tagStart", end: "varEnd" | "tagEnd"): void {
    const { text } = this.source;
    this.tokens.push({ kind: start, value: text.slice(this.at, this.at + 2), at: this.at });
    const opened = this.at;
    this.at += 2;
    if (text[this.at] === "-" || text[this.at] === "~") this.at += 1;
    const close = end === "varEnd" ? "}}" : "%}";
    const stop = lexExpression({
      source: this.source,
      tokens: this.tokens,
      at: this.at,
      opened,
      close,
      depth: 0,
    });
    const control = text[stop] === "-" || text[stop] === "~" ? text[stop]! : "";
    this.tokens.push({ kind: end, value: close, at: stop });
    this.at = stop + control.length + 2;
    this.trimAfter(control, end === "tagEnd");
  }

  /** A verbatim block becomes plain text, line breaks after its tags included. False when the tag here is another one. */
  lexVerbatim(): boolean {
    const { text } = this.source;
    VERBATIM_START.lastIndex = this.at;
    const start = VERBATIM_START.exec(text);
    if (start === null) return false;
    const opened = this.at;
    this.at = VERBATIM_START.lastIndex;
    this.trimAfter(start[1] ?? "", false);
    VERBATIM_END.lastIndex = this.at;
    const end = VERBATIM_END.exec(text);
    if (end === null) this.fail('This "verbatim" block is never closed.', opened);
    this.pushText(text.slice(this.at, end.index), this.at, end[1] ?? "");
    this.at = VERBATIM_END.lastIndex;
    this.trimAfter(end[2] ?? "", false);
    return true;
  }

  fail(reason: string, at: number): never {
    throw new TwigSyntaxError(reason, { source: this.source, at });
  }
}

/** Tokens of the whole template, ending with `eof`. Throws TwigSyntaxError. */
export function lex(source: Source): Token[] {
  return new Lexer(source).run();
}
