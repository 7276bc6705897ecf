/** Absolute parts of a date text: calendar dates, times of day, zones, Unix times. */
import { isoWeekStart, msToWall } from "./calendar.ts";
import { type Draft, MIDNIGHT } from "./draft.ts";
import { ABBREVIATIONS, MONTH_PATTERN, MONTHS } from "./words.ts";
import { isZone } from "./zone.ts";

/** A pattern tried at the present place, and what it means. False: not this after all. */
export interface Rule {
  readonly pattern: RegExp;
  readonly apply: (draft: Draft, groups: readonly (string | undefined)[]) => boolean;
}

/** A rule whose pattern is tried at one place, in any case of letters. */
export function rule(source: string, apply: Rule["apply"]): Rule {
  return { pattern: new RegExp(source, "iy"), apply };
}

/** Two digits are 1970 to 2069. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length > 2) return year;
  return year < 70 ? 2000 + year : 1900 + year;
}

function monthOf(word: string): number {
  return MONTHS.get(word.toLowerCase().replace(/\.$/, ""))!;
}

/** A date whose month is a word; a missing day is the first. */
function setNamed(
  draft: Draft,
  { year, month, day }: { year?: string; month: string; day?: string },
): boolean {
  const number = monthOf(month);
  if (draft.hasDate()) return false;
  if (day === undefined && year === undefined) {
    draft.month = number;
    return true;
  }
  return draft.setDate(
    year === undefined ? null : fullYear(year),
    number,
    day === undefined ? 1 : Number(day),
  );
}

const MONTH = `(${MONTH_PATTERN})\\.?`;
const DAY = "(\\d{1,2})(?:st|nd|rd|th)?";

const DATE_RULES: readonly Rule[] = [
  rule("@(-?\\d{1,15})(?:\\.(\\d{1,6}))?", (draft, [, seconds, fraction]) => {
    draft.epochMs = Number(seconds) * 1000 + Number((fraction ?? "0").padEnd(3, "0").slice(0, 3));
    draft.zone = "+00:00";
    return true;
  }),
  rule("(\\d{4})-?W(\\d{2})(?:-?([0-7]))?(?!\\d)", (draft, [, year, week, day]) => {
    const wall = msToWall(isoWeekStart(Number(year), Number(week)) + (Number(day ?? 1) - 1) * 86_400_000);
    return draft.setDate(wall.year, wall.month, wall.day);
  }),
  rule("([+-]?\\d{4})-(\\d{1,2})-(\\d{1,2})(?=T?\\d|\\D|$)", (draft, [, year, month, day]) =>
    draft.setDate(Number(year), Number(month), Number(day)),
  ),
  rule("(\\d{4})(\\d{2})(\\d{2})(?=T\\d|\\s|$|Z)", (draft, [, year, month, day]) =>
    draft.setDate(Number(year), Number(month), Number(day)),
  ),
  rule("(\\d{4})/(\\d{1,2})/(\\d{1,2})", (draft, [, year, month, day]) =>
    draft.setDate(Number(year), Number(month), Number(day)),
  ),
  rule("(\\d{1,2})/(\\d{1,2})/(\\d{4}|\\d{2})(?!\\d)", (draft, [, month, day, year]) =>
    draft.setDate(fullYear(year!), Number(month), Number(day)),
  ),
  rule("(\\d{1,2})[.-](\\d{1,2})[.-](\\d{4})(?!\\d)", (draft, [, day, month, year]) =>
    draft.setDate(Number(year), Number(month), Number(day)),
  ),
  rule("(\\d{1,2})\\.(\\d{1,2})\\.(\\d{2})(?![\\d:])", (draft, [, day, month, year]) =>
    draft.setDate(fullYear(year!), Number(month), Number(day)),
  ),
  rule("(\\d{4})-(\\d{2})(?![\\d-])", (draft, [, year, month]) =>
    draft.setDate(Number(year), Number(month), 1),
  ),
  rule("(\\d{1,2})/(\\d{1,2})(?![\\d/])", (draft, [, month, day]) =>
    draft.setDate(null, Number(month), Number(day)),
  ),
  rule(`(\\d{4})-${MONTH}-(\\d{1,2})(?!\\d)`, (draft, [, year, month, day]) =>
    setNamed(draft, { year: year!, month: month!, day: day! }),
  ),
  rule(`(\\d{1,2})-${MONTH}-(\\d{2})(?!\\d)`, (draft, [, day, month, year]) =>
    setNamed(draft, { year: year!, month: month!, day: day! }),
  ),
  rule(`${DAY}[ \\t.-]*${MONTH}[ \\t.,-]*(\\d{4})(?!\\d|:)`, (draft, [, day, month, year]) =>
    setNamed(draft, { year: year!, month: month!, day: day! }),
  ),
  rule(`${DAY}[ \\t.-]*${MONTH}(?![a-z])`, (draft, [, day, month]) =>
    setNamed(draft, { month: month!, day: day! }),
  ),
  rule(`${MONTH}[ \\t.-]*${DAY}(?:[ \\t.,]+)(\\d{4})(?!\\d|:)`, (draft, [, month, day, year]) =>
    setNamed(draft, { year: year!, month: month!, day: day! }),
  ),
  rule(`${MONTH}[ \\t.,-]*(\\d{4})(?!\\d|:)`, (draft, [, month, year]) =>
    setNamed(draft, { year: year!, month: month! }),
  ),
  rule(`${MONTH}[ \\t.-]*${DAY}(?![\\d:])`, (draft, [, month, day]) =>
    setNamed(draft, { month: month!, day: day! }),
  ),
  // The year behind the time, as in "Sat Apr 30 17:52:13 2016".
  rule("(\\d{4})(?![\\d:])", (draft, [, year]) => {
    if (draft.month === null || draft.year !== null) return false;
    draft.year = Number(year);
    return true;
  }),
  rule(`${MONTH}(?![a-z])`, (draft, [, month]) => setNamed(draft, { month: month! })),
];

