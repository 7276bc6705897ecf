/**
 * What list operations may name: for each model the wire names with their kind, the expression that is filtered and
 * sorted by, and the expression that is answered. The only place where a wire name meets a column.
 */
import { OUTCOMES } from "../domain/message.ts";
import { CAMPAIGN_JOIN, type Entry, type ListModel, modelOf, PROFILE_JOIN } from "./list-model.ts";
import {
  byCampaignTitle,
  byEmail,
  byIdBucket,
  byMobile,
  byPartOf,
  byTextBucket,
  byUserId,
  profilesByUserId,
} from "./list-narrowing.ts";

export const CAMPAIGNS = modelOf("campaigns t", [
  ["id", "int", "t.id"],
  ["title", "text", "t.title"],
  ["trigger", "int", "t.trigger"],
  ["status", "int", "t.state"],
  ["active", "flag", "(t.state = 1)::integer"],
  ["create_time", "time", "t.create_time"],
  ["update_time", "time", "t.update_time"],
  ["activate_time", "time", "t.activate_time"],
  ["deactivate_time", "time", "t.deactivate_time"],
]);

const PROFILE_ENTRIES: readonly Entry[] = [
  ["id", "int", "t.id"],
  ["profile_id", "int", "t.id", "t.id::text"],
  ["user_id", "text", "t.user_id"],
  ["email", "text", "t.email"],
  ["email_subscription", "flag", "t.email_subscription"],
  ["mobile_number", "text", "t.mobile_number"],
  ["sms_subscription", "flag", "t.sms_subscription"],
  ["whatsapp_number", "text", "t.whatsapp_number"],
  ["whatsapp_subscription", "flag", "t.whatsapp_subscription"],
  ["first_name", "text", "t.first_name"],
  ["last_name", "text", "t.last_name"],
  ["language", "text", "t.language"],
  ["timezone", "text", "t.timezone"],
  ["country", "text", "t.country"],
  ["create_time", "time", "t.create_time"],
  ["update_time", "time", "t.update_time"],
];

/** The form that attribute names have when they are made; checked again because they become part of a statement. */
const ATTRIBUTE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** A value that is not of its attribute's type (it is checked when written) compares as null, it never fails. */
function attributeEntry(name: string, type: string): Entry {
  const json = `t.attributes->'${name}'`;
  const text = `t.attributes->>'${name}'`;
  const ofType = (jsonType: string, cast: string) =>
    `case when jsonb_typeof(${json}) = '${jsonType}' then (${json})::${cast} end`;
  if (type === "number" || type === "integer") return [name, "number", ofType("number", "numeric"), json];
  if (type === "boolean") return [name, "flag", ofType("boolean", "boolean::integer"), json];
  return [name, "text", text, json];
}

/** Profiles with the project's custom attributes, given with their types. */
export function profilesModel(attributes: Iterable<readonly [name: string, type: string]>): ListModel {
  const custom = [...attributes]
    .filter(([name]) => ATTRIBUTE_NAME.test(name))
    .map(([name, type]) => attributeEntry(name, type));
  return modelOf("profiles t", [...PROFILE_ENTRIES, ...custom], {
    narrowings: { user_id: profilesByUserId, email: byEmail, mobile_number: byMobile },
    caseless: ["email"],
  });
}

/** Leaves room for every message type below an execution's or campaign's id. */
const TYPES_OF_ID = 16;
/** One execution's share of one message type. */
const ACTION = `(t.id * ${TYPES_OF_ID} + ch.type)`;

/** By outcome, from one look at the execution's messages; taken for the rows of a page only. */
const COUNTED: Readonly<Record<string, string>> = {
  sent: "(2, 3, 4, 5)",
  delivered: "(3, 4, 5)",
  opened: "(4, 5)",
  clicked: "(5)",
  failed: "(6, 7, 8)",
  skipped: "(9, 11)",
};

const COUNTS_JOIN = {
  alias: "counts",
  text: `cross join lateral (
    select ${Object.entries(COUNTED)
      .map(([name, statuses]) => `count(*) filter (where m.status in ${statuses})::integer as ${name}`)
      .join(", ")}
    from messages m
    where m.project_id = t.project_id and m.day = t.day and m.execution_id = t.id
      and m.message_type = ch.type) as counts`,
};

