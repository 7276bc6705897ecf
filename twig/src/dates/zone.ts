/**
 * Time zones by Intl: offset of a zone at a time, and the time of a wall clock in a zone. Offsets are remembered
 * per quarter of an hour (no zone changes its offset in between), because asking Intl costs several microseconds.
 */
const QUARTER_MS = 15 * 60 * 1000;
const MAX_REMEMBERED = 2000;
/** Clocks are large; a real installation uses a handful of zones. */
const MAX_CLOCKS = 64;
const FIXED_OFFSET = /^([+-])(\d{1,2}):?(\d{2})?$/;

interface ZoneClock {
  readonly format: Intl.DateTimeFormat;
  readonly offsets: Map<number, number>;
}

const clocks = new Map<string, ZoneClock | null>();

/** Minutes of "+02:00" and the like; null when the name is no fixed offset. */
function fixedOffsetMs(zone: string): number | null {
  if (zone === "UTC" || zone === "Z" || zone === "GMT" || zone === "utc") return 0;
  const found = FIXED_OFFSET.exec(zone);
  if (found === null) return null;
  const minutes = Number(found[2]) * 60 + Number(found[3] ?? 0);
  return (found[1] === "-" ? -minutes : minutes) * 60_000;
}

function clockOf(zone: string): ZoneClock | null {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  // Names are accepted in any spelling of case, so a hostile template has no end of them.
  if (clocks.size >= MAX_CLOCKS) clocks.clear();
  const clock = makeClock(zone);
  clocks.set(zone, clock);
  return clock;
}

function makeClock(zone: string): ZoneClock | null {
  if (zone.length > 60) return null;
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
      era: "short",
    });
    return { format, offsets: new Map() };
  } catch {
    // Intl throws for a name it does not know; that is the answer "no such zone".
    return null;
  }
}

/** True when the zone is at hand; otherwise the first use costs about a tenth of a millisecond. */
export function isAtHand(zone: string): boolean {
  return clocks.has(zone) || fixedOffsetMs(zone) !== null;
}

/** True for IANA names and fixed offsets. */
export function isZone(zone: string): boolean {
  return fixedOffsetMs(zone) !== null || clockOf(zone) !== null;
}

/** What to add to a UTC time to get the zone's wall clock, in milliseconds. The zone must exist. */
export function offsetMsAt(zone: string, epochMs: number): number {
  const fixed = fixedOffsetMs(zone);
  if (fixed !== null) return fixed;
  const clock = clockOf(zone);
  if (clock === null) return 0;
  const quarter = Math.floor(epochMs / QUARTER_MS);
  const known = clock.offsets.get(quarter);
  if (known !== undefined) return known;
  if (clock.offsets.size > MAX_REMEMBERED) clock.offsets.clear();
  const offset = askOffset(clock.format, quarter * QUARTER_MS);
  clock.offsets.set(quarter, offset);
  return offset;
}

function askOffset(format: Intl.DateTimeFormat, epochMs: number): number {
  const fields: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(epochMs)) fields[type] = value;
  const year = fields.era === "BC" ? 1 - Number(fields.year) : Number(fields.year);
  const wall = new Date(0);
  wall.setUTCFullYear(year, Number(fields.month) - 1, Number(fields.day));
  wall.setUTCHours(Number(fields.hour), Number(fields.minute), Number(fields.second), 0);
  return wall.getTime() - epochMs;
}

/**
 * The time at which the zone's wall clock shows `wallMs` (the wall time written as if it were UTC). A wall time
 * that a change of clocks skips moves forward; one that occurs twice is the first.
 */
export function epochOfWall(zone: string, wallMs: number): number {
  const before = offsetMsAt(zone, wallMs - 86_400_000);
  const after = offsetMsAt(zone, wallMs + 86_400_000);
  for (const offset of [before, after]) {
    const candidate = wallMs - offset;
    if (offsetMsAt(zone, candidate) === offset) return candidate;
  }
  return wallMs - before;
}

/** Intl knows a zone's short name only in the English of the region that uses it. */
const NAMING_LOCALES = ["en-US", "en-GB", "en-IE", "en-AU", "en-IN", "en-ZA", "en-HK"];

/** Names in use that Intl has in no English; these zones have one offset all year. */
const MORE_NAMES: Readonly<Record<string, string>> = {
  "Asia/Tokyo": "JST",
  "Asia/Seoul": "KST",
  "Asia/Shanghai": "CST",
  "Asia/Manila": "PST",
  "Asia/Jakarta": "WIB",
  "Asia/Karachi": "PKT",
  "Europe/Moscow": "MSK",
};

/** Intl has short names only for the times since 1970, so it is asked at a day of the same offset that it knows. */
const KNOWN_DAYS = [Date.UTC(2024, 0, 1), Date.UTC(2024, 6, 1)];

/** By zone and offset: asking Intl takes about 50 microseconds for each locale. */
const abbreviations = new Map<string, string>();

/** "CET", "EST", "+03": the short name that PHP prints for `T`. */
export function zoneAbbreviation(zone: string, epochMs: number): string {
  if (zone === "UTC" || zone === "GMT") return zone;
  if (fixedOffsetMs(zone) !== null) return `GMT${offsetText(zone, epochMs, "")}`;
  const offsetMs = offsetMsAt(zone, epochMs);
  const key = `${zone} ${offsetMs}`;
  const known = abbreviations.get(key);
  if (known !== undefined) return known;
  if (abbreviations.size > MAX_REMEMBERED) abbreviations.clear();
  const name =
    MORE_NAMES[zone] ??
    askAbbreviation(zone, KNOWN_DAYS.find((day) => offsetMsAt(zone, day) === offsetMs) ?? epochMs);
  abbreviations.set(key, name);
  return name;
}

function askAbbreviation(zone: string, epochMs: number): string {
  for (const locale of NAMING_LOCALES) {
    const format = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: "short" });
    const name = format.formatToParts(epochMs).find((part) => part.type === "timeZoneName")?.value ?? "";
    if (/^[A-Z]{2,5}$/.test(name)) return name;
  }
  return offsetText(zone, epochMs, "").replace(/00$/, "");
}

/** "+02:00" or "+0200". */
export function offsetText(zone: string, epochMs: number, separator: string): string {
  const minutes = Math.round(offsetMsAt(zone, epochMs) / 60_000);
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `${minutes < 0 ? "-" : "+"}${pad2(hours)}${separator}${pad2(rest)}`;
}

function pad2(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
