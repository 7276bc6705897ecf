/** Texts by code point: an emoji is one character, never half of one. */
import type { Runtime } from "../runtime/runtime.ts";

const SURROGATE = /[\ud800-\udfff]/;

/** Number of code points. Charges for long texts. */
export function codePointLength(rt: Runtime, text: string): number {
  if (text.length > 256) rt.charge(text.length >> 6);
  if (!SURROGATE.test(text)) return text.length;
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xd800 || unit > 0xdbff) continue;
    const next = text.charCodeAt(i + 1);
    if (next >= 0xdc00 && next <= 0xdfff) {
      count -= 1;
      i += 1;
    }
  }
  return count;
}

/** PHP's mb_substr: a negative start counts from the end, a negative length leaves that many at the end. */
export function sliceText(rt: Runtime, text: string, { start, length }: SliceRange): string {
  rt.charge(text.length >> 6);
  if (!SURROGATE.test(text)) {
    const [from, to] = bounds(text.length, { start, length });
    return text.slice(from, to);
  }
  rt.charge(text.length >> 2);
  const chars = Array.from(text);
  const [from, to] = bounds(chars.length, { start, length });
  return chars.slice(from, to).join("");
}

export interface SliceRange {
  readonly start: number;
  /** Null: up to the end. */
  readonly length: number | null;
}

/** Start and end places inside something of this size. */
export function bounds(size: number, { start, length }: SliceRange): [number, number] {
  const from = start < 0 ? Math.max(0, size + start) : Math.min(start, size);
  if (length === null) return [from, size];
  const to = length < 0 ? size + length : Math.min(size, from + length);
  return [from, Math.max(from, to)];
}
