import { afterEach, describe, expect, test } from "vitest";
import type { Fault } from "../../../test/sinks/fault.ts";
import { startHttpSink } from "../../../test/sinks/http-sink.ts";
import type { Sink } from "../../../test/sinks/sink.ts";
import { createLog } from "../../base/log.ts";
import { describeGatewayContract } from "../contract.ts";
import type { Gateway, OutgoingMessage, SendOutcome } from "../gateway.ts";
import { createSmsHttpGateway } from "./index.ts";
import type { SmsHttpSettings } from "./settings.ts";

const log = createLog({ level: "silent", name: "test" });
/** Of a provider that says nothing, or never comes to an end; all others answer long before the time that they are given here. */
const SILENCE_MS = 1_500;
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const content = (n: number) => ({ channel: "sms", from: "Shop", text: `Order "${n}" is €5` }) as const;
const message = (n: number): OutgoingMessage => ({
  key: `key-${n}`,
  messageId: n,
  projectId: 1,
  to: `35387000000${n}`,
  content: content(n),
});

function gatewayFor(settings: SmsHttpSettings): Gateway {
  const gateway = createSmsHttpGateway({ settings, log });
  cleanups.push(() => gateway.close());
  return gateway;
}

async function start(settings: Partial<SmsHttpSettings> = {}): Promise<{ sink: Sink; gateway: Gateway }> {
  const sink = await startHttpSink();
  cleanups.push(() => sink.close());
  return { sink, gateway: gatewayFor({ url: `${sink.url}/send`, timeoutMs: 10_000, ...settings }) };
}

const send = (gateway: Gateway, ...messages: OutgoingMessage[]): Promise<SendOutcome[]> =>
  gateway.send(messages, new AbortController().signal);

describe("the request", () => {
  test("by default", async () => {
    const { sink, gateway } = await start({ providerIdPath: "id" });
    expect(await send(gateway, message(1))).toEqual([{ kind: "accepted", providerId: "sink-key-1" }]);
    const [received] = sink.received;
    expect(received).toMatchObject({ method: "POST", path: "/send", key: "key-1", to: "353870000001" });
    expect(received?.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(received?.body ?? "")).toEqual({
      to: "353870000001",
      from: "Shop",
      text: 'Order "1" is €5',
      reference: "key-1",
    });
  });

  test("as a form, its type given among the headers", async () => {
    const { sink, gateway } = await start({
      headers: { "Content-Type": "application/x-www-form-urlencoded", Authorization: "Basic abc" },
      body: "To={{to}}&Body={{text}}&Ref={{key}}",
    });
    await send(gateway, message(1));
    const [received] = sink.received;
    expect(received?.headers).toMatchObject({
      "content-type": "application/x-www-form-urlencoded",
      authorization: "Basic abc",
    });
    const form = new URLSearchParams(received?.body);
    expect(Object.fromEntries(form)).toEqual({ To: "353870000001", Body: 'Order "1" is €5', Ref: "key-1" });
  });

  test("as a GET with everything in the URL", async () => {
    const { sink } = await start();
    const url = `${sink.url}/send?to={{to}}&text={{text}}`;
    await send(gatewayFor({ url, method: "GET", headers: {} }), message(1));
    expect(sink.received[0]).toMatchObject({
      method: "GET",
      path: `/send?to=353870000001&text=${encodeURIComponent(content(1).text)}`,
      sizeBytes: 0,
    });
  });

  test("a value that no header can carry is rejected before anything is sent", async () => {
    const { sink, gateway } = await start({ headers: { "X-Text": "{{text}}" } });
    const bad = { ...message(1), content: { ...content(1), text: "a\r\nX-B: 2" } };
    expect(await send(gateway, bad)).toMatchObject([{ kind: "rejected" }]);
    expect(sink.connections()).toBe(0);
  });
});

