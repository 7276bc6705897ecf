/** Finds the reads inside one expression, for `reads.ts`. */
import type { DataPath, Environment, UseKind } from "./read-environment.ts";
import type { Argument, Call, Expression, Filter, MacroCall, Spread } from "./syntax/ast.ts";

interface Manner {
  readonly use: UseKind;
  /** Filters around the expression, innermost first. */
  readonly filters: readonly string[];
  readonly optional: boolean;
}

export interface FoundRead extends DataPath, Manner {
  readonly at: number;
}

const PLAIN: Manner = { use: "value", filters: [], optional: false };

export interface Listener {
  found(read: FoundRead): void;
  /** `include(...)` continues in another template with this environment. */
  included(template: Expression, environment: Environment): void;
}

export class ExpressionReader {
  readonly #listener: Listener;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  read(node: Expression, environment: Environment, manner: Manner): void {
    switch (node.kind) {
      case "name":
      case "attribute":
        this.#readPath(node, environment, manner);
        return;
      case "filter":
        this.#readFilter(node, environment, manner);
        return;
      case "conditional":
        this.read(node.test, environment, { ...PLAIN, use: node.yes === null ? manner.use : "test" });
        if (node.yes !== null) this.read(node.yes, environment, manner);
        this.read(node.no, environment, manner);
        return;
      case "test":
        this.read(node.value, environment, { ...PLAIN, use: "test", optional: node.name === "defined" });
        this.#readArguments(node.args, environment);
        return;
      case "binary": {
        const isCoalesce = node.operator === "??";
        this.read(node.left, environment, isCoalesce ? { ...manner, optional: true } : PLAIN);
        this.read(node.right, environment, isCoalesce ? manner : PLAIN);
        return;
      }
      default:
        this.#readParts(node, environment);
    }
  }

  #readParts(node: Expression, environment: Environment): void {
    switch (node.kind) {
      case "unary":
        this.read(node.operand, environment, PLAIN);
        return;
      case "interpolation":
        this.#readAll(node.parts, environment);
        return;
      case "sequence":
        this.#readAll(
          node.items.filter((item) => item.kind !== "hole"),
          environment,
        );
        return;
      case "mapping":
        for (const entry of node.entries) {
          if (entry.kind === "pair") this.read(entry.key, environment, PLAIN);
          this.read(entry.value, environment, PLAIN);
        }
        return;
      case "slice":
        this.#readAll(
          [node.object, node.start, node.length].filter((part) => part !== null),
          environment,
        );
        return;
      case "call":
      case "macroCall":
        this.#readArguments(node.args, environment);
        if (node.name === "include" || node.name === "include_only") this.#readInclude(node, environment);
        return;
      case "arrow": {
        const inner = environment.inner();
        for (const param of node.params) inner.bindLocal(param);
        this.read(node.body, inner, PLAIN);
        return;
      }
      case "assign":
        this.read(node.value, environment, PLAIN);
        environment.bindTarget(node.target, node.value);
        return;
      default:
    }
  }

  #readInclude({ name: callee, args }: Call | MacroCall, environment: Environment): void {
    const find = (name: string, place: number) =>
      (args.find((one) => one.name === name) ?? args.filter((one) => one.name === null)[place])?.value;
    const template = find("template", 0);
    if (template === undefined) return;
    const withContext = find("with_context", 2);
    const isClosed = withContext?.kind === "literal" && withContext.value === false;
    const only = callee === "include_only" || isClosed;
    this.#listener.included(template, environment.given(find("variables", 1) ?? null, only));
  }

  #readAll(nodes: readonly (Expression | Spread)[], environment: Environment): void {
    for (const node of nodes) this.read(node.kind === "spread" ? node.value : node, environment, PLAIN);
  }

  #readArguments(args: readonly Argument[], environment: Environment): void {
    for (const argument of args) this.read(argument.value, environment, PLAIN);
  }

  /** A path is one read; the keys in it that are computed are reads of their own. */
  #readPath(node: Expression, environment: Environment, manner: Manner): void {
    const source = environment.resolve(node);
    if (source !== null) this.#listener.found({ ...source, ...manner, at: startOf(node) });
    for (let part = node; part.kind === "attribute"; part = part.object) {
      if (part.key.kind !== "literal") this.read(part.key, environment, PLAIN);
      this.#readArguments(part.args ?? [], environment);
      const isEnd = part.object.kind !== "attribute" && part.object.kind !== "name";
      if (isEnd) this.read(part.object, environment, PLAIN);
    }
  }

  #readFilter(node: Filter, environment: Environment, manner: Manner): void {
    const optional = manner.optional || node.name === "default";
    this.read(node.value, environment, { ...manner, filters: [node.name, ...manner.filters], optional });
    for (const { value } of node.args) {
      if (value.kind !== "arrow") {
        this.read(value, environment, PLAIN);
        continue;
      }
      const inner = environment.inner();
      value.params.forEach((param, i) => {
        if (i === (node.name === "reduce" ? 1 : 0) || node.name === "sort")
          inner.bindElement(param, node.value);
        else inner.bindLocal(param);
      });
      this.read(value.body, inner, PLAIN);
    }
  }
}

/** Where the path begins: the place of its first name. */
function startOf(node: Expression): number {
  let first = node;
  while (first.kind === "attribute") first = first.object;
  return first.at;
}
