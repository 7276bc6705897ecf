/** Filters on numbers, `default`, and `json_encode`. A missing number stays missing and prints as nothing. */
import type { Runtime } from "../runtime/runtime.ts";
import {
  roundDown,
  roundHalfUp,
  roundUnits,
  roundUp,
  scaled,
  toInteger,
  toNumber,
} from "../values/arithmetic.ts";
import { jsonText } from "../values/json-text.ts";
import { isEmpty, isNull } from "../values/kinds.ts";
import { toText } from "../values/text.ts";
import type { FilterSpec } from "./spec.ts";

type Run = FilterSpec["run"];

const abs: Run = (_rt, value) => (isNull(value) ? null : Math.abs(toNumber(value)));

const round: Run = (rt, value, [precision, method]) => {
  if (isNull(value)) return null;
  const places = toInteger(precision ?? 0);
  const how = isNull(method) ? "common" : toText(rt, method);
  if (how === "common") return roundHalfUp(toNumber(value), places);
  if (how === "ceil") return scaled(toNumber(value), places, roundUp);
  if (how === "floor") return scaled(toNumber(value), places, roundDown);
  return rt.fail('"round" knows the methods "common", "ceil" and "floor".');
};

/** More decimals than this are zeros that no message needs; PHP allows as many as memory holds. */
const MAX_DECIMALS = 100;

const numberFormat: Run = (rt, value, [decimal, point, separator]) => {
  if (isNull(value)) return "";
  const decimals = Math.min(MAX_DECIMALS, Math.max(0, toInteger(decimal ?? 0)));
  const decimalPoint = isNull(point) ? "." : toText(rt, point);
  const thousands = isNull(separator) ? "," : toText(rt, separator);
  rt.chargeText(decimalPoint.length + thousands.length * 110 + decimals);
  return formatNumber(toNumber(value), { decimals, decimalPoint, thousands });
};

interface NumberStyle {
  readonly decimals: number;
  readonly decimalPoint: string;
  readonly thousands: string;
}

/** PHP's number_format: rounds half away from zero, never prints "-0". */
function formatNumber(value: number, { decimals, decimalPoint, thousands }: NumberStyle): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const digits = decimalDigits(Math.abs(value), decimals);
  const dot = digits.length - decimals;
  const whole = groupDigits(digits.slice(0, dot), thousands);
  const sign = value < 0 && /[1-9]/.test(digits) ? "-" : "";
  return decimals > 0 ? sign + whole + decimalPoint + digits.slice(dot) : sign + whole;
}

/** Largest number of units that is counted exactly. */
const MAX_UNITS = 1e15;

/** The digits of the rounded number without its point, at least one before it. */
function decimalDigits(size: number, decimals: number): string {
  const units = size * 10 ** decimals;
  if (units < MAX_UNITS) return String(roundUnits(units)).padStart(decimals + 1, "0");
  const text = size < 1e21 ? size.toFixed(decimals) : `${BigInt(size)}.${"0".repeat(decimals)}`;
  return text.replace(".", "");
}

function groupDigits(whole: string, separator: string): string {
  if (whole.length <= 3) return whole;
  let text = whole.slice(-3);
  for (let end = whole.length - 3; end > 0; end -= 3) {
    text = whole.slice(Math.max(0, end - 3), end) + separator + text;
  }
  return text;
}

const fallback: Run = (_rt, value, [other]) => (isEmpty(value) ? (other === undefined ? "" : other) : value);

/** Bits of PHP's options that make sense here, given as a number because templates know no constants. */
const HEX_TAG = 1;
const HEX_AMP = 2;
const HEX_APOS = 4;
const HEX_QUOT = 8;
const FORCE_OBJECT = 16;
const UNESCAPED_SLASHES = 64;
const PRETTY_PRINT = 128;
const UNESCAPED_UNICODE = 256;

const jsonEncode: Run = (rt, value, [options]) => {
  const bits = toInteger(options ?? 0);
  return jsonText(rt, value, {
    pretty: (bits & PRETTY_PRINT) !== 0,
    forceObject: (bits & FORCE_OBJECT) !== 0,
    quote: (quoted) => escapeJson(rt, quoted, bits),
  });
};

const HEX_FORMS: readonly (readonly [number, RegExp])[] = [
  [HEX_TAG, /[<>]/g],
  [HEX_AMP, /&/g],
  [HEX_APOS, /'/g],
];

/** PHP escapes slashes and everything beyond ASCII unless told not to. */
function escapeJson(rt: Runtime, quoted: string, bits: number): string {
  rt.charge(quoted.length >> 4);
  let text = quoted;
  if ((bits & UNESCAPED_SLASHES) === 0) text = text.replaceAll("/", "\\/");
  if ((bits & UNESCAPED_UNICODE) === 0) text = text.replace(/[^\0-\x7f]/g, escapeUnit);
  for (const [bit, pattern] of HEX_FORMS) {
    if ((bits & bit) === 0) continue;
    rt.charge(text.length >> 3);
    text = text.replace(pattern, escapeUpper);
  }
  if ((bits & HEX_QUOT) !== 0) text = text.replaceAll('\\"', "\\u0022");
  return text;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** PHP writes these forms with capital digits. */
function escapeUpper(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

const DEFAULT: FilterSpec = { params: ["default"], run: fallback };

export const NUMBER_FILTERS: readonly (readonly [string, FilterSpec])[] = [
  ["abs", { params: [], run: abs, literalNull: 0 }],
  ["round", { params: ["precision", "method"], run: round, literalNull: 0 }],
  [
    "number_format",
    { params: ["decimal", "decimal_point", "thousand_sep"], run: numberFormat, literalNull: 0 },
  ],
  ["default", DEFAULT],
  ["json_encode", { params: ["options", "depth"], run: jsonEncode }],
];
