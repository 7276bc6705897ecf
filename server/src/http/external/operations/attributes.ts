/** Attributes and tags: declare, write, list. */
import { Type } from "typebox";
import { createAttributes } from "../../../actions/attributes/create-attributes.ts";
import { hitAttributes } from "../../../actions/attributes/hit-attributes.ts";
import { AppError } from "../../../base/errors.ts";
import { parseDefinition, parseDefinitions } from "../../../domain/attribute-definition.ts";
import { isTooLarge } from "../../../domain/entry-refusals.ts";
import { secondsOf } from "../../../domain/unix-time.ts";
import type { AttributeRow } from "../../../store/attributes.ts";
import { ATTRIBUTES, PROFILE_ATTRIBUTES, TAGS } from "../../../store/list-sources.ts";
import type { Answer } from "../envelope.ts";
import { answerList } from "../listing.ts";
import type { AnswerDoc, Call, Operation, Services } from "../operation.ts";
import {
  answered,
  answeredObject,
  bodySchema,
  choiceSchema,
  flagSchema,
  listSchema,
  textSchema,
} from "./doc-schema.ts";
import { listBody, rowOf } from "./list-body.ts";

const DEFINITION = {
  name: textSchema("The key: letters, digits and underscores, not a digit first; 64 characters at the most."),
  type: choiceSchema(
    ["String", "Text", "Number", "Integer", "Date", "Boolean", "Array"],
    "How a value is kept: String has 101 characters at the most, Text any number; Array takes lists and objects.",
  ),
  title: textSchema("The name that is shown."),
  alias: textSchema("Joins keys of different names in analytics."),
  profile_attribute: flagSchema("1: profiles have it."),
  device_attribute: flagSchema("1: devices have it."),
};

const HIT = {
  user_id: textSchema("Whose attribute; a profile is made for an unknown one."),
  attribute: textSchema("The attribute's name; an unknown one is made with the type of its value."),
  value: Type.Unsafe<unknown>({ title: "any value", description: 'In the attribute\'s type; "" clears it.' }),
};

const KEY_TEXTS = {
  name: "The key.",
  title: "The name that is shown; the key where none was given.",
  alias: "Joins keys of different names in analytics.",
  type: "string, text, number, integer, date, boolean or json.",
  profile_attribute: "1: profiles have it.",
  device_attribute: "1: devices have it.",
};
const ATTRIBUTES_DOC = { model: ATTRIBUTES, texts: KEY_TEXTS };
const TAGS_DOC = { model: TAGS, texts: KEY_TEXTS };
const VALUES_DOC = {
  model: PROFILE_ATTRIBUTES,
  texts: {
    id: "The row's place, which changes with the profile's attributes.",
    attribute: "The attribute's key.",
    value: "Its value; filtered and sorted by as text.",
    update_time: "When the profile was last changed.",
  },
};

const KEY = {
  id: 3,
  name: "tier",
  title: "Tier",
  alias: null,
  type: "string",
  profile_attribute: 1,
  device_attribute: 0,
  create_time: 1_767_225_600,
};
const TAG = { ...KEY, id: 4, name: "signin", title: "signin", type: "text", profile_attribute: 0 };

const created = (label: string, example: Readonly<Record<string, unknown>>): AnswerDoc => ({
  code: 200,
  model: rowOf(ATTRIBUTES_DOC),
  example: { code: 200, success: true, message: `${label} successfully created`, model: example },
});

const view = (row: AttributeRow): Record<string, unknown> => ({
  id: row.id,
  name: row.name,
  title: row.title ?? row.name,
  alias: row.alias,
  type: row.type,
  profile_attribute: row.profileAttribute,
  device_attribute: row.deviceAttribute,
  create_time: secondsOf(row.createTime),
});

const create =
  (kind: "attribute" | "tag", label: string) =>
  async ({ context }: Services, call: Call): Promise<Answer> => {
    const message = `${label} is not created`;
    const parsed = parseDefinition(call.body, kind);
    if (!parsed.ok) throw new AppError("invalid", { message, errors: parsed.error });
    const wanted = { definitions: [parsed.value], message, pathOf: () => "name" };
    const [row] = await createAttributes(context, call.caller.projectId, wanted);
    if (row === undefined) throw new AppError("internal");
    return { message: `${label} successfully created`, model: view(row) };
  };

async function createMany({ context }: Services, call: Call): Promise<Answer> {
  const message = "Tags are not created";
  const parsed = parseDefinitions(call.body);
  if (!parsed.ok) {
    if (isTooLarge(parsed.error)) throw new AppError("too_large", { message, errors: parsed.error.tooLarge });
    throw new AppError("invalid", { message, errors: parsed.error });
  }
  const wanted = { definitions: parsed.value, message, pathOf: (no: number) => `tags[${no}].name` };
  const rows = await createAttributes(context, call.caller.projectId, wanted);
  return { message: "Tags successfully created", data: rows.map(view) };
}

