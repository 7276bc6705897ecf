/** Endpoints that fail are left alone for a while, without cost to their events or to other endpoints. */
import { createServer, type ServerResponse } from "node:http";
import { expect, test, vi } from "vitest";
import { listenOnLoopback } from "../../test/sinks/listening.ts";
import { until, WebhookRig } from "../../test/webhook-rig.ts";
import { enableConnection } from "../actions/connections/save-connection.ts";

vi.setConfig({ testTimeout: 180_000 });

const MINUTE_MS = 60_000;

const rig = new WebhookRig();

test("a receiver that was down for ten minutes gets everything within a minute, and nobody's tries are burnt", async () => {
  const { id } = await rig.addConnection(rig.sink.url);
  rig.sink.fault({ mode: "status", code: 500, body: "down\0for a while" });
  await rig.startSender();
  await rig.addEvents(id, 500);
  await until(async () => (await rig.healthOf(id)).hold_until !== null, "the endpoint rests");
  // Five failures, and what was on its way with them: it is settled to the end when no event is claimed.
  await until(async () => (await rig.countByState(id)).claimed === undefined, "nothing is on its way");
  const burnt = rig.sink.faultHits();
  expect(burnt).toBeLessThanOrEqual(12);
  for (let probes = 1; probes <= 4; probes += 1) {
    const { failures } = await rig.healthOf(id);
    rig.offsetMs += 2.5 * MINUTE_MS;
    await until(() => rig.sink.faultHits() >= burnt + probes, `probe ${probes}`);
    // Written down before the clock goes on, or the next rest would begin at the later time.
    await until(async () => (await rig.healthOf(id)).failures > failures, `rest ${probes}`);
  }
  // One probe each time that a rest has ended, and not a single post besides.
  expect(rig.sink.faultHits()).toBe(burnt + 4);
  const [most] = await rig.owner<{ tries: number }[]>`
    select max(tries)::integer as tries from webhook_events where connection_id = ${id}`;
  expect(most!.tries).toBeLessThanOrEqual(4);
  // Some have failed before and have hours to wait: they are woken with the others.
  await rig.owner`
    update webhook_events set tries = 5, run_at = run_at + interval '5 hours', turn_at = turn_at + interval '5 hours'
    where connection_id = ${id} and bucket < 10`;
  rig.sink.fault();
  rig.offsetMs += MINUTE_MS;
  await rig.untilDelivered(id, 500, 50_000);
  expect(rig.sink.count()).toBe(500);
  expect(await rig.healthOf(id)).toMatchObject({ state: 1, failures: 0, hold_until: null });
});

test("a single event at a quiet endpoint does not wait for hours either", async () => {
  const { id } = await rig.addConnection(rig.sink.url);
  rig.sink.fault({ mode: "reset-before-effect" });
  await rig.startSender();
  await rig.addEvents(id, 1);
  await until(async () => (await rig.healthOf(id)).failures === 1, "the first failure");
  rig.offsetMs += 10_000;
  await until(async () => (await rig.healthOf(id)).failures === 2, "the second failure");
  rig.offsetMs += 6 * MINUTE_MS;
  await until(async () => (await rig.healthOf(id)).hold_until !== null, "the endpoint rests");
  rig.sink.fault();
  rig.offsetMs += MINUTE_MS;
  await rig.untilDelivered(id, 1);
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
    const { id } = await rig.addConnection(`http://127.0.0.1:${port}`);
    await rig.startSender();
    await rig.addEvents(id, 40);
    for (let round = 1; round <= 6; round += 1) {
      await until(async () => (await rig.healthOf(id)).hold_until !== null, `rest ${round}`);
      // What was on its way must not use up what the probe is allowed.
      await until(async () => (await rig.countByState(id)).claimed === undefined, `calm ${round}`);
      allowed = 1;
      rig.offsetMs += 10_000;
      await until(async () => (await rig.countByState(id)).delivered === round, `the probe of rest ${round}`);
    }
    const [row] = await rig.owner<{ tries: number; exhausted: number }[]>`
      select max(tries)::integer as tries, count(*) filter (where state = 3)::integer as exhausted
      from webhook_events where connection_id = ${id} and state <> 2`;
    // A minute has passed, in which an event has two turns: at once and after 5 s.
    expect(row).toEqual({ tries: 2, exhausted: 0 });
  } finally {
    await stop();
  }
});

test("an endpoint that never answers does not delay the others", async () => {
  const good = await rig.addConnection(rig.sink.url);
  const unanswered: ServerResponse[] = [];
  const deaf = createServer((request, response) => {
    request.resume();
    unanswered.push(response);
  });
  const { port, stop } = await listenOnLoopback(deaf, 0);
  try {
    const bad = await rig.addConnection(`http://127.0.0.1:${port}`);
    await rig.addEvents(bad.id, 200);
    // It is waited for longer than the test may take: whoever waited behind it would not be seen here.
    await rig.startSender({ timeoutMs: 10 * MINUTE_MS });
    await until(() => unanswered.length > 0, "the deaf endpoint is asked");
    await rig.addEvents(good.id, 300);
    await rig.untilDelivered(good.id, 300);
    expect((await rig.healthOf(bad.id)).failures).toBe(0);
    // In place of the end of their time. With it the endpoint's window grows small.
    await until(async () => {
      for (const response of unanswered) response.destroy();
      return (await rig.healthOf(bad.id)).hold_until !== null;
    }, "the deaf endpoint rests");
    expect(unanswered.length).toBeLessThanOrEqual(10);
  } finally {
    await stop();
  }
});

test("410 disables at once and loses nothing: enabled again, the endpoint gets what waited", async () => {
  const { id } = await rig.addConnection(rig.sink.url);
  rig.sink.fault({ mode: "status", code: 410 });
  await rig.startSender();
  await rig.addEvents(id, 50);
  await until(async () => (await rig.healthOf(id)).state === 2, "disabled");
  expect((await rig.healthOf(id)).state_reason).toContain("410");
  await until(async () => (await rig.countByState(id)).waiting === 50, "all wait");
  const asked = rig.sink.faultHits();
  expect(asked).toBeLessThanOrEqual(8);
  rig.sink.fault();
  await enableConnection(rig.newContext(), rig.projectId, id);
  rig.offsetMs += 10_000; // the turns of those that were tried
  await rig.untilDelivered(id, 50);
});
