/** Macros: definition, import, and the three ways to call them (`_self.m()`, `alias.m()`, `m()`). */
import { hasKey, readKey } from "../runtime/attribute.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { Scope } from "../runtime/scope.ts";
import type { Argument, Attribute, From, Import, Macro, MacroCall } from "../syntax/ast.ts";
import { keysOf, markEngineClass, toKey, valuesOf } from "../values/kinds.ts";
import { Markup } from "../values/markup.ts";
import type { Compiler, Evaluate, Run } from "./compiler.ts";
import { findTemplate } from "./include.ts";
import { MacroDefinition, type Unit } from "./unit.ts";

/** What `{% import %}` puts under its alias. */
export class MacroLibrary {
  readonly unit: Unit;

  constructor(unit: Unit) {
    this.unit = unit;
  }
}

markEngineClass(MacroLibrary.prototype);
markEngineClass(MacroDefinition.prototype);

/** Macro calls bind their arguments at render time, because the macro may come from another template. */
interface MacroArguments {
  readonly evaluate: (rt: Runtime) => Given;
  readonly at: number;
}

interface Given {
  readonly values: readonly unknown[];
  readonly named: ReadonlyMap<string, unknown>;
}

/** Compiles a macro and puts it into its template. */
export function defineMacro(compiler: Compiler, { name, params, body }: Macro): void {
  const inner = compiler.at({ isTopLevel: false, blockName: null });
  const macro = new MacroDefinition({
    unit: compiler.unit,
    params: params
      .filter((param) => !param.rest)
      .map((param) => ({
        name: param.name,
        fallback: param.fallback === null ? null : inner.expression(param.fallback),
      })),
    restName: params.find((param) => param.rest)?.name ?? "varargs",
    body: inner.body(body),
  });
  compiler.unit.macros.set(name, macro);
}

/** An import at the top of a template is seen by its blocks and macros too; elsewhere it stays local. */
function store(rt: Runtime, compiler: Compiler, { name, value }: { name: string; value: unknown }): void {
  if (compiler.place.isTopLevel) rt.importsOf(compiler.unit).set(name, value);
  rt.scope.declare(name, value);
}

/** `{% import %}` */
export function compileImport(compiler: Compiler, { template, alias, at }: Import): Run {
  const find = findTemplate(compiler, { node: template, at, ignoreMissing: false });
  return (rt) => store(rt, compiler, { name: alias, value: new MacroLibrary(find(rt)!) });
}

/** `{% from %}` */
export function compileFrom(compiler: Compiler, { template, names, at }: From): Run {
  const find = findTemplate(compiler, { node: template, at, ignoreMissing: false });
  return (rt) => {
    const unit = find(rt)!;
    for (const { macro, alias } of names) {
      rt.at = at;
      // None is no fault yet: `is defined` may ask for it. The call fails.
      const value = findMacro(rt, unit, macro) ?? null;
      store(rt, compiler, { name: fromKey(alias), value });
    }
  };
}

/** Keeps an import at the top for macros that are called without their template; computed names have no meaning there. */
export function keepTopImport(compiler: Compiler, node: Import | From): void {
  const { template } = node;
  const isSelf = template.kind === "name" && template.name === "_self";
  if (template.kind !== "literal" && !isSelf) return;
  const { topImports } = compiler.unit;
  if (node.kind === "import") topImports.push({ names: [node.alias], run: compileImport(compiler, node) });
  else
    topImports.push({
      names: node.names.map(({ alias }) => fromKey(alias)),
      run: compileFrom(compiler, node),
    });
}

/** The macro of this name in the template or in those it extends. */
function findMacro(rt: Runtime, start: Unit, name: string): MacroDefinition | undefined {
  for (let unit = start; ; ) {
    const macro = unit.macros.get(name);
    if (macro !== undefined || unit.parent === null) return macro;
    // Also what ends a circle of parents.
    rt.charge(10);
    unit = unit.parent(rt);
  }
}

/** Macros imported by name live beside the variables, so that a variable of the same name does not hide them. */
function fromKey(alias: string): string {
  return `${alias}()`;
}

function bindMacroArguments(compiler: Compiler, args: readonly Argument[], at: number): MacroArguments {
  const steps = args.map(({ name, spread, value }) => ({ name, spread, value: compiler.expression(value) }));
  const evaluate = (rt: Runtime): Given => {
    const values: unknown[] = [];
    const named = new Map<string, unknown>();
    for (const step of steps) {
      const value = step.value(rt);
      rt.at = at;
      if (step.spread) spreadArguments(rt, value, { values, named });
      else if (step.name === null) values.push(value);
      else named.set(step.name, value);
    }
    return { values, named };
  };
  return { evaluate, at };
}

interface Bound {
  readonly values: unknown[];
  readonly named: Map<string, unknown>;
}

/** Elements with text keys are arguments by name, as in PHP. */
function spreadArguments(rt: Runtime, value: unknown, { values, named }: Bound): void {
  const keys = keysOf(value);
  const items = valuesOf(value);
  rt.chargeItems(keys.length);
  rt.charge(keys.length * 2);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (typeof key === "string") named.set(key, items[i]);
    else values.push(items[i]);
  }
}

