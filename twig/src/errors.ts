/**
 * The three errors of the engine. All carry the place (template, line, column, the source line) and, for a
 * misspelt name, the nearest known one. `compile` throws only TwigSyntaxError; `render` only the other two.
 */

/** A source text with its name; positions are offsets into `text`. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

export interface Place {
  readonly line: number;
  readonly column: number;
  readonly sourceLine: string;
}

/** Offset to line and column (both from 1, columns in UTF-16 units) and the text of that line. */
export function placeOf(source: Source, at: number): Place {
  const offset = Math.max(0, Math.min(at, source.text.length));
  const lineStart = source.text.lastIndexOf("\n", offset - 1) + 1;
  const nextBreak = source.text.indexOf("\n", lineStart);
  let line = 1;
  for (let i = source.text.indexOf("\n"); i !== -1 && i < lineStart; i = source.text.indexOf("\n", i + 1)) {
    line += 1;
  }
  const sourceLine = source.text.slice(lineStart, nextBreak === -1 ? undefined : nextBreak);
  return { line, column: offset - lineStart + 1, sourceLine: sourceLine.slice(0, 500) };
}

export interface ErrorPlace {
  readonly source: Source;
  readonly at: number;
}

abstract class TwigError extends Error {
  /** The message without the place. */
  readonly reason: string;
  readonly line: number;
  readonly column: number;
  readonly templateName: string;
  readonly sourceLine: string;

  constructor(reason: string, place: ErrorPlace) {
    const { line, column, sourceLine } = placeOf(place.source, place.at);
    super(`${reason} (${place.source.name}, line ${line}, column ${column})`);
    this.reason = reason;
    this.line = line;
    this.column = column;
    this.templateName = place.source.name;
    this.sourceLine = sourceLine;
  }
}

/** The template cannot be compiled. */
export class TwigSyntaxError extends TwigError {
  override readonly name = "TwigSyntaxError";
  /** The nearest known name, when a filter, function, test or tag is unknown. */
  readonly suggestion: string | undefined;

  constructor(reason: string, place: ErrorPlace, suggestion?: string) {
    super(suggestion === undefined ? reason : `${reason} Did you mean "${suggestion}"?`, place);
    this.suggestion = suggestion;
  }
}

/** The template is sound but these values cannot be rendered, e.g. a text that is no date. */
export class TwigRuntimeError extends TwigError {
  override readonly name = "TwigRuntimeError";
}

export type Budget = "steps" | "outputLength" | "valueSize" | "depth" | "milliseconds";

/** The render asked for more than its budget; nothing of it should be sent. */
export class TwigBudgetError extends TwigError {
  override readonly name = "TwigBudgetError";
  readonly budget: Budget;
  readonly limit: number;

  constructor(budget: Budget, limit: number, place: ErrorPlace) {
    super(`The template exceeds its budget of ${limit} ${BUDGET_WORDS[budget]}.`, place);
    this.budget = budget;
    this.limit = limit;
  }
}

const BUDGET_WORDS: Record<Budget, string> = {
  steps: "steps",
  outputLength: "characters of output",
  valueSize: "characters or elements in one value",
  depth: "nested calls",
  milliseconds: "milliseconds",
};
