/** PHP's sprintf, for the filter `format`. Widths and precisions are bounded before anything is padded. */
import type { Runtime } from "../runtime/runtime.ts";
import { toInteger, toNumber } from "../values/arithmetic.ts";
import { toText } from "../values/text.ts";
import { sliceText } from "./code-points.ts";

/** Flags are bounded: without a bound, a text of nothing but `%'` would be read again from each of its signs. */
const DIRECTIVE = /%(?:(\d+)\$)?([-+ 0]|'[\s\S]){0,8}(\d+)?(?:\.(\d+))?([bcdeEfFgGosuxX%])/g;
const FLAGS = /^%(?:\d+\$)?((?:[-+ 0]|'[\s\S]){0,8})/;

interface Directive {
  readonly left: boolean;
  readonly plus: boolean;
  readonly fill: string;
  readonly width: number;
  readonly precision: number | null;
  readonly code: string;
}

/** Arguments that are missing are empty: a message is not lost over them. */
export function formatText(rt: Runtime, format: string, args: readonly unknown[]): string {
  rt.chargeText(format.length);
  let next = 0;
  let total = 0;
  return format.replace(
    DIRECTIVE,
    (all, place?: string, _flag?: string, width?: string, precision?: string, code?: string) => {
      rt.charge(3);
      if (code === "%") return "%";
      const index = place === undefined ? next++ : Number(place) - 1;
      const directive = readDirective(all, { width, precision, code: code! });
      const size = Math.max(directive.width, directive.precision ?? 0);
      rt.chargeText(total + size);
      const text = pad(formatOne(rt, args[index] ?? null, directive), directive);
      total += text.length;
      rt.chargeText(total);
      return text;
    },
  );
}

interface Parts {
  readonly width: string | undefined;
  readonly precision: string | undefined;
  readonly code: string;
}

function readDirective(all: string, { width, precision, code }: Parts): Directive {
  const flags = FLAGS.exec(all)?.[1] ?? "";
  let fill = " ";
  let left = false;
  let plus = false;
  for (let i = 0; i < flags.length; i++) {
    if (flags[i] === "-") left = true;
    else if (flags[i] === "+") plus = true;
    else if (flags[i] === "'") fill = flags[++i]!;
    else fill = flags[i]!;
  }
  return {
    left,
    plus,
    fill,
    width: Number(width ?? 0),
    precision: precision === undefined ? null : Number(precision),
    code,
  };
}

/** A zero goes between the sign and the digits. */
function pad(text: string, { left, fill, width, code }: Directive): string {
  if (text.length >= width) return text;
  if (left) return text.padEnd(width, fill === "0" && code !== "s" ? "0" : fill);
  const isSigned = fill === "0" && /^[+-]/.test(text) && code !== "s";
  return isSigned ? text[0] + text.slice(1).padStart(width - 1, "0") : text.padStart(width, fill);
}

function formatOne(rt: Runtime, value: unknown, directive: Directive): string {
  const { code, precision } = directive;
  switch (code) {
    case "s": {
      const text = toText(rt, value);
      return precision === null ? text : sliceText(rt, text, { start: 0, length: precision });
    }
    case "d":
      return signed(toInteger(value), String(Math.abs(toInteger(value))), directive);
    case "c":
      return String.fromCharCode(toInteger(value) & 0xff);
    case "f":
    case "F":
      return formatFixed(toNumber(value), directive);
    case "e":
    case "E":
    case "g":
    case "G":
      return formatExponent(toNumber(value), directive);
    default:
      return formatUnsigned(toInteger(value), code);
  }
}

function signed(value: number, digits: string, { plus }: Directive): string {
  if (value < 0 || Object.is(value, -0)) return digits === "0" ? digits : `-${digits}`;
  return plus ? `+${digits}` : digits;
}

/** More decimals than a number has digits are zeros; PHP stops at 53 as well. */
const MAX_DECIMALS = 53;

function formatFixed(value: number, directive: Directive): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const decimals = Math.min(directive.precision ?? 6, MAX_DECIMALS);
  const digits = fixedDigits(Math.abs(value), decimals);
  return value < 0 ? `-${digits}` : signed(1, digits, directive);
}

/** Rounds by the exact value; an exact half goes to the even digit (2.25 is "2.2"), unlike `number_format`. */
function fixedDigits(size: number, decimals: number): string {
  if (size >= 1e21) return `${BigInt(size)}${decimals > 0 ? `.${"0".repeat(decimals)}` : ""}`;
  const units = size * 10 ** decimals;
  const isHalf = Number.isInteger(size * 2 ** (decimals + 1)) && units % 1 === 0.5;
  if (!isHalf || units > Number.MAX_SAFE_INTEGER) return size.toFixed(decimals);
  const even = Math.floor(units) % 2 === 0 ? Math.floor(units) : Math.ceil(units);
  return (even / 10 ** decimals).toFixed(decimals);
}

/** PHP writes the exponent without leading zeros: 1.5e+3. */
function formatExponent(value: number, directive: Directive): string {
  const { code, precision } = directive;
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const isGeneral = code === "g" || code === "G";
  const digits = Math.min(precision ?? 6, MAX_DECIMALS);
  const text = isGeneral ? general(Math.abs(value), digits || 1) : Math.abs(value).toExponential(digits);
  const cased = code === "E" || code === "G" ? text.toUpperCase() : text;
  return value < 0 ? `-${cased}` : signed(1, cased, directive);
}

function general(value: number, precision: number): string {
  if (value === 0) return "0";
  const exponent = Math.floor(Math.log10(value));
  if (exponent < -4 || exponent >= precision) {
    const [mantissa, power] = value.toExponential(precision - 1).split("e");
    const short = mantissa!.includes(".") ? mantissa!.replace(/\.?0+$/, "") : mantissa!;
    return `${short.includes(".") ? short : `${short}.0`}e${power}`;
  }
  return String(Number(value.toPrecision(Math.min(precision, 100))));
}

function formatUnsigned(value: number, code: string): string {
  const unsigned = BigInt.asUintN(64, BigInt(value));
  if (code === "u") return unsigned.toString();
  const radix = code === "b" ? 2 : code === "o" ? 8 : 16;
  const text = unsigned.toString(radix);
  return code === "X" ? text.toUpperCase() : text;
}
