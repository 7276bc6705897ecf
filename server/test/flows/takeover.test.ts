/** A worker that is given up for dead: its work goes on elsewhere, and when it wakes it writes nothing. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startHttpSink } from "../sinks/http-sink.ts";
import type { Sink } from "../sinks/sink.ts";
import { startSmtpSink } from "../sinks/smtp-sink.ts";
import { addPeople, emailCampaign, launch, type Stack, smsCampaign, startStack, until } from "../stack.ts";

/** How soon a failure is told. */
const WAIT_MS = 60_000;

let sms: Sink;
let smtp: Sink;
let stack: Stack;
let people: string[];

beforeAll(async () => {
  sms = await startHttpSink({ ability: "keyed" });
  smtp = await startSmtpSink();
  stack = await startStack({
    workers: 2,
    env: {
      SMS_URL: `${sms.url}/sms`,
      SMS_ABILITY: "keyed",
      SMS_CONCURRENCY: "1000",
      // Longer than the sinks hold their answers: what runs out here is the lease.
      SMS_TIMEOUT_SECONDS: "60",
      EMAIL_URL: `smtp://127.0.0.1:${smtp.port}`,
      EMAIL_CONNECTIONS: "64",
    },
  });
  people = await addPeople(stack, 150, "t");
});
afterAll(async () => {
  await stack.stop();
  await sms.close();
  await smtp.close();
});
afterEach(() => {
  sms.reset();
  smtp.reset();
});

/** Ends the leases of the hauls of this moment, until sweeps have taken all of them back. */
async function expireLeases(): Promise<void> {
  const first = await stack.owner<
    { token: number }[]
  >`select token from hauls where project_id = ${stack.id}`;
  expect(first.length).toBeGreaterThan(0);
  const tokens = first.map((row) => row.token);
  const held = () => stack.owner`
    update hauls set lease_until = now() - interval '1 minute' where project_id = ${stack.id} and token = any(${tokens}::bigint[]) returning token`;
  await until(held, (rows) => rows.length === 0, WAIT_MS);
}

async function statuses(execution: number): Promise<Record<string, number>> {
  const rows = await stack.owner<{ status: number; n: number }[]>`
    select status, count(*)::integer as n from messages where execution_id = ${execution} group by status`;
  return Object.fromEntries(rows.map((row) => [row.status, row.n]));
}

async function execute(id: number): Promise<number> {
  const answer = await stack.call("execute/campaign", { id, target_by: "user_id", target: people });
  return answer.body.model.id as number;
}

const SENT = 2;
const UNKNOWN = 10;

test("on a keyed gateway the other worker sends under the same keys, and the zombie's answers change nothing", async () => {
  const id = await launch(stack, smsCampaign("Hello {{ first_name }}"));
  sms.fault({ mode: "hold" });
  const execution = await execute(id);
  await sms.waitFor((sink) => sink.count() === people.length, WAIT_MS);
  expect(await statuses(execution)).toEqual({ 1: people.length });
  await expireLeases();
  await sms.waitFor((sink) => sink.twins() >= people.length, WAIT_MS);
  sms.fault();
  await until(
    () => statuses(execution),
    (seen) => seen[SENT] === people.length,
    WAIT_MS,
  );
  expect(sms.count()).toBe(people.length);
  // A chunk is done a moment after its last message.
  await until(
    () => stack.owner`select from chunks where execution_id = ${execution} and state <> 2`,
    (open) => open.length === 0,
  );
});

test("on a dumb gateway that holds, what was in flight ends unknown and is not sent twice; the rest goes", async () => {
  const id = await launch(stack, { ...emailCampaign("Hello", "<p>x</p>"), on_unknown: "hold" });
  smtp.fault({ mode: "hold" });
  const execution = await execute(id);
  await smtp.waitFor((sink) => sink.count() >= 60, WAIT_MS);
  expect((await statuses(execution))[1]).toBeGreaterThanOrEqual(60);
  await expireLeases();
  smtp.fault();
  const ended = await until(
    () => statuses(execution),
    (seen) => (seen[SENT] ?? 0) + (seen[UNKNOWN] ?? 0) === people.length,
    WAIT_MS,
  );
  // What the sink held; two slices of 64 at the most were with the gateway when the worker was given up.
  expect(ended[UNKNOWN]).toBeGreaterThanOrEqual(60);
  expect(ended[UNKNOWN]).toBeLessThanOrEqual(128);
  expect(new Set(smtp.received.map((receipt) => receipt.to)).size).toBe(smtp.count());
});

test("a stop after a crash ends what was on its way as unknown, and changes nothing that had ended", async () => {
  const id = await launch(stack, smsCampaign("Stopped"));
  sms.fault({ mode: "hold" });
  const execution = await execute(id);
  await sms.waitFor((sink) => sink.count() === people.length, WAIT_MS);
  // As if 50 had been settled before the crash.
  await stack.owner`
    update messages set status = ${SENT} where id in (
      select id from messages where execution_id = ${execution} order by id limit 50)`;
  await stack.owner`update campaigns set state = 2 where id = ${id}`;
  await expireLeases();
  const seen = await until(
    () => statuses(execution),
    (counts) => (counts[1] ?? 0) === 0,
    WAIT_MS,
  );
  expect(seen).toEqual({ [SENT]: 50, [UNKNOWN]: people.length - 50 });
  expect(sms.twins()).toBe(0);
});
