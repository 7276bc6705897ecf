/** Events reach their endpoint once, signed, whoever else works, rotates or stops meanwhile. */
import { createHmac } from "node:crypto";
import { expect, test, vi } from "vitest";
import type { Received } from "../../test/sinks/ledger.ts";
import { until, WebhookRig } from "../../test/webhook-rig.ts";
import { rotateSecret } from "../actions/connections/rotate-secret.ts";
import { recoverSince } from "../actions/webhooks/recover-events.ts";
import { settlePosts } from "../actions/webhooks/settle-events.ts";
import { takeEvents } from "../actions/webhooks/take-events.ts";
import { judgeEndpoint } from "../webhooks/endpoint-health.ts";

// Thousands of posts take seconds, and a minute where the machine is busy.
vi.setConfig({ testTimeout: 180_000 });

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const rig = new WebhookRig();

/** When its post began, in Unix seconds, rounded down: the receiver may have it much later. */
const signedAt = ({ headers }: Received): number => Number(headers["webhook-timestamp"]);
/** The first whole second that lies more than a second after this moment: what is signed then is signed by both. */
const secondAfter = (ms: number): number => Math.floor(ms / 1000) + 2;

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

test("every event is posted exactly once, with its bytes as they are and both signatures", async () => {
  const { id, secret } = await rig.addConnection(`${rig.sink.url}/hook`);
  const nasty = ["\u2028", "</script>", "\r\nX-Evil: 1", "😀", "a".repeat(100_000)];
  await rig.startSender();
  const ids = await rig.addEvents(id, 300, (n) => JSON.stringify({ n, reference: nasty[n % nasty.length] }));
  await rig.untilDelivered(id, 300);
  expect(rig.sink.count()).toBe(300);
  expect(new Set(rig.sink.received.map((receipt) => receipt.headers["webhook-id"]))).toEqual(
    new Set(ids.map((eventId) => `evt_${eventId.toString(36)}`)),
  );
  for (const receipt of rig.sink.received) {
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

test("two senders share the work, and no event is posted twice", async () => {
  const { id } = await rig.addConnection(rig.sink.url);
  await rig.addEvents(id, 3000);
  await Promise.all([rig.startSender(), rig.startSender()]);
  await rig.untilDelivered(id, 3000);
  expect(rig.sink.count()).toBe(3000);
  expect(new Set(rig.sink.received.map((receipt) => receipt.key)).size).toBe(3000);
});

test("who has lost a claim cannot settle it any more", async () => {
  const { id } = await rig.addConnection(rig.sink.url);
  await rig.addEvents(id, 3);
  const slow = rig.newContext();
  const request = {
    projectId: rig.projectId,
    connectionId: id,
    leaseSeconds: 40,
    limit: 10,
    nowMs: slow.clock.now(),
  };
  const taken = (await takeEvents(slow, request, { isProbe: false }))!;
  expect(taken.events).toHaveLength(3);
  await rig.owner`update webhook_events set lease_until = now() - interval '1 second' where connection_id = ${id}`;
  await rig.startSender();
  await rig.untilDelivered(id, 3);
  const delivery = { outcome: "failed", status: 500, detail: "late", retryAfterMs: null } as const;
  const settled = await settlePosts(slow, rig.projectId, {
    connectionId: id,
    token: taken.token,
    isProbe: false,
    tried: taken.events.map((event) => ({ event, startedAtMs: request.nowMs, delivery })),
    released: taken.events,
    judge: judgeEndpoint,
    random: () => 0.5,
  });
  expect(settled.lost).toBe(3);
  expect(await rig.countByState(id)).toEqual({ delivered: 3 });
});

test("a rotation under load: the old secret holds for all, the new one from the first second", async () => {
  const { id, secret } = await rig.addConnection(rig.sink.url);
  await rig.startSender();
  const isOver = { yes: false };
  const feed = (async () => {
    let count = 0;
    for (; !isOver.yes; count += 20) {
      await rig.addEvents(id, 20);
      await rig.sink.waitFor((now) => now.count() >= count - 100, 40_000);
    }
    return count;
  })();
  await rig.sink.waitFor((now) => now.count() >= 200, 40_000);
  const rotated = await rotateSecret(rig.newContext(), rig.projectId, id);
  const from = secondAfter(Date.now());
  await until(
    () => rig.sink.received.some((receipt) => signedAt(receipt) >= from),
    "posts after the rotation",
  );
  isOver.yes = true;
  const count = await feed;
  await rig.untilDelivered(id, count);
  const good = { xtremepush: true, standard: true };
  expect(rig.sink.received.filter((receipt) => !verifies(receipt, secret).xtremepush)).toEqual([]);
  const later = rig.sink.received.filter((receipt) => signedAt(receipt) >= from);
  expect(later.length).toBeGreaterThan(0);
  for (const receipt of later) {
    expect([verifies(receipt, secret), verifies(receipt, rotated.secret)]).toEqual([good, good]);
  }
  rig.offsetMs += 25 * HOUR_MS;
  rig.sink.reset();
  await rig.addEvents(id, 1);
  await until(
    () => rig.sink.received.some((receipt) => !verifies(receipt, secret).standard),
    "the old secret has ended",
  );
  expect(verifies(rig.sink.received[0]!, rotated.secret)).toEqual(good);
});

test("a rotation reaches what is claimed already", async () => {
  const { id, secret } = await rig.addConnection(rig.sink.url);
  rig.sink.fault({ mode: "hold" });
  await rig.addEvents(id, 8);
  await rig.startSender({ concurrency: 1 });
  await until(() => rig.sink.held() === 1, "the first is held");
  expect(await rig.countByState(id)).toEqual({ claimed: 8 });
  const rotated = await rotateSecret(rig.newContext(), rig.projectId, id);
  const from = secondAfter(Date.now());
  await until(() => Date.now() / 1000 >= from, "a second has passed");
  rig.sink.fault();
  await rig.untilDelivered(id, 8);
  const later = rig.sink.received.filter((receipt) => signedAt(receipt) >= from);
  expect(later).toHaveLength(7);
  for (const receipt of later) {
    expect([verifies(receipt, secret).standard, verifies(receipt, rotated.secret).standard]).toEqual([
      true,
      true,
    ]);
  }
});

test("an event is exhausted after ten turns, and recover-since posts exactly what was missed", async () => {
  const { id } = await rig.addConnection(rig.sink.url);
  await rig.startSender();
  await rig.addEvents(id, 20);
  await rig.untilDelivered(id, 20);
  const sinceMs = rig.context().clock.now();
  rig.offsetMs += 1_000;
  await rig.addEvents(id, 5, (n) => JSON.stringify({ n, key: "bad" }));
  await rig.untilDelivered(id, 25);
  await rig.owner`
    update webhook_events set state = 0, tries = 9, end_time = null, run_at = ${new Date(sinceMs)}, turn_at = ${new Date(sinceMs)}
    where connection_id = ${id} and create_time > ${new Date(sinceMs)}`;
  rig.sink.reset();
  rig.sink.fault({ mode: "status", code: 400, body: "no" });
  await until(async () => (await rig.countByState(id)).exhausted === 5, "five exhausted");
  rig.sink.fault();
  rig.offsetMs += MINUTE_MS;
  expect(await recoverSince(rig.newContext(), rig.projectId, { connectionId: id, sinceMs })).toBe(5);
  await rig.untilDelivered(id, 25);
  expect(rig.sink.count()).toBe(5);
});

test("a stop waits for what is on its way, settles it and gives the rest back", async () => {
  const { id } = await rig.addConnection(rig.sink.url);
  rig.sink.fault({ mode: "hold" });
  const onTheirWay = 3;
  const sender = await rig.startSender({ concurrency: onTheirWay });
  await rig.addEvents(id, 100);
  await until(() => rig.sink.held() === onTheirWay, "as many posts as may be are on their way");
  const stopped = sender.stop();
  await until(async () => (await rig.countByState(id)).claimed === onTheirWay, "the rest is given back");
  rig.sink.fault();
  await stopped;
  expect(await rig.countByState(id)).toEqual({ delivered: onTheirWay, waiting: 100 - onTheirWay });
  await rig.startSender();
  await rig.untilDelivered(id, 100);
  expect(new Set(rig.sink.received.map((receipt) => receipt.key)).size).toBe(rig.sink.count());
});
