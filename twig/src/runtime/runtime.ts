/**
 * The state of one render: the output so far, the current scope, and the budgets. One instance is shared by all
 * snippets, blocks and macros of the render, so budgets cannot be escaped by splitting a template.
 */
import { type Budget, type Source, TwigBudgetError, TwigRuntimeError } from "../errors.ts";
import { BlockTable } from "./blocks.ts";
import { DEFAULT_RENDER_LIMITS, type RenderLimits, type RenderOptions } from "./limits.ts";
import type { Data } from "./scope.ts";
import { Scope } from "./scope.ts";
import { Stopwatch } from "./stopwatch.ts";

/** How often (in steps) the clock and the output's length are looked at. */
const CHECK_EVERY = 1000;

/** A compiled block. */
export interface BlockBody {
  readonly run: (rt: Runtime) => void;
  /** Where errors inside are reported. */
  readonly source: Source;
  /** The template it is written in: the imports at the top of that one are seen inside. */
  readonly unit: object;
}

const NO_BLOCKS = new BlockTable<BlockBody>();
const NO_OPTIONS: RenderOptions = {};

export class Runtime {
  out = "";
  scope: Scope;
  /** Where errors are reported: set by whatever can fail before it runs. */
  at = 0;
  source: Source;
  /** The blocks of the template that is being shown, the present block, and how far up its chain that is. */
  blocks: BlockTable<BlockBody> = NO_BLOCKS;
  blockName = "";
  blockLevel = 0;
  readonly limits: RenderLimits;
  readonly options: RenderOptions;
  #imports: Map<object, Map<string, unknown>> | null = null;
  #steps = 0;
  #checkAt: number;
  /** Started at the first checkpoint; what came before took less than a millisecond. */
  #stopwatch: Stopwatch | null = null;
  #depth = 0;

  constructor(source: Source, layers: readonly Data[], options: RenderOptions = NO_OPTIONS) {
    this.source = source;
    this.scope = new Scope(null, true, layers);
    this.options = options;
    this.limits =
      options.limits === undefined ? DEFAULT_RENDER_LIMITS : { ...DEFAULT_RENDER_LIMITS, ...options.limits };
    this.#checkAt = Math.min(CHECK_EVERY, this.limits.steps + 1);
  }

  /** Counts work done or about to be done. Throws TwigBudgetError when it is too much. */
  charge(steps: number): void {
    this.#steps += steps;
    if (this.#steps >= this.#checkAt) this.#checkpoint();
  }

  #checkpoint(): void {
    if (this.#steps > this.limits.steps) this.failBudget("steps");
    this.#stopwatch ??= new Stopwatch();
    if (this.#stopwatch.hasWorked(this.limits.milliseconds)) this.failBudget("milliseconds");
    this.checkOutput();
    this.#checkAt = Math.min(this.#steps + CHECK_EVERY, this.limits.steps + 1);
  }

  checkOutput(): void {
    if (this.out.length > this.limits.outputLength) this.failBudget("outputLength");
  }

  /** To be called before a text of this length is made. */
  chargeText(length: number): void {
    if (length > this.limits.valueSize) this.failBudget("valueSize");
    this.charge(length >> 5);
  }

  /** To be called before a list or mapping of this size is made or walked through. */
  chargeItems(count: number): void {
    if (count > this.limits.valueSize) this.failBudget("valueSize");
    this.charge(count);
  }

  /** Opens a level of macros, snippets, blocks or arrow functions; `leave` closes it. */
  enter(): void {
    this.#depth += 1;
    if (this.#depth > this.limits.depth) this.failBudget("depth");
    this.charge(10);
  }

  leave(): void {
    this.#depth -= 1;
  }

  /** Runs `work` with an empty output and returns what it wrote. */
  capture(work: () => void): string {
    const outer = this.out;
    this.out = "";
    work();
    const inner = this.out;
    this.out = outer;
    this.chargeText(inner.length);
    return inner;
  }

  /** Names imported at the top of a template, which its macros see too. */
  importsOf(unit: object): Map<string, unknown> {
    this.#imports ??= new Map();
    let names = this.#imports.get(unit);
    if (names === undefined) {
      names = new Map();
      this.#imports.set(unit, names);
    }
    return names;
  }

  get zone(): string {
    return this.options.timezone ?? "UTC";
  }

  nowMs(): number {
    return this.options.now === undefined ? Date.now() : this.options.now.getTime();
  }

  random(): number {
    return this.options.random === undefined ? Math.random() : this.options.random();
  }

  failBudget(budget: Budget): never {
    throw new TwigBudgetError(budget, this.limits[budget], { source: this.source, at: this.at });
  }

  fail(reason: string): never {
    throw new TwigRuntimeError(reason, { source: this.source, at: this.at });
  }
}
