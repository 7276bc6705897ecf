/** `compile` and the Template it returns: the way in. */

import { showUnit } from "./compile/blocks.ts";
import { allowDirectReads, compileUnit } from "./compile/compile-unit.ts";
import { type Loader, TemplateSet, type Unit } from "./compile/unit.ts";
import { TwigBudgetError, TwigRuntimeError, TwigSyntaxError } from "./errors.ts";
import { findReads, type NameUse } from "./reads.ts";
import type { RenderOptions } from "./runtime/limits.ts";
import { Runtime } from "./runtime/runtime.ts";
import type { Data } from "./runtime/scope.ts";
import { findSnippets, type SnippetUse } from "./snippet-uses.ts";
import type { Escaping, TemplateAst } from "./syntax/ast.ts";
import { type CompileLimits, DEFAULT_COMPILE_LIMITS } from "./syntax/token-stream.ts";

export interface CompileOptions {
  /** For error messages; "template" when left out. */
  readonly name?: string;
  /** How outputs are escaped; "html" when left out, false for plain text. */
  readonly autoescape?: Escaping;
  /** Named snippets for include, embed, extends, import, from, use and source; undefined: not there. */
  readonly loader?: Loader;
  readonly limits?: Partial<CompileLimits>;
}

export interface Template {
  /**
   * Renders with data in one or several layers: a name is taken from the first layer that owns it with a value
   * other than null. Throws TwigBudgetError or TwigRuntimeError, nothing else.
   */
  render(data: Data | readonly Data[], options?: RenderOptions): string;
  /** The names that the template takes from its data. */
  readonly reads: readonly NameUse[];
  /** The other templates that it names. */
  readonly snippets: readonly SnippetUse[];
  /** The syntax tree, frozen. */
  readonly ast: TemplateAst;
}

/** Compiles a template and the snippets it names. Throws TwigSyntaxError. */
export function compile(source: string, options: CompileOptions = {}): Template {
  const name = options.name ?? "template";
  const set = new TemplateSet({
    loader: options.loader,
    limits: { ...DEFAULT_COMPILE_LIMITS, ...options.limits },
    strategy: options.autoescape ?? "html",
    compileUnit,
  });
  try {
    const unit = set.add(name, source);
    allowDirectReads(unit);
    set.settle();
    return new CompiledTemplate(unit);
  } catch (error) {
    throw asSyntaxError(error, name, source);
  }
}

/** The call stack can end before the nesting limit does when the host itself is deep in calls. */
function asSyntaxError(error: unknown, name: string, text: string): unknown {
  if (!(error instanceof RangeError)) return error;
  return new TwigSyntaxError("The template is nested too deeply.", { source: { name, text }, at: 0 });
}

class CompiledTemplate implements Template {
  readonly #unit: Unit;
  #reads: readonly NameUse[] | null = null;
  #snippets: readonly SnippetUse[] | null = null;

  constructor(unit: Unit) {
    this.#unit = unit;
  }

  render(data: Data | readonly Data[], options?: RenderOptions): string {
    const layers: readonly Data[] = Array.isArray(data) ? data : [data as Data];
    const rt = new Runtime(this.#unit.source, layers, options);
    try {
      this.#show(rt);
      rt.checkOutput();
      return rt.out;
    } catch (error) {
      throw asRenderError(rt, error);
    }
  }

  #show(rt: Runtime): void {
    const unit = this.#unit;
    if (unit.parent === null && unit.blocks.size === 0 && unit.uses.length === 0) unit.body(rt);
    else showUnit(rt, unit);
  }

  get reads(): readonly NameUse[] {
    this.#reads ??= findReads(this.#unit);
    return this.#reads;
  }

  get snippets(): readonly SnippetUse[] {
    this.#snippets ??= findSnippets(this.#unit);
    return this.#snippets;
  }

  get ast(): TemplateAst {
    return this.#unit.ast;
  }
}

/** What the engine did not foresee is an error of this render too; a full call stack is a budget. */
function asRenderError(rt: Runtime, error: unknown): TwigBudgetError | TwigRuntimeError {
  if (error instanceof TwigBudgetError || error instanceof TwigRuntimeError) return error;
  const place = { source: rt.source, at: rt.at };
  if (error instanceof RangeError) {
    const isStack = error.message.includes("call stack");
    const budget = isStack ? "depth" : "valueSize";
    return new TwigBudgetError(budget, rt.limits[budget], place);
  }
  return new TwigRuntimeError(`The template cannot be rendered: ${String(error).slice(0, 200)}`, place);
}
