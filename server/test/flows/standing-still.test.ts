/** A process that stood still for a while does not take that for a slow database, and turns nobody away. */
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rawBody } from "../raw-http.ts";
import { launch, type Stack, smsCampaign, startStack, until } from "../stack.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
  await launch(stack, smsCampaign("Hi"));
});
afterAll(() => stack.stop());

/** Above the three seconds that a database may take to answer. */
const STILL_MS = 4_000;

const waiting = () => stack.owner`
  select from pg_stat_activity where datname = current_database() and wait_event = 'relation'`;

/** Of a call that was written before and can be read only after. */
async function statusAfterStandingStill(): Promise<string> {
  const { hostname, port } = new URL(stack.url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, "connect");
  const answer = once(socket, "data");
  const body = rawBody(stack.token, "");
  socket.write(
    `POST /api/external/list/profile HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  const endMs = performance.now() + STILL_MS;
  while (performance.now() < endMs);
  const [bytes] = (await answer) as [Buffer];
  socket.destroy();
  return bytes.toString("latin1").split("\r\n")[0] ?? "";
}

test("a call that came meanwhile is answered, while another one is under way", async () => {
  const release = Promise.withResolvers<void>();
  const isHeld = Promise.withResolvers<void>();
  const holder = stack.owner.begin(async (tx) => {
    await tx`lock table campaigns in access exclusive mode`;
    isHeld.resolve();
    await release.promise;
  });
  await isHeld.promise;
  const held = stack.call("list/campaign");
  try {
    await until(waiting, (sessions) => sessions.length === 1);
    expect(await statusAfterStandingStill()).toBe("HTTP/1.1 200 OK");
  } finally {
    release.resolve();
    await holder;
  }
  expect((await held).status).toBe(200);
});
