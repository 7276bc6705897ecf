/**
 * Personal data is deleted wherever it lies: after the task no table holds a trace of the person, what was sent stays
 * counted, and somebody who had opted out is not reached by an old import (decisions, section 8).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addDevice } from "../devices.ts";
import { pathOf, rawBody, refusal } from "../raw-http.ts";
import { type Answered, launch, type Stack, smsCampaign, startStack, until } from "../stack.ts";

const TRACES = ["erin-user", "erin@example.org", "353899999901", "erin-ref", "erin-token", "Erin"];

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  await stack.stop();
});

const taskDone = async ({ status, body }: Answered): Promise<void> => {
  expect([status, body.success, body.model.task_id]).toEqual([202, true, body.model.id]);
  await until(
    () => stack.call("info/task", { id: body.model.id }),
    (answer) => answer.body.model.status === "completed",
  );
};

/** Tables in which one of the texts stands somewhere, by name. */
async function traces(texts: readonly string[]): Promise<string[]> {
  const tables = await stack.owner<{ name: string }[]>`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'project_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'`;
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await stack.owner.unsafe<{ n: number }[]>(
      `select count(*)::integer as n from "${name}" t where project_id = $1 and t::text ilike any($2)`,
      [stack.id, texts.map((text) => `%${text}%`)],
    );
    if ((row?.n ?? 0) > 0) found.push(name);
  }
  return found.sort();
}

async function addErin(): Promise<{ profileId: number; deviceId: number; campaignId: number }> {
  await stack.call("import/profile", {
    columns: [
      "user_id",
      "email",
      "email_subscription",
      "mobile_number",
      "sms_subscription",
      "first_name",
      "note",
    ],
    rows: [["erin-user", "Erin@example.org", 0, "353899999901", 1, "Erin", "Erin likes tea"]],
  });
  const deviceId = await addDevice(stack, "erin-user", 3);
  await stack.owner`update devices set token = 'erin-token', subscribed = 0 where id = ${deviceId}`;
  await stack.call("hit/event", { user_id: "erin-user", event: "login", value: { name: "Erin" } });
  await stack.call("hit/tag", { device_id: deviceId, tag: "seen", value: "Erin" });
  for (const [identifier, item] of [
    ["user_id", "erin-user"],
    ["email", "erin@example.org"],
    ["mobile_number", "353899999901"],
    ["token", "erin-token"],
  ]) {
    const list = await stack.call("create/list", { title: `By ${identifier}`, identifier });
    await stack.call("import/list", { id: list.body.model.id, items: [item] });
  }
  const campaignId = await launch(stack, {
    ...smsCampaign("Hi {{ first_name }}"),
    web_push: 1,
    messages: { "9": { sms_text: "Hi {{ first_name }}", sms_from: "abc" }, "3": { push_text: "Hi" } },
  });
  const target_with_params = { "erin-user": { external_message_id: "erin-ref", note: "Erin" } };
  await stack.call("execute/campaign", {
    id: campaignId,
    target_by: "user_id",
    target_with_params,
    async: false,
  });
  const { body } = await stack.call("info/profile", { user_id: "erin-user" });
  return { profileId: body.model.id, deviceId, campaignId };
}

