/**
 * Names at render time: scopes in a chain, and the host's layers of data behind the last one.
 * A scope is opened by a loop, a `with`, a snippet, a block, a macro, an arrow function. Its `boundary` says that
 * assignments inside never reach outside; a loop has none: what existed before the loop keeps its new value.
 * Layers are never copied or changed.
 */
import { clean } from "../values/kinds.ts";

export type Data = Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>;

export class Scope {
  readonly parent: Scope | null;
  readonly boundary: boolean;
  readonly layers: readonly Data[];
  vars: Map<string, unknown> | null = null;

  constructor(parent: Scope | null, boundary: boolean, layers: readonly Data[]) {
    this.parent = parent;
    this.boundary = boundary;
    this.layers = layers;
  }

  /** Value of a name, null when nothing owns it. */
  get(name: string): unknown {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      if (scope.vars === null) continue;
      const value = scope.vars.get(name);
      if (value !== undefined) return value;
    }
    return readLayers(this.layers, name);
  }

  /** Declares a name in this very scope. */
  declare(name: string, value: unknown): void {
    if (this.vars === null) this.vars = new Map();
    this.vars.set(name, value === undefined ? null : value);
  }

  /** Twig's assignment: to where the name lives, up to the boundary; a new name belongs to this scope. */
  assign(name: string, value: unknown): void {
    let scope: Scope = this;
    while (!scope.boundary && scope.vars?.get(name) === undefined && scope.parent !== null)
      scope = scope.parent;
    const isKnown = scope.vars?.get(name) !== undefined || (scope !== this && scope.knows(name));
    (isKnown ? scope : this).declare(name, value);
  }

  /** True when the name has a place in this chain or in the data, even one with null in it. */
  knows(name: string): boolean {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      if (scope.vars?.has(name)) return true;
    }
    return this.layers.some((layer) => (layer instanceof Map ? layer.has(name) : Object.hasOwn(layer, name)));
  }

  /** All names and their values, for `_context`: the data's first, then as they were assigned; the nearest scope wins. */
  snapshot(): Map<string, unknown> {
    const all = new Map<string, unknown>();
    for (const layer of this.layers) {
      const names = layer instanceof Map ? layer.keys() : Object.keys(layer);
      for (const name of names) {
        if (!all.has(name)) all.set(name, readLayers(this.layers, name));
      }
    }
    this.#addTo(all);
    return all;
  }

  /** By a loop, not by recursion: scopes may be as many as the depth of calls allows. */
  #addTo(all: Map<string, unknown>): void {
    const scopes: Scope[] = [];
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) scopes.unshift(scope);
    for (const { vars } of scopes) {
      for (const [name, value] of vars ?? []) {
        // Macros imported by name stand beside the variables, as "name()".
        if (!name.endsWith("()")) all.set(name, value);
      }
    }
  }
}

/** First layer that owns the name with a value that is not null or undefined; null when none does. */
export function readLayers(layers: readonly Data[], name: string): unknown {
  for (let i = 0; i < layers.length; i++) {
    const layer = layers[i]!;
    let value: unknown;
    if (layer instanceof Map) value = layer.get(name);
    else if (Object.hasOwn(layer, name)) value = (layer as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined && value !== null) return clean(value);
  }
  return null;
}
