/**
 * What execute/campaign refuses, field by field, without anything changed, and what it takes although it looks odd
 * (bad-input catalogue 4.2, rows 1 to 11, 13, 15 to 18, 23 to 34). No worker runs: what is accepted stays queued.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { ask, pathOf, type RawAnswer, rawBody, refusal } from "../raw-http.ts";
import { addPeople, launch, type Stack, smsCampaign, startStack } from "../stack.ts";

/** The catalogue's own times stay a year ahead at the most. */
const NOW_MS = Date.UTC(2025, 11, 31, 12);

let stack: Stack;
let smsId: number;
let pushId: number;

beforeAll(async () => {
  stack = await startStack({ workers: 0, clock: { ...systemClock, now: () => NOW_MS } });
  await addPeople(stack, 2);
  smsId = await launch(stack, smsCampaign("Hi"));
  pushId = await launch(stack, { web_push: 1, messages: { "3": { push_text: "Hi" } } });
});
afterAll(async () => {
  await stack.stop();
});

const PATH = pathOf("execute/campaign");
const TARGET = '"target_by":"user_id","target":["user-0"]';

const execute = (fields: string, id = smsId): Promise<RawAnswer> =>
  ask(stack.url, { path: PATH, body: rawBody(stack.token, `"id":${id},${fields}`) });

/** Refused, and only for these fields. */
async function refuses(fields: string, named: readonly string[], status = 400): Promise<RawAnswer> {
  const body = rawBody(stack.token, `"id":${smsId},${fields}`);
  const { answer, faults } = await refusal(stack, { path: PATH, body }, status);
  expect(faults).toEqual([]);
  expect(Object.keys(answer.body.errors)).toEqual(named);
  return answer;
}

const accepts = async (fields: string, id = smsId): Promise<RawAnswer> => {
  const answer = await execute(fields, id);
  expect(answer.body).toMatchObject({ code: 200, success: true });
  return answer;
};

/** The queued targets of an execution, by key. */
async function queuedTargets(answer: RawAnswer): Promise<Record<string, unknown>> {
  const rows = await stack.owner<{ targets: string }[]>`
    select targets from chunks where execution_id = ${answer.body.model.id}`;
  const targets = rows.flatMap((row) => JSON.parse(row.targets) as unknown[][]);
  return Object.fromEntries(targets.map((target) => [target[1], target[2] ?? null]));
}

describe("5: campaigns that cannot be executed", () => {
  test.each<[string, Record<string, unknown>, number | null, string]>([
    ["not API-triggered", { trigger: 0 }, null, "not API-triggered"],
    ["a draft", { active: 0 }, null, "draft"],
    ["stopped", {}, 2, "stopped"],
    ["past", {}, 3, "past"],
    ["closed", {}, 4, "closed"],
  ])("%s", async (_name, fields, state, word) => {
    const id = await launch(stack, { ...smsCampaign("Hi"), ...fields });
    if (state !== null) await stack.owner`update campaigns set state = ${state} where id = ${id}`;
    const body = rawBody(stack.token, `"id":${id},${TARGET}`);
    const { answer, faults } = await refusal(stack, { path: PATH, body }, 400);
    expect(faults).toEqual([]);
    expect(answer.body.errors.id[0]).toContain(word);
  });

  test("live, but its end is over", async () => {
    const id = await launch(stack, smsCampaign("Hi"));
    await stack.owner`update campaigns set end_time = ${new Date(NOW_MS - 1)} where id = ${id}`;
    const body = rawBody(stack.token, `"id":${id},${TARGET}`);
    const { answer, faults } = await refusal(stack, { path: PATH, body }, 400);
    expect(faults).toEqual([]);
    expect(answer.body.errors.id[0]).toContain("past");
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
    '"target":"a,b"',
    '"target":5',
    '"target":true',
    '"target":{"operator":"all"}',
    '"broadcastt":1',
  ])("%s", (fields) => refuses(fields, ["target"]));

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

  test("11: 100,001 targets are too many, 100,000 are not", async () => {
    const list = (count: number) => `"target":[${Array.from({ length: count }, (_, i) => i + 1).join(",")}]`;
    const answer = await refuses(list(100_001), ["target"], 413);
    expect(answer.body.errors.target[0]).toContain("100000");
    expect((await accepts(list(100_000))).body.model.accepted).toBe(100_000);
  });
});