/** 12 am is midnight, 12 pm noon; null when the hour does not exist. */
function hourOf(text: string, half: string | undefined): number | null {
  const hour = Number(text);
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half.toLowerCase().startsWith("p") ? 12 : 0);
}

const HALF = "[ \\t]*([ap]\\.?m\\.?)(?![a-z])";

function setTime(
  draft: Draft,
  [, hourText, minute, second, fraction, half]: readonly (string | undefined)[],
): boolean {
  const hour = hourOf(hourText!, half);
  if (hour === null) return false;
  const millisecond = Number((fraction ?? "0").padEnd(3, "0").slice(0, 3));
  return draft.setClock({ hour, minute: Number(minute ?? 0), second: Number(second ?? 0), millisecond });
}

const TIME_RULES: readonly Rule[] = [
  rule(`T?(\\d{1,2})[:.](\\d{2})(?:[:.](\\d{2})(?:[.,:](\\d{1,9}))?)?(?:${HALF})?(?!\\d)`, setTime),
  rule(`(\\d{1,2})()()()${HALF}`, setTime),
  rule("T(\\d{2})(\\d{2})(\\d{2})?(?!\\d)", setTime),
  rule("noon(?![a-z])", (draft) => draft.setClock({ ...MIDNIGHT, hour: 12 })),
];

const ZONE_RULES: readonly Rule[] = [
  rule(
    "(?:GMT|UTC)?([+-])(\\d{1,2}):?(\\d{2})?(?![\\d:a-z/ ]*(?:sec|min|hour|day|week|month|year|fort))",
    (draft, groups) => {
      const [, sign, hours, minutes] = groups;
      if (draft.zone !== null) return false;
      draft.zone = `${sign}${hours!.padStart(2, "0")}:${minutes ?? "00"}`;
      return true;
    },
  ),
  rule("\\(?([a-z]+(?:/[a-z_+-]+\\d*)+)\\)?", (draft, [, name]) => setZone(draft, name!)),
  rule("\\(?([a-z]{1,5})\\)?(?![a-z])", (draft, [, name]) => {
    const zone = ABBREVIATIONS.get(name!.toLowerCase());
    return zone !== undefined && setZone(draft, zone);
  }),
];

function setZone(draft: Draft, name: string): boolean {
  if (draft.zone !== null || !isZone(name)) return false;
  draft.zone = name;
  return true;
}

export const ABSOLUTE_RULES: readonly Rule[] = [...DATE_RULES, ...TIME_RULES];
export const LAST_RULES: readonly Rule[] = ZONE_RULES;
