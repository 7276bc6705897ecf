/** What lists show of a row: every field in its wire form, and of it what callers select. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SELECT, SELECTED_VIEW } from "../../src/domain/fixtures/selected-view.ts";
import type { Answered, Stack } from "../stack.ts";
import { FIELDS, type ListWorld, MODELS, startListWorld } from "./list-world.ts";

let world: ListWorld;
let listed: ListWorld["listed"];
let stack: Stack;
let smsId: number;

beforeAll(async () => {
  world = await startListWorld();
  ({ listed, stack, smsId } = world);
});
afterAll(async () => {
  await world.stack.stop();
});

describe("what is selected and shown", () => {
  test.each(Object.keys(MODELS))("%s: unknown names are dropped", async (operation) => {
    const select = ["id", "no_such_field", "id"];
    for (const row of await listed(operation, { select })) expect(Object.keys(row)).toEqual(["id"]);
    for (const row of await listed(operation, { select: ["no_such_field"] })) expect(row).toEqual({});
    expect(await listed(operation, { select: [] })).toEqual(await listed(operation));
  });

  test("info drops them too", async () => {
    const { body } = await stack.call("info/profile", { user_id: "user-0", select: ["password", "user_id"] });
    expect(body.model).toEqual({ user_id: "user-0" });
    const task = (await listed("list/task"))[0];
    const info = await stack.call("info/task", { id: task?.id, select: ["secret"] });
    expect(info.body.model).toEqual({});
  });

  test.each(FIELDS.filter(([, , kind]) => kind === "time"))(
    "%s: %s in Unix seconds",
    async (operation, name) => {
      for (const row of await listed(operation)) {
        const value = row[name] as number | null;
        if (value === null) continue;
        expect(Number.isInteger(value)).toBe(true);
        expect(Math.abs(value - Date.now() / 1_000)).toBeLessThan(600);
      }
    },
  );

  test.each(FIELDS.filter(([, , kind]) => kind === "flag"))(
    "%s: %s is 0, 1 or null",
    async (operation, name) => {
      for (const row of await listed(operation)) expect([0, 1, null]).toContain(row[name]);
    },
  );

  test("list/campaign shows flags as 0 and 1 and empty messages as []", async () => {
    const [row] = await listed("list/campaign", { condition: [["id", "=", smsId]] });
    expect(row).toMatchObject({
      sms: 1,
      email: 0,
      ios_push: 0,
      android_push: 0,
      web_push: 0,
      inbox: 0,
      webhook: 0,
    });
    expect(row).toMatchObject({
      active: 1,
      status: 1,
      trigger: 3,
      type: 0,
      deactivate_time: null,
      promotion_id: null,
    });
    for (const type of ["4", "10", "11"]) expect(row).toHaveProperty(["messages", type], []);
    expect(row).toHaveProperty(["messages", "9", "sms_text"], "Hi");
  });

  test("select reaches into messages in one flat list, as the vendor's own sample", async () => {
    const created = await stack.call("create/campaign", {
      title: "Sample",
      trigger: 3,
      active: 1,
      ios_push: 1,
      messages: { "1": { push_text: "Hi" } },
    });
    const { id } = created.body.model;
    const info = await stack.call("info/campaign", { id: String(id), select: SELECT });
    expect(info.body).toEqual({ code: 200, success: true, model: SELECTED_VIEW });
    expect(await listed("list/campaign", { condition: [["id", "=", id]], select: SELECT })).toEqual([
      SELECTED_VIEW,
    ]);
  });

  test("list/push-device is list/push-devices", async () => {
    const answers: Answered[] = [];
    for (const operation of ["list/push-device", "list/push-devices"])
      answers.push(await stack.call(operation, { count: 1 }));
    expect(answers[0]?.body.data).toHaveLength(5);
    expect(answers[0]?.body).toEqual(answers[1]?.body);
  });

  test("list/push counts what became of each action", async () => {
    const rows = await listed("list/push", { condition: [["campaign_id", "=", smsId]], order: ["id"] });
    expect(rows).toMatchObject([
      { targets: 3, sent: 2, delivered: 2, opened: 1, clicked: 0, failed: 0, skipped: 1 },
      { targets: 1, sent: 1, delivered: 1, opened: 0, clicked: 0, failed: 0, skipped: 0 },
    ]);
    expect(rows[0]?.message_id).toBe(rows[1]?.message_id);
    const [device] = await listed("list/push-devices", { condition: [["action_id", "=", rows[1]?.id]] });
    expect(device).toMatchObject({ user_id: "user-2", error: 0 });
  });
});
