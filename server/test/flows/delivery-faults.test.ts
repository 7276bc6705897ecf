/** A gateway that fails for a while loses nothing and repeats nothing; what it refuses for good ends with its words. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startHttpSink } from "../sinks/http-sink.ts";
import type { Sink } from "../sinks/sink.ts";
import { startSmtpSink } from "../sinks/smtp-sink.ts";
import { addPeople, emailCampaign, launch, type Stack, smsCampaign, startStack, until } from "../stack.ts";

let smtp: Sink;
let sms: Sink;
let stack: Stack;
let people: string[];

beforeAll(async () => {
  smtp = await startSmtpSink();
  sms = await startHttpSink({ ability: "keyed" });
  stack = await startStack({
    env: { EMAIL_URL: `smtp://127.0.0.1:${smtp.port}`, SMS_URL: `${sms.url}/sms`, SMS_ABILITY: "keyed" },
  });
  people = await addPeople(stack, 200, "p");
});
afterAll(async () => {
  await stack.stop();
  await smtp.close();
  await sms.close();
});
afterEach(() => {
  smtp.reset();
  sms.reset();
});

async function execute(id: number, targets: readonly string[]): Promise<number> {
  const answer = await stack.call("execute/campaign", { id, target_by: "user_id", target: targets });
  expect(answer.body).toMatchObject({ code: 200, model: { accepted: targets.length } });
  return answer.body.model.id as number;
}

async function outcomes(execution: number): Promise<Record<string, number>> {
  const rows = await stack.owner<{ status: number; n: number }[]>`
    select status, count(*)::integer as n from messages where execution_id = ${execution} group by status`;
  return Object.fromEntries(rows.map((row) => [row.status, row.n]));
}

const SENT = 2;
const FAILED = 6;
const EXPIRED = 8;
const UNKNOWN = 10;

const allEnd = (execution: number, status: number, count: number) =>
  until(
    () => outcomes(execution),
    (seen) => seen[status] === count,
  );

/** Each person once, and each person's own words. */
function expectEachOnce(sink: Sink, count: number): void {
  expect(new Set(sink.received.map((receipt) => receipt.to)).size).toBe(count);
  expect(sink.count()).toBe(count);
}

test("SMTP 451 to a quarter: all are delivered in the end, none twice", async () => {
  const id = await launch(stack, emailCampaign("Hello {{ first_name }}", "<p>{{ first_name }}</p>"));
  smtp.fault({ mode: "reply", code: 451, text: "try again later", share: 0.25, firstTryOnly: true });
  const execution = await execute(id, people);
  await allEnd(execution, SENT, people.length);
  expectEachOnce(smtp, people.length);
  expect(smtp.faultHits()).toBeGreaterThan(20);
  expect(smtp.received.find((r) => r.to === "p-7@example.org")?.subject).toBe("Hello Name7");
  const [tries] = await stack.owner`
    select count(*)::integer as n from attempts a join messages m on m.id = a.message_id
    where m.execution_id = ${execution} and a.outcome = 'later' and a.detail like '%try again later%'`;
  expect(tries?.n).toBe(smtp.faultHits());
});

test("SMTP 550 ends as failed with the server's words, and the others go", async () => {
  const id = await launch(stack, emailCampaign("Hello", "<p>x</p>"));
  smtp.fault({ mode: "reply", code: 550, text: "no such mailbox here", recipient: "p-3@" });
  const execution = await execute(id, people.slice(0, 10));
  await until(
    () => outcomes(execution),
    (seen) => seen[FAILED] === 1 && seen[SENT] === 9,
  );
  const list = await stack.call("list/message", { condition: [["status", "=", FAILED]] });
  expect(list.body.data).toMatchObject([{ user_id: "p-3", error: 1, reason: "rejected" }]);
  expect(list.body.data[0].error_message).toContain("no such mailbox here");
});

test.each([
  [500, undefined],
  [429, 1],
  [503, 1],
])("HTTP %i to a quarter: all are delivered in the end, none twice", async (code, retryAfter) => {
  const id = await launch(stack, smsCampaign("Hi {{ first_name }}"));
  sms.fault({ mode: "status", code, share: 0.25, firstTryOnly: true, ...(retryAfter ? { retryAfter } : {}) });
  const execution = await execute(id, people);
  await allEnd(execution, SENT, people.length);
  expectEachOnce(sms, people.length);
  expect(sms.twins()).toBe(0);
  expect(sms.faultHits()).toBeGreaterThan(20);
});

test("a keyed gateway whose answers get lost is asked again under the same key and drops the twins", async () => {
  const id = await launch(stack, smsCampaign("Hi {{ first_name }}"));
  sms.fault({ mode: "effect-then-reset", share: 0.3, firstTryOnly: true });
  const execution = await execute(id, people.slice(0, 100));
  await allEnd(execution, SENT, 100);
  expectEachOnce(sms, 100);
  expect(sms.twins()).toBeGreaterThan(10);
});

test("an answer that a dumb gateway lost is held as unknown where the owner chose so, and sent again where not", async () => {
  const hold = await launch(stack, { ...emailCampaign("Hold", "<p>x</p>"), on_unknown: "hold" });
  smtp.fault({ mode: "effect-then-reset", recipient: "p-1@" });
  const held = await execute(hold, people.slice(0, 5));
  await until(
    () => outcomes(held),
    (seen) => seen[UNKNOWN] === 1 && seen[SENT] === 4,
  );
  expect(smtp.received.filter((r) => r.to === "p-1@example.org")).toHaveLength(1);
  smtp.reset();
  const retry = await launch(stack, emailCampaign("Retry", "<p>x</p>"));
  smtp.fault({ mode: "effect-then-reset", recipient: "p-1@", firstTryOnly: true });
  const retried = await execute(retry, people.slice(0, 5));
  await allEnd(retried, SENT, 5);
  expect(smtp.received.filter((r) => r.to === "p-1@example.org")).toHaveLength(2);
});

test("a retry window that ends leaves the message expired, with the last words of the gateway", async () => {
  const id = await launch(stack, { ...smsCampaign("Soon"), retry_for: 1, retry_for_period: "minutes" });
  sms.fault({ mode: "status", code: 429, retryAfter: 120, body: "slow down" });
  const execution = await execute(id, people.slice(0, 3));
  await allEnd(execution, EXPIRED, 3);
  sms.fault();
  const { body } = await stack.call("list/message", { condition: [["execution_id", "=", execution]] });
  expect(body.data[0].error_message).toContain("429");
});

test("a window of no length is one try: it arrives, or ends with the gateway's words", async () => {
  const id = await launch(stack, { ...smsCampaign("Code"), retry_for: 0, retry_for_period: "minutes" });
  await allEnd(await execute(id, people.slice(0, 3)), SENT, 3);
  const hits = sms.faultHits();
  sms.fault({ mode: "status", code: 503, body: "away" });
  const execution = await execute(id, people.slice(0, 3));
  await allEnd(execution, EXPIRED, 3);
  expect(sms.faultHits() - hits).toBe(3);
  sms.fault();
  const { body } = await stack.call("list/message", { condition: [["execution_id", "=", execution]] });
  expect(body.data[0].error_message).toContain("503");
});

test("a gateway that is away rests, burns no tries beyond the first ones, and gets everything when it is back", async () => {
  const id = await launch(stack, smsCampaign("Back"));
  sms.fault({ mode: "reset-before-effect" });
  const execution = await execute(id, people);
  await until(
    () => sms.faultHits(),
    (hits) => hits >= 30,
  );
  sms.fault();
  await allEnd(execution, SENT, people.length);
  expectEachOnce(sms, people.length);
});
