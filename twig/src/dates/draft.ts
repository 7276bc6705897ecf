/**
 * What has been read of a date text so far, and how it becomes a moment. The rules are those of PHP's strtotime:
 * absolute parts replace the base's, weekdays and relative parts move it, a date without a time means midnight.
 */
import { Moment } from "../values/moment.ts";
import { DAY_MS, daysInMonth, msToWall, type Wall, wallToMs, weekdayOf } from "./calendar.ts";
import { epochOfWall, offsetMsAt } from "./zone.ts";

export interface Relative {
  years: number;
  months: number;
  days: number;
  weekdays: number;
  hours: number;
  minutes: number;
  seconds: number;
  milliseconds: number;
}

export interface Clock {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

export const MIDNIGHT: Clock = { hour: 0, minute: 0, second: 0, millisecond: 0 };

/**
 * How a weekday is found: `from today` counts today as a hit, `after today` does not, `in week` stays in the
 * week that the relative parts lead to ("monday next week").
 */
export type WeekdayRule = "from today" | "after today" | "in week";

export class Draft {
  year: number | null = null;
  month: number | null = null;
  day: number | null = null;
  clock: Clock | null = null;
  zone: string | null = null;
  /** A Unix time in milliseconds, from `@...`. */
  epochMs: number | null = null;
  weekday: number | null = null;
  weekdayRule: WeekdayRule = "from today";
  /** "first day of" and "last day of". */
  edge: "first" | "last" | null = null;
  /** "second monday of": 1 is the first, -1 the last. */
  nth: { readonly count: number; readonly weekday: number } | null = null;
  readonly relative: Relative = {
    years: 0,
    months: 0,
    days: 0,
    weekdays: 0,
    hours: 0,
    minutes: 0,
    seconds: 0,
    milliseconds: 0,
  };

  /** False when a date was already read: two dates in one text are a mistake. */
  setDate(year: number | null, month: number, day: number): boolean {
    if (this.hasDate() || month < 1 || month > 12 || day < 1 || day > 31) return false;
    this.year = year;
    this.month = month;
    this.day = day;
    return true;
  }

  hasDate(): boolean {
    return this.year !== null || this.month !== null || this.day !== null;
  }

  setClock(clock: Clock): boolean {
    const isRead = this.clock !== null && this.clock !== MIDNIGHT;
    if (isRead || clock.hour > 24 || clock.minute > 59 || clock.second > 60) return false;
    this.clock = clock;
    return true;
  }

  /** "ago" turns everything relative before it around. */
  invert(): void {
    for (const unit of Object.keys(this.relative) as (keyof Relative)[]) this.relative[unit] *= -1;
  }
}

interface Base {
  readonly moment: Moment;
  /** Keep the base's time of day when only a date was read (date_modify). */
  readonly keepTime: boolean;
}

/** The moment that the draft means, seen from the base. */
export function resolveDraft(draft: Draft, { moment, keepTime }: Base): Moment {
  // A change of a date never changes its zone: date_modify ignores the one in the text, as PHP does.
  const zone = (keepTime ? null : draft.zone) ?? moment.zone;
  const start = draft.epochMs ?? moment.epochMs;
  const now = msToWall(start + offsetMsAt(zone, start));
  const wall = moveMonthsAndDays(draft, absoluteWall(draft, now, keepTime));
  const { hours, minutes, seconds, milliseconds } = draft.relative;
  // Hours and less are elapsed time, so "+1 hour" is an hour even when the clocks change.
  const elapsedMs = hours * 3_600_000 + minutes * 60_000 + seconds * 1000 + milliseconds;
  const wallMs = wallToMs(wall);
  const isUntouched = draft.epochMs !== null || wallMs === wallToMs(now);
  return new Moment((isUntouched ? start : epochOfWall(zone, wallMs)) + elapsedMs, zone);
}

function absoluteWall(draft: Draft, now: Wall, keepTime: boolean): Wall {
  const isDateOnly = draft.hasDate() && !keepTime;
  const clock = draft.clock ?? (isDateOnly ? MIDNIGHT : now);
  return {
    year: draft.year ?? now.year,
    month: draft.month ?? now.month,
    day: draft.day ?? now.day,
    hour: clock.hour,
    minute: clock.minute,
    second: clock.second,
    millisecond: clock.millisecond,
  };
}

/** Order matters: weekday first, then months and days, then the edges of the month, then working days. */
function moveMonthsAndDays(draft: Draft, wall: Wall): Wall {
  const { relative } = draft;
  let day = wall.day;
  if (draft.weekday !== null) day += weekdayMove(draft, weekdayOf(wallToMs(wall)));
  const year = wall.year + relative.years;
  const month = wall.month + relative.months;
  if (draft.nth !== null) return nthWeekday(msToWall(wallToMs({ ...wall, year, month, day: 1 })), draft.nth);
  const moved = { ...wall, year, month, day: day + relative.days };
  if (draft.edge !== null) {
    const first = msToWall(
      wallToMs({ ...moved, day: draft.day === null ? Math.min(moved.day, 28) : moved.day }),
    );
    return { ...first, day: draft.edge === "first" ? 1 : daysInMonth(first.year, first.month) };
  }
  return relative.weekdays === 0 ? moved : moveWorkingDays(moved, relative.weekdays);
}

function weekdayMove({ weekday, weekdayRule, relative }: Draft, today: number): number {
  const wanted = weekday!;
  if (weekdayRule === "in week") {
    // Weeks run from Monday: seen from a Sunday the wanted day lies before it.
    return ((wanted + 6) % 7) - ((today + 6) % 7);
  }
  const difference = wanted - today;
  const isPast = weekdayRule === "from today" ? difference <= -1 : difference <= 0;
  const wraps = relative.days < 0 ? difference < 0 : isPast;
  return wraps ? difference + 7 : difference;
}

function nthWeekday(month: Wall, { count, weekday }: { count: number; weekday: number }): Wall {
  const days = daysInMonth(month.year, month.month);
  const edgeDay = count > 0 ? 1 : days;
  const edge = weekdayOf(wallToMs({ ...month, day: edgeDay }));
  const step = count > 0 ? (weekday - edge + 7) % 7 : -((edge - weekday + 7) % 7);
  const weeks = count > 0 ? count - 1 : count + 1;
  return { ...month, day: edgeDay + step + weeks * 7 };
}

/** Saturdays and Sundays do not count. Bounded: whole weeks are taken at once. */
function moveWorkingDays(wall: Wall, count: number): Wall {
  const sign = Math.sign(count);
  let left = Math.abs(count);
  let wallMs = wallToMs(wall);
  wallMs += sign * Math.floor(left / 5) * 7 * DAY_MS;
  left %= 5;
  if (left === 0 && isWeekend(wallMs)) left = 5;
  if (left === 5) wallMs -= sign * 7 * DAY_MS;
  while (left > 0) {
    wallMs += sign * DAY_MS;
    if (!isWeekend(wallMs)) left -= 1;
  }
  return msToWall(wallMs);
}

function isWeekend(wallMs: number): boolean {
  const weekday = weekdayOf(wallMs);
  return weekday === 0 || weekday === 6;
}
