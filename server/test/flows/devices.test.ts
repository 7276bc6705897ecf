/** list/device, info/device and info/push, and that another project's are not there. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { addDevice } from "../devices.ts";
import { ask, pathOf, refusal } from "../raw-http.ts";
import { addPeople, launch, type Stack, smsCampaign, startStack } from "../stack.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  await stack.stop();
});

test("devices are found by person, by token and by id", async () => {
  await addPeople(stack, 2, "dev");
  const ids = [await addDevice(stack, "dev-0", 2), await addDevice(stack, "dev-0", 3)];
  await addDevice(stack, "dev-1", 3);
  const listed = await stack.call("list/device", { condition: [["user_id", "=", "dev-0"]] });
  expect(listed.body.data.map((row: { id: number }) => row.id)).toEqual(ids);
  const one = await stack.call("list/device", { condition: [["token", "=", `token-${ids[1]}`]] });
  expect(one.body.data).toMatchObject([{ id: ids[1], type: "web", message_type: 3, subscribed: 1 }]);
  const info = await stack.call("info/device", { id: ids[0], select: ["id", "type", "external_id"] });
  expect(info.body).toEqual({
    code: 200,
    success: true,
    model: { id: ids[0], type: "android", external_id: "dev-0" },
  });
});

test("info/push is the row of list/push", async () => {
  await addPeople(stack, 3, "pushed");
  const id = await launch(stack, smsCampaign("Hi"));
  const target = ["pushed-0", "pushed-1", "nobody"];
  await stack.call("execute/campaign", { id, target_by: "user_id", target, async: false });
  const [row] = (await stack.call("list/push", { condition: [["campaign_id", "=", id]] })).body.data;
  const info = await stack.call("info/push", { id: String(row.id) });
  expect(info.body.model).toEqual(row);
  expect(info.body.model).toMatchObject({ campaign_id: id, targets: 3, sent: 2, skipped: 1, failed: 0 });
});

test("what is another project's, or never was, is not found, with the same bytes", async () => {
  const other = await stack.createProject();
  const [device] = (await stack.call("list/device", { limit: 1 })).body.data;
  const [push] = (await stack.call("list/push", { limit: 1 })).body.data;
  for (const [operation, id] of [
    ["info/device", device.id],
    ["info/push", push.id],
  ] as const) {
    const bodyOf = (asked: number) => JSON.stringify({ apptoken: other.token, id: asked });
    const { answer, faults } = await refusal(stack, { path: pathOf(operation), body: bodyOf(id) }, 404);
    expect(faults).toEqual([]);
    const never = await ask(stack.url, { path: pathOf(operation), body: bodyOf(9_007_199_254_740_991) });
    expect(answer.text).toBe(never.text);
  }
  expect((await other.call("list/device")).body.data).toEqual([]);
});
