/** A cursor over tokens with the parser's limits: nesting and number of nodes are bounded here. */
import { type Source, TwigSyntaxError } from "../errors.ts";
import type { Expression } from "./ast.ts";
import { ImportedNames } from "./imported-names.ts";
import { describeToken, type Token, type TokenKind } from "./token.ts";

export interface CompileLimits {
  /** Characters of source. */
  readonly sourceLength: number;
  /** Depth of nested tags and expressions. */
  readonly nesting: number;
  /** Nodes of the syntax tree; 10,000 tags are more than any message has. */
  readonly nodes: number;
  /** Nodes of a template and all snippets that it reaches. */
  readonly allNodes: number;
  /** Characters of a template and all snippets that it reaches. */
  readonly allLength: number;
}

export const DEFAULT_COMPILE_LIMITS: CompileLimits = {
  sourceLength: 256 * 1024,
  nesting: 100,
  nodes: 10_000,
  allNodes: 40_000,
  allLength: 2 * 1024 * 1024,
};

/** The way back into the grammar for parsers that expressions themselves use; it keeps the imports free of cycles. */
export type ExpressionRule = (stream: TokenStream, precedence: number) => Expression;

interface StreamParts {
  readonly source: Source;
  readonly tokens: readonly Token[];
  readonly limits: CompileLimits;
  readonly expressionRule: ExpressionRule;
}

export class TokenStream {
  readonly source: Source;
  readonly limits: CompileLimits;
  /** Calls of these names are macro calls. */
  readonly macroNames = new ImportedNames();
  readonly #tokens: readonly Token[];
  readonly #expressionRule: ExpressionRule;
  #index = 0;
  #depth = 0;
  #nodes = 0;

  constructor(parts: StreamParts) {
    this.source = parts.source;
    this.limits = parts.limits;
    this.#tokens = parts.tokens;
    this.#expressionRule = parts.expressionRule;
  }

  /** Parses an expression of at least this precedence, see `operators.ts`. */
  expression(precedence = 0): Expression {
    return this.#expressionRule(this, precedence);
  }

  get current(): Token {
    return this.#tokens[this.#index]!;
  }

  /** The token `ahead` places after the current one, or the last one. */
  peek(ahead: number): Token {
    return this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.current;
    if (token.kind !== "eof") this.#index += 1;
    return token;
  }

  is(kind: TokenKind, value?: string): boolean {
    const token = this.current;
    return token.kind === kind && (value === undefined || token.value === value);
  }

  isOperator(value: string): boolean {
    return this.is("operator", value);
  }

  /** Moves past the token if it is this one. */
  accept(kind: TokenKind, value?: string): Token | null {
    return this.is(kind, value) ? this.next() : null;
  }

  acceptOperator(value: string): boolean {
    return this.accept("operator", value) !== null;
  }

  acceptWord(word: string): boolean {
    return this.accept("name", word) !== null;
  }

  expect(kind: TokenKind, what: string): Token {
    const token = this.accept(kind);
    if (token === null) this.failUnexpected(what);
    return token;
  }

  expectOperator(value: string): Token {
    const token = this.accept("operator", value);
    if (token === null) this.failUnexpected(`"${value}"`);
    return token;
  }

  expectWord(word: string): Token {
    const token = this.accept("name", word);
    if (token === null) this.failUnexpected(`"${word}"`);
    return token;
  }

  /** Counts a node and returns it; the tree's size is bounded while it grows. */
  node<T extends { readonly at: number }>(node: T): T {
    this.#nodes += 1;
    if (this.#nodes > this.limits.nodes) {
      this.fail(`The template is too complex: more than ${this.limits.nodes} parts.`, node.at);
    }
    return node;
  }

  /** Runs `parse` one level deeper. */
  nested<T>(parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > this.limits.nesting) {
      this.fail(`The template is nested more than ${this.limits.nesting} levels deep.`, this.current.at);
    }
    const result = parse();
    this.#depth -= 1;
    return result;
  }

  failUnexpected(wanted: string): never {
    this.fail(`Expected ${wanted} but found ${describeToken(this.current)}.`, this.current.at);
  }

  fail(reason: string, at: number, suggestion?: string): never {
    throw new TwigSyntaxError(reason, { source: this.source, at }, suggestion);
  }
}
