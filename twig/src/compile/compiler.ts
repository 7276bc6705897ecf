/** What the parts of the compiler share. A template becomes closures; nothing is ever turned into source code. */
import { type Source, TwigSyntaxError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Escaping, Expression, Statement } from "../syntax/ast.ts";
import type { TemplateSet, Unit } from "./unit.ts";

export type Evaluate = (rt: Runtime) => unknown;
export type Run = (rt: Runtime) => void;

export interface CompilerRules {
  expression(compiler: Compiler, node: Expression): Evaluate;
  body(compiler: Compiler, nodes: readonly Statement[]): Run;
}

interface Place {
  readonly strategy: Escaping;
  /** The block that is being compiled; `parent()` needs it. */
  readonly blockName: string | null;
  /** Inside `{% set %}...{% endset %}`. */
  readonly isCaptured: boolean;
  /** False inside blocks, macros and bodies: there an import stays local. */
  readonly isTopLevel: boolean;
}

export class Compiler {
  readonly unit: Unit;
  readonly set: TemplateSet;
  readonly place: Place;
  readonly #rules: CompilerRules;

  constructor(unit: Unit, rules: CompilerRules, place: Place) {
    this.unit = unit;
    this.set = unit.set;
    this.place = place;
    this.#rules = rules;
  }

  get source(): Source {
    return this.unit.source;
  }

  expression(node: Expression): Evaluate {
    return this.#rules.expression(this, node);
  }

  body(nodes: readonly Statement[]): Run {
    return this.#rules.body(this, nodes);
  }

  /** The same compiler at another place of the template. */
  at(place: Partial<Place>): Compiler {
    return new Compiler(this.unit, this.#rules, { ...this.place, ...place });
  }

  /** For a unit inside this one (the body of an embed), which is escaped as a template of its own, as in Twig. */
  forUnit(unit: Unit): Compiler {
    const { strategy } = this.set.options;
    return new Compiler(unit, this.#rules, {
      strategy,
      blockName: null,
      isCaptured: false,
      isTopLevel: true,
    });
  }

  fail(reason: string, at: number, suggestion?: string): never {
    throw new TwigSyntaxError(reason, { source: this.source, at }, suggestion);
  }
}
