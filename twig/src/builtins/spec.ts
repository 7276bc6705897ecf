/** How filters, functions and tests are described in the fixed tables. */
import type { Runtime } from "../runtime/runtime.ts";
import type { Strategy } from "../syntax/ast.ts";

export interface Signature {
  /** Names of the arguments in order (of a filter or test: those after the value). */
  readonly params: readonly string[];
  /** How many of them must be given; 0 when left out. */
  readonly required?: number;
  /** Further arguments by position are passed on. */
  readonly rest?: true;
}

export interface FilterSpec extends Signature {
  /** Arguments left out are undefined. */
  readonly run: (rt: Runtime, value: unknown, args: readonly unknown[]) => unknown;
  /** The result needs no escaping in this place of a document, or in any. */
  readonly safe?: Strategy | "all";
  /** What a null that is written in the template counts as; a name without a value stays nothing. */
  readonly literalNull?: number;
  /** The value is escaped before the filter sees it, unless it is safe already. */
  readonly preEscape?: Strategy;
}

export interface FunctionSpec extends Signature {
  readonly run: (rt: Runtime, args: readonly unknown[]) => unknown;
}

export interface TestSpec extends Signature {
  readonly run: (rt: Runtime, value: unknown, args: readonly unknown[]) => boolean;
}
