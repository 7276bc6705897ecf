/**
 * PHP 8's arithmetic on template values. Two mercies, because a message goes to a person who cannot repair it:
 * a text that is no number counts as 0 (PHP throws), and a division by zero gives null, which prints as nothing.
 */
import { Markup } from "./markup.ts";
import { parseNumberPrefix } from "./number-text.ts";

/** The number that a value counts as; 0 for what is none. */
export function toNumber(value: unknown): number {
  switch (typeof value) {
    case "number":
      return value;
    case "string":
      return parseNumberPrefix(value);
    case "boolean":
      return value ? 1 : 0;
    case "bigint":
      return Number(value);
    default:
      return value instanceof Markup ? parseNumberPrefix(value.text) : 0;
  }
}

/** Truncated towards zero; NaN and infinities are 0, as PHP casts them. */
export function toInteger(value: unknown): number {
  const number = toNumber(value);
  return Number.isFinite(number) ? Math.trunc(number) : 0;
}

/** Null for a division by zero. */
export function divide(a: unknown, b: unknown): number | null {
  const divisor = toNumber(b);
  return divisor === 0 ? null : toNumber(a) / divisor;
}

/** Rounded towards minus infinity; null for a division by zero. */
export function floorDivide(a: unknown, b: unknown): number | null {
  const quotient = divide(a, b);
  return quotient === null ? null : Math.floor(quotient);
}

/** Both sides are cut to integers; the sign is that of the left side. */
export function modulo(a: unknown, b: unknown): number | null {
  const divisor = toInteger(b);
  return divisor === 0 ? null : toInteger(a) % divisor;
}

export type BitOperator = "b-and" | "b-or" | "b-xor";

/** On 64-bit integers, as in PHP; JavaScript's own operators would cut to 32 bits. */
export function bitwise(operator: BitOperator, a: unknown, b: unknown): number {
  const left = BigInt(toInteger(a));
  const right = BigInt(toInteger(b));
  if (operator === "b-and") return Number(BigInt.asIntN(64, left & right));
  if (operator === "b-or") return Number(BigInt.asIntN(64, left | right));
  return Number(BigInt.asIntN(64, left ^ right));
}

/**
 * Rounds half away from zero at `places` decimals (negative: tens, hundreds). 1.005 at 2 places is 1.01: a value
 * next to a half is first brought to 15 significant digits, as PHP does, so that binary noise does not decide.
 */
export function roundHalfUp(value: number, places: number): number {
  return scaled(value, places, roundUnits);
}

/** Half away from zero, to an integer. */
export function roundUnits(shifted: number): number {
  const size = Math.abs(shifted);
  const isNearHalf = Math.abs(size - Math.floor(size) - 0.5) < NOISE;
  const rounded = Math.round(isNearHalf ? Number(size.toPrecision(15)) : size);
  return shifted < 0 ? -rounded : rounded;
}

/** Towards minus infinity. */
export function roundDown(shifted: number): number {
  return Math.floor(withoutNoise(shifted));
}

/** Towards infinity. */
export function roundUp(shifted: number): number {
  return Math.ceil(withoutNoise(shifted));
}

/** 110.00000000000001 is meant to be 110. */
function withoutNoise(shifted: number): number {
  const isNearInteger = Math.abs(shifted - Math.round(shifted)) < NOISE;
  return isNearInteger ? Number(shifted.toPrecision(15)) : shifted;
}

/** Closer than this to the point where a rounding turns, the noise of binary fractions could decide. */
const NOISE = 1e-6;
/** Powers of ten up to here are exact numbers. */
const LAST_EXACT_POWER = 22;
/** Numbers from here on have no 15 digits to spare for decimals. */
const MAX_SHIFTED = 1e15;

/** Applies `round` to the value with its decimal point moved by `places`. */
export function scaled(value: number, places: number, round: (shifted: number) => number): number {
  if (!Number.isFinite(value) || places > 300) return value;
  if (places < -300) return 0;
  const factor = 10 ** Math.abs(places);
  const shifted = places >= 0 ? value * factor : value / factor;
  if (!Number.isFinite(shifted) || Math.abs(shifted) >= MAX_SHIFTED) return value;
  const rounded = round(shifted);
  // A quotient of two exact numbers is the number nearest to the decimal fraction; a product would not be.
  if (places >= 0 && places <= LAST_EXACT_POWER) return rounded / factor;
  return Number(`${rounded}e${-places}`);
}
