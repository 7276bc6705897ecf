/** What the names of a template stand for at one place, for `reads.ts`. */
import type { Expression, Mapping, Name, Sequence } from "./syntax/ast.ts";

/** `text` is printed, `loop` is walked through, `test` decides, `value` goes into something else. */
export type UseKind = "text" | "loop" | "test" | "value";

/** A place in the data. */
export interface DataPath {
  readonly name: string;
  readonly path: readonly string[];
}

/** Null: a value that the template made. */
type Meaning = DataPath | null;

export class Environment {
  readonly #names: Map<string, Meaning>;
  /** The data cannot be seen here (macros, `only`): unknown names are empty, not reads. */
  readonly #isClosed: boolean;

  constructor(names: ReadonlyMap<string, Meaning> = new Map(), isClosed = false) {
    this.#names = new Map(names);
    this.#isClosed = isClosed;
  }

  static closed(): Environment {
    return new Environment(new Map(), true);
  }

  /** A copy: what happens inside does not count outside. */
  inner(): Environment {
    return new Environment(this.#names, this.#isClosed);
  }

  /** Where the value of a path of constants comes from; null when not from the data, or not by such a path. */
  resolve(node: Expression): Meaning {
    if (node.kind === "name") return this.#meaningOf(node.name);
    if (node.kind !== "attribute" || node.args !== null) return null;
    const object = this.resolve(node.object);
    if (object === null) return null;
    const key = node.key.kind === "literal" ? String(node.key.value) : "*";
    return { name: object.name, path: [...object.path, /^\d+$/.test(key) ? "*" : key] };
  }

  #meaningOf(name: string): Meaning {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const isOwn = name === "_self" || name === "_context" || name === "_charset";
    return this.#isClosed || isOwn ? null : { name, path: [] };
  }

  bindLocal(name: string): void {
    this.#names.set(name, null);
  }

  /** The name stands for any element of the items. */
  bindElement(name: string, items: Expression): void {
    const source = this.resolve(throughFilters(items));
    this.#names.set(name, source === null ? null : { name: source.name, path: [...source.path, "*"] });
  }

  bindTarget(target: Name | Sequence | Mapping, value: Expression): void {
    if (target.kind === "name") {
      this.#names.set(target.name, this.resolve(value));
      return;
    }
    for (const name of namesIn(target)) this.bindLocal(name);
  }

  /** For `with` and `include`: the keys of a literal mapping are names; anything else could be any name. */
  given(variables: Expression | null, only: boolean): Environment {
    const inner = only ? Environment.closed() : this.inner();
    if (variables?.kind !== "mapping") return inner;
    for (const entry of variables.entries) {
      if (entry.kind === "pair" && entry.key.kind === "literal") {
        inner.#names.set(String(entry.key.value), this.resolve(entry.value));
      }
    }
    return inner;
  }
}

/** Filters that keep the elements what they are. */
const KEEPS_ELEMENTS = new Set(["filter", "sort", "reverse", "slice", "default", "shuffle"]);

function throughFilters(node: Expression): Expression {
  let inner = node;
  while (inner.kind === "filter" && KEEPS_ELEMENTS.has(inner.name)) inner = inner.value;
  if (inner.kind === "binary" && inner.operator === "??") return throughFilters(inner.left);
  return inner;
}

function namesIn(target: Sequence | Mapping): string[] {
  const parts = target.kind === "sequence" ? target.items : target.entries.map((entry) => entry.value);
  return parts.flatMap((part) => {
    if (part.kind === "name") return [part.name];
    return part.kind === "sequence" || part.kind === "mapping" ? namesIn(part) : [];
  });
}
