/** Reading a name. Three shapes: straight from the data, through the scopes, and Twig's own names. */
import { ContextView } from "../runtime/attribute.ts";
import { readLayers } from "../runtime/scope.ts";
import type { Name } from "../syntax/ast.ts";
import type { Compiler, Evaluate } from "./compiler.ts";

/** A closure that reads the name; null when nothing owns it. */
export function compileName(compiler: Compiler, { name }: Name): Evaluate {
  if (name === "_context") return (rt) => new ContextView(rt.scope);
  if (name === "_charset") return () => "UTF-8";
  // For calls of own macros and blocks only: what the host calls its templates is nobody's message.
  if (name === "_self") return () => "";
  if (isDirect(compiler, name)) return (rt) => readLayers(rt.scope.layers, name);
  return (rt) => rt.scope.get(name);
}

/** Twig's own names are no data, even where the data has such a key. */
const OWN_NAMES = new Set(["_context", "_charset", "_self"]);

/** Nothing in this template can give the name a value, so no scope needs to be searched. */
export function isDirect({ unit }: Compiler, name: string): boolean {
  return unit.readsDirectly && !OWN_NAMES.has(name) && !unit.assignedNames.has(name);
}
