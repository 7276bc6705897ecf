/** Any value to text. */
import { formatMoment } from "../dates/format.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { jsonText } from "./json-text.ts";
import { isCollection, isDate } from "./kinds.ts";
import { Markup } from "./markup.ts";
import { Moment } from "./moment.ts";
import { numberText } from "./number-text.ts";

/**
 * The text of a value: true is "1", false and null are "", lists and mappings are JSON, dates are ISO 8601.
 * What templates cannot see (functions and the like) is "".
 */
export function toText(rt: Runtime, value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return numberText(value);
    case "boolean":
      return value ? "1" : "";
    case "bigint":
      return value.toString();
    case "object":
      return value === null ? "" : objectText(rt, value);
    default:
      return "";
  }
}

function objectText(rt: Runtime, value: object): string {
  if (value instanceof Markup) return value.text;
  if (isDate(value)) return formatMoment(asMoment(rt, value), "c");
  return isCollection(value) ? jsonText(rt, value) : "";
}

/** A date of the host is shown in the render's zone. */
export function asMoment(rt: Runtime, value: Moment | Date): Moment {
  return value instanceof Moment ? value : new Moment(value.getTime(), rt.zone);
}
