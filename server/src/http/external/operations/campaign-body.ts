/**
 * The campaign model as the bodies of create, update and execute document it: made from the registry of the domain,
 * so that a field that is added there is documented here.
 */
import { type TSchema, Type } from "typebox";
import {
  CAMPAIGN_FIELDS,
  type CampaignField,
  type FieldKind,
  messageFields,
} from "../../../domain/campaign-fields.ts";
import { MESSAGE_TYPES, type MessageType } from "../../../domain/channel.ts";
import { CAMPAIGN_TEXTS, MESSAGE_TYPE_TITLES } from "./campaign-texts.ts";
import { answered, answeredObject, namedSchema } from "./doc-schema.ts";

/** Which body: an execute call takes the fields that it may replace. */
export type CampaignUse = "create" | "update" | "execute";

type Draw = (field: CampaignField) => Readonly<Record<string, unknown>>;

const PAIR = {
  type: "object",
  required: ["key", "value"],
  properties: { key: { type: ["string", "number"] }, value: {} },
};

const text =
  (title: string): Draw =>
  ({ max }) => ({ type: ["string", "number", "null"], maxLength: max, title });
const list =
  (title: string, items: unknown): Draw =>
  ({ max }) => ({ type: ["array", "null"], maxItems: max, items, title });
const pairs =
  (title: string): Draw =>
  ({ max }) => ({
    type: ["array", "object", "null"],
    maxItems: max,
    items: PAIR,
    title,
  });

const number: Draw = () => ({ type: ["integer", "string", "null"], title: "number" });

/** null, "", [] and {} clear a field of any kind. */
const DRAWN: Readonly<Record<FieldKind, Draw>> = {
  text: text("text"),
  line: text("text, one line"),
  link: text("link"),
  address: text("http(s) address"),
  flag: () => ({
    enum: [0, 1, true, false, "0", "1", "true", "false", null, ""],
    title: "0 or 1",
  }),
  whole: () => ({
    type: ["integer", "string", "null"],
    pattern: "^[0-9]*$",
    minimum: 0,
    title: "whole number",
  }),
  id: number,
  choice: ({ options }) => ({
    // A numeric choice is also taken as its text.
    enum: [...options, ...options.filter((one) => typeof one === "number").map(String), null, ""],
    title: options.join(" | "),
  }),
  choices: ({ options, max }) => ({
    type: ["array", "null"],
    maxItems: max,
    items: { enum: options },
    title: "list of names",
  }),
  pairs: pairs("list of {key, value}"),
  headers: pairs("list of {key, value}"),
  ids: list("list of numbers", { type: ["integer", "string"] }),
  tokens: list("list of texts", { type: ["string", "number"] }),
  json: () => ({ type: ["object", "array", "null"], title: "object or list" }),
  time: () => ({ type: ["integer", "string", "null"], title: "time" }),
  fixed: () => ({ title: "the platform's own" }),
};

function schemaOf(field: CampaignField, use?: CampaignUse): TSchema {
  const { fallback, kind, name } = field;
  // Only a new campaign falls back to it; elsewhere a field that is not given stays as the campaign has it.
  const preset = use === "create" && fallback !== null ? { default: fallback } : {};
  return Type.Unsafe<unknown>({ ...DRAWN[kind](field), description: CAMPAIGN_TEXTS[name] ?? "", ...preset });
}

const nameOf = (type: MessageType): string =>
  `Message${type}${MESSAGE_TYPE_TITLES[type]?.replaceAll(" ", "") ?? ""}`;

function messageSchema(type: MessageType): TSchema {
  const fields = Object.fromEntries(messageFields(type).map((field) => [field.name, schemaOf(field)]));
  const languages = Type.Unsafe<unknown>({
    type: ["object", "array", "null"],
    title: "object",
    description: 'Variants by language code: {"de": {...}} with the fields of this message.',
  });
  return namedSchema(nameOf(type), `${MESSAGE_TYPE_TITLES[type]}: what this channel sends.`, {
    ...fields,
    languages,
  });
}

const MESSAGES = namedSchema(
  "CampaignMessages",
  "Content by message type: 1 iOS push, 2 Android push, 3 web push, 6 inbox, 7 email, 8 webhook, 9 SMS. " +
    "It wins over a field of the same name at the top level.",
  Object.fromEntries(MESSAGE_TYPES.map((type) => [String(type), messageSchema(type)])),
);

/** The old spellings that callers still send. */
const OLD: Readonly<Record<string, TSchema>> = {
  text: Type.Unsafe<unknown>({
    type: ["string", "number", "null"],
    title: "text",
    description: "Old name of push_text.",
  }),
  ios: Type.Unsafe<unknown>({
    type: ["object", "array", "null"],
    title: "object",
    description:
      "Old syntax: {active, environment} for ios_push and ios_push_production or ios_push_sandbox.",
  }),
  android: Type.Unsafe<unknown>({
    type: ["object", "array", "null"],
    title: "object",
    description: "Old syntax: {active} for android_push.",
  }),
};

/** Sixty fields in one table hide the few that a call needs, so the reference groups them by this text. */
const grouped = (schema: TSchema, title: string | null): TSchema =>
  title === null ? schema : Type.Unsafe<unknown>({ ...schema, "x-group": title });

function groupOf({ scope }: CampaignField, use: CampaignUse): string | null {
  if (scope === "campaign")
    return use === "execute" ? "Settings of the campaign, for this execution only" : null;
  const title = "Content for every channel that has the field; messages[type] wins";
  return use === "execute" ? `${title}, for this execution only` : title;
}

/** Fields of the model at the top level of a body, with `messages` and the old spellings. */
export function campaignProperties(use: CampaignUse): Record<string, TSchema> {
  const fields = CAMPAIGN_FIELDS.filter(
    (field) => field.kind !== "fixed" && (use !== "execute" || field.isOverridable),
  );
  return {
    ...Object.fromEntries(
      fields.map((field) => [field.name, grouped(schemaOf(field, use), groupOf(field, use))]),
    ),
    messages: MESSAGES,
    ...Object.fromEntries(
      Object.entries(OLD).map(([name, schema]) => [name, grouped(schema, "Old spellings")]),
    ),
  };
}

/** The project is the caller's own. */
const NOT_ANSWERED: ReadonlySet<string> = new Set(["project_id"]);
const TIMES: ReadonlySet<string> = new Set([
  "create_time",
  "update_time",
  "activate_time",
  "deactivate_time",
]);

/** A campaign as create, update, info and list answer it, under one name in the OpenAPI document. */
export function campaignAnswer(): TSchema {
  const fields = CAMPAIGN_FIELDS.filter(({ scope, name }) => scope === "campaign" && !NOT_ANSWERED.has(name));
  const answeredFields = fields.map(({ name }) => {
    const unit = TIMES.has(name) ? " Unix seconds." : "";
    return [name, Type.Unsafe<unknown>({ description: `${CAMPAIGN_TEXTS[name] ?? ""}${unit}` })];
  });
  return answeredObject(
    {
      ...Object.fromEntries(answeredFields),
      text: answered(["string", "null"], "Text of the first push message, under its old name."),
      messages: answered(
        "object",
        "The messages by type, each with all of its fields; [] where it has none.",
      ),
    },
    "Campaign",
  );
}
