/** `range` and `..`: numbers or letters, counted before anything is made. */
import type { Runtime } from "../runtime/runtime.ts";
import { toNumber } from "../values/arithmetic.ts";
import { isNumericText } from "../values/number-text.ts";

interface Span {
  readonly end: unknown;
  readonly step: unknown;
}

/** The list from `start` to `end`: numbers, or letters where both are texts that are no numbers. A step of 0 counts as 1. */
export function makeRange(rt: Runtime, start: unknown, { end, step }: Span): (number | string)[] {
  const width = Math.abs(toNumber(step)) || 1;
  if (isLetter(start) && isLetter(end)) {
    const codes = countUp(rt, {
      from: start.charCodeAt(0),
      to: end.charCodeAt(0),
      width: Math.trunc(width) || 1,
    });
    return codes.map((code) => String.fromCharCode(code));
  }
  return countUp(rt, { from: toNumber(start), to: toNumber(end), width });
}

function isLetter(value: unknown): value is string {
  return typeof value === "string" && value !== "" && !isNumericText(value);
}

interface Count {
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

function countUp(rt: Runtime, { from, to, width }: Count): number[] {
  // The small share catches 0.1 + 0.1 + ... that ends a hair below its last value.
  const size = Math.floor(Math.abs(to - from) / width + 1e-9) + 1;
  if (!Number.isFinite(size)) rt.failBudget("valueSize");
  rt.chargeItems(size);
  const signed = to < from ? -width : width;
  return Array.from({ length: size }, (_, i) => from + i * signed);
}
