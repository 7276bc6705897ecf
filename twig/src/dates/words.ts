/** English words in date texts. */
import { DAY_NAMES, MONTH_NAMES } from "./format.ts";

function withShortForms(names: readonly string[], extra: Readonly<Record<string, number>>, base: number) {
  const words = new Map<string, number>();
  names.forEach((name, i) => {
    words.set(name.toLowerCase(), i + base);
    words.set(name.slice(0, 3).toLowerCase(), i + base);
  });
  for (const [word, value] of Object.entries(extra)) words.set(word, value);
  return words;
}

/** From 1. */
export const MONTHS: ReadonlyMap<string, number> = withShortForms(MONTH_NAMES, { sept: 9 }, 1);

/** 0 is Sunday. */
export const WEEKDAYS: ReadonlyMap<string, number> = withShortForms(
  DAY_NAMES,
  { tues: 2, wednes: 3, thur: 4, thurs: 4 },
  0,
);

export const ORDINALS: ReadonlyMap<string, number> = new Map([
  ["next", 1],
  ["last", -1],
  ["previous", -1],
  ["this", 0],
  ["first", 1],
  ["second", 2],
  ["third", 3],
  ["fourth", 4],
  ["fifth", 5],
  ["sixth", 6],
  ["seventh", 7],
  ["eighth", 8],
  ["ninth", 9],
  ["tenth", 10],
  ["eleventh", 11],
  ["twelfth", 12],
]);

/** Zone abbreviations that dates in mail and feeds carry, as fixed offsets. */
export const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ["utc", "UTC"],
  ["gmt", "UTC"],
  ["z", "UTC"],
  ["wet", "+00:00"],
  ["west", "+01:00"],
  ["bst", "+01:00"],
  ["cet", "+01:00"],
  ["cest", "+02:00"],
  ["eet", "+02:00"],
  ["eest", "+03:00"],
  ["msk", "+03:00"],
  ["est", "-05:00"],
  ["edt", "-04:00"],
  ["cst", "-06:00"],
  ["cdt", "-05:00"],
  ["mst", "-07:00"],
  ["mdt", "-06:00"],
  ["pst", "-08:00"],
  ["pdt", "-07:00"],
]);

function words(source: ReadonlyMap<string, number>): string {
  // Longest first, so that "sept" is not read as "sep".
  return [...source.keys()].sort((a, b) => b.length - a.length).join("|");
}

export const MONTH_PATTERN = words(MONTHS);
export const WEEKDAY_PATTERN = words(WEEKDAYS);
export const ORDINAL_PATTERN = words(ORDINALS);
