import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, test } from "vitest";
import { startHttpSink } from "./http-sink.ts";
import type { Sink, SinkOptions } from "./sink.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options?: SinkOptions): Promise<Sink> {
  const sink = await startHttpSink(options);
  cleanups.push(() => sink.close());
  return sink;
}

const post = (sink: { url: string }, key: string, body: object = { to: "353" }): Promise<Response> =>
  fetch(`${sink.url}/send`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify(body),
    redirect: "manual",
  });

test("a request is recorded with its key, address and body", async () => {
  const sink = await start();
  const response = await post(sink, "k1");
  expect([response.status, await response.json()]).toEqual([200, { id: "sink-k1", status: "accepted" }]);
  expect(sink.received).toMatchObject([
    { key: "k1", to: "353", method: "POST", path: "/send", body: '{"to":"353"}' },
  ]);
});

test("a keyed sink drops twins, a dumb one takes them", async () => {
  const [keyed, dumb] = [await start({ ability: "keyed" }), await start()];
  for (const sink of [keyed, keyed, dumb, dumb]) await post(sink, "k1");
  expect([keyed.count(), keyed.twins(), dumb.count(), dumb.twins()]).toEqual([1, 1, 2, 0]);
});

describe("misbehaving", () => {
  test.each([
    ["a refusal", { mode: "status", code: 503, retryAfter: 7 }, 503, 0],
    ["an error after the effect", { mode: "status", code: 500, effect: true }, 500, 1],
    ["a redirect", { mode: "redirect" }, 302, 0],
    ["slow", { mode: "slow", ms: 20 }, 200, 1],
    ["a huge body", { mode: "huge" }, 200, 1],
    ["a trickle", { mode: "trickle", ms: 5 }, 200, 1],
  ] as const)("%s", async (_name, fault, status, count) => {
    const sink = await start();
    sink.fault(fault);
    const response = await post(sink, "k1");
    expect([response.status, sink.count()]).toEqual([status, count]);
    if (fault.mode === "status" && "retryAfter" in fault)
      expect(response.headers.get("retry-after")).toBe("7");
    await response.body?.cancel();
  });

  test.each([
    ["effect-then-reset", 1],
    ["reset-before-effect", 0],
    ["garbage", 1],
  ] as const)("%s leaves no answer", async (mode, count) => {
    const sink = await start();
    sink.fault({ mode });
    await expect(post(sink, "k1")).rejects.toThrow();
    expect(sink.count()).toBe(count);
  });

  test("silent takes and never answers", async () => {
    const sink = await start();
    sink.fault({ mode: "silent" });
    const stop = new AbortController();
    const asked = fetch(sink.url, { method: "POST", signal: stop.signal });
    await sink.waitFor((one) => one.count() === 1, 60_000);
    stop.abort();
    await expect(asked).rejects.toThrow();
  });
});

test("the process prints its ports, obeys the control port, and ends with its parent's pipe", async () => {
  const program = new URL("./main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [
    program,
    "--http",
    "0",
    "--smtp",
    "0",
    "--control",
    "0",
    "--memory",
  ]);
  cleanups.push(() => child.kill());
  const ended = once(child, "exit");
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const ports = JSON.parse(line) as { http: number; smtp: number; control: number };
  const control = `http://127.0.0.1:${ports.control}`;
  const order = { sink: "http", faults: [{ mode: "status", code: 503, recipient: "353" }] };
  expect((await fetch(`${control}/fault`, { method: "POST", body: JSON.stringify(order) })).status).toBe(200);
  const sink = { url: `http://127.0.0.1:${ports.http}` };
  expect((await post(sink, "k1", { to: "353" })).status).toBe(503);
  expect((await post(sink, "k2", { to: "44" })).status).toBe(200);
  const stats = await (await fetch(`${control}/stats`)).json();
  expect(stats).toMatchObject({ http: { count: 1, faultHits: 1 }, smtp: { count: 0 } });
  const received = await (await fetch(`${control}/received?sink=http`)).json();
  expect(received).toMatchObject([{ key: "k2", to: "44" }]);
  expect((await fetch(`${control}/nonsense`)).status).toBe(400);
  child.stdin.end();
  expect(await ended).toEqual([0, null]);
});
