import { createHmac, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { startHttpSink } from "../../test/sinks/http-sink.ts";
import type { Received } from "../../test/sinks/ledger.ts";
import { listenOnLoopback } from "../../test/sinks/listening.ts";
import type { Sink } from "../../test/sinks/sink.ts";
import { rotateSecret } from "../actions/connections/rotate-secret.ts";
import { createConnection, enableConnection } from "../actions/connections/save-connection.ts";
import type { Context } from "../actions/context.ts";
import { recoverSince } from "../actions/webhooks/recover-events.ts";
import { settlePosts } from "../actions/webhooks/settle-events.ts";
import { takeEvents } from "../actions/webhooks/take-events.ts";
import { systemClock } from "../base/clock.ts";
import { createLog } from "../base/log.ts";
import { createSafeFetch, type SafeFetch } from "../base/safe-fetch.ts";
import { connect, inProject, type Sql } from "../store/db.ts";
import { bucketedId, createIdBlocks } from "../store/id-blocks.ts";
import { insertProject } from "../store/projects.ts";
import { insertWebhookEvents, notifyWebhooks } from "../store/webhook-events.ts";
import { judgeEndpoint } from "../webhooks/endpoint-health.ts";
import { createWebhookSender, type WebhookSender, type WebhookSenderOptions } from "./webhook-sender.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const log = createLog({ level: "silent", name: "test" });
const sealingKey = { id: 1, bytes: randomBytes(32) };

let database: TestDatabase;
let owner: Sql;
let safeFetch: SafeFetch;
let projectId: number;
let sink: Sink;
let offsetMs: number;
const contexts: Context[] = [];
const senders: WebhookSender[] = [];

/** Of one process: connections of its own. The clock moves on by itself and jumps when a test says so. */
function newContext(): Context {
  const app = connect({ url: database.url, role: "app", max: 4, name: "test" });
  const dispatch = connect({ url: database.url, role: "dispatch", max: 2, name: "test" });
  const clock = { ...systemClock, now: () => Date.now() + offsetMs };
  const context = { app, dispatch, ids: createIdBlocks(app), clock, log, sealingKey };
  contexts.push(context);
  return context;
}

async function startSender(options: Partial<WebhookSenderOptions> = {}): Promise<WebhookSender> {
  const sender = createWebhookSender({ context: newContext(), safeFetch, random: () => 0.5, ...options });
  senders.push(sender);
  await sender.start();
  return sender;
}

const urls = { allowHttp: true, refusal: () => null };

async function addConnection(url: string): Promise<{ id: number; secret: string }> {
  const body = { name: "Test", url, events: ["message_send"] };
  return await createConnection(contexts[0]!, projectId, { body, urls });
}

const bodyOf = (n: number): string =>
  JSON.stringify({ event: "message_send", time: 1_700_000_000, properties: { n } });

async function addEvents(connectionId: number, count: number, body = bodyOf): Promise<number[]> {
  const context = contexts[0]!;
  const numbers = await context.ids.take("webhook_event_ids", count);
  const rows = numbers.map((no, i) => {
    const bucket = no % 64;
    return { id: bucketedId(no, bucket), bucket, connectionId, event: "message_send", body: body(i) };
  });
  await inProject(context.app, projectId, async (tx) => {
    await insertWebhookEvents(tx, projectId, rows, context.clock.now());
    await notifyWebhooks(tx, projectId);
  });
  return rows.map((row) => row.id);
}

async function countByState(connectionId: number): Promise<Record<string, number>> {
  const rows = await owner<{ state: number; n: number }[]>`
    select state, count(*)::integer as n from webhook_events where connection_id = ${connectionId} group by state`;
  const names = ["waiting", "claimed", "delivered", "exhausted"];
  return Object.fromEntries(rows.map((row) => [names[row.state], row.n]));
}

interface HealthRow {
  state: number;
  state_reason: string | null;
  failures: number;
  hold_until: Date | null;
}

async function healthOf(connectionId: number): Promise<HealthRow> {
  const [row] = await owner<HealthRow[]>`
    select state, state_reason, failures, hold_until from connections where id = ${connectionId}`;
  return row!;
}

/** Looks every 20 ms until the condition holds. */
async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 10_000,
): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const untilDelivered = (connectionId: number, count: number, timeoutMs?: number): Promise<void> =>
  until(async () => (await countByState(connectionId)).delivered === count, `${count} delivered`, timeoutMs);

