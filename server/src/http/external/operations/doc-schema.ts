/**
 * The words of which the documented bodies are made. `title` is the type as the reference shows it to people; the
 * rest is what a value may look like, in every spelling that the parsers take. Nothing here decides: the use cases do.
 */
import { type TSchema, Type } from "typebox";

interface Extra {
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

const of = (schema: Readonly<Record<string, unknown>>): TSchema => Type.Unsafe<unknown>(schema);

export const idSchema = (description: string): TSchema =>
  of({ type: ["integer", "string"], title: "number", description });

export const textSchema = (description: string, extra: Extra & { maxLength?: number } = {}): TSchema =>
  of({ type: ["string", "number"], title: "text", description, ...extra });

export const wholeSchema = (
  description: string,
  extra: Extra & { minimum?: number; maximum?: number } = {},
): TSchema =>
  of({
    type: ["integer", "string", "null"],
    pattern: "^[0-9]*$",
    title: "whole number",
    description,
    ...extra,
  });

/** Flags come as numbers, booleans and their texts. */
export const flagSchema = (description: string, extra: Extra = {}): TSchema =>
  of({ enum: [0, 1, true, false, "0", "1", "true", "false", null], title: "0 or 1", description, ...extra });

export const choiceSchema = (
  options: readonly (string | number)[],
  description: string,
  extra: Extra = {},
): TSchema => of({ enum: options, title: options.join(" | "), description, ...extra });

export const listSchema = (items: TSchema, title: string, description: string): TSchema =>
  of({ type: "array", items, title, description });

/** Names and values that the caller chooses. PHP writes an empty one as `[]`. */
export const openSchema = (title: string, description: string, values: TSchema = of({})): TSchema =>
  of({ type: ["object", "array", "null"], additionalProperties: values, maxItems: 0, title, description });

export const timeSchema = (description: string): TSchema =>
  of({
    type: ["string", "integer", "null"],
    title: "time",
    description,
  });

/** A schema that stands for itself in the OpenAPI document, so that it is written there once. */
export const namedSchema = (
  name: string,
  description: string,
  properties: Readonly<Record<string, TSchema>>,
): TSchema =>
  of({ $id: name, type: ["object", "array", "null"], maxItems: 0, title: "object", description, properties });

/** A field of an answer. */
export const answered = (type: string | readonly string[], description: string): TSchema =>
  of({ type, description });

/** @param name of a schema that is written once. */
export const answeredObject = (properties: Readonly<Record<string, TSchema>>, name?: string): TSchema =>
  of({ ...(name === undefined ? {} : { $id: name }), type: "object", properties });

/** A body, with the names that must be in it. Unknown names are passed over, so they are not forbidden here. */
export const bodySchema = (
  properties: Readonly<Record<string, TSchema>>,
  required: readonly string[] = [],
): TSchema => of({ type: "object", properties, ...(required.length > 0 ? { required } : {}) });
