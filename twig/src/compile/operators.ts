/** Unary and binary operators to closures, one shape per operator. */

import { contains } from "../builtins/contains.ts";
import { makeRange } from "../builtins/range.ts";
import { type Pattern, parsePattern } from "../regex/pattern.ts";
import { asArrow } from "../runtime/arrow-function.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Binary, Unary } from "../syntax/ast.ts";
import { bitwise, divide, floorDivide, modulo, toNumber } from "../values/arithmetic.ts";
import { compare, looseEquals, strictEquals } from "../values/compare.ts";
import { countOf, isNull, keysOf, truthy, valuesOf } from "../values/kinds.ts";
import { Markup } from "../values/markup.ts";
import { toText } from "../values/text.ts";
import type { Compiler, Evaluate } from "./compiler.ts";

type Join = (left: Evaluate, right: Evaluate) => Evaluate;

const JOINS: ReadonlyMap<string, Join> = new Map<string, Join>([
  ["and", (a, b) => (rt) => truthy(a(rt)) && truthy(b(rt))],
  ["or", (a, b) => (rt) => truthy(a(rt)) || truthy(b(rt))],
  ["xor", (a, b) => (rt) => truthy(a(rt)) !== truthy(b(rt))],
  ["??", (a, b) => (rt) => coalesce(rt, a(rt), b)],
  ["==", (a, b) => (rt) => looseEquals(rt, a(rt), b(rt))],
  ["!=", (a, b) => (rt) => !looseEquals(rt, a(rt), b(rt))],
  ["===", (a, b) => (rt) => strictEquals(rt, a(rt), b(rt))],
  ["!==", (a, b) => (rt) => !strictEquals(rt, a(rt), b(rt))],
  ["<=>", (a, b) => (rt) => compare(rt, a(rt), b(rt))],
  ["<", (a, b) => (rt) => compare(rt, a(rt), b(rt)) < 0],
  [">", (a, b) => (rt) => isGreater(rt, a(rt), b(rt))],
  ["<=", (a, b) => (rt) => compare(rt, a(rt), b(rt)) <= 0],
  [">=", (a, b) => (rt) => compare(rt, b(rt), a(rt)) <= 0],
  ["in", (a, b) => (rt) => contains(rt, b(rt), a(rt))],
  ["not in", (a, b) => (rt) => !contains(rt, b(rt), a(rt))],
  ["starts with", (a, b) => (rt) => checkEnd(rt, { whole: a(rt), part: b(rt), atStart: true })],
  ["ends with", (a, b) => (rt) => checkEnd(rt, { whole: a(rt), part: b(rt), atStart: false })],
  ["has some", (a, b) => (rt) => has(rt, { items: a(rt), test: b(rt), wanted: true })],
  ["has every", (a, b) => (rt) => !has(rt, { items: a(rt), test: b(rt), wanted: false })],
  ["+", (a, b) => (rt) => toNumber(a(rt)) + toNumber(b(rt))],
  ["-", (a, b) => (rt) => toNumber(a(rt)) - toNumber(b(rt))],
  ["*", (a, b) => (rt) => toNumber(a(rt)) * toNumber(b(rt))],
  ["/", (a, b) => (rt) => divide(a(rt), b(rt))],
  ["//", (a, b) => (rt) => floorDivide(a(rt), b(rt))],
  ["%", (a, b) => (rt) => modulo(a(rt), b(rt))],
  ["**", (a, b) => (rt) => toNumber(a(rt)) ** toNumber(b(rt))],
  ["b-and", (a, b) => (rt) => bitwise("b-and", a(rt), b(rt))],
  ["b-or", (a, b) => (rt) => bitwise("b-or", a(rt), b(rt))],
  ["b-xor", (a, b) => (rt) => bitwise("b-xor", a(rt), b(rt))],
]);

/** `left operator right`; `and`, `or` and `??` look at the right side only when they must. */
export function compileBinary(compiler: Compiler, node: Binary): Evaluate {
  const left = compiler.expression(node.left);
  const right = compiler.expression(node.right);
  const { at, operator } = node;
  if (operator === "~") return (rt) => concat(rt, left(rt), right(rt));
  if (operator === "..") {
    return (rt) => {
      rt.at = at;
      return makeRange(rt, left(rt), { end: right(rt), step: 1 });
    };
  }
  if (operator === "matches") return compileMatches(compiler, node, left);
  const joined = JOINS.get(operator)!(left, right);
  return CAN_BE_LONG.has(operator) ? noting(at, joined) : joined;
}

