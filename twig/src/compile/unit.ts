/**
 * A compiled template with its blocks and macros, and the set of all templates that one `compile` call reaches.
 * Snippets named by a constant are compiled with their user, so that a fault shows when a campaign is saved;
 * those named by an expression are compiled when first used.
 */
import { type Source, TwigSyntaxError } from "../errors.ts";
import type { BlockBody, Runtime } from "../runtime/runtime.ts";
import type { Escaping, TemplateAst } from "../syntax/ast.ts";
import { parseTemplate } from "../syntax/template-parser.ts";
import type { CompileLimits } from "../syntax/token-stream.ts";
import { forEachNode } from "./assigned-names.ts";

export type Loader = (name: string) => string | undefined;

export interface MacroParts {
  readonly unit: Unit;
  readonly params: readonly { readonly name: string; readonly fallback: ((rt: Runtime) => unknown) | null }[];
  /** The name that holds the surplus arguments. */
  readonly restName: string;
  readonly body: (rt: Runtime) => void;
}

/** A class of its own, so that templates see it as no data. */
export class MacroDefinition {
  readonly unit: MacroParts["unit"];
  readonly params: MacroParts["params"];
  readonly restName: string;
  readonly body: MacroParts["body"];

  constructor(parts: MacroParts) {
    this.unit = parts.unit;
    this.params = parts.params;
    this.restName = parts.restName;
    this.body = parts.body;
  }
}

export interface UsedBlocks {
  readonly unit: Unit;
  readonly names: readonly { readonly macro: string; readonly alias: string }[];
}

/** Everything but `ast` and `source` is filled by the compiler after the unit is known by name. */
export class Unit {
  readonly set: TemplateSet;
  readonly source: Source;
  readonly ast: TemplateAst;
  readonly blocks = new Map<string, BlockBody>();
  readonly macros: Map<string, MacroDefinition>;
  /** Names that `{% import %}` gives to macros somewhere in the source. */
  readonly libraryNames: ReadonlySet<string>;
  /** Imports at the top that a macro of this template needs when nothing of the template itself is shown. */
  readonly topImports: { readonly names: readonly string[]; readonly run: (rt: Runtime) => void }[] = [];
  readonly uses: UsedBlocks[] = [];
  /** `blocks` with those behind them; built when first asked for, see `ownBlocks`. */
  chains: ReadonlyMap<string, readonly BlockBody[]> | null = null;
  body: (rt: Runtime) => void = () => {};
  /** Finds the parent at render time; null when the template extends nothing. */
  parent: ((rt: Runtime) => Unit) | null = null;
  /** True when names that this source never assigns can be read from the data at once. */
  readsDirectly = false;
  assignedNames: ReadonlySet<string> = new Set();

  /** `around` is the template that this one is written in (the body of an embed): they share their macros. */
  constructor(set: TemplateSet, source: Source, { ast, around }: { ast: TemplateAst; around?: Unit }) {
    this.set = set;
    this.source = source;
    this.ast = ast;
    this.macros = around?.macros ?? new Map();
    this.libraryNames = around?.libraryNames ?? findLibraryNames(ast);
  }
}

function findLibraryNames(ast: TemplateAst): ReadonlySet<string> {
  const names = new Set<string>();
  forEachNode(ast, (node) => {
    if (node.kind === "import") names.add(String(node.alias));
    return true;
  });
  return names;
}

export interface SetOptions {
  readonly loader: Loader | undefined;
  readonly limits: CompileLimits;
  readonly strategy: Escaping;
  readonly compileUnit: (unit: Unit) => void;
}

/** What a template costs beside its nodes: a set of a thousand empty ones is not free either. */
const NODES_OF_TEMPLATE = 50;

export class TemplateSet {
  readonly options: SetOptions;
  readonly #units = new Map<string, Unit>();
  readonly #waiting: Unit[] = [];
  #nodes = 0;
  #length = 0;
  readonly #checks: (() => void)[] = [];

  constructor(options: SetOptions) {
    this.options = options;
  }

  /** Parses a source and queues it for compiling. */
  add(name: string, text: string): Unit {
    const source: Source = { name, text: text.replace(/\r\n?/g, "\n") };
    const ast = parseTemplate(source, this.options.limits);
    this.#checkTotals(source, ast);
    const unit = new Unit(this, source, { ast });
    this.#waiting.push(unit);
    return unit;
  }

  /** Many small snippets can be as much as one that is too large. */
  #checkTotals(source: Source, ast: TemplateAst): void {
    const { allNodes, allLength } = this.options.limits;
    this.#nodes += NODES_OF_TEMPLATE;
    forEachNode(ast, () => {
      this.#nodes += 1;
      return true;
    });
    this.#length += source.text.length;
    const tooMany = this.#nodes > allNodes ? `${allNodes} parts` : null;
    const reason = this.#length > allLength ? `${allLength} characters` : tooMany;
    if (reason === null) return;
    throw new TwigSyntaxError(`The template and its snippets have more than ${reason}.`, { source, at: 0 });
  }

  /** The snippet of this name; undefined when the loader has none. May still wait for `settle`. */
  find(name: string): Unit | undefined {
    const known = this.#units.get(name);
    if (known !== undefined) return known;
    const text = this.options.loader?.(name);
    if (typeof text !== "string") return undefined;
    const unit = this.add(name, text);
    this.#units.set(name, unit);
    return unit;
  }

  /** Compiles what was found. A queue, not recursion: a long chain of snippets cannot exhaust the call stack. */
  settle(): void {
    for (let unit = this.#waiting.pop(); unit !== undefined; unit = this.#waiting.pop()) {
      this.options.compileUnit(unit);
    }
    for (let check = this.#checks.pop(); check !== undefined; check = this.#checks.pop()) check();
  }

  /** A check that needs other templates of the set to be compiled. */
  afterwards(check: () => void): void {
    this.#checks.push(check);
  }

  /** For a name computed while rendering: faults of the snippet are faults of this render. */
  findAtRender(rt: Runtime, name: string): Unit | undefined {
    const known = this.#units.get(name);
    if (known !== undefined) return known;
    try {
      const unit = this.find(name);
      this.settle();
      rt.charge((unit?.source.text.length ?? 0) >> 4);
      return unit;
    } catch (error) {
      if (error instanceof TwigSyntaxError) rt.fail(`The snippet "${name}" has a fault: ${error.message}`);
      throw error;
    }
  }
}
