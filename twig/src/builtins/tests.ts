/** The tests behind `is`; `defined` is compiled by shape. */
import { LoopState } from "../runtime/attribute.ts";
import { modulo, toInteger } from "../values/arithmetic.ts";
import { strictEquals } from "../values/compare.ts";
import { isCollection, isEmpty, isMapping, isNull } from "../values/kinds.ts";
import type { TestSpec } from "./spec.ts";

const NULL_TEST: TestSpec = { params: [], run: (_rt, value) => isNull(value) };

function isSequence(value: unknown): boolean {
  return Array.isArray(value);
}

export const TESTS: ReadonlyMap<string, TestSpec> = new Map<string, TestSpec>([
  ["divisible by", { params: ["divisor"], required: 1, run: (_rt, value, [by]) => modulo(value, by) === 0 }],
  ["empty", { params: [], run: (_rt, value) => isEmpty(value) }],
  ["even", { params: [], run: (_rt, value) => toInteger(value) % 2 === 0 }],
  ["odd", { params: [], run: (_rt, value) => toInteger(value) % 2 !== 0 }],
  ["iterable", { params: [], run: (_rt, value) => isCollection(value) }],
  ["mapping", { params: [], run: (_rt, value) => isMapping(value) && !(value instanceof LoopState) }],
  ["sequence", { params: [], run: (_rt, value) => isSequence(value) }],
  ["none", NULL_TEST],
  ["null", NULL_TEST],
  [
    "same as",
    { params: ["value"], required: 1, run: (rt, value, [other]) => strictEquals(rt, value, other) },
  ],
]);