/** These may walk through long values, so they note where they stand first. */
const CAN_BE_LONG = new Set(["in", "not in", "has some", "has every"]);

/** Notes the place of an operator that may run out of budget. */
function noting(at: number, evaluate: Evaluate): Evaluate {
  return (rt) => {
    rt.at = at;
    return evaluate(rt);
  };
}

function coalesce(rt: Runtime, value: unknown, otherwise: Evaluate): unknown {
  return isNull(value) ? otherwise(rt) : value;
}

/** PHP evaluates `a > b` as `b < a`. */
function isGreater(rt: Runtime, a: unknown, b: unknown): boolean {
  return compare(rt, b, a) < 0;
}

/** The length is checked before the text is joined. */
export function concat(rt: Runtime, a: unknown, b: unknown): string {
  const left = typeof a === "string" ? a : toText(rt, a);
  const right = typeof b === "string" ? b : toText(rt, b);
  const length = left.length + right.length;
  if (length > 128) rt.chargeText(length);
  return left + right;
}

interface EndCheck {
  readonly whole: unknown;
  readonly part: unknown;
  readonly atStart: boolean;
}

function checkEnd(rt: Runtime, { whole, part, atStart }: EndCheck): boolean {
  if (!isText(whole) || !isText(part)) return false;
  const text = toText(rt, whole);
  const piece = toText(rt, part);
  rt.charge(piece.length >> 7);
  return atStart ? text.startsWith(piece) : text.endsWith(piece);
}

/** Numbers are no texts here, as in Twig. */
function isText(value: unknown): boolean {
  return typeof value === "string" || value instanceof Markup;
}

interface Search {
  readonly items: unknown;
  readonly test: unknown;
  readonly wanted: boolean;
}

/** Whether the arrow function answers `wanted` for some element. */
function has(rt: Runtime, { items, test, wanted }: Search): boolean {
  const arrow = asArrow(rt, test, wanted ? "has some" : "has every");
  if (!Array.isArray(items)) rt.charge(Math.max(0, countOf(items)) >> 2);
  const keys = arrow.params.length > 1 ? keysOf(items) : [];
  return valuesOf(items).some((item, i) => truthy(arrow.call(rt, [item, keys[i]])) === wanted);
}

/** A constant pattern is checked and compiled once; one from the data is compiled when it is used. */
function compileMatches(compiler: Compiler, { at, right }: Binary, left: Evaluate): Evaluate {
  if (right.kind === "literal" && typeof right.value === "string") {
    const parsed = parsePattern(right.value);
    if (!parsed.ok) compiler.fail(`This pattern cannot be used: ${parsed.reason}`, at);
    const { pattern } = parsed;
    return (rt) => runMatch(rt, at, { pattern, value: left(rt) });
  }
  const evaluate = compiler.expression(right);
  return (rt) => {
    const value = left(rt);
    const source = evaluate(rt);
    rt.at = at;
    const text = toText(rt, source);
    rt.charge(text.length);
    const parsed = parsePattern(text);
    if (!parsed.ok) return rt.fail(`This pattern cannot be used: ${parsed.reason}`);
    return runMatch(rt, at, { pattern: parsed.pattern, value });
  };
}

/** 1 or 0, as preg_match answers. */
function runMatch(rt: Runtime, at: number, { pattern, value }: { pattern: Pattern; value: unknown }): number {
  rt.at = at;
  const text = toText(rt, value);
  return pattern.test(text, (steps) => rt.charge(steps)) ? 1 : 0;
}

/** `not`, `-`, `+` */
export function compileUnary(compiler: Compiler, node: Unary): Evaluate {
  const operand = compiler.expression(node.operand);
  if (node.operator === "not") return (rt) => !truthy(operand(rt));
  if (node.operator === "-") return (rt) => -toNumber(operand(rt));
  return (rt) => toNumber(operand(rt));
}