describe("a person", () => {
  test("leaves no trace but counts and, where she had opted out, hashes", async () => {
    const { profileId, campaignId } = await addErin();
    expect((await traces(TRACES)).length).toBeGreaterThan(7);
    await taskDone(await stack.call("delete-personal-data/profile", { user_id: "erin-user" }));
    expect(await traces(TRACES)).toEqual([]);
    for (const key of [{ user_id: "erin-user" }, { id: profileId }]) {
      expect((await stack.call("info/profile", key)).status).toBe(404);
      expect((await stack.call("delete-personal-data/profile", key)).status).toBe(404);
    }
    const log = await stack.call("list/message", { condition: [["campaign_id", "=", campaignId]] });
    expect(log.body.data).toHaveLength(2);
    expect(log.body.data[0]).toMatchObject({
      user_id: null,
      target: "",
      address: null,
      external_message_id: null,
    });
    const sent = await stack.call("list/push", {
      condition: [["campaign_id", "=", campaignId]],
      select: ["targets"],
    });
    expect(sent.body.data).toEqual([{ targets: 1 }, { targets: 1 }]);
    const kept = await stack.owner`
      select message_type as "messageType" from suppressions where project_id = ${stack.id} order by 1`;
    expect(kept.map((row) => row.messageType)).toEqual([3, 7]);
  });

  test("who comes back in an old import is not reached where she had opted out", async () => {
    await stack.call("import/profile", {
      columns: ["user_id", "email", "email_subscription", "mobile_number", "sms_subscription"],
      rows: [["erin-user", "erin@example.org", 1, "353899999901", 1]],
    });
    const id = await launch(stack, {
      email: 1,
      sms: 1,
      messages: {
        "7": { email_subject: "Hi", email_text: "Hi", email_from: "a@example.org" },
        "9": { sms_text: "Hi", sms_from: "abc" },
      },
    });
    const { body } = await stack.call("execute/campaign", {
      id,
      target_by: "user_id",
      target: ["erin-user"],
      async: false,
    });
    const reasons = Object.fromEntries(
      body.data.map((row: Record<string, unknown>) => [row.channel, row.reason]),
    );
    expect(reasons).toEqual({ 7: "suppressed", 9: null });
  });

  test("an address that somebody else has stays in the lists that it is in", async () => {
    const columns = ["user_id", "email", "email_subscription"];
    await stack.call("import/profile", {
      columns,
      rows: [
        ["twin-a", "twins@example.org", 1],
        ["twin-b", "twins@example.org", 1],
      ],
    });
    const list = await stack.call("create/list", { title: "Twins", identifier: "email" });
    await stack.call("import/list", { id: list.body.model.id, items: ["twins@example.org"] });
    const items = async () =>
      (await stack.call("list/list-item", { condition: [["list_id", "=", list.body.model.id]] })).body.data
        .length;
    await taskDone(await stack.call("delete-personal-data/profile", { user_id: "twin-a" }));
    expect(await items()).toBe(1);
    await taskDone(await stack.call("delete-personal-data/profile", { user_id: "twin-b" }));
    expect(await items()).toBe(0);
  });
});

test("a device goes alone", async () => {
  const { profileId, deviceId } = await addErin();
  await taskDone(await stack.call("delete-personal-data/device", { id: deviceId }));
  expect(await traces(["erin-token"])).toEqual([]);
  expect((await stack.call("info/device", { id: deviceId })).status).toBe(404);
  expect((await stack.call("info/profile", { id: profileId })).body.model.user_id).toBe("erin-user");
  const hits = await stack.call("list/tag-hit", { condition: [["profile_id", "=", profileId]] });
  expect(hits.body.data).toMatchObject([{ device_id: null }]);
});

describe("what is refused changes nothing", () => {
  test.each<[string, string, readonly string[]]>([
    ["profile", "", ["id"]],
    ["profile", '"id":"x"', ["id"]],
    ["profile", '"id":[1]', ["id"]],
    ["profile", '"user_id":" x"', ["user_id"]],
    ["profile", '"user_id":["*"]', ["user_id"]],
    ["profile", '"id":5,"user_id":"u"', ["user_id"]],
    ["device", "", ["id"]],
    ["device", '"id":0', ["id"]],
    ["device", '"device_id":"x"', ["device_id"]],
  ])("delete-personal-data/%s with %s", async (model, fields, named) => {
    const path = pathOf(`delete-personal-data/${model}`);
    const { answer, faults } = await refusal(stack, { path, body: rawBody(stack.token, fields) }, 400);
    expect(faults).toEqual([]);
    expect(Object.keys(answer.body.errors)).toEqual(named);
  });

  test("another project's person and device are not found", async () => {
    const { profileId, deviceId } = await addErin();
    const other = await stack.createProject();
    const calls: [string, object][] = [
      ["profile", { id: profileId }],
      ["profile", { user_id: "erin-user" }],
      ["device", { id: deviceId }],
    ];
    for (const [model, key] of calls)
      expect((await other.call(`delete-personal-data/${model}`, { ...key })).status).toBe(404);
  });
});