describe("what a failure means", () => {
  test.each<[string, Fault, object, number]>([
    [
      "400",
      { mode: "status", code: 400, body: "no such number" },
      { kind: "rejected", detail: "400 no such number" },
      0,
    ],
    ["401", { mode: "status", code: 401 }, { kind: "later", brokenGateway: true }, 0],
    [
      "429",
      { mode: "status", code: 429, retryAfter: 3 },
      { kind: "later", brokenGateway: true, afterSeconds: 3 },
      0,
    ],
    ["500", { mode: "status", code: 500 }, { kind: "later", brokenGateway: false }, 0],
    ["redirect", { mode: "redirect" }, { kind: "rejected" }, 0],
    ["reset after the effect", { mode: "effect-then-reset" }, { kind: "unknown" }, 1],
    ["reset before the effect", { mode: "reset-before-effect" }, { kind: "unknown" }, 0],
    ["silence", { mode: "silent" }, { kind: "unknown" }, 1],
    ["garbage", { mode: "garbage" }, { kind: "unknown" }, 1],
    ["a trickling body", { mode: "trickle", ms: 20 }, { kind: "accepted" }, 1],
    ["a huge body", { mode: "huge" }, { kind: "accepted" }, 1],
  ])("%s", async (_name, fault, outcome, effects) => {
    const isEndless = fault.mode === "silent" || fault.mode === "trickle";
    const { sink, gateway } = await start(isEndless ? { timeoutMs: SILENCE_MS } : {});
    sink.fault(fault);
    expect(await send(gateway, message(1))).toMatchObject([outcome]);
    expect([sink.count(), sink.faultHits()]).toEqual([effects, 1]);
  });

  test("a provider that is away", async () => {
    const { sink, gateway } = await start();
    await sink.close();
    expect(await send(gateway, message(1))).toMatchObject([
      { kind: "later", detail: "connection refused", brokenGateway: true },
    ]);
  });
});

describe("settings that cannot work", () => {
  const url = "https://sms.example/send";
  test.each<[string, SmsHttpSettings, string]>([
    ["no URL", { url: "sms.example" }, "SMS_URL"],
    ["another protocol", { url: "ftp://sms.example/{{to}}" }, "SMS_URL"],
    ["a placeholder as host", { url: "https://{{to}}.example/" }, "SMS_URL"],
    ["credentials in the URL", { url: "https://u:p@sms.example/" }, "SMS_URL"],
    ["an unknown placeholder", { url, body: '{"to":"{{to}}","x":"{{message}}{{text}}"}' }, "SMS_BODY"],
    ["no text", { url, body: '{"to":"{{to}}"}' }, "SMS_BODY"],
    ["a GET without the text", { url: `${url}?to={{to}}`, method: "GET" }, "SMS_BODY"],
    ["broken JSON", { url, body: '{"to":"{{to}}","t":"{{text}}"' }, "SMS_BODY"],
    [
      "keyed without a key",
      { url, headers: {}, body: '{"to":"{{to}}","t":"{{text}}"}', ability: "keyed" },
      "SMS_ABILITY",
    ],
  ])("%s: named, and no message is lost to it", async (_name, settings, setting) => {
    const gateway = gatewayFor(settings);
    const findings = await gateway.check();
    expect(findings.map((finding) => finding.setting)).toContain(setting);
    expect(await send(gateway, message(1))).toMatchObject([{ kind: "later", brokenGateway: true }]);
  });
});

describeGatewayContract("sms-http", {
  async start(concurrency) {
    const sink = await startHttpSink({ ability: "keyed" });
    const settings: SmsHttpSettings = { url: `${sink.url}/send`, ability: "keyed", concurrency };
    return {
      gateway: createSmsHttpGateway({ settings, log }),
      concurrency,
      seenKeys: () => sink.received.map(({ key }) => key),
      hang: {
        start: () => sink.fault({ mode: "hold" }),
        heal: () => sink.fault(),
        underWay: () => sink.held(),
      },
      openConnections: () => sink.openConnections(),
      content,
      address: (n) => `3538700000${n}`,
      close: () => sink.close(),
    };
  },
  broken: {
    "a port where nothing listens": async () => {
      const sink = await startHttpSink();
      await sink.close();
      return { gateway: createSmsHttpGateway({ settings: { url: sink.url }, log }), setting: "SMS_URL" };
    },
    "a host that does not resolve": async () => ({
      gateway: createSmsHttpGateway({ settings: { url: "http://nowhere.invalid/" }, log }),
      setting: "SMS_URL",
    }),
  },
});
