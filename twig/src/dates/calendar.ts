/** Calendar arithmetic on wall clocks (times written as if they were UTC). */
export const DAY_MS = 86_400_000;

/** A wall clock cut into fields; months from 1. */
export interface Wall {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/** Fields may lie outside their range: month 13 is January of the next year, day 0 the last of the month before. */
export function wallToMs(wall: Wall): number {
  const date = new Date(0);
  date.setUTCFullYear(wall.year, wall.month - 1, wall.day);
  date.setUTCHours(wall.hour, wall.minute, wall.second, wall.millisecond);
  return date.getTime();
}

/** The fields of a wall time. */
export function msToWall(wallMs: number): Wall {
  const date = new Date(wallMs);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
  };
}

/** By the Gregorian calendar, for all years. */
export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Months from 1. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** 0 is Sunday. */
export function weekdayOf(wallMs: number): number {
  return (((Math.floor(wallMs / DAY_MS) + 4) % 7) + 7) % 7;
}

/** From 0. */
export function dayOfYear(wallMs: number): number {
  const { year } = msToWall(wallMs);
  return Math.floor((wallMs - yearStart(year)) / DAY_MS);
}

function yearStart(year: number): number {
  return wallToMs({ year, month: 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0 });
}

/** ISO 8601 week: the week of the year that holds its Thursday. */
export function isoWeek(wallMs: number): { readonly year: number; readonly week: number } {
  const weekday = (weekdayOf(wallMs) + 6) % 7;
  const thursday = (Math.floor(wallMs / DAY_MS) - weekday + 3) * DAY_MS;
  const { year } = msToWall(thursday);
  return { year, week: Math.floor((thursday - yearStart(year)) / (7 * DAY_MS)) + 1 };
}

/** Time of the Monday of an ISO week. */
export function isoWeekStart(year: number, week: number): number {
  const fourth = yearStart(year) + 3 * DAY_MS;
  const monday = fourth - ((weekdayOf(fourth) + 6) % 7) * DAY_MS;
  return monday + (week - 1) * 7 * DAY_MS;
}
