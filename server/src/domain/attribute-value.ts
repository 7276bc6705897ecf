/**
 * Custom attributes: their names, their types, and a value in its type's stored form. A type is declared, or inferred
 * on first use (decisions, section 8). Inferred text has no limit of 101 characters: that one belongs to the declared
 * type `string` (evidence: data API, 5.1); the caller of a first use never agreed to it.
 */
import { fail, ok, type Result } from "../base/result.ts";
import { isRecord } from "./field-label.ts";
import { findFault } from "./storable-value.ts";
import { normaliseDate } from "./time.ts";

export const ATTRIBUTE_TYPES = ["string", "text", "number", "integer", "date", "boolean", "json"] as const;
export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];

export type AttributeValue =
  | string
  | number
  | boolean
  | Readonly<Record<string, unknown>>
  | readonly unknown[];

const MAX_NAME = 64;
const MAX_STRING = 101;
const MAX_JSON_CHARS = 65_536; // as any other value of a body: a profile's row is read whole for every message

/** Names that a profile already answers to; a custom attribute of that name could never be read. */
const TAKEN: ReadonlySet<string> = new Set([
  "id",
  "user_id",
  "profile_id",
  "project_id",
  "create_time",
  "update_time",
]);

/** Why a name cannot be a custom attribute's; null when it can. */
export function attributeNameFault(name: string): string | null {
  if (name === "__proto__" || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return "must consist of letters, digits and underscores and not begin with a digit";
  }
  if (name.length > MAX_NAME) return `must have at most ${MAX_NAME} characters`;
  return TAKEN.has(name) ? "is a name of the platform" : null;
}

/** Numbers as text, without the forms that only programs write (hex, Infinity). */
const NUMERIC = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** JSON goes into an attribute as an escaped string (evidence: data API, 8.1). */
function jsonIn(text: string): Readonly<Record<string, unknown>> | readonly unknown[] | null {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) || Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/**
 * The type of an attribute that is first used with `value`. A text in the exact form of a date is a date, because
 * only dates can be compared with "in the last 7 days"; a text that is a JSON object or list is JSON.
 */
export function inferType(value: unknown): AttributeType {
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "number") return "number";
  if (typeof value !== "string") return "json";
  if (/^\d{4}-\d{2}-\d{2}/.test(value) && normaliseDate(value).ok) return "date";
  return jsonIn(value) === null ? "text" : "json";
}

/** The type that holds values of both; null when none does. */
export function commonType(a: AttributeType, b: AttributeType): AttributeType | null {
  if (a === b) return a;
  return a === "json" || b === "json" ? null : "text";
}

type Parser = (value: unknown) => Result<AttributeValue, string>;

const PARSERS: Readonly<Record<AttributeType, Parser>> = {
  text: parseText,
  string: (value) => {
    const text = parseText(value);
    // Characters, not UTF-16 units: a name in emoji has as many letters as one in Latin.
    const isLong = text.ok && text.value.length > MAX_STRING && [...text.value].length > MAX_STRING;
    return isLong ? fail(`must have at most ${MAX_STRING} characters`) : text;
  },
  number: (value) => {
    const number = typeof value === "string" && NUMERIC.test(value) ? Number(value) : value;
    const isExact = typeof number === "number" && (!Number.isInteger(number) || Number.isSafeInteger(number));
    return isExact && Number.isFinite(number) ? ok(number) : fail("must be a number");
  },
  integer: (value) => {
    const number = typeof value === "string" && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
    const isWhole = typeof number === "number" && Number.isSafeInteger(number);
    return isWhole ? ok(number) : fail("must be a whole number below 2^53");
  },
  date: (value) => (typeof value === "string" ? normaliseDate(value) : fail("must be a date")),
  boolean: parseBoolean,
  json: parseJson,
};

/** A value in its type's stored form. The error is a predicate for `sentence`. */
export function parseAttribute(type: AttributeType, value: unknown): Result<AttributeValue, string> {
  return PARSERS[type](value);
}

function parseText(value: unknown): Result<string, string> {
  if (typeof value === "string") return ok(value);
  return typeof value === "number" || typeof value === "boolean" ? ok(String(value)) : fail("must be text");
}

function parseBoolean(value: unknown): Result<boolean, string> {
  const word = typeof value === "string" ? value.toLowerCase() : value;
  if (word === true || word === 1 || word === "1" || word === "true") return ok(true);
  if (word === false || word === 0 || word === "0" || word === "false") return ok(false);
  return fail("must be true or false");
}

function parseJson(value: unknown): Result<AttributeValue, string> {
  const json = typeof value === "string" ? jsonIn(value) : value;
  if (!isRecord(json) && !Array.isArray(json)) return fail("must be a JSON object or list");
  // Text that was parsed only now has not been looked at by anybody.
  if (JSON.stringify(json).length > MAX_JSON_CHARS) return fail("must be smaller than 64 KiB");
  const fault = findFault(json, "");
  return fault === null ? ok(json) : fail(`holds something that ${fault.predicate}`);
}
