/**
 * From a body's schema to the rows of a parameters table. Objects that have fields of their own become tables of
 * their own, so that no table nests.
 */
import type { TSchema } from "typebox";

export interface Parameter {
  readonly name: string;
  /** For people: "text", "whole number", "0 or 1". */
  readonly type: string;
  readonly isNeeded: boolean;
  readonly meaning: string;
  /** What applies when it is not given, as JSON; null where nothing does. */
  readonly fallback: string | null;
}

export interface ParameterGroup {
  /** The path of the object: "messages.9". Empty for the body itself. */
  readonly path: string;
  /** What these fields have in common, where the body has several groups of fields. */
  readonly title: string;
  readonly meaning: string;
  readonly parameters: readonly Parameter[];
}

/** Fields that carry the same text here stand in a table of their own. */
const GROUP = "x-group";

type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const propertiesOf = (schema: Schema): [string, Schema][] =>
  isSchema(schema.properties)
    ? Object.entries(schema.properties).filter((entry): entry is [string, Schema] => isSchema(entry[1]))
    : [];

/** The body's own table first, then one for each object in it. */
export function parametersOf(schema: TSchema): ParameterGroup[] {
  return groupsOf(schema as Schema, "");
}

function groupsOf(schema: Schema, path: string): ParameterGroup[] {
  const properties = propertiesOf(schema);
  const required = Array.isArray(schema.required) ? schema.required : [];
  // An object that only holds objects (messages by type) has nothing to say in a table.
  const isShelf = path !== "" && properties.every(([, property]) => propertiesOf(property).length > 0);
  const titled = Map.groupBy(isShelf ? [] : properties, ([, property]) => textOf(property[GROUP]));
  const own = [...titled].map(([title, group]) => ({
    path,
    title,
    meaning: textOf(schema.description),
    parameters: group.map(([name, property]) => parameterOf(name, property, required.includes(name))),
  }));
  const below = properties.flatMap(([name, property]) => {
    const place = path === "" ? name : `${path}.${name}`;
    return [...groupsOf(property, place), ...entriesOf(property, place)];
  });
  return [...own, ...below];
}

/** A list of objects: the fields of each, where more is known of them than their names. */
function entriesOf({ items, description }: Schema, path: string): ParameterGroup[] {
  const isTold = isSchema(items) && propertiesOf(items).some(([, field]) => textOf(field.description) !== "");
  return isTold ? groupsOf({ description, ...items }, `${path}[]`) : [];
}

function parameterOf(name: string, schema: Schema, isNeeded: boolean): Parameter {
  const fallback = schema.default === undefined ? null : JSON.stringify(schema.default);
  return { name, type: typeName(schema), isNeeded, meaning: textOf(schema.description), fallback };
}

const WORDS: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  boolean: "true or false",
  array: "list",
};

const wordOf = (type: unknown): string => WORDS[String(type)] ?? String(type);

/** A schema's type for people: its title, or what its keywords say. */
function typeName(schema: Schema): string {
  if (typeof schema.title === "string") return schema.title;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  const parts = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(parts)) return [...new Set(parts.filter(isSchema).map(typeName))].join(" or ");
  if (Array.isArray(schema.type)) {
    return schema.type
      .filter((type) => type !== "null")
      .map(wordOf)
      .join(" or ");
  }
  if (schema.type === "array" && isSchema(schema.items) && Object.keys(schema.items).length > 0) {
    return `list of ${typeName(schema.items)}`;
  }
  return schema.type === undefined ? "any" : wordOf(schema.type);
}
