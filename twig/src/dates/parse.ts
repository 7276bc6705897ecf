/** Reads date texts as PHP's strtotime does: rules in a fixed order, each tried where the text stands. */
import type { Moment } from "../values/moment.ts";
import { ABSOLUTE_RULES, LAST_RULES, type Rule } from "./date-rules.ts";
import { Draft, resolveDraft } from "./draft.ts";
import { RELATIVE_RULES } from "./relative-rules.ts";

const BETWEEN = /(?:[\s,]|(?:of|at|on)(?=\s))*/iy;

/** Absolute dates before relative parts ("10 Sep" is no amount), zones last ("-2 days" is no offset). */
const RULES: readonly Rule[] = [...ABSOLUTE_RULES, ...RELATIVE_RULES, ...LAST_RULES];

/** More parts than any date has; it bounds the work on a hostile text. */
const MAX_PARTS = 30;

interface ParseOptions {
  /** Keep the base's time of day when the text names only a date. */
  readonly keepTime?: boolean;
}

/**
 * The moment that a text means, seen from `base` (its time is "now", its zone the default). Null when the text
 * is no date.
 */
export function parseDate(
  text: string,
  base: Moment,
  { keepTime = false }: ParseOptions = {},
): Moment | null {
  const draft = new Draft();
  let at = skip(text, 0);
  for (let parts = 0; at < text.length; parts++) {
    const next = parts < MAX_PARTS ? applyRule(draft, text, at) : -1;
    if (next <= at) return null;
    at = skip(text, next);
  }
  const moment = resolveDraft(draft, { moment: base, keepTime });
  return Number.isFinite(moment.epochMs) ? moment : null;
}

function skip(text: string, at: number): number {
  BETWEEN.lastIndex = at;
  BETWEEN.exec(text);
  return BETWEEN.lastIndex;
}

/** The offset behind the part that was read, or -1. */
function applyRule(draft: Draft, text: string, at: number): number {
  for (const { pattern, apply } of RULES) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null && apply(draft, found)) return at + found[0].length;
  }
  return -1;
}
