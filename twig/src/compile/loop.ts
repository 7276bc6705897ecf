/** `for` and `with`: what opens a scope in the middle of a template. */
import { ContextView, LoopState } from "../runtime/attribute.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { Scope } from "../runtime/scope.ts";
import type { For, With } from "../syntax/ast.ts";
import { clean, isMapping, keysOf, valuesOf } from "../values/kinds.ts";
import type { Compiler, Evaluate, Run } from "./compiler.ts";

/** Kinds of nodes through which a body can see `loop` without naming it. */
const SEES_CONTEXT = new Set(["include", "embed", "block", "macro", "call", "macroCall"]);

/** Loops inside loops are looked through once, not once for each loop around them. */
const KNOWN_LOOPS = new WeakMap<object, boolean>();

/** Building `loop` for each pass costs time, so it is done only where something may read it. */
function mayReadLoop(tree: unknown): boolean {
  if (typeof tree !== "object" || tree === null) return false;
  const known = KNOWN_LOOPS.get(tree);
  if (known !== undefined) return known;
  const { kind, name } = tree as { readonly kind?: unknown; readonly name?: unknown };
  const isRead = kind === "name" && (name === "loop" || name === "_context");
  const result = isRead || SEES_CONTEXT.has(String(kind)) || Object.values(tree).some(mayReadLoop);
  if (kind === "for") KNOWN_LOOPS.set(tree, result);
  return result;
}

interface Loop {
  readonly keyName: string | null;
  readonly valueName: string;
  readonly items: Evaluate;
  readonly body: Run;
  readonly otherwise: Run | null;
  readonly withLoop: boolean;
  readonly at: number;
}

/** `{% for %}` */
export function compileFor(compiler: Compiler, node: For): Run {
  const inner = compiler.at({ isTopLevel: false });
  const loop: Loop = {
    keyName: node.keyName,
    valueName: node.valueName,
    items: compiler.expression(node.items),
    body: inner.body(node.body),
    otherwise: node.otherwise === null ? null : inner.body(node.otherwise),
    withLoop: mayReadLoop(node.body),
    at: node.at,
  };
  return (rt) => runLoop(rt, loop);
}

function runLoop(rt: Runtime, loop: Loop): void {
  let items = loop.items(rt);
  rt.at = loop.at;
  if (items instanceof ContextView) items = takeSnapshot(rt, items);
  const values = valuesOf(items);
  if (values.length === 0) {
    if (loop.otherwise !== null) loop.otherwise(rt);
    return;
  }
  const outer = rt.scope;
  const scope = new Scope(outer, false, outer.layers);
  rt.scope = scope;
  const keys = loop.keyName === null || Array.isArray(items) ? null : keysOf(items);
  passThrough(rt, loop, { values, keys, scope });
  rt.scope = outer;
}

interface Passes {
  readonly values: readonly unknown[];
  /** Null: the keys are the places, or nobody asks for them. */
  readonly keys: readonly unknown[] | null;
  readonly scope: Scope;
}

function passThrough(rt: Runtime, loop: Loop, { values, keys, scope }: Passes): void {
  const { keyName, valueName, body, at } = loop;
  const state = loop.withLoop ? new LoopState(values.length, scope.parent!) : null;
  if (state !== null) scope.declare("loop", state);
  for (let i = 0; i < values.length; i++) {
    rt.at = at;
    rt.charge(1);
    rt.checkOutput();
    if (keyName !== null) scope.declare(keyName, keys === null ? i : keys[i]);
    scope.declare(valueName, clean(values[i]));
    if (state !== null) state.index0 = i;
    body(rt);
  }
}

/** A scope of its own, with the mapping's entries as names; `only` hides everything else. */
export function compileWith(compiler: Compiler, node: With): Run {
  const variables = node.variables === null ? null : compiler.expression(node.variables);
  const body = compiler.at({ isTopLevel: false }).body(node.body);
  return (rt) => {
    const outer = rt.scope;
    const given = variables === null ? null : variables(rt);
    rt.at = node.at;
    rt.scope = openScope(rt, { given, only: node.only });
    body(rt);
    rt.scope = outer;
  };
}

interface Opening {
  /** The mapping behind `with`. */
  readonly given: unknown;
  readonly only: boolean;
}

/** The scope for a `with`, a snippet or an embed: bounded, with the given names declared in it. */
export function openScope(rt: Runtime, { given, only }: Opening): Scope {
  const scope = only ? new Scope(null, true, []) : new Scope(rt.scope, true, rt.scope.layers);
  if (given === null || given === undefined) return scope;
  if (!isMapping(given)) {
    // An empty list is PHP's empty mapping; anything else that is no mapping holds no names.
    if (given instanceof ContextView) declareAll(rt, scope, takeSnapshot(rt, given));
    return scope;
  }
  declareAll(rt, scope, given);
  return scope;
}

/** All names with their values, looked up in all layers. */
function takeSnapshot(rt: Runtime, { scope }: ContextView): Map<string, unknown> {
  const names = scope.snapshot();
  rt.charge(names.size * 4);
  return names;
}

function declareAll(rt: Runtime, scope: Scope, given: unknown): void {
  const keys = keysOf(given);
  const values = valuesOf(given);
  rt.chargeItems(keys.length);
  for (let i = 0; i < keys.length; i++) scope.declare(String(keys[i]), clean(values[i]));
}
