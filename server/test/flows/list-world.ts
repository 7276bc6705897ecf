/** A project with something in every list, and asking the lists of it. */
import { expect } from "vitest";
import type { ListFieldKind } from "../../src/domain/list-field.ts";
import {
  ATTRIBUTES,
  CAMPAIGNS,
  DEVICES,
  LIST_ITEMS,
  LISTS,
  MESSAGES,
  PROFILE_ATTRIBUTES,
  PUSH_DEVICES,
  PUSHES,
  profilesModel,
  TAGS,
  TASKS,
} from "../../src/store/list-sources.ts";
import { PROFILE_SUBSCRIPTIONS, TAG_HITS } from "../../src/store/list-sources-people.ts";
import { addDevice } from "../devices.ts";
import { addPeople, launch, type Stack, smsCampaign, startStack, until } from "../stack.ts";
import { asAdmin } from "./oauth-admin.ts";

export type Row = Readonly<Record<string, unknown>>;
export type Triple = readonly [field: string, comparator: string, value: unknown];

export const ODD_TITLE = "a'b\"c;--\\ %_ {{x}}";

export const MODELS = {
  "list/campaign": CAMPAIGNS,
  "list/profile": profilesModel([]),
  "list/push": PUSHES,
  "list/push-devices": PUSH_DEVICES,
  "list/message": MESSAGES,
  "list/task": TASKS,
  "list/device": DEVICES,
  "list/attribute": ATTRIBUTES,
  "list/tag": TAGS,
  "list/profile-attribute": PROFILE_ATTRIBUTES,
  "list/list": LISTS,
  "list/list-item": LIST_ITEMS,
  "list/tag-hit": TAG_HITS,
  "list/profile-subscription": PROFILE_SUBSCRIPTIONS,
} as const;

export const FIELDS = Object.entries(MODELS).flatMap(([operation, model]) =>
  [...model.registry].map(([name, { kind }]): [string, string, ListFieldKind] => [operation, name, kind]),
);

export interface ListWorld {
  readonly stack: Stack;
  /** A live campaign that was executed twice. */
  readonly smsId: number;
  /** The rows of one answer. */
  listed(operation: string, query?: Row): Promise<Row[]>;
  /** The ids of what meets all conditions. */
  found(operation: string, ...condition: readonly Triple[]): Promise<number[]>;
}

export const idsOf = (rows: readonly Row[]): number[] =>
  rows.map((row) => row.id as number).sort((a, b) => a - b);

export async function startListWorld(): Promise<ListWorld> {
  const stack = await startStack();
  await addPeople(stack, 4);
  const smsId = await fill(stack);
  const listed = async (operation: string, query: Row = {}): Promise<Row[]> => {
    const answer = await stack.call(operation, { limit: 5_000, ...query });
    expect(answer.body).toMatchObject({ code: 200, success: true });
    return answer.body.data;
  };
  return {
    stack,
    smsId,
    listed,
    found: async (operation, ...condition) => idsOf(await listed(operation, { condition })),
  };
}

/** Something in every list, with blanks and twins among the values. */
async function fill(stack: Stack): Promise<number> {
  const deviceId = await addDevice(stack, "user-0", 3);
  const smsId = await launch(stack, smsCampaign("Hi"));
  const pushId = await launch(stack, { title: "Push", web_push: 1, messages: { "3": { push_text: "Hi" } } });
  await stack.call("create/campaign", { title: ODD_TITLE, trigger: 0 });
  await stack.call("create/campaign", { title: "Twin", trigger: 3 });
  await stack.call("create/campaign", { title: "Twin", trigger: 2 });
  await stack.call("stop/campaign", { id: pushId });
  await stack.call("start/campaign", { id: pushId });
  await stack.call("import/profile", {
    columns: ["user_id", "last_name", "country", "age", "vip", "born", "note"],
    rows: [
      ["user-0", "Byrne", "IE", 9, true, "1990-02-01", "x"],
      ["user-1", "Byrne", "GB", 10, false, "1991-02-01", "y"],
      ["user-2", "", "IE", 100, true, null, ODD_TITLE],
      ["user-3", null, null, null, null, null, null],
    ],
  });
  const people = { target_by: "user_id", async: false };
  await stack.call("execute/campaign", { ...people, id: smsId, target: ["user-0", "user-1", "nobody"] });
  const named = { ...people, id: smsId, target: ["user-2"], params: { external_message_id: "ref-1" } };
  await stack.call("execute/campaign", named);
  await stack.call("execute/campaign", { id: pushId, target: [deviceId], async: false });
  await stack.call("import/profile", { columns: ["user_id"], rows: [["user-3"]], async: true });
  await until(
    () => stack.call("list/task"),
    (answer) => answer.body.data[0]?.status === "completed",
  );
  await fillPeople(stack);
  // A message that failed and one that was opened: no gateway of this run reports either.
  await stack.owner`update messages set open_time = sent_time + interval '5 s', status = 4 where user_id = 'user-1'`;
  return smsId;
}

/** What lists of people's things hold: tags, items, changes of subscription. */
async function fillPeople(stack: Stack): Promise<void> {
  const deviceId = await addDevice(stack, "user-1", 1);
  await stack.call("create/tag", { name: "odd", title: ODD_TITLE, alias: "other" });
  const tags = [
    { user_id: "user-0", tag: "signin", timestamp: new Date(Date.now() - 120_000).toISOString() },
    { user_id: "user-0", tag: "viewed", value: ODD_TITLE },
    { user_id: "user-2", tag: "viewed", value: 7 },
    { device_id: deviceId, tag: "viewed", value: "" },
  ];
  const hit = await stack.call("hit/tag", { tags });
  if (hit.status !== 200) throw new Error(JSON.stringify(hit.body));
  for (const [title, identifier] of [
    ["People", "user_id"],
    [ODD_TITLE, "email"],
  ]) {
    const { body } = await stack.call("create/list", { title, identifier });
    await stack.call("import/list", { id: body.model.id, items: ["a@example.org", "b@example.org"] });
  }
  await asAdmin(stack, "PATCH /subscription-log", { enabled: true });
  await stack.call("import/profile", {
    columns: ["user_id", "email_subscription", "sms_subscription", "email", "mobile_number"],
    rows: [
      ["user-0", 0, 0, "user-0@example.org", "353850000000"],
      ["user-1", 1, 0, "user-1@example.org", "353850000001"],
    ],
  });
}
