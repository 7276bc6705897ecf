/**
 * What execute/campaign refuses, field by field, without anything changed, and what it takes although it looks odd
 * (bad-input catalogue 4.2, rows 5 to 11, 13, 15 to 18 and 23 to 25). No worker runs: what is accepted stays queued.
 */
import { describe, expect, test } from "vitest";
import { openDoor } from "../bad-input.ts";
import type { RawAnswer } from "../raw-http.ts";
import { addPeople, launch, smsCampaign } from "../stack.ts";

let smsId: number;

const door = openDoor({
  async prepare(stack) {
    await addPeople(stack, 2);
    smsId = await launch(stack, smsCampaign("Hi"));
  },
});

const TARGET = '"target_by":"user_id","target":["user-0"]';
const callOf = (fields: string, id = smsId) => ({ to: "execute/campaign", fields: `"id":${id},${fields}` });

/** Refused, and only for these fields. */
const refuses = (fields: string, named: readonly string[], status = 400): Promise<RawAnswer> =>
  door.refuses(callOf(fields), { named, status });

const accepts = (fields: string): Promise<RawAnswer> => door.accepts(callOf(fields));

/** The queued targets of an execution, by key. */
async function queuedTargets(answer: RawAnswer): Promise<Record<string, unknown>> {
  const rows = await door.stack.owner<{ targets: string }[]>`
    select targets from chunks where execution_id = ${answer.body.model.id}`;
  const targets = rows.flatMap((row) => JSON.parse(row.targets) as unknown[][]);
  return Object.fromEntries(targets.map((target) => [target[1], target[2] ?? null]));
}

describe("5: campaigns that cannot be executed", () => {
  test.each<[string, Record<string, unknown>, number | null, string]>([
    ["not API-triggered", { trigger: 0, active: 0 }, 1, "not API-triggered"],
    ["a draft", { active: 0 }, null, "draft"],
    ["stopped", {}, 2, "stopped"],
    ["past", {}, 3, "past"],
    ["closed", {}, 4, "closed"],
  ])("%s", async (_name, fields, state, word) => {
    const id = await launch(door.stack, { ...smsCampaign("Hi"), ...fields });
    if (state !== null) await door.stack.owner`update campaigns set state = ${state} where id = ${id}`;
    await door.refuses(callOf(TARGET, id), { named: ["id"], says: word });
  });

  test("live, but its end is over", async () => {
    const id = await launch(door.stack, smsCampaign("Hi"));
    await door.stack.owner`update campaigns set end_time = ${new Date(Date.now() - 1)} where id = ${id}`;
    await door.refuses(callOf(TARGET, id), { named: ["id"], says: "past" });
  });
});

describe("6 to 10: targets never mean everybody", () => {
  test.each([
    '"target_by":"user_id"',
    '"target":[]',
    '"target":{}',
    '"target":null',
    '"target":""',
    '"target_with_params":{}',
    '"target_with_params":[]',
    '"target":[],"target_with_params":{}',
    '"target":"user1"',
    '"target_by":"user_id","target":"user1"',
    '"target":"a,b"',
    '"target":5',
    '"target":true',
    '"target":{"operator":"all"}',
    '"broadcastt":1',
  ])("%s", async (fields) => {
    await refuses(fields, ["target"]);
  });

  test("9: twins are one, a number is its text", async () => {
    const answer = await accepts('"target_by":"user_id","target":["u","u",7,"7"]');
    expect(answer.body.model.accepted).toBe(2);
  });

  test("10: entries that are no identifier are named by their place", async () => {
    const answer = await refuses(
      '"target_by":"user_id","target":[null,{},[],true,""," ",1.5,"ok"]',
      [0, 1, 2, 3, 4, 5, 6].map((i) => `target[${i}]`),
    );
    expect(answer.body.errors["target[6]"][0]).toContain("whole number");
  });

  test("10: of many wrong entries the first twenty are named", async () => {
    const fields = `"target_by":"user_id","target":[${"null,".repeat(5_000)}null]`;
    const answer = await refuses(
      fields,
      Array.from({ length: 20 }, (_, i) => `target[${i}]`),
    );
    expect(answer.text.length).toBeLessThan(5_000);
  });
});

