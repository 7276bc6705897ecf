/** Expressions to closures. */

import { sliceValue } from "../builtins/slice.ts";
import { ArrowFunction } from "../runtime/arrow-function.ts";
import { readKey, readNamed } from "../runtime/attribute.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type {
  Arrow,
  Attribute,
  Conditional,
  Expression,
  Interpolation,
  Mapping,
  Sequence,
  Slice,
} from "../syntax/ast.ts";
import { countOf, keysOf, toKey, truthy, valuesOf } from "../values/kinds.ts";
import { compileAssign } from "./assign.ts";
import { compileCall, compileFilter, compileTest } from "./calls.ts";
import type { Compiler, Evaluate } from "./compiler.ts";
import { compileMacroCall, compileMethodCall, mayCallMacro } from "./macros.ts";
import { compileName } from "./names.ts";
import { compileBinary, compileUnary, concat } from "./operators.ts";

/** A closure that gives the value of the expression. */
export function compileExpression(compiler: Compiler, node: Expression): Evaluate {
  switch (node.kind) {
    case "literal":
      return constant(node.value);
    case "name":
      return compileName(compiler, node);
    case "attribute":
      return node.args === null && !mayCallMacro(compiler, node)
        ? compileAttribute(compiler, node)
        : compileMethodCall(compiler, node);
    case "filter":
      return compileFilter(compiler, node);
    case "call":
      return compileCall(compiler, node);
    case "macroCall":
      return compileMacroCall(compiler, node);
    case "test":
      return compileTest(compiler, node);
    case "binary":
      return compileBinary(compiler, node);
    case "unary":
      return compileUnary(compiler, node);
    default:
      return compileComposite(compiler, node);
  }
}

type Composite = Extract<
  Expression,
  { kind: "conditional" | "sequence" | "mapping" | "interpolation" | "slice" | "arrow" | "assign" }
>;

function compileComposite(compiler: Compiler, node: Composite): Evaluate {
  switch (node.kind) {
    case "conditional":
      return compileConditional(compiler, node);
    case "sequence":
      return compileSequence(compiler, node);
    case "mapping":
      return compileMapping(compiler, node);
    case "interpolation":
      return compileInterpolation(compiler, node);
    case "slice":
      return compileSlice(compiler, node);
    case "arrow":
      return compileArrow(compiler, node);
    case "assign":
      return compileAssign(compiler, node);
  }
}

function constant(value: unknown): Evaluate {
  return () => value;
}

function compileAttribute(compiler: Compiler, { object, key }: Attribute): Evaluate {
  const evaluate = compiler.expression(object);
  if (key.kind === "literal" && typeof key.value === "string") {
    const name = key.value;
    return (rt) => readNamed(evaluate(rt), name);
  }
  const evaluateKey = compiler.expression(key);
  return (rt) => readKey(evaluate(rt), evaluateKey(rt));
}

function compileConditional(compiler: Compiler, node: Conditional): Evaluate {
  const test = compiler.expression(node.test);
  const no = compiler.expression(node.no);
  if (node.yes === null) {
    return (rt) => {
      const value = test(rt);
      return truthy(value) ? value : no(rt);
    };
  }
  const yes = compiler.expression(node.yes);
  return (rt) => (truthy(test(rt)) ? yes(rt) : no(rt));
}

function compileInterpolation(compiler: Compiler, { parts, at }: Interpolation): Evaluate {
  const evaluates = parts.map((part) => compiler.expression(part));
  return (rt) => {
    let text = "";
    for (const evaluate of evaluates) {
      const value = evaluate(rt);
      rt.at = at;
      text = concat(rt, text, value);
    }
    return text;
  };
}

interface Part {
  readonly spread: boolean;
  readonly value: Evaluate;
}

function compileSequence(compiler: Compiler, { items, at }: Sequence): Evaluate {
  const parts: Part[] = items.map((item) => {
    if (item.kind === "hole") return compiler.fail("A value is missing between two commas.", item.at);
    const spread = item.kind === "spread";
    return { spread, value: compiler.expression(spread ? item.value : item) };
  });
  if (!parts.some((part) => part.spread)) {
    const evaluates = parts.map((part) => part.value);
    return (rt) => {
      rt.charge(evaluates.length);
      return evaluates.map((evaluate) => evaluate(rt));
    };
  }
  return (rt) => joinItems(rt, parts, at);
}

/** Lists are appended; only a spread mapping makes the result one, when it has text keys. */
function joinItems(rt: Runtime, parts: readonly Part[], at: number): unknown {
  const values = parts.map(({ value }) => value(rt));
  rt.at = at;
  if (values.every((value, i) => !parts[i]!.spread || Array.isArray(value))) {
    rt.chargeItems(
      values.reduce<number>((sum, value, i) => sum + (parts[i]!.spread ? countOf(value) : 1), 0),
    );
    return values.flatMap((value, i) => (parts[i]!.spread ? (value as unknown[]) : [value]));
  }
  const result = new Map<string, unknown>();
  values.forEach((value, i) => {
    addItem(rt, result, { spread: parts[i]!.spread, value });
  });
  return listOrMap(result);
}

interface Added {
  readonly spread: boolean;
  readonly value: unknown;
}

/** Spread elements with text keys keep them, the others are appended: PHP's rule. */
function addItem(rt: Runtime, result: Map<string, unknown>, { spread, value }: Added): void {
  if (!spread) {
    result.set(String(result.size), value);
    rt.charge(1);
    return;
  }
  const keys = keysOf(value);
  const values = valuesOf(value);
  rt.chargeItems(result.size + keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    result.set(typeof key === "string" ? key : String(result.size), values[i]);
  }
}

/** PHP has one kind of array: `{}` and `{0: a, 1: b}` are the lists `[]` and `[a, b]`, in JSON too. */
function listOrMap(map: Map<string, unknown>): unknown {
  let next = 0;
  for (const key of map.keys()) if (key !== String(next++)) return map;
  return [...map.values()];
}

function compileMapping(compiler: Compiler, { entries, at }: Mapping): Evaluate {
  const parts = entries.map((entry) => {
    if (entry.kind === "spread") return { key: null, value: compiler.expression(entry.value) };
    return { key: compiler.expression(entry.key), value: compiler.expression(entry.value) };
  });
  return (rt) => {
    const map = new Map<string, unknown>();
    rt.charge(parts.length);
    for (const { key, value } of parts) {
      if (key === null) addSpread(rt, map, { value: value(rt), at });
      else map.set(toKey(key(rt)), value(rt));
    }
    return listOrMap(map);
  };
}

function addSpread(
  rt: Runtime,
  map: Map<string, unknown>,
  { value, at }: { value: unknown; at: number },
): void {
  rt.at = at;
  const keys = keysOf(value);
  const values = valuesOf(value);
  rt.chargeItems(map.size + keys.length);
  for (let i = 0; i < keys.length; i++) map.set(String(keys[i]), values[i]);
}

function compileSlice(compiler: Compiler, { object, start, length, at }: Slice): Evaluate {
  const evaluate = compiler.expression(object);
  const from = start === null ? constant(0) : compiler.expression(start);
  const size = length === null ? constant(null) : compiler.expression(length);
  return (rt) => {
    const value = evaluate(rt);
    const range = { start: from(rt), length: size(rt), preserveKeys: false };
    rt.at = at;
    return sliceValue(rt, value, range);
  };
}

function compileArrow(compiler: Compiler, { params, body }: Arrow): Evaluate {
  const evaluate = compiler.expression(body);
  return (rt) => new ArrowFunction(params, evaluate, rt.scope);
}
