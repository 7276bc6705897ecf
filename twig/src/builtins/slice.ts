/** `slice`, for texts and collections; also behind `value[1:2]`. */
import type { Runtime } from "../runtime/runtime.ts";
import { toInteger } from "../values/arithmetic.ts";
import { fromPairs, isCollection, isNull, type Key, keysOf, valuesOf } from "../values/kinds.ts";
import { toText } from "../values/text.ts";
import { bounds, sliceText } from "./code-points.ts";

interface Wanted {
  readonly start: unknown;
  readonly length: unknown;
  readonly preserveKeys: boolean;
}

/** A part of a text (by code point) or of a collection; negative numbers count from the end, a null length goes up to it. */
export function sliceValue(rt: Runtime, value: unknown, { start, length, preserveKeys }: Wanted): unknown {
  const range = { start: toInteger(start), length: isNull(length) ? null : toInteger(length) };
  if (!isCollection(value)) return sliceText(rt, toText(rt, value), range);
  const values = valuesOf(value);
  const [from, to] = bounds(values.length, range);
  rt.chargeItems(to - from);
  const part = values.slice(from, to);
  if (Array.isArray(value) && !preserveKeys) return part;
  return fromPairs(renumber(keysOf(value).slice(from, to), preserveKeys), part);
}

/** PHP gives number keys new numbers from 0 and keeps text keys. */
export function renumber(keys: readonly Key[], preserveKeys: boolean): Key[] {
  if (preserveKeys) return [...keys];
  let next = 0;
  return keys.map((key) => (typeof key === "number" ? next++ : key));
}
