/** A campaign with an end: until then it is called, afterwards it is past, and what it took before goes out. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Clock } from "../../src/base/clock.ts";
import { systemClock } from "../../src/base/clock.ts";
import { addPeople, type Stack, smsCampaign, startStack, until } from "../stack.ts";

const HOUR_MS = 3_600_000;
let offsetMs = 0;
const clock: Clock = { ...systemClock, now: () => Date.now() + offsetMs };
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ clock });
  await addPeople(stack, 2, "p");
});
afterAll(async () => {
  await stack.stop();
});

const seconds = (ms: number): number => Math.floor((clock.now() + ms) / 1000);
const withEnd = (end: unknown): Record<string, unknown> => ({
  title: "Soon over",
  trigger: 3,
  ...smsCampaign("Soon over"),
  end_time: end,
});
const execute = (id: number, more: object = {}) =>
  stack.call("execute/campaign", { id, target_by: "user_id", target: ["p-0"], ...more });

test("a campaign ends by itself: later calls are refused, what was accepted before goes out", async () => {
  const end = seconds(HOUR_MS);
  const made = await stack.call("create/campaign", { ...withEnd(end), active: 1 });
  expect(made.body.model).toMatchObject({ status: 1, end_time: end });
  const { id } = made.body.model;
  // Accepted before the end, to be sent after it.
  const planned = await execute(id, { time: seconds(2 * HOUR_MS) });
  expect(planned.status).toBe(200);
  offsetMs += HOUR_MS + 1_000;
  expect(await execute(id)).toMatchObject({
    status: 400,
    body: { errors: { id: [expect.stringMatching(/past|end/i)] } },
  });
  await until(
    () => stack.call("info/campaign", { id }),
    (answer) => answer.body.model.status === 3,
  );
  expect((await stack.call("start/campaign", { id })).status).toBe(409);
  offsetMs += HOUR_MS;
  await until(
    () => stack.owner<{ status: number }[]>`select status from messages
      where execution_id = ${planned.body.model.id}`,
    ([message]) => message?.status === 3,
  );
});

test("an end that is over, or is no time, is refused by its field; null takes it away", async () => {
  const made = await stack.call("create/campaign", withEnd("2020-01-01 10:00 UTC"));
  expect(made.body.model).toMatchObject({ status: 0, end_time: 1_577_872_800 });
  const { id } = made.body.model;
  const refused = await stack.call("start/campaign", { id });
  expect([refused.status, Object.keys(refused.body.errors)]).toEqual([400, ["end_time"]]);
  for (const end of ["soon", -1, "2026-02-30 10:00"]) {
    const odd = await stack.call("update/campaign", { id, end_time: end });
    expect([odd.status, Object.keys(odd.body.errors)]).toEqual([400, ["end_time"]]);
  }
  expect((await stack.call("update/campaign", { id, end_time: null })).body.model.end_time).toBeNull();
  expect((await stack.call("start/campaign", { id })).body.model.status).toBe(1);
});
