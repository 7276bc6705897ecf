/** Filters on lists and mappings. A missing value is the empty list. Keys are kept where PHP keeps them. */

import { asArrow } from "../runtime/arrow-function.ts";
import { readKey } from "../runtime/attribute.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { toInteger, toNumber } from "../values/arithmetic.ts";
import { compare } from "../values/compare.ts";
import {
  countOf,
  fromPairs,
  isCollection,
  isNull,
  type Key,
  keysOf,
  toKey,
  truthy,
  valuesOf,
} from "../values/kinds.ts";
import { toText } from "../values/text.ts";
import { codePointLength, sliceText } from "./code-points.ts";
import { renumber, sliceValue } from "./slice.ts";
import type { FilterSpec } from "./spec.ts";

interface Pairs {
  readonly keys: readonly Key[];
  readonly values: readonly unknown[];
}

/** Keys and values of a collection, with the walk through them charged. */
function pairsOf(rt: Runtime, value: unknown): Pairs {
  const values = valuesOf(value);
  rt.chargeItems(values.length);
  return { keys: keysOf(value), values };
}

/** The elements; a mapping's are copied, so they are charged. */
function listOf(rt: Runtime, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const values = valuesOf(value);
  rt.chargeItems(values.length);
  return values;
}

type Run = FilterSpec["run"];

const first: Run = (rt, value) => {
  if (isCollection(value)) return listOf(rt, value)[0] ?? null;
  return sliceText(rt, toText(rt, value), { start: 0, length: 1 });
};

const last: Run = (rt, value) => {
  if (isCollection(value)) return listOf(rt, value).at(-1) ?? null;
  return sliceText(rt, toText(rt, value), { start: -1, length: 1 });
};

const length: Run = (rt, value) => {
  if (isNull(value)) return 0;
  const count = countOf(value);
  if (!Array.isArray(value)) rt.charge((count + 1) >> 3);
  return count === -1 ? codePointLength(rt, toText(rt, value)) : count;
};

const join: Run = (rt, value, [glue, and]) => {
  if (!isCollection(value)) return toText(rt, value);
  const { values } = pairsOf(rt, value);
  const separator = toText(rt, glue ?? null);
  const lastSeparator = isNull(and) ? separator : toText(rt, and);
  if (values.length === 1 && lastSeparator !== separator) return values[0];
  let text = "";
  for (let i = 0; i < values.length; i++) {
    const piece = toText(rt, values[i]);
    const between = i === 0 ? "" : i === values.length - 1 ? lastSeparator : separator;
    const size = text.length + between.length + piece.length;
    if (size > rt.limits.valueSize) rt.failBudget("valueSize");
    text += between + piece;
  }
  rt.chargeText(text.length);
  return text;
};

const keys: Run = (rt, value) => [...pairsOf(rt, value).keys];

const merge: Run = (rt, value, args) => {
  const all = [value, ...args];
  rt.chargeItems(all.reduce<number>((sum, one) => sum + Math.max(0, countOf(one)), 0));
  if (all.every((one) => Array.isArray(one) || isNull(one))) return all.flatMap((one) => valuesOf(one));
  return mergeMappings(all);
};

/** PHP's array_merge: number keys count on, text keys overwrite. */
function mergeMappings(all: readonly unknown[]): unknown {
  const merged = new Map<string, unknown>();
  let next = 0;
  for (const one of all) {
    const oneKeys = keysOf(one);
    const values = valuesOf(one);
    for (let i = 0; i < oneKeys.length; i++) {
      const key = oneKeys[i]!;
      merged.set(typeof key === "number" ? String(next++) : key, values[i]);
    }
  }
  return merged.size === next ? [...merged.values()] : merged;
}

const reverse: Run = (rt, value, [preserveKeys]) => {
  if (!isCollection(value)) {
    const text = toText(rt, value);
    rt.chargeItems(text.length);
    return Array.from(text).reverse().join("");
  }
  const pairs = pairsOf(rt, value);
  const reversedKeys = renumber(pairs.keys.toReversed(), truthy(preserveKeys));
  return fromPairs(reversedKeys, pairs.values.toReversed());
};

/** Stable, keeps the keys. The work is charged by n log n, and each comparison of long values by itself. */
const sort: Run = (rt, value, [by]) => {
  const pairs = pairsOf(rt, value);
  const size = pairs.values.length;
  rt.charge(Math.ceil(size * Math.log2(size + 1)) >> 2);
  const arrow = isNull(by) ? null : asArrow(rt, by, "sort");
  const order = Array.from(pairs.values, (_, i) => i);
  order.sort((i, j) => {
    const [a, b] = [pairs.values[i], pairs.values[j]];
    return arrow === null ? compare(rt, a, b) : toInteger(arrow.call(rt, [a, b]));
  });
  return fromPairs(
    order.map((i) => pairs.keys[i]!),
    order.map((i) => pairs.values[i]),
  );
};