/** `name(...)` of a macro that `{% from %}` brought in. */
export function compileMacroCall(compiler: Compiler, { name, args, at }: MacroCall): Evaluate {
  const bound = bindMacroArguments(compiler, args, at);
  const key = fromKey(name);
  return (rt) => {
    const macro = rt.scope.get(key);
    rt.at = at;
    if (!(macro instanceof MacroDefinition)) {
      return rt.fail(`There is no macro "${name}" here: it is not imported, or its template has none.`);
    }
    return callMacro(rt, macro, bound);
  };
}

/** True for `forms.input`, which in Twig 3 calls the macro as `forms.input()` does. */
export function mayCallMacro({ unit }: Compiler, { object }: Attribute): boolean {
  return object.kind === "name" && (object.name === "_self" || unit.libraryNames.has(object.name));
}

/**
 * `a.b(...)`: a macro when `a` is an import or `_self`. Data has nothing to call, so anything else is null.
 * Without parentheses `a` may be data after all, and a macro that is not there is null, so that `??` can follow.
 */
export function compileMethodCall(compiler: Compiler, node: Attribute): Evaluate {
  const { object, key, at } = node;
  const isCall = node.args !== null;
  const bound = bindMacroArguments(compiler, node.args ?? [], at);
  const evaluateKey = compiler.expression(key);
  const isSelf = object.kind === "name" && object.name === "_self";
  const evaluate = isSelf ? () => new MacroLibrary(compiler.unit) : compiler.expression(object);
  return (rt) => {
    const library = evaluate(rt);
    const attribute = evaluateKey(rt);
    rt.at = at;
    if (!(library instanceof MacroLibrary)) return isCall ? null : readKey(library, attribute);
    const name = toKey(attribute);
    const macro = findMacro(rt, library.unit, name);
    if (macro === undefined && !isCall) return null;
    if (macro === undefined)
      return rt.fail(`The template "${library.unit.source.name}" has no macro "${name}".`);
    return callMacro(rt, macro, bound);
  };
}

/** `is defined` for a macro, with or without the parentheses of a call, and for any other attribute. */
export function compileMacroDefined(
  compiler: Compiler,
  node: Attribute | MacroCall,
): (rt: Runtime) => boolean {
  if (node.kind === "macroCall") {
    const key = fromKey(node.name);
    return (rt) => rt.scope.get(key) instanceof MacroDefinition;
  }
  const isSelf = node.object.kind === "name" && node.object.name === "_self";
  const evaluate = isSelf ? () => new MacroLibrary(compiler.unit) : compiler.expression(node.object);
  const key = compiler.expression(node.key);
  return (rt) => {
    const object = evaluate(rt);
    if (!(object instanceof MacroLibrary)) return node.args === null && hasKey(object, key(rt));
    return findMacro(rt, object.unit, String(key(rt))) !== undefined;
  };
}

/** A macro sees its arguments and the imports at the top of its own template, nothing of its caller. */
function callMacro(rt: Runtime, macro: MacroDefinition, args: MacroArguments): Markup {
  const given = args.evaluate(rt);
  rt.at = args.at;
  const { scope: outer, source } = rt;
  const imports = rt.importsOf(macro.unit);
  rt.charge(imports.size * 2 + macro.params.length);
  runTopImports(rt, macro.unit, imports);
  const scope = new Scope(null, true, []);
  for (const [name, value] of imports) scope.declare(name, value);
  rt.enter();
  rt.scope = scope;
  declareArguments(rt, macro, given);
  rt.source = macro.unit.source;
  const text = rt.capture(() => macro.body(rt));
  rt.source = source;
  rt.at = args.at;
  rt.scope = outer;
  rt.leave();
  return new Markup(text);
}

/** A template of which only macros are used never ran its own imports. They see nothing of the caller's names. */
function runTopImports(rt: Runtime, { topImports, source }: Unit, known: ReadonlyMap<string, unknown>): void {
  for (const { names, run } of topImports) {
    if (names.every((name) => known.has(name))) continue;
    const { scope: outer, source: outerSource } = rt;
    rt.scope = new Scope(null, true, []);
    rt.source = source;
    run(rt);
    rt.source = outerSource;
    rt.scope = outer;
  }
}

function declareArguments(rt: Runtime, macro: MacroDefinition, { values, named }: Given): void {
  macro.params.forEach(({ name, fallback }, i) => {
    const value = i < values.length ? values[i] : named.get(name);
    const isGiven = i < values.length || named.has(name);
    rt.scope.declare(name, isGiven ? value : (fallback?.(rt) ?? null));
  });
  const surplus = values.slice(macro.params.length);
  const names = new Set(macro.params.map((param) => param.name));
  const surplusNamed = [...named].filter(([name]) => !names.has(name));
  if (surplusNamed.length === 0) {
    rt.scope.declare(macro.restName, surplus);
    return;
  }
  const all = new Map<string, unknown>(surplus.map((value, i) => [String(i), value]));
  for (const [name, value] of surplusNamed) all.set(name, value);
  rt.scope.declare(macro.restName, all);
}
