/**
 * The `condition` of list/*, in both spellings that callers use (evidence: campaign API, section 7): a list of triples
 * joined by AND, or an object with `operator` and the keys "0", "1", ..., which nests. The two do not mix.
 */
import { fail, ok, type Result } from "../base/result.ts";
import { parseFlag } from "./address.ts";
import { isRecord } from "./field-label.ts";
import type { FieldRegistry, ListField, ListFieldKind } from "./list-field.ts";

export type Comparator = "=" | "!=" | ">" | ">=" | "<" | "<=";

export interface FieldRef {
  readonly field: string;
  readonly column: string;
  readonly kind: ListFieldKind;
}

/** A tree of typed tests. Times are Unix seconds, flags 0 and 1. */
export type Condition =
  | { readonly test: "and" | "or"; readonly parts: readonly Condition[] }
  | (FieldRef & {
      readonly test: "compare";
      readonly comparator: Comparator;
      readonly value: string | number;
    })
  /** An empty list of `in` matches nothing, of `not in` everything. */
  | (FieldRef & { readonly test: "in" | "not in"; readonly values: readonly (string | number)[] })
  /** Null or, for text, blank. */
  | (FieldRef & { readonly test: "empty" | "not empty" });

const COMPARATORS: readonly string[] = ["=", "!=", ">", ">=", "<", "<="];
/** The root and the groups in it, and the length, as the field has them (evidence: segment model). */
const MAX_DEPTH = 2;
const MAX_LENGTH = 262_144;
const MAX_CONDITIONS = 1_000;
const MAX_VALUES = 10_000;
const MAX_TEXT = 1_024;

type Parsed = Result<Condition, string>;

/** A filter, or null for none (`[]`, `{}`, `{"operator": "AND"}`). The error is a predicate for `condition`. */
export function parseCondition(value: unknown, fields: FieldRegistry): Result<Condition | null, string> {
  if (value === undefined || value === null) return ok(null);
  if (JSON.stringify(value).length > MAX_LENGTH) return fail(`must have at most ${MAX_LENGTH} characters`);
  const reader = new ConditionReader(fields);
  const parsed = Array.isArray(value) ? reader.readList(value) : reader.readGroup(value, 1);
  return parsed.ok && "parts" in parsed.value && parsed.value.parts.length === 0 ? ok(null) : parsed;
}

class ConditionReader {
  readonly #fields: FieldRegistry;
  #count = 0;

  constructor(fields: FieldRegistry) {
    this.#fields = fields;
  }

  readList(list: readonly unknown[]): Parsed {
    if (typeof list[0] === "string") return fail('must be a list of conditions, such as [["id", "=", 1]]');
    return this.#readParts("and", list, (entry) =>
      isRecord(entry) ? fail("must not mix a list with objects") : this.#readTriple(entry),
    );
  }

  readGroup(value: unknown, depth: number): Parsed {
    if (!isRecord(value)) return fail("must be a list or an object");
    if (depth > MAX_DEPTH) return fail(`must not nest deeper than ${MAX_DEPTH}`);
    const keys = Object.keys(value).filter((key) => key !== "operator");
    const strange = keys.find((key) => !/^(?:0|[1-9]\d{0,8})$/.test(key));
    if (strange !== undefined) return fail('must have only the keys "operator", "0", "1" and so on');
    if (keys.length === 0) return ok({ test: "and", parts: [] });
    const operator = typeof value.operator === "string" ? value.operator.toLowerCase() : "";
    if (operator !== "and" && operator !== "or") return fail('must have an "operator" of AND or OR');
    const entries = keys.sort((a, b) => Number(a) - Number(b)).map((key) => value[key]);
    return this.#readParts(operator, entries, (entry) =>
      isRecord(entry) ? this.readGroup(entry, depth + 1) : this.#readTriple(entry),
    );
  }

  #readParts(test: "and" | "or", entries: readonly unknown[], read: (entry: unknown) => Parsed): Parsed {
    const parts: Condition[] = [];
    for (const entry of entries) {
      this.#count += 1;
      if (this.#count > MAX_CONDITIONS) return fail(`must have at most ${MAX_CONDITIONS} conditions`);
      const part = read(entry);
      if (!part.ok) return part;
      // An empty group says nothing; as a part of OR it must not come to mean everything.
      if (!("parts" in part.value) || part.value.parts.length > 0) parts.push(part.value);
    }
    return ok({ test, parts });
  }

  #readTriple(entry: unknown): Parsed {
    if (
      !Array.isArray(entry) ||
      entry.length !== 3 ||
      typeof entry[0] !== "string" ||
      typeof entry[1] !== "string"
    ) {
      return fail("must consist of field, operator and value");
    }
    const [name, operator, value] = entry as [string, string, unknown];
    const field = this.#fields.get(name);
    if (field?.filterable !== true)
      return fail(`names a field that cannot be filtered: ${name.slice(0, 64)}`);
    const ref: FieldRef = { field: name, column: field.column, kind: field.kind };
    const word = operator.toLowerCase();
    if (word === "in" || word === "not in") return readIn(ref, word, value);
    if (!COMPARATORS.includes(word)) return fail(`must use one of ${COMPARATORS.join(" ")} IN, NOT IN`);
    return readCompare(ref, word as Comparator, value);
  }
}

function readCompare(ref: FieldRef, comparator: Comparator, value: unknown): Parsed {
  if (value === null) {
    if (comparator === "=") return ok({ ...ref, test: "empty" });
    return comparator === "!="
      ? ok({ ...ref, test: "not empty" })
      : fail(`cannot compare ${ref.field} with null`);
  }
  const typed = VALUES[ref.kind](value);
  return typed.ok
    ? ok({ ...ref, test: "compare", comparator, value: typed.value })
    : misfit(ref, typed.error);
}

/** Nulls in the list are passed over: no value equals null, and NOT IN with a null would match nothing in SQL. */
function readIn(ref: FieldRef, test: "in" | "not in", value: unknown): Parsed {
  if (!Array.isArray(value)) return fail(`must give ${ref.field} a list for ${test.toUpperCase()}`);
  if (value.length > MAX_VALUES)
    return fail(`must give at most ${MAX_VALUES} values for ${test.toUpperCase()}`);
  const values = new Set<string | number>();
  for (const entry of value) {
    if (entry === null) continue;
    const typed = VALUES[ref.kind](entry);
    if (!typed.ok) return misfit(ref, typed.error);
    values.add(typed.value);
  }
  return ok({ ...ref, test, values: [...values] });
}

const misfit = (ref: FieldRef, predicate: string) => fail(`gives ${ref.field} a value that ${predicate}`);

function wholeNumber(value: unknown): Result<number, string> {
  const number = typeof value === "string" && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number)
    ? ok(number)
    : fail("is not a whole number");
}

function anyNumber(value: unknown): Result<number, string> {
  const number =
    typeof value === "string" && /^-?\d{1,16}(?:\.\d{1,16})?$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? ok(number) : fail("is not a number");
}

const VALUES: Readonly<Record<ListField["kind"], (value: unknown) => Result<string | number, string>>> = {
  int: wholeNumber,
  number: anyNumber,
  time: (value) => (wholeNumber(value).ok ? wholeNumber(value) : fail("is not a time in Unix seconds")),
  flag: (value) => {
    const flag = parseFlag(value);
    return flag.ok ? flag : fail("is not 0 or 1");
  },
  text: (value) => {
    const text = typeof value === "number" ? String(value) : value;
    if (typeof text !== "string") return fail("is not text");
    return text.length > MAX_TEXT ? fail(`is longer than ${MAX_TEXT} characters`) : ok(text);
  },
};