async function hit({ context }: Services, call: Call): Promise<Answer> {
  const accepted = await hitAttributes(context, call.caller.projectId, call.body);
  return { message: "Attribute successfully hit", model: { accepted } };
}

export const attributeOperations: readonly Operation[] = [
  {
    method: "create",
    model: "tag",
    scope: "create",
    takesIdempotencyKey: true,
    summary: "Create a tag or attribute",
    description:
      "Declares a key. With a type or one of the flags it is an attribute, which has one value a profile; without, " +
      "a tag. Name and type stay as they are made.",
    body: bodySchema(DEFINITION, ["name"]),
    examples: [{ name: "signin" }, { name: "tier", type: "String", profile_attribute: 1 }],
    exampleTitles: ["A tag", "An attribute of profiles"],
    answers: [created("Tag", TAG)],
    run: create("tag", "Tag"),
  },
  {
    method: "create",
    model: "attribute",
    scope: "create",
    takesIdempotencyKey: true,
    summary: "Create an attribute",
    description:
      "As create/tag; without a flag it is an attribute of profiles, of type Text if none is given.",
    body: bodySchema(DEFINITION, ["name"]),
    examples: [{ name: "last_visit", type: "Date", title: "Last visit" }],
    answers: [created("Attribute", KEY)],
    run: create("attribute", "Attribute"),
  },
  {
    method: "batch-create",
    model: "tag",
    aliases: ["attribute"],
    scope: "batch-create",
    takesIdempotencyKey: true,
    summary: "Create many tags and attributes",
    description: "Up to 1,000 at once, each as in create/tag. One that is wrong refuses all.",
    body: bodySchema({ tags: listSchema(bodySchema(DEFINITION, ["name"]), "list", "The keys.") }, ["tags"]),
    examples: [{ tags: [{ name: "signin" }, { name: "tier", type: "String" }] }],
    answers: [
      {
        code: 200,
        row: rowOf(ATTRIBUTES_DOC),
        example: { code: 200, success: true, message: "Tags successfully created", data: [TAG, KEY] },
      },
    ],
    errors: ["too_large"],
    run: createMany,
  },
  {
    method: "hit",
    model: "attribute",
    scope: "hit-tag",
    takesIdempotencyKey: true,
    summary: "Write attributes",
    description:
      "Sets an attribute of one person, or up to 1,000 of any people in attributes. One that is wrong refuses all.",
    body: bodySchema({
      ...HIT,
      attributes: listSchema(bodySchema(HIT), "list", "In place of a single attribute."),
    }),
    examples: [
      { user_id: "u-9", attribute: "tier", value: "gold" },
      { attributes: [{ user_id: "u-9", attribute: "age", value: 41 }] },
    ],
    exampleTitles: ["One attribute", "A list"],
    answers: [
      {
        code: 200,
        model: answeredObject({ accepted: answered("integer", "Values that were written.") }),
        example: { code: 200, success: true, message: "Attribute successfully hit", model: { accepted: 1 } },
      },
    ],
    errors: ["too_large"],
    run: hit,
  },
  {
    method: "list",
    model: "attribute",
    scope: "list",
    summary: "List attributes",
    description:
      "Custom attributes of profiles and devices, those included that were made by their first use.",
    body: listBody(ATTRIBUTES_DOC),
    examples: [{ condition: [["type", "=", "date"]] }],
    answers: [{ code: 200, row: rowOf(ATTRIBUTES_DOC), example: { code: 200, success: true, data: [KEY] } }],
    run: (services, call) => answerList(services, call, { model: ATTRIBUTES }),
  },
  {
    method: "list",
    model: "tag",
    scope: "list",
    summary: "List tags",
    description: "Keys that are attributes of nothing.",
    body: listBody(TAGS_DOC),
    examples: [{ order: ["name"] }],
    answers: [{ code: 200, row: rowOf(TAGS_DOC), example: { code: 200, success: true, data: [TAG] } }],
    run: (services, call) => answerList(services, call, { model: TAGS }),
  },
  {
    method: "list",
    model: "profile-attribute",
    scope: "list",
    summary: "List values of profiles' attributes",
    description:
      "One row for each custom attribute that a profile has a value of. id is the row's place and changes with the " +
      "profile's attributes; update_time is the profile's.",
    body: listBody(VALUES_DOC),
    examples: [{ condition: [["user_id", "=", "u-9"]] }],
    answers: [
      {
        code: 200,
        row: rowOf(VALUES_DOC),
        example: {
          code: 200,
          success: true,
          data: [
            {
              id: 7_219_201,
              profile_id: "7050",
              user_id: "u-9",
              attribute: "tier",
              value: "gold",
              update_time: 1_767_225_600,
            },
          ],
        },
      },
    ],
    run: (services, call) => answerList(services, call, { model: PROFILE_ATTRIBUTES }),
  },
];
