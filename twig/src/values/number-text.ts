/** Numbers to text and text to numbers, by PHP 8's rules. */

/** From here on an integer is no 64-bit integer in PHP but a float, which prints with an exponent. */
const INTEGER_LIMIT = 2 ** 63;
const NUMERIC = /^[ \t\n\r\v\f]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[ \t\n\r\v\f]*$/;
const NUMERIC_PREFIX = /^[ \t\n\r\v\f]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/;
const INTEGER_KEY = /^(?:0|-?[1-9]\d{0,15})$/;

/** Longest text that is tried as a number: no number needs more characters, and longer texts cost time. */
const MAX_NUMERIC_LENGTH = 400;

/** Significant digits of a float that is printed: PHP's `precision` unless somebody sets it. */
const PRECISION = 14;

/**
 * A number as `echo` prints it: 0.1 + 0.2 is 0.3. Integers below 2^63 are printed in full; floats have 14
 * significant digits, and an exponent below 1e-4 and where 14 digits do not reach the point (1.0E-5, 1.0E+21).
 */
export function numberText(value: number): string {
  if (Number.isInteger(value) && value < INTEGER_LIMIT && value > -INTEGER_LIMIT) {
    return value === 0 ? "0" : integerText(value);
  }
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NAN" : value > 0 ? "INF" : "-INF";
  const rounded = Number(value.toPrecision(PRECISION));
  const [mantissa, exponent] = rounded.toExponential().split("e");
  if (Number(exponent) >= -4 && Number(exponent) < PRECISION) return String(rounded);
  const withPoint = mantissa!.includes(".") ? mantissa : `${mantissa}.0`;
  return `${withPoint}E${exponent}`;
}

/** Above 2^53 String() rounds to the shortest form (2^62 as ...7400); BigInt prints the digits that PHP prints. */
function integerText(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : BigInt(value).toString();
}

/** Whether PHP takes the text for a number: digits, sign, point, exponent, white space around. */
export function isNumericText(text: string): boolean {
  return text.length <= MAX_NUMERIC_LENGTH && NUMERIC.test(text);
}

/** Value of the leading number of a text; 0 where there is none ("5 apples" is 5, "apples" is 0). */
export function parseNumberPrefix(text: string): number {
  const head = text.length > MAX_NUMERIC_LENGTH ? text.slice(0, MAX_NUMERIC_LENGTH) : text;
  const found = NUMERIC_PREFIX.exec(head);
  return found === null ? 0 : Number(found[0].trim());
}

/** A key of a mapping as PHP keeps it: texts that look like integers are integers. */
export function keyOut(key: string): string | number {
  if (!INTEGER_KEY.test(key)) return key;
  const number = Number(key);
  return Number.isSafeInteger(number) ? number : key;
}
