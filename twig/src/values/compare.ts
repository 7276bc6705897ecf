/** Loose comparison of PHP 8, for `==`, `<`, `<=>`, `in`, `sort`, `min` and `max`. */
import type { Runtime } from "../runtime/runtime.ts";
import { clean, countOf, isDate, keysOf, truthy, valuesOf } from "./kinds.ts";
import { Markup } from "./markup.ts";
import { Moment } from "./moment.ts";
import { isNumericText, numberText, parseNumberPrefix } from "./number-text.ts";

/** Texts above this length are charged when compared; below, the step of the node pays. */
const LONG_TEXT = 256;

/** -1, 0 or 1; values that have no order give 1, as in PHP. */
export function compare(rt: Runtime, a: unknown, b: unknown): number {
  const left = simplify(a);
  const right = simplify(b);
  if (typeof left === "number" && typeof right === "number") return order(left, right);
  if (typeof left === "string" && typeof right === "string") return compareTexts(rt, left, right);
  if (typeof left === "boolean" || typeof right === "boolean") return compareTruth(left, right);
  if (left === null && typeof right === "string") return right === "" ? 0 : -1;
  if (right === null && typeof left === "string") return left === "" ? 0 : 1;
  if (left === null || right === null) return compareTruth(left, right);
  if (typeof left === "object" || typeof right === "object") return compareObjects(rt, left, right);
  return typeof left === "number"
    ? compareNumberText(rt, left, right as string)
    : -compareNumberText(rt, right as number, left as string);
}

/** `==` */
export function looseEquals(rt: Runtime, a: unknown, b: unknown): boolean {
  if (a === b && typeof a !== "number") return true;
  return compare(rt, a, b) === 0;
}

/** `===`: same kind, same value; lists and mappings element by element in order. */
export function strictEquals(rt: Runtime, a: unknown, b: unknown): boolean {
  const left = simplify(a);
  const right = simplify(b);
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  const count = countOf(left);
  rt.charge((count + 1) >> 2);
  if (count === -1 || count !== countOf(right)) return false;
  rt.enter();
  rt.charge(count * 3);
  const leftKeys = keysOf(left);
  const rightKeys = keysOf(right);
  const leftValues = valuesOf(left);
  const rightValues = valuesOf(right);
  const isEqual = leftKeys.every(
    (key, i) => key === rightKeys[i] && strictEquals(rt, leftValues[i], rightValues[i]),
  );
  rt.leave();
  return isEqual;
}

/** Markup counts as text, dates as their time, opaque values as null. */
function simplify(value: unknown): unknown {
  if (typeof value !== "object" || value === null)
    return typeof value === "bigint" ? Number(value) : clean(value);
  if (value instanceof Markup) return value.text;
  if (isDate(value)) return value instanceof Moment ? value.epochMs : value.getTime();
  return value;
}

function order(a: number, b: number): number {
  if (a < b) return -1;
  return a === b ? 0 : 1;
}

function compareTruth(a: unknown, b: unknown): number {
  return Number(truthy(a)) - Number(truthy(b));
}

/** Two texts that both look like numbers are compared as numbers. */
function compareTexts(rt: Runtime, a: string, b: string): number {
  if (a.length > LONG_TEXT && b.length > LONG_TEXT) rt.charge(Math.min(a.length, b.length) >> 6);
  if (a === b) return 0;
  if (startsLikeNumber(a) && startsLikeNumber(b) && isNumericText(a) && isNumericText(b)) {
    return order(parseNumberPrefix(a), parseNumberPrefix(b));
  }
  return a < b ? -1 : 1;
}

function startsLikeNumber(text: string): boolean {
  const code = text.charCodeAt(0);
  return (code >= 48 && code <= 57) || code === 43 || code === 45 || code === 46 || code <= 32;
}

function compareNumberText(rt: Runtime, a: number, b: string): number {
  if (isNumericText(b)) return order(a, parseNumberPrefix(b));
  return compareTexts(rt, numberText(a), b);
}

/** A list or mapping is greater than any scalar; among them the longer one, then key by key. */
function compareObjects(rt: Runtime, a: unknown, b: unknown): number {
  const leftCount = countOf(a);
  const rightCount = countOf(b);
  if (leftCount === -1 && rightCount === -1) return a === b ? 0 : 1;
  // Counting the keys of a plain object walks through them.
  rt.charge((leftCount + rightCount + 2) >> 3);
  if (leftCount === -1) return -1;
  if (rightCount === -1) return 1;
  if (leftCount !== rightCount) return order(leftCount, rightCount);
  rt.enter();
  // Each element costs two keys and a look-up.
  rt.charge(leftCount * 3);
  const result = compareElements(rt, a, b);
  rt.leave();
  return result;
}

/** Key by key of the left side; a key that the right side lacks decides. */
function compareElements(rt: Runtime, a: unknown, b: unknown): number {
  const rightKeys = keysOf(b);
  const rightByKey = new Map(valuesOf(b).map((value, i) => [rightKeys[i], value]));
  const leftKeys = keysOf(a);
  const leftValues = valuesOf(a);
  for (let i = 0; i < leftKeys.length; i++) {
    if (!rightByKey.has(leftKeys[i]!)) return 1;
    const result = compare(rt, leftValues[i], rightByKey.get(leftKeys[i]!));
    if (result !== 0) return result;
  }
  return 0;
}
