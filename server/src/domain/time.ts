/**
 * Times as callers write them: Unix seconds, or a calendar time with a zone ("2021-01-01 12:00 UTC", seed: execute).
 * No zone means UTC. Where a zone's clock skips a time, the time moves forward by the gap; where the clock shows it
 * twice, the first is meant. `Date` parses none of this: it takes 30 February for 2 March.
 */
import { fail, ok, type Result } from "../base/result.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 366 * DAY_MS;
const MAX_PAST_MS = 5 * MINUTE_MS; // clocks differ and calls queue; later than that, sending at once is a surprise
const MAX_YEARS_OFF = 100; // beyond this from now a number of seconds is something else
const MAX_OFFSET_MINUTES = 14 * 60; // Kiribati, the largest in use

const MAX_ZONE = 64; // the longest name has 32

const WALL =
  /^(\d{4})-(\d{2})-(\d{2})(?:T| {1,2})(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?: ?([+-]\d{2}:?\d{2}|[A-Za-z][\w+/-]*))?$/;
const NOT_A_TIME = "must be Unix seconds or a time such as 2026-01-31 09:30 UTC";

type Time = Result<number, string>;

/**
 * A time from the wire as Unix milliseconds. `nowMs` only tells seconds from milliseconds. Fractions of a second are
 * taken, since Date.toISOString writes them. The error is a predicate for `sentence`.
 */
export function parseTime(value: unknown, nowMs: number): Time {
  if (value === undefined || value === null || value === "") return fail("cannot be blank");
  if (typeof value === "number") return fromSeconds(value, nowMs);
  if (typeof value !== "string") return fail(NOT_A_TIME);
  if (/^-?\d+$/.test(value)) return fromSeconds(Number(value), nowMs);
  const parts = WALL.exec(value);
  if (parts === null) return fail(NOT_A_TIME);
  const wall = wallTime(parts);
  if (wall === null) return fail("is not on the calendar");
  const time = zoned(wall, parts[8] ?? "UTC");
  return time.ok && time.value < 0 ? fail("must not be before 1970") : time;
}

/**
 * A date without a time of day, or with one (no zone means UTC), in the form in which attributes store it:
 * `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS` in UTC, which sort as text. Birthdays before 1970 are dates too.
 */
export function normaliseDate(text: string): Result<string, string> {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const parts = WALL.exec(isDay ? `${text} 00:00` : text);
  if (parts === null) return fail("must be a date such as 2026-01-31 or 2026-01-31 09:30:00");
  const wall = wallTime(parts);
  if (wall === null) return fail("is not on the calendar");
  if (isDay) return ok(text);
  const time = zoned(wall, parts[8] ?? "UTC");
  return time.ok ? ok(new Date(time.value).toISOString().slice(0, 19).replace("T", " ")) : time;
}

/** Is it an IANA zone name (or UTC, or GMT, which is the same) that this machine knows? */
export const isTimeZone = (zone: string): boolean =>
  /^(?:utc|gmt)$/i.test(zone) || (zone.includes("/") && zoneFormat(zone) !== null);

/** A zone from the wire, as it was written. The error is a predicate for `sentence`. */
export function parseTimeZone(value: unknown): Result<string, string> {
  if (value === undefined || value === null || value === "") return fail("cannot be blank");
  const isZone = typeof value === "string" && value.length <= MAX_ZONE && isTimeZone(value);
  return isZone ? ok(value) : fail("must be a zone name such as Europe/Dublin, or UTC");
}

/** A send time must lie between five minutes ago and a year from now, so that a typing error cannot send. */
export function checkSendTime(ms: number, nowMs: number): Time {
  if (ms < nowMs - MAX_PAST_MS) return fail("is in the past");
  if (ms > nowMs + YEAR_MS) return fail("is more than a year ahead");
  return ok(ms);
}

function fromSeconds(seconds: number, nowMs: number): Time {
  if (!Number.isSafeInteger(seconds) || seconds < 0) return fail(NOT_A_TIME);
  const isNear = (ms: number) => Math.abs(ms - nowMs) < MAX_YEARS_OFF * YEAR_MS;
  if (isNear(seconds * SECOND_MS)) return ok(seconds * SECOND_MS);
  return fail(isNear(seconds) ? "looks like milliseconds: send Unix seconds" : NOT_A_TIME);
}

