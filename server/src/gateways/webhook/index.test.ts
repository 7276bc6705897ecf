import { afterEach, describe, expect, test } from "vitest";
import type { Fault } from "../../../test/sinks/fault.ts";
import { startHttpSink } from "../../../test/sinks/http-sink.ts";
import type { Sink } from "../../../test/sinks/sink.ts";
import { createLog } from "../../base/log.ts";
import type { WebhookContent } from "../../domain/content.ts";
import { describeGatewayContract } from "../contract.ts";
import type { Gateway, SendOutcome } from "../gateway.ts";
import { createWebhookGateway } from "./index.ts";

const log = createLog({ level: "silent", name: "test" });
/** Of a provider that says nothing; all others answer long before the time that they are given here. */
const SILENCE_MS = 1_500;
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(
  allowPrivateAddresses = true,
  timeoutMs = 10_000,
): Promise<{ sink: Sink; gateway: Gateway }> {
  const sink = await startHttpSink();
  const gateway = createWebhookGateway({ allowPrivateAddresses, log, timeoutMs });
  cleanups.push(
    () => sink.close(),
    () => gateway.close(),
  );
  return { sink, gateway };
}

const webhook = (url: string, more: Partial<WebhookContent> = {}): WebhookContent => ({
  channel: "webhook",
  url,
  method: "POST",
  headers: {},
  body: "hello",
  ...more,
});

async function send(gateway: Gateway, content: WebhookContent): Promise<SendOutcome | undefined> {
  const message = { key: "key-1", messageId: 1, projectId: 1, to: "", content };
  return (await gateway.send([message], new AbortController().signal))[0];
}

test("a request goes out as it was written, with the key", async () => {
  const { sink, gateway } = await start();
  const headers = { "X-One": "1", "content-type": "text/plain" };
  const content = webhook(`${sink.url}/in?a=b`, { method: "PUT", headers });
  expect(await send(gateway, content)).toEqual({ kind: "accepted" });
  expect(sink.received).toMatchObject([
    {
      method: "PUT",
      path: "/in?a=b",
      body: "hello",
      key: "key-1",
      headers: { "x-one": "1", "content-type": "text/plain" },
    },
  ]);
});

test("a key of the template's own wins", async () => {
  const { sink, gateway } = await start();
  await send(gateway, webhook(sink.url, { headers: { "idempotency-KEY": "mine" } }));
  expect(sink.received[0]?.key).toBe("mine");
});

test.each(["GET", "DELETE", "PATCH"] as const)("%s works", async (method) => {
  const { sink, gateway } = await start();
  expect(await send(gateway, webhook(sink.url, { method }))).toEqual({ kind: "accepted" });
  expect(sink.received).toMatchObject([{ method, body: method === "GET" ? "" : "hello" }]);
});

describe("what a failure means", () => {
  test.each<[string, Fault, object]>([
    [
      "a redirect",
      { mode: "redirect" },
      { kind: "rejected", detail: expect.stringMatching(/^302: redirects/) },
    ],
    ["410", { mode: "status", code: 410 }, { kind: "rejected" }],
    ["401", { mode: "status", code: 401 }, { kind: "later", brokenGateway: false }],
    [
      "503",
      { mode: "status", code: 503, retryAfter: 9 },
      { kind: "later", brokenGateway: false, afterSeconds: 9 },
    ],
    ["silence", { mode: "silent" }, { kind: "unknown" }],
    ["reset", { mode: "effect-then-reset" }, { kind: "unknown" }],
  ])("%s", async (_name, fault, outcome) => {
    const { sink, gateway } = await start(true, fault.mode === "silent" ? SILENCE_MS : 10_000);
    sink.fault(fault);
    expect(await send(gateway, webhook(sink.url))).toMatchObject(outcome);
  });

  test("a receiver that is away does not break the gateway for others", async () => {
    const { sink, gateway } = await start();
    await sink.close();
    expect(await send(gateway, webhook(sink.url))).toMatchObject({ kind: "later", brokenGateway: false });
  });

  test.each(["127.0.0.1", "localhost", "2130706433", "[::1]"])(
    "%s is refused and never reached",
    async (host) => {
      const { sink, gateway } = await start(false);
      for (const port of [sink.port, 8443]) {
        expect(await send(gateway, webhook(`http://${host}:${port}/`))).toMatchObject({ kind: "rejected" });
      }
      expect(sink.connections()).toBe(0);
    },
  );

  test("a header that is the connection's business is refused", async () => {
    const { sink, gateway } = await start();
    expect(await send(gateway, webhook(sink.url, { headers: { Host: "other.example" } }))).toMatchObject({
      kind: "rejected",
    });
    expect(sink.connections()).toBe(0);
  });
});

let receiver = "";
describeGatewayContract("webhook", {
  async start(concurrency) {
    const sink = await startHttpSink();
    receiver = sink.url;
    return {
      gateway: createWebhookGateway({ allowPrivateAddresses: true, log, concurrency }),
      concurrency,
      seenKeys: () => sink.received.map(({ key }) => key),
      hang: {
        start: () => sink.fault({ mode: "hold" }),
        heal: () => sink.fault(),
        underWay: () => sink.held(),
      },
      openConnections: () => sink.openConnections(),
      content: () => webhook(receiver),
      address: () => "",
      close: () => sink.close(),
    };
  },
  broken: {},
});
