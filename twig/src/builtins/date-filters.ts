/** `date`, `date_modify`, and reading dates from values. */

import { formatMoment } from "../dates/format.ts";
import { parseDate } from "../dates/parse.ts";
import { isAtHand, isZone } from "../dates/zone.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { isDate, isNull } from "../values/kinds.ts";
import { Moment } from "../values/moment.ts";
import { isNumericText } from "../values/number-text.ts";
import { asMoment, toText } from "../values/text.ts";
import type { FilterSpec } from "./spec.ts";

/** Twig's default format. */
const DEFAULT_FORMAT = "F j, Y H:i";
/** The longest form of one format code, for the charge before formatting. */
const LONGEST_CODE = 40;
/** Setting up a zone's clock takes as long as about this many steps. */
const NEW_ZONE_STEPS = 1000;
/** JavaScript's dates end at 8.64e15; the wall clock of any zone has to fit too. */
const LAST_MS = 8.64e15 - 2 * 86_400_000;
const INTEGER = /^-?\d{1,15}$/;

/**
 * A moment from a date, a Unix time in seconds, or a text that PHP's strtotime reads. Texts without a zone are
 * read in the render's zone. Fails for anything that is no date.
 */
export function readMoment(rt: Runtime, value: unknown): Moment {
  if (isDate(value)) return checked(rt, asMoment(rt, value));
  if (typeof value === "number" || typeof value === "bigint") return fromSeconds(rt, Number(value));
  const text = toText(rt, value).trim();
  rt.chargeText(text.length);
  rt.charge(5);
  if (INTEGER.test(text) && isUnixTime(text)) return fromSeconds(rt, Number(text));
  if (text.length > 200) return rt.fail("This text is no date.");
  // A zone inside the text may be a new one.
  if (text.includes("/") && /[a-z]\//i.test(text)) rt.charge(NEW_ZONE_STEPS / 10);
  const moment = parseDate(text, new Moment(rt.nowMs(), rt.zone));
  if (moment === null) return rt.fail(`"${text.slice(0, 60)}" is no date.`);
  return checked(rt, moment);
}

/** Twig reads a text of digits as a Unix time, but "2024" in PHP's parser would be a time of day: seconds it is. */
function isUnixTime(text: string): boolean {
  return isNumericText(text);
}

function fromSeconds(rt: Runtime, seconds: number): Moment {
  return checked(rt, new Moment(Math.trunc(seconds) * 1000, rt.zone));
}

function checked(rt: Runtime, moment: Moment): Moment {
  return Math.abs(moment.epochMs) <= LAST_MS ? moment : rt.fail("This date is out of range.");
}

/** The host's zone may come from a person's profile, so it is not trusted to exist. */
function ownZone(rt: Runtime): string {
  return isZone(rt.zone) ? rt.zone : rt.fail(`There is no time zone "${rt.zone.slice(0, 60)}".`);
}

/** The moment shown in another zone; false keeps its own. */
export function inZone(rt: Runtime, moment: Moment, zone: unknown): Moment {
  if (isNull(zone)) return new Moment(moment.epochMs, ownZone(rt));
  if (zone === false) return moment;
  const name = toText(rt, zone);
  if (!isAtHand(name)) rt.charge(NEW_ZONE_STEPS);
  if (!isZone(name)) rt.fail(`There is no time zone "${name.slice(0, 60)}".`);
  return new Moment(moment.epochMs, name);
}

const date: FilterSpec["run"] = (rt, value, [format, zone]) => {
  if (isNull(value) || value === "") return "";
  const moment = inZone(rt, readMoment(rt, value), zone);
  const codes = isNull(format) ? DEFAULT_FORMAT : toText(rt, format);
  rt.chargeText(codes.length * LONGEST_CODE);
  rt.charge(codes.length);
  return formatMoment(moment, codes);
};

const dateModify: FilterSpec["run"] = (rt, value, [modifier]) => {
  if (isNull(value) || value === "") return null;
  const base = readMoment(rt, value);
  const text = toText(rt, modifier);
  rt.charge(5);
  const moment = text.length > 200 ? null : parseDate(text, base, { keepTime: true });
  if (moment === null) return rt.fail(`"${text.slice(0, 60)}" is no change of a date.`);
  return checked(rt, moment);
};

export const DATE_FILTERS: readonly (readonly [string, FilterSpec])[] = [
  ["date", { params: ["format", "timezone"], run: date }],
  ["date_modify", { params: ["modifier"], required: 1, run: dateModify }],
];