/** A receiver's own check, written from the two specifications. */
function verifies(
  { headers, body = "" }: Received,
  secret: string,
): { xtremepush: boolean; standard: boolean } {
  const parts = (headers["x-xtremepush-signature"] ?? "").split(",").map((part) => part.split("=", 2));
  const time = parts.find(([name]) => name === "t")?.[1] ?? "";
  const hex = createHmac("sha256", secret).update(`${time}.${body}`).digest("hex");
  const xtremepush = parts.some(([name, value]) => name === "v1" && value === hex);
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const base64 = createHmac("sha256", key).update(signed).digest("base64");
  const given = (headers["webhook-signature"] ?? "").split(" ");
  return { xtremepush, standard: given.includes(`v1,${base64}`) };
}

beforeAll(async () => {
  database = await createTestDatabase();
  owner = connect({ url: database.url, role: "owner", max: 2, name: "test" });
});

beforeEach(async () => {
  offsetMs = 0;
  safeFetch = createSafeFetch({ allowPrivateAddresses: true, log });
  sink = await startHttpSink();
  projectId = await insertProject(owner, { name: "Test", nowMs: Date.now() });
  newContext();
});

afterEach(async () => {
  sink.fault();
  await Promise.all(senders.splice(0).map((sender) => sender.stop()));
  await Promise.all(contexts.splice(0).flatMap(({ app, dispatch }) => [app.end(), dispatch.end()]));
  await safeFetch.close();
  await sink.close();
});

afterAll(async () => {
  await owner.end();
  await database.close();
});

test("every event is posted exactly once, with its bytes as they are and both signatures", async () => {
  const { id, secret } = await addConnection(`${sink.url}/hook`);
  const nasty = ["\u2028", "</script>", "\r\nX-Evil: 1", "😀", "a".repeat(100_000)];
  await startSender();
  const ids = await addEvents(id, 300, (n) => JSON.stringify({ n, reference: nasty[n % nasty.length] }));
  await untilDelivered(id, 300);
  expect(sink.count()).toBe(300);
  expect(new Set(sink.received.map((receipt) => receipt.headers["webhook-id"]))).toEqual(
    new Set(ids.map((eventId) => `evt_${eventId.toString(36)}`)),
  );
  for (const receipt of sink.received) {
    expect(verifies(receipt, secret)).toEqual({ xtremepush: true, standard: true });
    expect(verifies({ ...receipt, body: `${receipt.body} ` }, secret)).toEqual({
      xtremepush: false,
      standard: false,
    });
    expect(receipt.headers).toMatchObject({ "content-type": "application/json" });
    expect(receipt.headers).not.toHaveProperty("authorization");
    expect(receipt.headers).not.toHaveProperty("x-evil");
  }
});

test("a receiver that was down for ten minutes gets everything within a minute, and nobody's tries are burnt", async () => {
  const { id } = await addConnection(sink.url);
  sink.fault({ mode: "status", code: 500, body: "down\0for a while" });
  await startSender();
  await addEvents(id, 500);
  await until(async () => (await healthOf(id)).hold_until !== null, "the endpoint rests");
  // Five failures, and what was on its way with them.
  const burnt = sink.faultHits();
  expect(burnt).toBeLessThanOrEqual(12);
  for (let probes = 1; probes <= 4; probes += 1) {
    const { failures } = await healthOf(id);
    offsetMs += 2.5 * MINUTE_MS;
    await until(() => sink.faultHits() >= burnt + probes, `probe ${probes}`);
    // Written down before the clock goes on, or the next rest would begin at the later time.
    await until(async () => (await healthOf(id)).failures > failures, `rest ${probes}`);
  }
  // One probe each time that a rest has ended, and not a single post besides.
  expect(sink.faultHits()).toBe(burnt + 4);
  const [most] = await owner<{ tries: number }[]>`
    select max(tries)::integer as tries from webhook_events where connection_id = ${id}`;
  expect(most!.tries).toBeLessThanOrEqual(4);
  // Some have failed before and have hours to wait: they are woken with the others.
  await owner`
    update webhook_events set tries = 5, run_at = run_at + interval '5 hours', turn_at = turn_at + interval '5 hours'
    where connection_id = ${id} and bucket < 10`;
  sink.fault();
  offsetMs += MINUTE_MS;
  await untilDelivered(id, 500, 10_000);
  expect(sink.count()).toBe(500);
  expect(await healthOf(id)).toMatchObject({ state: 1, failures: 0, hold_until: null });
});

