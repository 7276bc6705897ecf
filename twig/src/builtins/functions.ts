/** All functions that need nothing of the compiler, and those left out. */
import type { Runtime } from "../runtime/runtime.ts";
import { toInteger } from "../values/arithmetic.ts";
import { compare } from "../values/compare.ts";
import { countOf, isCollection, isNull, truthy, valuesOf } from "../values/kinds.ts";
import { Moment } from "../values/moment.ts";
import { toText } from "../values/text.ts";
import { inZone, readMoment } from "./date-filters.ts";
import { makeRange } from "./range.ts";
import type { FunctionSpec } from "./spec.ts";

type Run = FunctionSpec["run"];

const range: Run = (rt, [low, high, step]) =>
  makeRange(rt, low, { end: high, step: isNull(step) ? 1 : step });

/** The place wraps around; a negative one counts from the end. */
const cycle: Run = (rt, [values, position]) => {
  const count = countOf(values);
  if (count === -1) return values ?? null;
  if (count === 0) return rt.fail('"cycle" needs at least one value.');
  if (!Array.isArray(values)) rt.chargeItems(count);
  const index = toInteger(position) % count;
  return valuesOf(values)[index < 0 ? index + count : index];
};

/** The greatest (1) or smallest (-1) of a collection or of the arguments. */
function extreme(rt: Runtime, args: readonly unknown[], sign: 1 | -1): unknown {
  const only = args.length === 1 && isCollection(args[0]) ? valuesOf(args[0]) : args;
  rt.chargeItems(only.length);
  if (only.length === 0) return null;
  return only.reduce((best, value) => (compare(rt, value, best) * sign > 0 ? value : best));
}

/** Of a collection one element, of a text one character, of a number one from 0 up to it; a number otherwise. */
const random: Run = (rt, [values, max]) => {
  if (isCollection(values)) {
    const items = valuesOf(values);
    if (!Array.isArray(values)) rt.chargeItems(items.length);
    return items.length === 0 ? rt.fail('"random" needs at least one value.') : items[pick(rt, items.length)];
  }
  if (isNull(values)) return isNull(max) ? pick(rt, 2 ** 31) : randomBetween(rt, 0, toInteger(max));
  if (typeof values === "number") {
    const bound = toInteger(values);
    if (!isNull(max)) return randomBetween(rt, bound, toInteger(max));
    return bound < 0 ? randomBetween(rt, bound, 0) : randomBetween(rt, 0, bound);
  }
  const text = toText(rt, values);
  rt.chargeItems(text.length);
  const chars = Array.from(text);
  return chars.length === 0 ? "" : chars[pick(rt, chars.length)];
};

function pick(rt: Runtime, count: number): number {
  return Math.floor(rt.random() * count);
}

function randomBetween(rt: Runtime, from: number, to: number): number {
  const [low, high] = from <= to ? [from, to] : [to, from];
  return low + pick(rt, high - low + 1);
}

/** Without arguments now; of nothing, nothing: a missing date must not turn into today. */
const date: Run = (rt, args) => {
  const [value, zone] = args;
  if (args.length === 0 || value === undefined) return inZone(rt, new Moment(rt.nowMs(), rt.zone), zone);
  if (isNull(value) || value === "") return null;
  return inZone(rt, readMoment(rt, value), zone);
};

/** Class names from texts, lists, and mappings whose values say which keys count. */
const htmlClasses: Run = (rt, args) => {
  const names = new Set<string>();
  for (const argument of args) collectClasses(rt, argument, names);
  const text = [...names].join(" ");
  rt.chargeText(text.length);
  return text;
};

function collectClasses(rt: Runtime, value: unknown, names: Set<string>): void {
  if (isNull(value)) return;
  if (Array.isArray(value)) {
    rt.chargeItems(value.length);
    for (const one of value) addClasses(rt, names, toText(rt, one));
    return;
  }
  if (!isCollection(value)) {
    addClasses(rt, names, toText(rt, value));
    return;
  }
  const entries: [string, unknown][] = value instanceof Map ? [...value] : Object.entries(value as object);
  rt.chargeItems(entries.length);
  for (const [name, isOn] of entries) if (truthy(isOn)) addClasses(rt, names, name);
}

function addClasses(rt: Runtime, names: Set<string>, text: string): void {
  if (text.length > rt.limits.valueSize) rt.failBudget("valueSize");
  rt.charge(text.length >> 1);
  for (const name of text.split(/\s+/)) if (name !== "") names.add(name);
}

export const FUNCTIONS: ReadonlyMap<string, FunctionSpec> = new Map<string, FunctionSpec>([
  ["range", { params: ["low", "high", "step"], required: 2, run: range }],
  ["cycle", { params: ["values", "position"], required: 2, run: cycle }],
  ["max", { params: ["value"], required: 1, rest: true, run: (rt, args) => extreme(rt, args, 1) }],
  ["min", { params: ["value"], required: 1, rest: true, run: (rt, args) => extreme(rt, args, -1) }],
  ["random", { params: ["values", "max"], run: random }],
  ["date", { params: ["date", "timezone"], run: date }],
  ["html_classes", { params: ["classes"], rest: true, run: htmlClasses }],
]);

const HOST = "templates cannot reach into the host";

export const LEFT_OUT_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ["constant", HOST],
  ["enum", HOST],
  ["enum_cases", HOST],
  ["dump", "it would show a person's data in a message"],
  ["template_from_string", "a value is never read as a template"],
  ["html_cva", "it belongs to the HTML extension"],
  ["html_attr", "it belongs to the HTML extension"],
  ["country_names", "it belongs to the Intl extension"],
  ["country_timezones", "it belongs to the Intl extension"],
  ["currency_names", "it belongs to the Intl extension"],
  ["language_names", "it belongs to the Intl extension"],
  ["locale_names", "it belongs to the Intl extension"],
  ["script_names", "it belongs to the Intl extension"],
  ["timezone_names", "it belongs to the Intl extension"],
]);