const map: Run = (rt, value, [by]) => {
  const arrow = asArrow(rt, by, "map");
  const pairs = pairsOf(rt, value);
  const values = pairs.values.map((item, i) => arrow.call(rt, [item, pairs.keys[i]]));
  return Array.isArray(value) ? values : fromPairs(pairs.keys, values);
};

const filter: Run = (rt, value, [by]) => {
  const arrow = asArrow(rt, by, "filter");
  const pairs = pairsOf(rt, value);
  const kept = pairs.keys
    .map((_, i) => i)
    .filter((i) => truthy(arrow.call(rt, [pairs.values[i], pairs.keys[i]])));
  return fromPairs(
    kept.map((i) => pairs.keys[i]!),
    kept.map((i) => pairs.values[i]),
  );
};

const find: Run = (rt, value, [by]) => {
  const arrow = asArrow(rt, by, "find");
  const pairs = pairsOf(rt, value);
  return pairs.values.find((item, i) => truthy(arrow.call(rt, [item, pairs.keys[i]]))) ?? null;
};

const reduce: Run = (rt, value, [by, initial]) => {
  const arrow = asArrow(rt, by, "reduce");
  const pairs = pairsOf(rt, value);
  return pairs.values.reduce(
    (carry, item, i) => arrow.call(rt, [carry, item, pairs.keys[i]]),
    (initial ?? null) as unknown,
  );
};

/** `x => ...` called with the value; `invoke` is the only way to call an arrow function directly. */
const invoke: Run = (rt, value, args) => asArrow(rt, value, "invoke").call(rt, args);

const column: Run = (rt, value, [name, index]) => {
  const { values } = pairsOf(rt, value);
  const rows = values.filter((row) => isCollection(row) && (isNull(name) || readKey(row, name) !== null));
  const cells = rows.map((row) => (isNull(name) ? row : readKey(row, name)));
  if (isNull(index)) return cells;
  const indexed = new Map<string, unknown>();
  let next = 0;
  cells.forEach((cell, i) => {
    const key = readKey(rows[i], index);
    indexed.set(isNull(key) ? String(next++) : toKey(key), cell);
  });
  return indexed;
};

/** Rows of a size; the last is filled up when a filler is given. Keys stay unless that is declined. */
const batch: Run = (rt, value, [size, fill, preserveKeys]) => {
  const pairs = pairsOf(rt, value);
  const width = Math.ceil(toNumber(size));
  if (!(width >= 1)) return rt.fail('The size for "batch" must be at least 1.');
  const keeps = preserveKeys === undefined || truthy(preserveKeys);
  const rows: unknown[] = [];
  for (let i = 0; i < pairs.values.length; i += width) {
    const row = pairs.values.slice(i, i + width);
    const rowKeys: Key[] = keeps ? pairs.keys.slice(i, i + width) : row.map((_, place) => place);
    const missing = isNull(fill) ? 0 : width - row.length;
    rt.chargeItems(missing);
    let next = Math.max(-1, ...rowKeys.filter((key) => typeof key === "number")) + 1;
    for (let j = 0; j < missing; j++) {
      row.push(fill);
      rowKeys.push(next++);
    }
    rows.push(fromPairs(rowKeys, row));
  }
  return rows;
};

const shuffle: Run = (rt, value) => {
  if (!isCollection(value)) {
    const text = toText(rt, value);
    rt.chargeItems(text.length);
    return shuffled(rt, Array.from(text)).join("");
  }
  return shuffled(rt, [...pairsOf(rt, value).values]);
};

/** Fisher-Yates with the render's own random source. */
function shuffled<T>(rt: Runtime, items: T[]): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(rt.random() * (i + 1));
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}

const slice: Run = (rt, value, [start, size, preserveKeys]) =>
  sliceValue(rt, value, { start, length: size, preserveKeys: truthy(preserveKeys) });

export const LIST_FILTERS: readonly (readonly [string, FilterSpec])[] = [
  ["first", { params: [], run: first }],
  ["last", { params: [], run: last }],
  ["length", { params: [], run: length }],
  ["join", { params: ["glue", "and"], run: join }],
  ["keys", { params: [], run: keys }],
  ["merge", { params: ["arrays"], rest: true, run: merge }],
  ["reverse", { params: ["preserve_keys"], run: reverse }],
  ["sort", { params: ["arrow"], run: sort }],
  ["map", { params: ["arrow"], required: 1, run: map }],
  ["filter", { params: ["arrow"], required: 1, run: filter }],
  ["find", { params: ["arrow"], required: 1, run: find }],
  ["reduce", { params: ["arrow", "initial"], required: 1, run: reduce }],
  ["invoke", { params: ["arguments"], rest: true, run: invoke }],
  ["column", { params: ["name", "index"], required: 1, run: column }],
  ["batch", { params: ["size", "fill", "preserve_keys"], required: 1, run: batch }],
  ["shuffle", { params: [], run: shuffle }],
  ["slice", { params: ["start", "length", "preserve_keys"], required: 1, run: slice }],
];
