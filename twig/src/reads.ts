/**
 * Which names a template takes from its data, found in the syntax tree. Names that the template gives itself
 * (loops, `set`, macros' parameters) are followed to where they come from: in `for p in products`, `p.name` is a
 * read of `products`, path `*`, `name`. Branches are read as if both ran, so the list errs towards too much.
 */
import type { Unit } from "./compile/unit.ts";
import { placeOf } from "./errors.ts";
import { Environment, type UseKind } from "./read-environment.ts";
import { ExpressionReader } from "./read-expressions.ts";
import type { Embed, Expression, For, Include, Macro, Statement, With } from "./syntax/ast.ts";

export interface NameUse {
  /** The name in the data. */
  readonly name: string;
  /** The attributes behind it; "*" stands for any element of a list or mapping. */
  readonly path: readonly string[];
  /** The filters applied to the value, in order. */
  readonly filters: readonly string[];
  /** The template copes without it: it stands behind `default`, `??` or `is defined`. */
  readonly optional: boolean;
  /** `text` is printed, `loop` is walked through, `test` decides, `value` goes into something else. */
  readonly use: UseKind;
  readonly template: string;
  readonly line: number;
  readonly column: number;
}

class ReadFinder {
  readonly uses: NameUse[] = [];
  readonly seenSnippets = new Set<Unit>();
  unit: Unit;

  constructor(unit: Unit) {
    this.unit = unit;
  }

  expression(node: Expression, environment: Environment, use: UseKind): void {
    const reader = new ExpressionReader({
      found: ({ name, path, filters, optional, use: kind, at }) => {
        const { line, column } = placeOf(this.unit.source, at);
        const template = this.unit.source.name;
        this.uses.push({ name, path, filters, optional, use: kind, template, line, column });
      },
      included: (template, inner) => this.snippet(template, inner),
    });
    reader.read(node, environment, { use, filters: [], optional: false });
  }

  body(nodes: readonly Statement[], environment: Environment): void {
    for (const node of nodes) this.statement(node, environment);
  }

  statement(node: Statement, environment: Environment): void {
    switch (node.kind) {
      case "output":
        this.expression(node.value, environment, "text");
        return;
      case "if":
        for (const branch of node.branches) {
          this.expression(branch.test, environment, "test");
          this.body(branch.body, environment.inner());
        }
        this.body(node.otherwise ?? [], environment.inner());
        return;
      case "for":
        this.loop(node, environment);
        return;
      case "set":
        for (const value of node.values) this.expression(value, environment, "value");
        node.targets.forEach((target, i) => {
          environment.bindTarget(target, node.values[i]!);
        });
        return;
      case "capture":
        this.body(node.body, environment.inner());
        environment.bindLocal(node.name);
        return;
      case "do":
        this.expression(node.value, environment, "value");
        return;
      default:
        this.otherStatement(node, environment);
    }
  }

  otherStatement(node: Statement, environment: Environment): void {
    switch (node.kind) {
      case "apply":
      case "autoescape":
      case "block":
        this.body(node.body, environment.inner());
        return;
      case "guard":
        this.body(node.body, environment.inner());
        this.body(node.otherwise ?? [], environment.inner());
        return;
      case "with":
        this.withTag(node, environment);
        return;
      case "macro":
        this.macro(node);
        return;
      case "import":
        environment.bindLocal(node.alias);
        return;
      case "include":
      case "embed":
        this.include(node, environment);
        return;
      case "extends":
        this.expression(node.template, environment, "value");
        this.snippet(node.template, environment);
        return;
      default:
    }
  }

  loop({ keyName, valueName, items, body, otherwise }: For, environment: Environment): void {
    this.expression(items, environment, "loop");
    const inner = environment.inner();
    inner.bindElement(valueName, items);
    if (keyName !== null) inner.bindLocal(keyName);
    inner.bindLocal("loop");
    this.body(body, inner);
    this.body(otherwise ?? [], environment.inner());
  }

  withTag({ variables, only, body }: With, environment: Environment): void {
    if (variables !== null) this.expression(variables, environment, "value");
    this.body(body, environment.given(variables, only));
  }

  /** A macro sees only its parameters, so nothing inside is a read of the data but the defaults' own. */
  macro({ params, body }: Macro): void {
    const inner = Environment.closed();
    for (const { name } of params) inner.bindLocal(name);
    this.body(body, inner);
  }

  include(node: Include | Embed, environment: Environment): void {
    this.expression(node.template, environment, "value");
    if (node.variables !== null) this.expression(node.variables, environment, "value");
    const inner = environment.given(node.variables, node.only);
    if (node.kind === "embed") this.body(node.body, inner.inner());
    this.snippet(node.template, inner);
  }

  /** Continues in a snippet that is named by a constant, once for each. */
  snippet(template: Expression, environment: Environment): void {
    if (template.kind !== "literal" || typeof template.value !== "string") return;
    const unit = this.unit.set.find(template.value);
    if (unit === undefined || this.seenSnippets.has(unit)) return;
    this.seenSnippets.add(unit);
    const outer = this.unit;
    this.unit = unit;
    this.body(unit.ast.body, environment.inner());
    this.unit = outer;
  }
}

/** In order of the source; snippets follow where they are included. */
export function findReads(unit: Unit): readonly NameUse[] {
  const finder = new ReadFinder(unit);
  finder.body(unit.ast.body, new Environment());
  return Object.freeze(finder.uses.map((use) => Object.freeze(use)));
}
