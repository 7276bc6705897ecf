/** PHP's date format codes. A format is read once and kept as a list of pieces. */
import type { Moment } from "../values/moment.ts";
import { DAY_MS, dayOfYear, daysInMonth, isLeapYear, isoWeek, weekdayOf } from "./calendar.ts";
import { offsetMsAt, offsetText, zoneAbbreviation } from "./zone.ts";

export const DAY_NAMES = [
  "Sunday",
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
] as const;
export const MONTH_NAMES = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** One moment with its wall clock, shared by the pieces of a format. */
interface View {
  readonly moment: Moment;
  /** Wall time as if it were UTC. */
  readonly wallMs: number;
  /** The same as a Date whose UTC fields are the wall clock's. */
  readonly wall: Date;
}

type Piece = string | ((view: View) => string);

function pad(value: number, width: number): string {
  return value < 0 ? `-${String(-value).padStart(width, "0")}` : String(value).padStart(width, "0");
}

function hour12(wall: Date): number {
  return wall.getUTCHours() % 12 || 12;
}

function ordinalSuffix(day: number): string {
  if (day >= 11 && day <= 13) return "th";
  return ["th", "st", "nd", "rd"][day % 10] ?? "th";
}

function offsetSeconds({ moment }: View): number {
  return offsetMsAt(moment.zone, moment.epochMs) / 1000;
}

/** Whether the zone is ahead of its smaller offset of that year. */
function isSummerTime({ moment, wall }: View): boolean {
  const year = wall.getUTCFullYear();
  const january = offsetMsAt(moment.zone, Date.UTC(year, 0, 1));
  const july = offsetMsAt(moment.zone, Date.UTC(year, 6, 1));
  return offsetMsAt(moment.zone, moment.epochMs) > Math.min(january, july);
}

/** Swatch beats: thousandths of a day in UTC+1. */
function beats({ moment }: View): number {
  const ms = (((moment.epochMs + 3_600_000) % DAY_MS) + DAY_MS) % DAY_MS;
  return Math.floor(ms / 86_400);
}

const CODES: ReadonlyMap<string, (view: View) => string> = new Map<string, (view: View) => string>([
  ["d", ({ wall }) => pad(wall.getUTCDate(), 2)],
  ["D", ({ wallMs }) => DAY_NAMES[weekdayOf(wallMs)]!.slice(0, 3)],
  ["j", ({ wall }) => String(wall.getUTCDate())],
  ["l", ({ wallMs }) => DAY_NAMES[weekdayOf(wallMs)]!],
  ["N", ({ wallMs }) => String(weekdayOf(wallMs) || 7)],
  ["S", ({ wall }) => ordinalSuffix(wall.getUTCDate())],
  ["w", ({ wallMs }) => String(weekdayOf(wallMs))],
  ["z", ({ wallMs }) => String(dayOfYear(wallMs))],
  ["W", ({ wallMs }) => pad(isoWeek(wallMs).week, 2)],
  ["F", ({ wall }) => MONTH_NAMES[wall.getUTCMonth()]!],
  ["m", ({ wall }) => pad(wall.getUTCMonth() + 1, 2)],
  ["M", ({ wall }) => MONTH_NAMES[wall.getUTCMonth()]!.slice(0, 3)],
  ["n", ({ wall }) => String(wall.getUTCMonth() + 1)],
  ["t", ({ wall }) => String(daysInMonth(wall.getUTCFullYear(), wall.getUTCMonth() + 1))],
  ["L", ({ wall }) => (isLeapYear(wall.getUTCFullYear()) ? "1" : "0")],
  ["o", ({ wallMs }) => String(isoWeek(wallMs).year)],
  ["Y", ({ wall }) => pad(wall.getUTCFullYear(), 4)],
  ["y", ({ wall }) => pad(Math.abs(wall.getUTCFullYear()) % 100, 2)],
  ["X", ({ wall }) => expandedYear(wall.getUTCFullYear(), true)],
  ["x", ({ wall }) => expandedYear(wall.getUTCFullYear(), false)],
  ["a", ({ wall }) => (wall.getUTCHours() < 12 ? "am" : "pm")],
  ["A", ({ wall }) => (wall.getUTCHours() < 12 ? "AM" : "PM")],
  ["B", (view) => pad(beats(view), 3)],
  ["g", ({ wall }) => String(hour12(wall))],
  ["G", ({ wall }) => String(wall.getUTCHours())],
  ["h", ({ wall }) => pad(hour12(wall), 2)],
  ["H", ({ wall }) => pad(wall.getUTCHours(), 2)],
  ["i", ({ wall }) => pad(wall.getUTCMinutes(), 2)],
  ["s", ({ wall }) => pad(wall.getUTCSeconds(), 2)],
  ["u", ({ wall }) => `${pad(wall.getUTCMilliseconds(), 3)}000`],
  ["v", ({ wall }) => pad(wall.getUTCMilliseconds(), 3)],
  ["e", ({ moment }) => moment.zone],
  ["I", (view) => (isSummerTime(view) ? "1" : "0")],
  ["O", ({ moment }) => offsetText(moment.zone, moment.epochMs, "")],
  ["P", ({ moment }) => offsetText(moment.zone, moment.epochMs, ":")],
  ["p", ({ moment }) => (moment.zone === "UTC" ? "Z" : offsetText(moment.zone, moment.epochMs, ":"))],
  ["T", ({ moment }) => zoneAbbreviation(moment.zone, moment.epochMs)],
  ["Z", (view) => String(offsetSeconds(view))],
  ["c", ({ moment }) => formatMoment(moment, "Y-m-d\\TH:i:sP")],
  ["r", ({ moment }) => formatMoment(moment, "D, d M Y H:i:s O")],
  ["U", ({ moment }) => String(Math.floor(moment.epochMs / 1000))],
]);

/** Years beyond four digits carry a sign; `X` writes it always. */
function expandedYear(year: number, always: boolean): string {
  const sign = year < 0 ? "-" : always || year > 9999 ? "+" : "";
  return sign + pad(Math.abs(year), 4);
}

const MAX_REMEMBERED = 500;
const formats = new Map<string, readonly Piece[]>();

function readFormat(format: string): readonly Piece[] {
  const known = formats.get(format);
  if (known !== undefined) return known;
  const pieces: Piece[] = [];
  let text = "";
  for (let i = 0; i < format.length; i++) {
    const char = format[i]!;
    const code = CODES.get(char);
    if (char === "\\" && i + 1 < format.length) {
      i += 1;
      text += format[i];
    } else if (code === undefined) {
      text += char;
    } else {
      if (text !== "") pieces.push(text);
      text = "";
      pieces.push(code);
    }
  }
  if (text !== "") pieces.push(text);
  if (formats.size > MAX_REMEMBERED) formats.clear();
  if (format.length <= 200) formats.set(format, pieces);
  return pieces;
}

/** Years that a Date can hold once the zone's offset is added. */
const LAST_MS = 8.64e15 - DAY_MS;

/** The moment's wall clock in its zone. The longest code makes 31 characters, so callers charge for that. */
export function formatMoment(moment: Moment, format: string): string {
  if (!(Math.abs(moment.epochMs) <= LAST_MS)) return "";
  const wallMs = moment.epochMs + offsetMsAt(moment.zone, moment.epochMs);
  const view: View = { moment, wallMs, wall: new Date(wallMs) };
  let text = "";
  for (const piece of readFormat(format)) text += typeof piece === "string" ? piece : piece(view);
  return text;
}