test("a single event at a quiet endpoint does not wait for hours either", async () => {
  const { id } = await addConnection(sink.url);
  sink.fault({ mode: "reset-before-effect" });
  await startSender();
  await addEvents(id, 1);
  await until(async () => (await healthOf(id)).failures === 1, "the first failure");
  offsetMs += 10_000;
  await until(async () => (await healthOf(id)).failures === 2, "the second failure");
  offsetMs += 6 * MINUTE_MS;
  await until(async () => (await healthOf(id)).hold_until !== null, "the endpoint rests");
  sink.fault();
  offsetMs += MINUTE_MS;
  await untilDelivered(id, 1);
});

test("an endpoint that comes and goes does not use up the tries of an event before its time", async () => {
  let allowed = 0;
  const flaky = createServer((request, response) => {
    request.resume();
    response.writeHead(allowed > 0 ? 200 : 503).end();
    allowed = Math.max(0, allowed - 1);
  });
  const { port, stop } = await listenOnLoopback(flaky, 0);
  try {
    const { id } = await addConnection(`http://127.0.0.1:${port}`);
    await startSender();
    await addEvents(id, 40);
    for (let round = 1; round <= 6; round += 1) {
      await until(async () => (await healthOf(id)).hold_until !== null, `rest ${round}`);
      allowed = 1;
      offsetMs += 10_000;
      await until(async () => (await countByState(id)).delivered === round, `the probe of rest ${round}`);
    }
    const [row] = await owner<{ tries: number; exhausted: number }[]>`
      select max(tries)::integer as tries, count(*) filter (where state = 3)::integer as exhausted
      from webhook_events where connection_id = ${id} and state <> 2`;
    // A minute has passed, in which an event has two turns: at once and after 5 s.
    expect(row).toEqual({ tries: 2, exhausted: 0 });
  } finally {
    await stop();
  }
});

test("two senders share the work, and no event is posted twice", async () => {
  const { id } = await addConnection(sink.url);
  await addEvents(id, 3000);
  await Promise.all([startSender(), startSender()]);
  await untilDelivered(id, 3000);
  expect(sink.count()).toBe(3000);
  expect(new Set(sink.received.map((receipt) => receipt.key)).size).toBe(3000);
});

test("who has lost a claim cannot settle it any more", async () => {
  const { id } = await addConnection(sink.url);
  await addEvents(id, 3);
  const slow = newContext();
  const request = { projectId, connectionId: id, leaseSeconds: 40, limit: 10, nowMs: slow.clock.now() };
  const taken = (await takeEvents(slow, request, { isProbe: false }))!;
  expect(taken.events).toHaveLength(3);
  await owner`update webhook_events set lease_until = now() - interval '1 second' where connection_id = ${id}`;
  await startSender();
  await untilDelivered(id, 3);
  const delivery = { outcome: "failed", status: 500, detail: "late", retryAfterMs: null } as const;
  const settled = await settlePosts(slow, projectId, {
    connectionId: id,
    token: taken.token,
    isProbe: false,
    tried: taken.events.map((event) => ({ event, startedAtMs: request.nowMs, delivery })),
    released: taken.events,
    judge: judgeEndpoint,
    random: () => 0.5,
  });
  expect(settled.lost).toBe(3);
  expect(await countByState(id)).toEqual({ delivered: 3 });
});

test("a rotation under load: the old secret holds for all, the new one from the first second", async () => {
  const { id, secret } = await addConnection(sink.url);
  await startSender();
  const isOver = { yes: false };
  const feed = (async () => {
    let count = 0;
    for (; !isOver.yes; count += 20) {
      await addEvents(id, 20);
      await sink.waitFor((now) => now.count() >= count - 100, 5_000);
    }
    return count;
  })();
  await sink.waitFor((now) => now.count() >= 200, 10_000);
  const rotated = await rotateSecret(newContext(), projectId, id);
  const rotatedAt = Date.now();
  await until(
    () => sink.received.some((receipt) => receipt.at > rotatedAt + 1200),
    "posts after the rotation",
  );
  isOver.yes = true;
  const count = await feed;
  await untilDelivered(id, count);
  const good = { xtremepush: true, standard: true };
  expect(sink.received.filter((receipt) => !verifies(receipt, secret).xtremepush)).toEqual([]);
  const later = sink.received.filter((receipt) => receipt.at > rotatedAt + 1000);
  expect(later.length).toBeGreaterThan(0);
  for (const receipt of later) {
    expect([verifies(receipt, secret), verifies(receipt, rotated.secret)]).toEqual([good, good]);
  }
  offsetMs += 25 * HOUR_MS;
  sink.reset();
  await addEvents(id, 1);
  await until(
    () => sink.received.some((receipt) => !verifies(receipt, secret).standard),
    "the old secret has ended",
  );
  expect(verifies(sink.received[0]!, rotated.secret)).toEqual(good);
});

