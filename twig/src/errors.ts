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

/** Where the lines of a source start; kept, because a host may ask for the places of thousands of names. */
const lineStarts = new WeakMap<Source, readonly number[]>();

function lineStartsOf(source: Source): readonly number[] {
  const known = lineStarts.get(source);
  if (known !== undefined) return known;
  const starts = [0];
  for (let i = source.text.indexOf("\n"); i !== -1; i = source.text.indexOf("\n", i + 1)) starts.push(i + 1);
  lineStarts.set(source, starts);
  return starts;
}

/** Longest part of a source line that an error carries. */
const MAX_SOURCE_LINE = 500;

/** Offset to line and column (both from 1, columns in UTF-16 units) and the text of that line. */
export function placeOf(source: Source, at: number): Place {
  const offset = Math.max(0, Math.min(at, source.text.length));
  const starts = lineStartsOf(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  const start = starts[low]!;
  const end = (starts[low + 1] ?? source.text.length + 1) - 1;
  const sourceLine = source.text.slice(start, Math.min(end, start + MAX_SOURCE_LINE));
  return { line: low + 1, column: offset - start + 1, sourceLine };
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
