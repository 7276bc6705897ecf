/** The request examples of the contract's own documents are accepted as written and do what their text says. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { addDevice } from "../devices.ts";
import { type Answered, addPeople, launch, type Stack, smsCampaign, startStack, until } from "../stack.ts";

const HOUR_MS = 3_600_000;

let stack: Stack;
let aheadMs = 0;
const clock: Clock = { ...systemClock, now: () => systemClock.now() + aheadMs };

beforeAll(async () => {
  stack = await startStack({ clock });
});
afterAll(async () => {
  await stack.stop();
});

const outcomes = (answer: Answered) => answer.body.model.outcomes;

async function sandboxed(): Promise<{ address: string; content: string }[]> {
  return await stack.owner<{ address: string; content: string }[]>`
    select address, content from sandbox_messages where project_id = ${stack.id} order by id`;
}

async function people(...userIds: string[]): Promise<void> {
  const rows = userIds.map((userId, i) => [userId, `${3_538_500_000_00 + i}${userId.length}`, 1, "Stored"]);
  const answer = await stack.call("import/profile", {
    columns: ["user_id", "mobile_number", "sms_subscription", "first_name"],
    rows,
  });
  expect(answer.body).toMatchObject({ code: 200, success: true });
}

test("two customers, each with their own values in the text", async () => {
  await people("crm-user-1", "crm-user-2");
  const id = await launch(stack, smsCampaign("Hi {{ fname }}, your balance is {{ balance }}."));
  const answer = await stack.call("execute/campaign", {
    id: String(id),
    target_with_params: {
      "crm-user-1": { fname: "Alex", balance: "100 EUR" },
      "crm-user-2": { fname: "John", balance: "80 EUR" },
    },
    target_by: "user_id",
    async: false,
  });
  expect(answer.body).toMatchObject({ code: 200, success: true, model: { accepted: 2 } });
  expect(outcomes(answer)).toEqual({ delivered: 2 });
  const texts = (await sandboxed()).map((row) => JSON.parse(row.content).text);
  expect(texts).toContain("Hi Alex, your balance is 100 EUR.");
  expect(texts).toContain("Hi John, your balance is 80 EUR.");
});

test("a time that is over is refused, one that comes is waited for, and the reference comes back", async () => {
  await people("user1", "user2");
  const id = await launch(stack, smsCampaign("Later"));
  const body = {
    id,
    target: ["user1", "user2"],
    target_by: "user_id",
    params: { external_message_id: "987654321" },
  };
  const past = await stack.call("execute/campaign", { ...body, time: "2021-01-01 12:00 UTC" });
  expect(past.status).toBe(400);
  expect(past.body.errors.time[0]).toContain("past");
  const time = Math.ceil((clock.now() + HOUR_MS) / 1000);
  const accepted = await stack.call("execute/campaign", { ...body, time });
  expect(accepted.body).toMatchObject({ code: 200, model: { accepted: 2, time } });
  const list = () => stack.call("list/message", { condition: [["external_message_id", "=", "987654321"]] });
  expect((await list()).body.data).toEqual([]);
  aheadMs += HOUR_MS + 1_000;
  const delivered = (answer: Answered) =>
    answer.body.data.filter((row: { status: number }) => row.status === 3);
  const found = await until(list, (answer) => delivered(answer).length === 2);
  for (const row of found.body.data) {
    expect(row).toMatchObject({
      external_message_id: "987654321",
      message_type_name: "sms",
      status: 3,
      delivery: 1,
      error: 0,
    });
    expect(row.sent_time).toBeGreaterThanOrEqual(time);
  }
});

test("a number without target_by is a device, and a payload is added for this call", async () => {
  await people("crm-user-1");
  const deviceId = await addDevice(stack, "crm-user-1", 3);
  const id = await launch(stack, { web_push: 1, messages: { "3": { push_text: "Hello", push_title: "T" } } });
  const known = await stack.call("execute/campaign", {
    id,
    target: [deviceId],
    payload_add: [{ key: "URL_KEY", value: "https://m.example.com/deeplink/123456" }],
    async: false,
  });
  expect(outcomes(known)).toEqual({ delivered: 1 });
  const last = (await sandboxed()).at(-1);
  expect(JSON.parse(last?.content ?? "{}")).toMatchObject({
    channel: "web_push",
    payload: { URL_KEY: "https://m.example.com/deeplink/123456" },
  });
  const unknown = await stack.call("execute/campaign", { id, target: [123_456], async: false });
  expect(outcomes(unknown)).toEqual({ skipped: 1 });
  expect(unknown.body.data).toMatchObject([{ target: "123456", reason: "unknown_target" }]);
});

test("one message's option is overridden and delivery is tried for two weeks", async () => {
  await people("12345");
  await addDevice(stack, "12345", 3);
  const id = await launch(stack, { web_push: 1, messages: { "3": { push_text: "Stay" } } });
  const answer = await stack.call("execute/campaign", {
    id,
    target_by: "user_id",
    target: ["12345"],
    messages: { "3": { push_require_interaction: true } },
    retry_for: 2,
    retry_for_period: "weeks",
    async: false,
  });
  expect(outcomes(answer)).toEqual({ delivered: 1 });
  expect(JSON.parse((await sandboxed()).at(-1)?.content ?? "{}")).toMatchObject({ requireInteraction: true });
  const [row] = await stack.owner`
    select extract(epoch from expire_at - send_at)::integer as seconds from executions where id = ${answer.body.model.id}`;
  expect(row?.seconds).toBe(14 * 86_400);
});

test("a single customer's params carry the reference", async () => {
  await people("12345");
  const id = await launch(stack, smsCampaign("Hi {{ first_name }}"));
  const answer = await stack.call("execute/campaign", {
    id,
    target_by: "user_id",
    target_with_params: { "12345": { first_name: "FIRSTNAME", external_message_id: "ref-single" } },
    async: false,
  });
  expect(outcomes(answer)).toEqual({ delivered: 1 });
  const { body } = await stack.call("list/message", {
    condition: [["external_message_id", "=", "ref-single"]],
  });
  expect(body.data).toMatchObject([{ user_id: "12345", campaign_id: id }]);
  expect(JSON.parse((await sandboxed()).at(-1)?.content ?? "{}").text).toBe("Hi FIRSTNAME");
});

test("the gate update: passed values first, then the profile's, else nothing", async () => {
  await people("traveller");
  const id = await launch(
    stack,
    smsCampaign("{{ first_name }}: {{ flight_num }} at {{ time }}, gate {{ gate_num }}{{ missing }}."),
  );
  const answer = await stack.call("execute/campaign", {
    id,
    params: { flight_num: "EI105", time: "10:30", gate_num: "B100" },
    target_by: "user_id",
    target: ["traveller"],
    async: false,
  });
  expect(outcomes(answer)).toEqual({ delivered: 1 });
  expect(JSON.parse((await sandboxed()).at(-1)?.content ?? "{}").text).toBe(
    "Stored: EI105 at 10:30, gate B100.",
  );
  const { body } = await stack.call("info/profile", { user_id: "traveller" });
  expect(body.model.first_name).toBe("Stored");
  expect(body.model).not.toHaveProperty("flight_num");
});

test("params are defaults and a target's own values override or supplement them", async () => {
  await people("user_1", "user_2", "user_3");
  const id = await launch(stack, smsCampaign("{{ promo_name }} for {{ match_name }}: {{ promo_code }}"));
  const answer = await stack.call("execute/campaign", {
    id,
    target_by: "user_id",
    target: ["user_1", "user_2", "user_3"],
    params: { promo_name: "Play-X-Get-Y", match_name: "Man Utd vs Liverpool" },
    target_with_params: {
      user_1: { promo_code: "PLAY50X" },
      user_2: { promo_code: "PLAY75Y", promo_name: "Own" },
    },
    async: false,
  });
  expect(answer.body.model.accepted).toBe(3);
  const texts = (await sandboxed()).slice(-3).map((row) => JSON.parse(row.content).text);
  expect(texts.sort()).toEqual([
    "Own for Man Utd vs Liverpool: PLAY75Y",
    "Play-X-Get-Y for Man Utd vs Liverpool: ",
    "Play-X-Get-Y for Man Utd vs Liverpool: PLAY50X",
  ]);
});

test("a template that is nothing but placeholders is filled by the call", async () => {
  const [userId] = await addPeople(stack, 1, "filled");
  const id = await launch(stack, smsCampaign("{{ text }}", "{{ from }}"));
  const call = (from: string) =>
    stack.call("execute/campaign", {
      id,
      target_by: "user_id",
      target: [userId],
      params: { from, text: "Hi" },
      async: false,
    });
  expect(outcomes(await call("Airline"))).toEqual({ delivered: 1 });
  const refused = await call("AB");
  expect(refused.body.data[0]).toMatchObject({ outcome: "skipped", reason: "invalid_content" });
  expect(refused.body.data[0].error).toContain("3 and 11 characters");
});
