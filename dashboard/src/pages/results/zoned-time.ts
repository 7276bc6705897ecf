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

const asIfUtc = (wall: string): number => Date.parse(`${wall}:00Z`) / 1000;

/** null for what is no time. An hour that a change of clocks leaves out becomes the one after it. */
export function secondsOf(wall: string, timeZone: string): number | null {
  const guess = asIfUtc(wall);
  if (Number.isNaN(guess)) return null;
  const offsetAt = (seconds: number): number => asIfUtc(wallOf(seconds, timeZone)) - seconds;
  // The offset at the guess may be that of the other side of a change of clocks; at the second guess it is right.
  const second = guess - offsetAt(guess);
  return guess - offsetAt(second);
}

/** When the day of this time began. */
export const dayOf = (seconds: number, timeZone: string): number =>
  secondsOf(`${wallOf(seconds, timeZone).slice(0, 10)}T00:00`, timeZone) ?? seconds;

/** When the day after the one of this time begins. */
export function nextDay(seconds: number, timeZone: string): number {
  const day = wallOf(seconds, timeZone).slice(0, 10);
  const after = new Date(asIfUtc(`${day}T00:00`) * 1000 + 86_400_000).toISOString().slice(0, 10);
  return secondsOf(`${after}T00:00`, timeZone) ?? seconds + 86_400;
}
