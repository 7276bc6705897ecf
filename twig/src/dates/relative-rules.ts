/** Relative parts of a date text: "+1 day", "next monday", "first day of next month", "3 weeks ago". */
import { type Rule, rule } from "./date-rules.ts";
import { type Draft, MIDNIGHT, type Relative } from "./draft.ts";
import { ORDINAL_PATTERN, ORDINALS, WEEKDAY_PATTERN, WEEKDAYS } from "./words.ts";

interface Unit {
  readonly field: keyof Relative;
  readonly factor: number;
}

const UNITS: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ["ms", { field: "milliseconds", factor: 1 }],
  ["msec", { field: "milliseconds", factor: 1 }],
  ["millisecond", { field: "milliseconds", factor: 1 }],
  ["sec", { field: "seconds", factor: 1 }],
  ["second", { field: "seconds", factor: 1 }],
  ["min", { field: "minutes", factor: 1 }],
  ["minute", { field: "minutes", factor: 1 }],
  ["hour", { field: "hours", factor: 1 }],
  ["day", { field: "days", factor: 1 }],
  ["week", { field: "days", factor: 7 }],
  ["fortnight", { field: "days", factor: 14 }],
  ["month", { field: "months", factor: 1 }],
  ["year", { field: "years", factor: 1 }],
  ["weekday", { field: "weekdays", factor: 1 }],
]);

const UNIT = `(${[...UNITS.keys()].sort((a, b) => b.length - a.length).join("|")})s?(?![a-z])`;
const WEEKDAY = `(${WEEKDAY_PATTERN})s?(?![a-z])`;
const ORDINAL = `(${ORDINAL_PATTERN})`;
/** Larger amounts leave the range of dates anyway. */
const AMOUNT = "([+-][ \\t]*)?(\\d{1,12})";

function add(draft: Draft, amount: number, word: string): boolean {
  const unit = UNITS.get(word.toLowerCase())!;
  draft.relative[unit.field] += amount * unit.factor;
  return true;
}

/** "next monday" is one after today, "third monday" two weeks further. */
function moveToWeekday(draft: Draft, amount: number, word: string): boolean {
  draft.weekday = WEEKDAYS.get(word.toLowerCase())!;
  draft.relative.days += (amount > 0 ? amount - 1 : amount) * 7;
  return true;
}

/** A weekday by name means its midnight, unless the text has a time; "+1 monday" keeps the time. */
function midnightOf(draft: Draft): void {
  draft.clock ??= MIDNIGHT;
}

function signedAmount(sign: string | undefined, digits: string): number {
  return sign?.startsWith("-") ? -Number(digits) : Number(digits);
}

function day(draft: Draft, offset: number): boolean {
  draft.relative.days += offset;
  draft.clock = MIDNIGHT;
  return true;
}

export const RELATIVE_RULES: readonly Rule[] = [
  rule("now(?![a-z])", () => true),
  rule("(?:today|midnight)(?![a-z])", (draft) => day(draft, 0)),
  rule("tomorrow(?![a-z])", (draft) => day(draft, 1)),
  rule("yesterday(?![a-z])", (draft) => day(draft, -1)),
  rule("ago(?![a-z])", (draft) => {
    draft.invert();
    return true;
  }),
  rule("(first|last) day of(?![a-z])", (draft, [, edge]) => {
    draft.edge = edge!.toLowerCase() === "first" ? "first" : "last";
    return true;
  }),
  rule(`${ORDINAL}[ \\t]+${WEEKDAY}[ \\t]+of(?![a-z])`, (draft, [, ordinal, weekday]) => {
    const count = ORDINALS.get(ordinal!.toLowerCase())!;
    draft.nth = { count: count || 1, weekday: WEEKDAYS.get(weekday!.toLowerCase())! };
    draft.clock ??= MIDNIGHT;
    return true;
  }),
  rule(`(next|last|previous|this)[ \\t]+week(?![a-z])`, (draft, [, ordinal]) => {
    draft.weekdayRule = "in week";
    // Without a day the week's Monday is meant.
    draft.weekday ??= 1;
    return add(draft, ORDINALS.get(ordinal!.toLowerCase())!, "week");
  }),
  rule(`${ORDINAL}[ \\t]+${UNIT}`, (draft, [, ordinal, unit]) =>
    add(draft, ORDINALS.get(ordinal!.toLowerCase())!, unit!),
  ),
  rule(`${ORDINAL}[ \\t]+${WEEKDAY}`, (draft, [, ordinal, weekday]) => {
    const amount = ORDINALS.get(ordinal!.toLowerCase())!;
    draft.weekdayRule = amount === 0 ? "from today" : "after today";
    midnightOf(draft);
    return moveToWeekday(draft, amount, weekday!);
  }),
  rule(`${AMOUNT}[ \\t]*${UNIT}`, (draft, [, sign, digits, unit]) =>
    add(draft, signedAmount(sign, digits!), unit!),
  ),
  rule(`${AMOUNT}[ \\t]*${WEEKDAY}`, (draft, [, sign, digits, weekday]) =>
    moveToWeekday(draft, signedAmount(sign, digits!), weekday!),
  ),
  rule(WEEKDAY, (draft, [, weekday]) => {
    midnightOf(draft);
    return moveToWeekday(draft, 1, weekday!);
  }),
];
