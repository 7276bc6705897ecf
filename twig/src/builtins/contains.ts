/** The operator `in`. */
import type { Runtime } from "../runtime/runtime.ts";
import { looseEquals } from "../values/compare.ts";
import { isCollection, valuesOf } from "../values/kinds.ts";
import { Markup } from "../values/markup.ts";
import { toText } from "../values/text.ts";

/** A piece of a text, or an element of a collection by PHP's loose comparison. */
export function contains(rt: Runtime, whole: unknown, part: unknown): boolean {
  if (isCollection(whole)) {
    const values = valuesOf(whole);
    rt.charge(values.length >> 2);
    return values.some((value) => looseEquals(rt, part, value));
  }
  if (typeof whole !== "string" && !(whole instanceof Markup)) return false;
  if (typeof part !== "string" && typeof part !== "number" && !(part instanceof Markup)) return false;
  const text = toText(rt, whole);
  const piece = toText(rt, part);
  chargeSearch(rt, text, piece);
  return text.includes(piece);
}

/** The engine's search is linear for short pieces and can be text times piece for long repetitive ones. */
export function chargeSearch(rt: Runtime, text: string, piece: string): void {
  rt.charge((text.length >> 6) + Math.floor((text.length * Math.min(piece.length, 1000)) / 20_000));
}
