/**
 * The bodies of list and info operations, and the rows that they answer, as the reference documents them: made from
 * the registry of each list, so that both name exactly the fields that can be asked for.
 */
import { type TSchema, Type } from "typebox";
import type { ListFieldKind } from "../../../domain/list-field.ts";
import type { ListModel } from "../../../store/list-model.ts";
import { answered, answeredObject, bodySchema, flagSchema, idSchema, wholeSchema } from "./doc-schema.ts";
import { FIELD_TEXTS } from "./field-texts.ts";

/** Lists whose fields depend on more than their registry say so here. */
export interface ListDoc {
  readonly model: ListModel;
  /** What one row is called in the OpenAPI document, where it is written once. */
  readonly name?: string;
  /** Fields of the answer that can be selected, but neither filtered nor sorted by. */
  readonly answeredOnly?: readonly string[];
  /** What `select` may name, where that is more than the fields above. */
  readonly selectText?: string;
  /** Overrides of `FIELD_TEXTS`, where a name means something else in this list. */
  readonly texts?: Readonly<Record<string, string>>;
}

const TYPES: Readonly<Record<ListFieldKind, readonly string[]>> = {
  int: ["integer", "null"],
  number: ["number", "null"],
  text: ["string", "null"],
  time: ["integer", "null"],
  flag: ["integer", "null"],
};

const KIND_TEXTS: Readonly<Record<ListFieldKind, string>> = {
  int: "",
  number: "",
  text: "",
  time: " Unix seconds.",
  flag: " 0 or 1.",
};

/** Profiles' ids are texts on the wire (evidence: traps), and an attribute's value has its own type. */
const OWN_TYPES: ReadonlyMap<string, readonly string[]> = new Map([
  ["profile_id", ["string", "null"]],
  ["value", ["string", "number", "boolean", "object", "array", "null"]],
]);

/** One entry of `data`. */
export function rowOf({ model, name: rowName, answeredOnly = [], texts = {} }: ListDoc): TSchema {
  const textOf = (name: string): string => texts[name] ?? FIELD_TEXTS[name] ?? "";
  const listed = [...model.registry].map(([name, { kind }]) => [
    name,
    answered(OWN_TYPES.get(name) ?? TYPES[kind], `${textOf(name)}${KIND_TEXTS[kind]}`),
  ]);
  const further = answeredOnly.map((name) => [name, answered("integer", textOf(name))]);
  return answeredObject(Object.fromEntries([...listed, ...further]), rowName);
}

function selectOf({ model, answeredOnly = [], selectText }: ListDoc): TSchema {
  const names = selectText ?? `${[...model.registry.keys(), ...answeredOnly].join(", ")}.`;
  return Type.Unsafe<unknown>({
    type: ["array", "null"],
    items: { type: "string" },
    title: "list of names",
    description: `The fields that are answered; all when not given, unknown ones are dropped. ${names}`,
  });
}

/** What list operations take. @param own what one of them takes beside that. */
export function listBody(doc: ListDoc, own: Readonly<Record<string, TSchema>> = {}): TSchema {
  const names = [...doc.model.registry.keys()];
  return bodySchema({
    ...own,
    condition: Type.Unsafe<unknown>({
      type: ["array", "object", "null"],
      title: "list or object",
      description:
        'Which rows: [["field", "=", value], ...] joined by AND, or {"operator": "OR", "0": [...], "1": [...]}, ' +
        "nested two deep. Operators: =, !=, >, >=, <, <=, IN, NOT IN; = null finds empty fields. " +
        `Fields: ${names.join(", ")}.`,
    }),
    select: selectOf(doc),
    order: Type.Unsafe<unknown>({
      type: ["array", "string", "null"],
      items: { type: "string" },
      maxItems: 5,
      title: "list of texts",
      description: '"field", "field ASC" or "field DESC"; by id when not given.',
      default: ["id ASC"],
    }),
    limit: wholeSchema("Rows of a page; 5,000 at the most.", { minimum: 1, default: 50 }),
    offset: wholeSchema("Rows that are passed over.", { minimum: 0, default: 0 }),
    count: flagSchema("1 adds total: how many rows there are in all.", { default: 0 }),
  });
}

/** What info operations take: the id, and which fields are wanted. */
export const infoBody = (doc: ListDoc): TSchema =>
  bodySchema({ id: idSchema("The object's id."), select: selectOf(doc) }, ["id"]);