describe("13 and 15 to 17: how targets are named", () => {
  test.each(['"USER_ID"', '"phone"', '["user_id"]', '""', "1", "{}"])("target_by %s", async (by) => {
    const answer = await refuses(`"target_by":${by},"target":[1]`, ["target_by"]);
    for (const name of ["user_id", "email", "token", "profile_id"])
      expect(answer.body.errors.target_by[0]).toContain(name);
  });

  test.each(['["u1"]', '"u1"', "5", "true"])("target_with_params %s", (value) =>
    refuses(`"target_by":"user_id","target_with_params":${value}`, ["target_with_params"]),
  );

  test.each(['"x"', "5", "true", '["x"]'])("the params of a target are %s", (value) =>
    refuses(`"target_by":"user_id","target_with_params":{"u1":${value}}`, ["target_with_params.u1"]),
  );

  test.each(["null", "[]", "{}"])("16: %s are no params", async (value) => {
    const answer = await accepts(`"target_by":"user_id","target_with_params":{"u1":${value}}`);
    expect(answer.body.model.accepted).toBe(1);
  });

  test("17: keys", async () => {
    const withKey = (key: string) => `"target_by":"user_id","target_with_params":{${JSON.stringify(key)}:{}}`;
    await refuses(withKey("__proto__"), ["target_with_params.__proto__"]);
    await refuses(withKey(""), ['target_with_params.""']);
    await refuses(withKey(" u1"), ["target_with_params. u1"]);
    await refuses(withKey("k".repeat(10_000)), [`target_with_params.${"k".repeat(64)}…`]);
    const answer = await accepts(withKey("constructor"));
    expect(await queuedTargets(answer)).toHaveProperty(["constructor"]);
  });

  test("17: a key that stands twice", () =>
    refuses('"target_by":"user_id","target_with_params":{"u1":{"a":1},"u1":{"a":2}}', [
      "target_with_params.u1",
    ]));

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
  ])("%s", (fields, named) => refuses(`${TARGET},${fields}`, [named]));

  test("a reference in a target's own params obeys the same rules", () =>
    refuses('"target_by":"user_id","target_with_params":{"u1":{"external_message_id":["x"]}}', [
      "target_with_params.u1.external_message_id",
    ]));

  test.each<[string, string | null]>([
    ["987654321", "987654321"],
    ['"ref"', "ref"],
    ['""', null],
    ["null", null],
    [`"${"x".repeat(255)}"`, "x".repeat(255)],
  ])("24: external_message_id %s", async (value, stored) => {
    const answer = await accepts(`${TARGET},"params":{"external_message_id":${value}}`);
    expect(
      await stack.owner`select external_message_id as ref from executions where id = ${answer.body.model.id}`,
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

describe("26 to 30: time", () => {
  test.each([
    ['"2021-01-01 12:00 UTC"', "past"],
    [String(NOW_MS / 1_000 - 301), "past"],
    ["0", "past"],
    [String(NOW_MS / 1_000 + 367 * 86_400), "year"],
    ['"2035-12-31 12:00 UTC"', "year"],
    ["1767225600000", "milliseconds"],
    ['"1767225600000"', "milliseconds"],
    ["9000000000000000", ""],
    ["-1", ""],
    ["1767225600.5", ""],
    ['"2021-02-30 12:00 UTC"', "calendar"],
    ['"2026-02-29 12:00 UTC"', "calendar"],
    ['"2026-13-01"', ""],
    ['"2026-13-01 12:00 UTC"', "calendar"],
    ['"2026-01-02 25:00"', "calendar"],
    ['"2026-01-02 12:60"', "calendar"],
    ['"25:00"', ""],
    ['"tomorrow"', ""],
    ['"1"', ""],
    ['""', ""],
    ['"2026-01-02 12:00 IST"', "zone"],
    ['"2026-01-02 12:00 Mars/Base"', "zone"],
    ['"2026-01-02 12:00 +15:00"', "zone"],
    ["true", ""],
    ["[1767225600]", ""],
    ["{}", ""],
  ])("%s", async (time, word) => {
    const answer = await refuses(`${TARGET},"time":${time}`, ["time"]);
    expect(answer.body.errors.time[0]).toContain(word);
  });

  test.each<[string, number]>([
    ["1767225600", Date.UTC(2026, 0, 1)],
    ['"1767225600"', Date.UTC(2026, 0, 1)],
    ['"2026-01-01 12:00"', Date.UTC(2026, 0, 1, 12)],
    ['"2026-01-01 12:00 UTC"', Date.UTC(2026, 0, 1, 12)],
    ['"2026-01-01T12:00:00+01:00"', Date.UTC(2026, 0, 1, 11)],
    ['"2026-03-29 01:30 Europe/Dublin"', Date.UTC(2026, 2, 29, 1, 30)], // skipped by the clock: an hour on
    ['"2026-10-25 01:30 Europe/Dublin"', Date.UTC(2026, 9, 25, 0, 30)], // shown twice: the first
    [String(NOW_MS / 1_000 - 120), NOW_MS], // two minutes late: at once
    ["null", NOW_MS],
  ])("%s is a time", async (time, expectedMs) => {
    const answer = await accepts(`${TARGET},"time":${time}`);
    expect(answer.body.model.time).toBe(expectedMs / 1_000);
  });
});

describe("31 to 34: overrides", () => {
  test.each<[string, readonly string[]]>([
    ['"retry_for":-1,"retry_for_period":"weeks"', ["retry_for"]],
    ['"retry_for":2.5,"retry_for_period":"weeks"', ["retry_for"]],
    ['"retry_for":1e9,"retry_for_period":"weeks"', ["retry_for"]],
    ['"retry_for":2,"retry_for_period":"fortnights"', ["retry_for_period"]],
    ['"retry_for":2', ["retry_for_period"]],
    ['"messages":{"99":{}}', ["messages.99"]],
    ['"messages":{"9":"x"}', ["messages.9"]],
    ['"messages":"x"', ["messages"]],
    ['"messages":{"9":{"sms_text":{}}}', ["sms_text"]], // {} clears, and then there is nothing to send
    ['"messages":{"9":{"sms_text":[1]}}', ["messages.9.sms_text"]],
    ['"active":0,"project_id":2,"title":"x"', ["active", "project_id", "title"]],
    ['"status":1,"trigger":0,"broadcast":1', ["status", "trigger", "broadcast"]],
    [
      '"postback_url":"https://x.example/","webhook_connections":[1]',
      ["postback_url", "webhook_connections"],
    ],
    ['"payload_add":[{"key":"aps","value":"x"}]', ["payload_add"]],
    [`"payload_add":[{"key":"a","value":"${"x".repeat(5_000)}"}]`, ["payload_add"]],
    ['"payload_add":"x"', ["payload_add"]],
    ['"sms":0', ["channels"]],
    ['"sms":2', ["sms"]],
    ['"email":1', ["email_subject", "email_html"]],
    ['"conditions":{"operator":"AND","0":["id","=",1]}', ["conditions"]],
    ['"messages":{"9":{"sms_text":"{{ broken"}}', ["sms_text"]],
    ['"async":"maybe"', ["async"]],
    ['"target_existing_only":2', ["target_existing_only"]],
  ])("%s", (fields, named) => refuses(`${TARGET},${fields}`, named));

  test("34: five kilobytes of payload in small pairs", async () => {
    const pairs = Array.from({ length: 10 }, (_, i) => ({ key: `k${i}`, value: "x".repeat(500) }));
    const body = rawBody(stack.token, `"id":${pushId},${TARGET},"payload_add":${JSON.stringify(pairs)}`);
    const { answer, faults } = await refusal(stack, { path: PATH, body }, 400);
    expect(faults).toEqual([]);
    expect(answer.body.errors.payload_add[0]).toContain("4 KB");
  });

  test("31 and 32: what is taken", async () => {
    await accepts(`${TARGET},"retry_for":"2","retry_for_period":"weeks"`);
    await accepts(`${TARGET},"messages":[]`);
    const answer = await accepts(`${TARGET},"messages":{"3":{"push_text":"Other"}}`);
    expect(answer.body.model.warnings).toEqual([
      "messages.3 was ignored: the campaign does not send on that channel.",
    ]);
  });

  test("all faults are told at once", () =>
    refuses('"target":[],"target_by":"phone","time":"tomorrow","params":5,"async":"x"', [
      "target_by",
      "time",
      "async",
      "params",
      "target",
    ]));
});