test("a rotation reaches what is claimed already", async () => {
  const { id, secret } = await addConnection(sink.url);
  sink.fault({ mode: "slow", ms: 300 });
  await addEvents(id, 8);
  await startSender({ concurrency: 1 });
  await sink.waitFor((now) => now.count() >= 1, 5_000);
  expect(await countByState(id)).toEqual({ claimed: 8 });
  const rotated = await rotateSecret(newContext(), projectId, id);
  const rotatedAt = Date.now();
  await untilDelivered(id, 8);
  const later = sink.received.filter((receipt) => receipt.at > rotatedAt + 1000);
  expect(later.length).toBeGreaterThan(0);
  for (const receipt of later) {
    expect([verifies(receipt, secret).standard, verifies(receipt, rotated.secret).standard]).toEqual([
      true,
      true,
    ]);
  }
});

test("an endpoint that never answers does not delay the others", async () => {
  const good = await addConnection(sink.url);
  const deaf = await startHttpSink();
  try {
    const bad = await addConnection(deaf.url);
    deaf.fault({ mode: "silent" });
    await addEvents(bad.id, 200);
    await startSender({ timeoutMs: 2_000 });
    await until(() => deaf.count() > 0, "the deaf endpoint is asked");
    const startMs = performance.now();
    await addEvents(good.id, 300);
    await untilDelivered(good.id, 300);
    expect(performance.now() - startMs).toBeLessThan(1_500);
    await until(async () => (await healthOf(bad.id)).hold_until !== null, "the deaf endpoint rests", 15_000);
    expect(deaf.count()).toBeLessThanOrEqual(10);
  } finally {
    await deaf.close();
  }
});

test("410 disables at once and loses nothing: enabled again, the endpoint gets what waited", async () => {
  const { id } = await addConnection(sink.url);
  sink.fault({ mode: "status", code: 410 });
  await startSender();
  await addEvents(id, 50);
  await until(async () => (await healthOf(id)).state === 2, "disabled");
  expect((await healthOf(id)).state_reason).toContain("410");
  await until(async () => (await countByState(id)).waiting === 50, "all wait");
  const asked = sink.faultHits();
  expect(asked).toBeLessThanOrEqual(8);
  sink.fault();
  await enableConnection(newContext(), projectId, id);
  offsetMs += 10_000; // the turns of those that were tried
  await untilDelivered(id, 50);
});

test("an event is exhausted after ten turns, and recover-since posts exactly what was missed", async () => {
  const { id } = await addConnection(sink.url);
  await startSender();
  await addEvents(id, 20);
  await untilDelivered(id, 20);
  const sinceMs = contexts[0]!.clock.now();
  offsetMs += 1_000;
  await addEvents(id, 5, (n) => JSON.stringify({ n, key: "bad" }));
  await untilDelivered(id, 25);
  await owner`
    update webhook_events set state = 0, tries = 9, end_time = null, run_at = ${new Date(sinceMs)}, turn_at = ${new Date(sinceMs)}
    where connection_id = ${id} and create_time > ${new Date(sinceMs)}`;
  sink.reset();
  sink.fault({ mode: "status", code: 400, body: "no" });
  await until(async () => (await countByState(id)).exhausted === 5, "five exhausted");
  sink.fault();
  offsetMs += MINUTE_MS;
  expect(await recoverSince(newContext(), projectId, { connectionId: id, sinceMs })).toBe(5);
  await untilDelivered(id, 25);
  expect(sink.count()).toBe(5);
});

test("a stop waits for what is on its way, settles it and gives the rest back", async () => {
  const { id } = await addConnection(sink.url);
  sink.fault({ mode: "hold" });
  const sender = await startSender();
  await addEvents(id, 100);
  await until(() => sink.held() > 0, "posts are on their way");
  const onTheirWay = sink.held();
  const stopped = sender.stop();
  await until(async () => (await countByState(id)).claimed === onTheirWay, "the rest is given back");
  sink.fault();
  await stopped;
  expect(await countByState(id)).toEqual({ delivered: onTheirWay, waiting: 100 - onTheirWay });
  await startSender();
  await untilDelivered(id, 100);
  expect(new Set(sink.received.map((receipt) => receipt.key)).size).toBe(sink.count());
});
