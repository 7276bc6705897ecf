/** list/profile-subscription: off until a project asks for it, then every change of an addressed channel (evidence: data API, 8.3). */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Stack, startStack } from "../stack.ts";
import { asAdmin } from "./oauth-admin.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
});
afterAll(async () => {
  await stack.stop();
});

const subscribe = (userId: string, status: 0 | 1) =>
  stack.call("import/profile", {
    columns: ["user_id", "email", "email_subscription"],
    rows: [[userId, `${userId}@example.org`, status]],
  });
const log = async (body: Readonly<Record<string, unknown>> = {}) =>
  (await stack.call("list/profile-subscription", body)).body.data;

test("nothing is logged until it is switched on, nor after it is switched off", async () => {
  await subscribe("early", 1);
  expect(await log()).toEqual([]);
  expect((await asAdmin(stack, "GET /subscription-log")).body.data).toEqual({ enabled: false });
  const on = await asAdmin(stack, "PATCH /subscription-log", { enabled: true });
  expect([on.status, on.body.data]).toEqual([200, { enabled: true }]);

  await subscribe("ada", 1);
  await subscribe("ada", 1);
  await subscribe("ada", 0);
  await stack.call("hit/attribute", { user_id: "ada", attribute: "email_subscription", value: 1 });
  const logged = await log({ condition: [["user_id", "=", "ada"]] });
  expect(logged.map((row: { status: number }) => row.status)).toEqual([1, 0, 1]);
  expect(logged[0]).toMatchObject({
    user_id: "ada",
    channel: "email",
    email_address: "ada@example.org",
    mobile_number: null,
    update_is_external: 1,
  });
  expect(await log({ condition: [["status", "=", 0]], select: ["user_id"] })).toEqual([{ user_id: "ada" }]);

  await asAdmin(stack, "PATCH /subscription-log", { enabled: false });
  await subscribe("ada", 0);
  expect(await log()).toHaveLength(3);
  const audit = await asAdmin(stack, "GET /audit");
  expect(JSON.stringify(audit.body.data)).toContain("subscription_log.enable");
});

test("the switch is true or false", async () => {
  const { status, body } = await asAdmin(stack, "PATCH /subscription-log", { enabled: "yes" });
  expect([status, Object.keys(body.error.errors)]).toEqual([400, ["enabled"]]);
});
