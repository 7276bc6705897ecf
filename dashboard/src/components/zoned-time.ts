/** Wall times of the project's zone, as fields of forms hold them ("2026-01-31T09:30"), to unix seconds and back. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const two = "2-digit" as const;
  const format = new Intl.DateTimeFormat("en-CA", {
    year: "numeric",
    month: two,
    day: two,
    hour: two,
    minute: two,
    hourCycle: "h23",
    timeZone,
  });
  formats.set(timeZone, format);
  return format;
}

export function wallOf(seconds: number, timeZone: string): string {
  const parts = formatOf(timeZone).formatToParts(seconds * 1000);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? "00";
  return `${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}`;
}

const DAY = 86_400;
/** Date.parse would make a date of nearly anything. */
const WALL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;
const asIfUtc = (wall: string): number => Date.parse(`${wall}:00Z`) / 1000;

/** null for what is no time. An hour that a change of clocks leaves out becomes the one after it. */
export function secondsOf(wall: string, timeZone: string): number | null {
  const guess = WALL.test(wall) ? asIfUtc(wall) : Number.NaN;
  if (Number.isNaN(guess)) return null;
  const offsetAt = (seconds: number): number => asIfUtc(wallOf(seconds, timeZone)) - seconds;
  // Clocks change at most once within the days around; of a time that comes twice the first is meant.
  const moments = [guess - offsetAt(guess - DAY), guess - offsetAt(guess + DAY)];
  return moments.find((moment) => wallOf(moment, timeZone) === wall) ?? Math.max(...moments);
}

/** When the day of this time began. */
export const dayOf = (seconds: number, timeZone: string): number =>
  secondsOf(`${wallOf(seconds, timeZone).slice(0, 10)}T00:00`, timeZone) ?? seconds;

/** When the day after the one of this time begins. */
export function nextDay(seconds: number, timeZone: string): number {
  const day = wallOf(seconds, timeZone).slice(0, 10);
  const after = new Date(asIfUtc(`${day}T00:00`) * 1000 + DAY * 1000).toISOString().slice(0, 10);
  return secondsOf(`${after}T00:00`, timeZone) ?? seconds + DAY;
}