export const PUSHES = modelOf(
  "executions t cross join lateral unnest(t.channels) as ch (type)",
  [
    ["id", "int", ACTION],
    ["campaign_id", "int", "t.campaign_id"],
    ["message_id", "int", `(t.campaign_id * ${TYPES_OF_ID} + ch.type)`],
    ["message", "text", "c.title"],
    ["message_type", "int", "ch.type"],
    ["execution_id", "int", "t.id"],
    ["runtime", "time", "t.send_at"],
    ["create_time", "time", "t.create_time"],
    ["targets", "int", "t.targets"],
  ],
  {
    part: "ch.type",
    joins: [CAMPAIGN_JOIN, COUNTS_JOIN],
    narrowings: {
      id: byPartOf("t.id", TYPES_OF_ID),
      message_id: byPartOf("t.campaign_id", TYPES_OF_ID),
      message: byCampaignTitle,
    },
    orderBy: { id: ["t.id", "ch.type"] },
  },
);

/** Counts of a push action: computed for the rows of the page only, so they cannot be filtered by. */
export const PUSH_COUNTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(COUNTED).map((name) => [name, `counts.${name}`]),
);

const ERROR = "(t.status in (6, 7, 8, 9, 10, 11))::integer";
const ERROR_MESSAGE = "coalesce(t.error, t.reason)";
const TYPE_NAME = `case t.message_type when 1 then 'ios_push' when 2 then 'android_push' when 3 then 'web_push'
  when 6 then 'inbox' when 7 then 'email' when 8 then 'webhook' when 9 then 'sms' end`;

const OUTCOME = `(array[${OUTCOMES.map((outcome) => `'${outcome}'`).join(", ")}])[t.status + 1]`;

const MESSAGE_NARROWINGS = { user_id: byUserId("messages"), profile_id: byIdBucket, device_id: byIdBucket };

export const PUSH_DEVICES = modelOf(
  "messages t",
  [
    ["id", "int", "t.id"],
    ["action_id", "int", `(t.execution_id * ${TYPES_OF_ID} + t.message_type)`],
    ["campaign_id", "int", "t.campaign_id"],
    ["message", "text", "c.title"],
    ["create_time", "time", "t.create_time"],
    ["device_id", "int", "t.device_id"],
    ["user_id", "text", "t.user_id"],
    ["profile_id", "int", "t.profile_id", "t.profile_id::text"],
    ["error", "flag", ERROR],
    ["error_message", "text", ERROR_MESSAGE],
  ],
  {
    joins: [CAMPAIGN_JOIN],
    narrowings: {
      ...MESSAGE_NARROWINGS,
      action_id: byPartOf("t.execution_id", TYPES_OF_ID),
      message: byCampaignTitle,
    },
  },
);

export const MESSAGES = modelOf(
  "messages t",
  [
    ["id", "int", "t.id"],
    ["campaign_id", "int", "t.campaign_id"],
    ["execution_id", "int", "t.execution_id"],
    ["user_id", "text", "t.user_id"],
    ["profile_id", "int", "t.profile_id", "t.profile_id::text"],
    ["device_id", "int", "t.device_id"],
    ["target", "text", "t.target"],
    ["address", "text", "t.address"],
    ["external_message_id", "text", "t.external_message_id"],
    ["message_type", "int", "t.message_type"],
    ["message_type_name", "text", TYPE_NAME],
    ["create_time", "time", "t.create_time"],
    ["sent_time", "time", "t.sent_time"],
    ["delivery_time", "time", "t.delivery_time"],
    ["open_time", "time", "t.open_time"],
    ["click_time", "time", "t.click_time"],
    ["delivery", "flag", "(t.status in (3, 4, 5))::integer"],
    ["open", "flag", "(t.open_time is not null)::integer"],
    ["click", "flag", "(t.click_time is not null)::integer"],
    ["error", "flag", ERROR],
    ["error_message", "text", ERROR_MESSAGE],
    ["status", "int", "t.status"],
    ["outcome", "text", OUTCOME],
    ["reason", "text", "t.reason"],
    ["tries", "int", "t.tries"],
    ["provider_id", "text", "t.provider_id"],
  ],
  { narrowings: MESSAGE_NARROWINGS },
);

