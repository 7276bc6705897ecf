/**
 * Times and overrides of execute/campaign: what is refused, field by field, without anything changed, and what is
 * taken (bad-input catalogue 4.2, rows 26 to 34). No worker runs: what is accepted stays queued.
 */
import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { openDoor, type Row } from "../bad-input.ts";
import type { RawAnswer } from "../raw-http.ts";
import { addPeople, launch, smsCampaign } from "../stack.ts";

/** The catalogue's own times stay a year ahead at the most. */
const NOW_MS = Date.UTC(2025, 11, 31, 12);

let smsId: number;
let pushId: number;

const door = openDoor({
  clock: { ...systemClock, now: () => NOW_MS },
  async prepare(stack) {
    await addPeople(stack, 2);
    smsId = await launch(stack, smsCampaign("Hi"));
    pushId = await launch(stack, { web_push: 1, messages: { "3": { push_text: "Hi" } } });
  },
});

const TARGET = '"target_by":"user_id","target":["user-0"]';
const callOf = (fields: string, id = smsId) => ({ to: "execute/campaign", fields: `"id":${id},${fields}` });
const accepts = (fields: string): Promise<RawAnswer> => door.accepts(callOf(fields));

describe("26 to 30: time", () => {
  const WRONG = [
    ['"2021-01-01 12:00 UTC"', "past"],
    [String(NOW_MS / 1_000 - 301), "past"],
    ["0", "past"],
    [String(NOW_MS / 1_000 + 367 * 86_400), "year"],
    ['"2035-12-31 12:00 UTC"', "year"],
    ["1767225600000", "milliseconds"],
    ['"1767225600000"', "milliseconds"],
    ["9000000000000000", ""],
    ["9e15", ""],
    ["-1", ""],
    ["1767225600.5", ""],
    ['"2021-02-30 12:00 UTC"', "calendar"],
    ['"2026-02-29 12:00 UTC"', "calendar"],
    ['"2026-13-01"', ""],
    ['"2026-13-01 12:00 UTC"', "calendar"],
    ['"2026-01-02 25:00"', "calendar"],
    ['"2027-01-02 12:00 UTC"', "year"],
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
  ] as const;
  test("what is none, or none that anybody means", () =>
    door.refusesAll(
      WRONG.map(([time, says]): Row => [time, callOf(`${TARGET},"time":${time}`), { named: ["time"], says }]),
    ));

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
  const WRONG: readonly (readonly [fields: string, named: readonly string[]])[] = [
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
  ];
  test("what is refused", () =>
    door.refusesAll(WRONG.map(([fields, named]): Row => [fields, callOf(`${TARGET},${fields}`), { named }])));

  test("34: five kilobytes of payload in small pairs", () => {
    const pairs = Array.from({ length: 10 }, (_, i) => ({ key: `k${i}`, value: "x".repeat(500) }));
    const call = callOf(`${TARGET},"payload_add":${JSON.stringify(pairs)}`, pushId);
    return door.refuses(call, { named: ["payload_add"], says: "4 KB" });
  });

  test("31 and 32: what is taken", async () => {
    await accepts(`${TARGET},"retry_for":"2","retry_for_period":"weeks"`);
    await accepts(`${TARGET},"messages":[]`);
    const answer = await accepts(`${TARGET},"messages":{"3":{"push_text":"Other"}}`);
    expect(answer.body.model.warnings).toEqual([
      "messages.3 was ignored: the campaign does not send on that channel.",
    ]);
  });

  test("all faults are told at once", async () => {
    const fields = '"target":[],"target_by":"phone","time":"tomorrow","params":5,"async":"x"';
    await door.refuses(callOf(fields), { named: ["target_by", "time", "async", "params", "target"] });
  });
});