describe("13 and 15 to 17: how targets are named", () => {
  test.each(['"USER_ID"', '"phone"', '["user_id"]', '""', "1", "{}"])("target_by %s", async (by) => {
    const answer = await refuses(`"target_by":${by},"target":[1]`, ["target_by"]);
    for (const name of ["user_id", "email", "token", "profile_id"])
      expect(answer.body.errors.target_by[0]).toContain(name);
  });

  test.each(['["u1"]', '"u1"', "5", "true"])("target_with_params %s", async (value) => {
    await refuses(`"target_by":"user_id","target_with_params":${value}`, ["target_with_params"]);
  });

  test.each(['"x"', "5", "true", '["x"]'])("the params of a target are %s", async (value) => {
    await refuses(`"target_by":"user_id","target_with_params":{"u1":${value}}`, ["target_with_params.u1"]);
  });

  test.each(["null", "[]", "{}"])("16: %s are no params", async (value) => {
    const answer = await accepts(`"target_by":"user_id","target_with_params":{"u1":${value}}`);
    expect(answer.body.model.accepted).toBe(1);
  });

  test("17: keys", async () => {
    const withKey = (key: string) => `"target_by":"user_id","target_with_params":{${JSON.stringify(key)}:{}}`;
    await refuses(withKey("__proto__"), ["target_with_params.__proto__"]);
    await refuses(withKey(""), ['target_with_params.""']);
    await refuses(withKey(" u1"), ["target_with_params. u1"]);
    await refuses(withKey("k".repeat(10_240)), [`target_with_params.${"k".repeat(64)}…`]);
    const answer = await accepts(withKey("constructor"));
    expect(await queuedTargets(answer)).toHaveProperty(["constructor"]);
  });

  test("17: a key that stands twice", async () => {
    await refuses('"target_by":"user_id","target_with_params":{"u1":{"a":1},"u1":{"a":2}}', [
      "target_with_params.u1",
    ]);
  });

  test("18: target and target_with_params are united", async () => {
    const answer = await accepts(
      '"target_by":"user_id","target":["u1"],"target_with_params":{"u2":{"a":"b"}},"params":{"c":"d"}',
    );
    expect(answer.body.model.accepted).toBe(2);
    expect(await queuedTargets(answer)).toEqual({ u1: null, u2: { a: "b" } });
  });
});

describe("23 to 25: params", () => {
  const long = JSON.stringify("x".repeat(60_000));
  const twoMegabytes = `{${Array.from({ length: 35 }, (_, i) => `"p${i}":${long}`).join(",")}}`;
  const manyKeys = `{${Array.from({ length: 5_000 }, (_, i) => `"p${i}":1`).join(",")}}`;

  test("2 MB are too large", async () => {
    await refuses(`${TARGET},"params":${twoMegabytes}`, ["params"], 413);
    const inTarget = `"target_by":"user_id","target_with_params":{"u1":${twoMegabytes}}`;
    await refuses(inTarget, ["target_with_params.u1"], 413);
  });

  test("5,000 keys are too many", async () => {
    await refuses(`${TARGET},"params":${manyKeys}`, ["params"]);
    await refuses(`"target_by":"user_id","target_with_params":{"u1":${manyKeys}}`, ["target_with_params.u1"]);
  });

  test.each<[string, string]>([
    ['"params":"x"', "params"],
    ['"params":["x"]', "params"],
    ['"params":5', "params"],
    ['"params":{"a":1e400}', "params.a"],
    ['"params":{"a":1152921504606846976}', "params.a"],
    ['"params":{"a":{"b":[1e400]}}', "params.a.b[0]"],
    [`"params":{"external_message_id":"${"x".repeat(256)}"}`, "params.external_message_id"],
    ['"params":{"external_message_id":["x"]}', "params.external_message_id"],
    ['"params":{"external_message_id":{}}', "params.external_message_id"],
    ['"params":{"external_message_id":true}', "params.external_message_id"],
  ])("%s", async (fields, named) => {
    await refuses(`${TARGET},${fields}`, [named]);
  });

  test("a reference in a target's own params obeys the same rules", async () => {
    await refuses('"target_by":"user_id","target_with_params":{"u1":{"external_message_id":["x"]}}', [
      "target_with_params.u1.external_message_id",
    ]);
  });

  test.each<[string, string | null]>([
    ["987654321", "987654321"],
    ['"ref"', "ref"],
    ['""', null],
    ["null", null],
    [`"${"x".repeat(255)}"`, "x".repeat(255)],
  ])("24: external_message_id %s", async (value, stored) => {
    const answer = await accepts(`${TARGET},"params":{"external_message_id":${value}}`);
    expect(
      await door.stack
        .owner`select external_message_id as ref from executions where id = ${answer.body.model.id}`,
    ).toEqual([{ ref: stored }]);
  });

  test("24: the text NaN, empty lists and nulls are data", async () => {
    await accepts(`${TARGET},"params":{"a":"NaN","b":[],"c":null,"d":{"e":[{"f":0.1}]}}`);
    await accepts(`${TARGET},"params":[]`);
  });

  test("25: the same reference twice without a key is two executions", async () => {
    const fields = `${TARGET},"params":{"external_message_id":"twice"}`;
    const [first, second] = [await accepts(fields), await accepts(fields)];
    expect(second.body.model.id).not.toBe(first.body.model.id);
  });
});

// The last one: so many queued targets make every later look at the tables a long one.
test("11: 100,001 targets are too many, 100,000 are not", async () => {
  const list = (count: number) => `"target":[${Array.from({ length: count }, (_, i) => i + 1).join(",")}]`;
  const answer = await refuses(list(100_001), ["target"], 413);
  expect(answer.body.errors.target[0]).toContain("100000");
  expect((await accepts(list(100_000))).body.model.accepted).toBe(100_000);
});