/** The wall clock read as if it were UTC, in milliseconds; null for a time that no calendar or clock shows. */
function wallTime(parts: RegExpExecArray): number | null {
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const millis = Number((parts[7] ?? "").padEnd(3, "0").slice(0, 3));
  if (hour! > 23 || minute! > 59 || second! > 59) return null;
  const date = new Date(0);
  date.setUTCFullYear(year!, month! - 1, day);
  if (date.getUTCMonth() !== month! - 1 || date.getUTCDate() !== day) return null;
  return date.getTime() + hour! * HOUR_MS + minute! * MINUTE_MS + second! * SECOND_MS + millis;
}

const zoned = (wallMs: number, zone: string): Time =>
  /^[+-]/.test(zone) ? atOffset(wallMs, zone) : inZone(wallMs, zone);

function atOffset(wallMs: number, offset: string): Time {
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  if (Number(offset.slice(-2)) > 59 || minutes > MAX_OFFSET_MINUTES) return fail("has an unknown time zone");
  return ok(wallMs + (offset.startsWith("+") ? -minutes : minutes) * MINUTE_MS);
}

function inZone(wallMs: number, zone: string): Time {
  if (/^(utc|gmt|z)$/i.test(zone)) return ok(wallMs);
  // Bare abbreviations (IST, CST) mean several places each; only Area/City names are one place.
  const format = zone.includes("/") ? zoneFormat(zone) : null;
  if (format === null)
    return fail("has an unknown time zone: use UTC, an offset or a name such as Europe/Dublin");
  // Offsets lie between -12 and +14 h, so these two readings stand on either side of the wanted instant.
  const before = offsetAt(format, wallMs - 15 * HOUR_MS);
  const after = offsetAt(format, wallMs + 15 * HOUR_MS);
  const candidates = [wallMs - before, wallMs - after].sort((a, b) => a - b);
  const real = candidates.find((ms) => ms + offsetAt(format, ms) === wallMs);
  return ok(real ?? wallMs - before);
}

function zoneFormat(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  } catch {
    return null; // RangeError: no such zone
  }
}

/** How far the zone's clock is ahead of UTC at an instant, in milliseconds. */
function offsetAt(format: Intl.DateTimeFormat, ms: number): number {
  const name = format.formatToParts(ms).find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  const found = /([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(name);
  if (found === null) return 0;
  const size = Number(found[2]) * HOUR_MS + Number(found[3]) * MINUTE_MS + Number(found[4] ?? 0) * SECOND_MS;
  return found[1] === "-" ? -size : size;
}

/** The units of `retry_for_period` and its like, in seconds. A month counts 30 days. */
export const PERIODS = {
  minutes: 60,
  hours: 3_600,
  days: 86_400,
  weeks: 604_800,
  months: 2_592_000,
} as const;

export type Period = keyof typeof PERIODS;

const MAX_PERIOD_SECONDS = 366 * 86_400; // a year: no message is worth more patience

/** Which of the two fields is wrong, and a predicate for it. */
export interface PeriodFault {
  readonly part: "count" | "unit";
  readonly predicate: string;
}

/** `periodSeconds(2, "weeks")`: a whole number of units, 0 allowed, at most a year in all. */
export function periodSeconds(count: unknown, unit: unknown): Result<number, PeriodFault> {
  if (typeof unit !== "string" || !Object.hasOwn(PERIODS, unit)) {
    return fail({ part: "unit", predicate: `must be one of ${Object.keys(PERIODS).join(", ")}` });
  }
  const number = typeof count === "string" && /^\d{1,9}$/.test(count) ? Number(count) : count;
  if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 0) {
    return fail({ part: "count", predicate: "must be a whole number, 0 or more" });
  }
  const seconds = number * PERIODS[unit as Period];
  return seconds > MAX_PERIOD_SECONDS
    ? fail({ part: "count", predicate: "must not exceed a year" })
    : ok(seconds);
}
