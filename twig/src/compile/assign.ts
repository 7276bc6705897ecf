/** Assignments: to a name, and by pattern to several. */
import { readKey } from "../runtime/attribute.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Assign, Expression, Hole, Mapping, Name, Sequence, Spread } from "../syntax/ast.ts";
import { valuesOf } from "../values/kinds.ts";
import type { Compiler, Evaluate } from "./compiler.ts";

export type Store = (rt: Runtime, value: unknown) => void;

/** A closure that stores a value into a name or takes it apart into several. */
export function compileTarget(compiler: Compiler, target: Name | Sequence | Mapping): Store {
  if (target.kind === "name") {
    const { name } = target;
    return (rt, value) => rt.scope.assign(name, value);
  }
  return target.kind === "sequence" ? compileSequence(compiler, target) : compileMapping(compiler, target);
}

/** Values by place; the surplus names become null. */
function compileSequence(compiler: Compiler, { items }: Sequence): Store {
  const stores = items.map((item) => (item.kind === "hole" ? null : compileTarget(compiler, asTarget(item))));
  return (rt, value) => {
    const values = valuesOf(value);
    rt.charge(stores.length);
    if (!Array.isArray(value)) rt.chargeItems(values.length);
    for (let i = 0; i < stores.length; i++) stores[i]?.(rt, values[i] ?? null);
  };
}

/** `{name}` and `{name: other}`: the value under the key goes to the name. */
function compileMapping(compiler: Compiler, { entries }: Mapping): Store {
  const parts = entries.map((entry) => {
    if (entry.kind === "spread") return compiler.fail("Only names can stand in this pattern.", entry.at);
    return { key: compiler.expression(entry.key), store: compileTarget(compiler, asTarget(entry.value)) };
  });
  return (rt, value) => {
    rt.charge(parts.length);
    for (const { key, store } of parts) store(rt, readKey(value, key(rt)));
  };
}

/** The parser lets only names and patterns through. */
function asTarget(node: Expression | Spread | Hole): Name | Sequence | Mapping {
  return node as Name | Sequence | Mapping;
}

/** The value of an assignment is its right side, as in PHP. */
export function compileAssign(compiler: Compiler, node: Assign): Evaluate {
  const store = compileTarget(compiler, node.target);
  const evaluate = compiler.expression(node.value);
  return (rt) => {
    const value = evaluate(rt);
    store(rt, value);
    return value;
  };
}
