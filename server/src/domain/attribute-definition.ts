/**
 * create/attribute, create/tag and batch-create/tag: keys that a project declares (evidence: data API, 5.1). One
 * registry holds both kinds; a key that is an attribute of neither profiles nor devices is a tag.
 */
import { type FieldErrors, fail, ok, Refusals, type Result } from "../base/result.ts";
import { parseFlag } from "./address.ts";
import { ATTRIBUTE_TYPES, type AttributeType } from "./attribute-value.ts";
import { EntryRefusals, type TooLarge } from "./entry-refusals.ts";
import { isRecord, sentence } from "./field-label.ts";
import { columnFor } from "./import-column.ts";

const MAX_BATCH = 1_000;
const MAX_TITLE = 255;

export interface AttributeDefinition {
  readonly name: string;
  readonly type: AttributeType;
  readonly title: string | null;
  /** Joins keys of different names in analytics. */
  readonly alias: string | null;
  readonly profileAttribute: 0 | 1;
  readonly deviceAttribute: 0 | 1;
}

type Body = Readonly<Record<string, unknown>>;
type Faults = (readonly [field: string, predicate: string])[];

/** @param fallback what a key is that says neither a flag nor a type. */
export function parseDefinition(
  body: Body,
  fallback: "attribute" | "tag",
): Result<AttributeDefinition, FieldErrors> {
  const read = readDefinition(body, fallback);
  if (read.ok) return read;
  const refusals = new Refusals();
  for (const [field, predicate] of read.error) refusals.add(field, sentence(field, predicate));
  return fail(refusals.fields);
}

/** `tags: [...]`; all are good or none is taken. */
export function parseDefinitions(body: Body): Result<AttributeDefinition[], FieldErrors | TooLarge> {
  const { tags } = body;
  const refuse = (predicate: string) => ({ tags: [sentence("tags", predicate)] });
  if (tags === undefined || tags === null) return fail(refuse("cannot be blank"));
  if (!Array.isArray(tags)) return fail(refuse("must be a list"));
  if (tags.length === 0) return fail(refuse("cannot be blank"));
  if (tags.length > MAX_BATCH) return fail({ tooLarge: refuse(`must have at most ${MAX_BATCH} entries`) });
  const refused = new EntryRefusals();
  const names = new Set<string>();
  const definitions = tags.flatMap((entry: unknown, no): AttributeDefinition[] => {
    if (!isRecord(entry)) {
      refused.add(`tags[${no}]`, "must be an object");
      return [];
    }
    const read = readDefinition(entry, "tag");
    if (!read.ok) {
      for (const [field, predicate] of read.error) refused.add(`tags[${no}].${field}`, predicate);
      return [];
    }
    if (names.has(read.value.name)) refused.add(`tags[${no}].name`, "is given twice");
    names.add(read.value.name);
    return [read.value];
  });
  return refused.isEmpty ? ok(definitions) : fail(refused.fields);
}

function readDefinition(body: Body, fallback: "attribute" | "tag"): Result<AttributeDefinition, Faults> {
  const faults: Faults = [];
  const take = <T>(field: string, result: Result<T, string>): T | null => {
    if (result.ok) return result.value;
    faults.push([field, result.error]);
    return null;
  };
  const name = take("name", parseName(body.name));
  const type = take("type", parseType(body.type));
  const title = take("title", parseText(body.title));
  const alias = take("alias", parseText(body.alias));
  const profile = take("profile_attribute", parseSwitch(body.profile_attribute));
  const device = take("device_attribute", parseSwitch(body.device_attribute));
  if (faults.length > 0 || name === null) return fail(faults);
  const isUnsaid = profile === null && device === null;
  // A type says how a value is kept, and a tag keeps none: who gives one means an attribute.
  const isAttribute = isUnsaid && (fallback === "attribute" || type !== null);
  return ok({
    name,
    type: type ?? "text",
    title,
    alias,
    profileAttribute: isAttribute ? 1 : (profile ?? 0),
    deviceAttribute: device ?? 0,
  });
}

function parseName(value: unknown): Result<string, string> {
  if (value === undefined || value === null || value === "") return fail("cannot be blank");
  if (typeof value !== "string") return fail("must be text");
  const column = columnFor(value);
  if (!column.ok) return column;
  return column.value.kind === "attribute" ? ok(value) : fail("is a name of the platform");
}

/** The console's names for types, beside our own (evidence: data API, 5.1). */
function parseType(value: unknown): Result<AttributeType | null, string> {
  if (value === undefined || value === null || value === "") return ok(null);
  const word = typeof value === "string" ? value.toLowerCase() : "";
  const type = ATTRIBUTE_TYPES.find((known) => known === (word === "array" ? "json" : word));
  return type === undefined
    ? fail("must be one of String, Text, Number, Integer, Date, Boolean, Array")
    : ok(type);
}

function parseText(value: unknown): Result<string | null, string> {
  if (value === undefined || value === null || value === "") return ok(null);
  if (typeof value !== "string") return fail("must be text");
  return value.length > MAX_TITLE ? fail(`must have at most ${MAX_TITLE} characters`) : ok(value);
}

const parseSwitch = (value: unknown): Result<0 | 1 | null, string> =>
  value === undefined || value === null ? ok(null) : parseFlag(value);