const TASK_STATUS = "(array['queued', 'running', 'completed', 'failed', 'cancelled'])[t.state + 1]";

export const TASKS = modelOf("tasks t", [
  ["id", "int", "t.id"],
  ["identifier", "text", "t.identifier"],
  ["status", "text", TASK_STATUS],
  ["progress", "int", "t.progress"],
  ["total", "int", "t.total"],
  ["errors_count", "int", "t.errors_count"],
  ["error", "text", "t.error"],
  ["file_id", "text", "null::text"],
  ["create_time", "time", "t.create_time"],
  ["start_time", "time", "t.start_time"],
  ["finish_time", "time", "t.finish_time"],
]);

const ATTRIBUTE_ENTRIES: readonly Entry[] = [
  ["id", "int", "t.id"],
  ["name", "text", "t.name"],
  ["title", "text", "coalesce(t.title, t.name)"],
  ["alias", "text", "t.alias"],
  ["type", "text", "t.type"],
  ["profile_attribute", "flag", "t.profile_attribute"],
  ["device_attribute", "flag", "t.device_attribute"],
  ["create_time", "time", "t.create_time"],
];

export const ATTRIBUTES = modelOf("attributes t", ATTRIBUTE_ENTRIES, {
  where: "(t.profile_attribute = 1 or t.device_attribute = 1)",
});
export const TAGS = modelOf("attributes t", ATTRIBUTE_ENTRIES, {
  where: "t.profile_attribute = 0 and t.device_attribute = 0",
});

/** Leaves room for a project's 1,000 attributes below the profile's id; jsonb keeps names in one order. */
const ATTRIBUTES_OF_ID = 1_024;

export const PROFILE_ATTRIBUTES = modelOf(
  "profiles t cross join lateral jsonb_each(t.attributes) with ordinality as a (name, value, no)",
  [
    ["id", "int", `(t.id * ${ATTRIBUTES_OF_ID} + a.no)`],
    ["profile_id", "int", "t.id", "t.id::text"],
    ["user_id", "text", "t.user_id"],
    ["attribute", "text", "a.name"],
    ["value", "text", "a.value #>> '{}'", "a.value"],
    ["update_time", "time", "t.update_time"],
  ],
  {
    part: "a.no",
    narrowings: { id: byPartOf("t.id", ATTRIBUTES_OF_ID), user_id: profilesByUserId },
    orderBy: { id: ["t.id", "a.no"] },
  },
);

const DEVICE_TYPE = "case t.message_type when 1 then 'ios' when 2 then 'android' when 3 then 'web' end";

export const DEVICES = modelOf(
  "devices t",
  [
    ["id", "int", "t.id"],
    ["device_id", "int", "t.id"],
    ["profile_id", "int", "t.profile_id", "t.profile_id::text"],
    ["user_id", "text", "p.user_id"],
    ["external_id", "text", "p.user_id"],
    ["type", "text", DEVICE_TYPE],
    ["message_type", "int", "t.message_type"],
    ["token", "text", "t.token"],
    ["subscribed", "flag", "t.subscribed"],
    ["create_time", "time", "t.create_time"],
    ["update_time", "time", "t.update_time"],
  ],
  {
    joins: [PROFILE_JOIN],
    narrowings: { user_id: byUserId("devices"), external_id: byUserId("devices"), profile_id: byIdBucket },
  },
);

export const LISTS = modelOf("lists t", [
  ["id", "int", "t.id"],
  ["title", "text", "t.title"],
  ["identifier", "text", "t.identifier"],
  ["create_time", "time", "t.create_time"],
  ["update_time", "time", "t.update_time"],
]);

/** Counted for the rows of the page only, so they cannot be filtered by. */
export const LIST_COUNTS: Readonly<Record<string, string>> = {
  items:
    "(select count(*)::integer from list_items i where i.project_id = t.project_id and i.list_id = t.id)",
};

export const LIST_ITEMS = modelOf(
  "list_items t",
  [
    ["id", "int", "t.id"],
    ["list_id", "int", "t.list_id"],
    ["item", "text", "t.item"],
    ["create_time", "time", "t.create_time"],
  ],
  { narrowings: { item: byTextBucket } },
);
