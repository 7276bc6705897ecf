import { afterEach, describe, expect, test } from "vitest";
import type { Fault } from "../../../test/sinks/fault.ts";
import type { Sink } from "../../../test/sinks/sink.ts";
import { type SmppSinkOptions, startSmppSink } from "../../../test/sinks/smpp-sink.ts";
import { createLog } from "../../base/log.ts";
import { describeGatewayContract } from "../contract.ts";
import type { Gateway, OutgoingMessage, SendOutcome } from "../gateway.ts";
import { createSmppGateway, type SmppGatewayOptions } from "./index.ts";

const log = createLog({ level: "silent", name: "test" });
/** Of a provider that says nothing; all others answer long before the time that they are given here. */
const SILENCE_MS = 1_500;
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const content = (text: string, from = "Shop") => ({ channel: "sms", from, text }) as const;
const message = (n: number, text = "hello", from?: string): OutgoingMessage => ({
  key: `key-${n}`,
  messageId: n,
  projectId: 1,
  to: `35387000000${n}`,
  content: content(text, from),
});

function gatewayFor(url: string, options: Partial<SmppGatewayOptions> = {}): Gateway {
  const gateway = createSmppGateway({ url, log, timeoutMs: 10_000, ...options });
  cleanups.push(() => gateway.close());
  return gateway;
}

async function start(
  options: Partial<SmppGatewayOptions> = {},
  sinkOptions: SmppSinkOptions = {},
): Promise<{ sink: Sink; gateway: Gateway }> {
  const sink = await startSmppSink(sinkOptions);
  cleanups.push(() => sink.close());
  return { sink, gateway: gatewayFor(sink.url, options) };
}

const send = (gateway: Gateway, ...messages: OutgoingMessage[]): Promise<SendOutcome[]> =>
  gateway.send(messages, new AbortController().signal);

describe("what arrives", () => {
  test.each([
    ["GSM-7 with escapes", "Fünf € für {dich}\n@home", "0"],
    ["UCS-2", "Привет 😀", "8"],
    ["160 characters", "x".repeat(160), "0"],
  ])("%s in one part", async (_name, text, coding) => {
    const { sink, gateway } = await start();
    expect(await send(gateway, message(1, text))).toEqual([{ kind: "accepted", providerId: "smpp-1" }]);
    expect(sink.received).toMatchObject([
      { to: "353870000001", body: text, headers: { from: "Shop", "data-coding": coding, udh: "" } },
    ]);
  });

  test.each([
    ["GSM-7", "0123456789€".repeat(40), 4],
    ["UCS-2", "ж😀".repeat(60), 3],
  ])("%s in parts that join to the text, with one reference at every try", async (_name, text, parts) => {
    const { sink, gateway } = await start();
    expect(await send(gateway, message(1, text))).toMatchObject([{ kind: "accepted", providerId: "smpp-1" }]);
    await send(gateway, message(1, text));
    const first = sink.received.slice(0, parts);
    expect(first.map(({ body }) => body).join("")).toBe(text);
    const reference = first[0]?.headers.udh?.slice(4, 6);
    const udhs = first.map((_, index) => `0003${reference}0${parts}0${index + 1}`);
    expect(sink.received.map(({ headers }) => headers.udh)).toEqual([...udhs, ...udhs]);
  });

  test.each([
    ["", "0"],
    ["Shop", "5"],
    ["50500", "3"],
    ["353870000000", "1"],
    ["+353870000000", "1"],
  ])("the sender %j has type of number %s", async (from, ton) => {
    const { sink, gateway } = await start();
    await send(gateway, message(1, "x", from));
    expect(sink.received[0]?.headers).toMatchObject({ from: from.replace("+", ""), "source-ton": ton });
  });

  test.each([
    ["a number that is none", { ...message(1), to: "+353 87" }],
    ["a sender that is too long", message(1, "x", "A very long name")],
    ["a sender beyond ASCII", message(1, "x", "Café")],
    ["a text beyond 255 parts", message(1, "ж".repeat(67 * 256))],
  ])("%s is rejected before anything is sent", async (_name, bad) => {
    const { sink, gateway } = await start();
    expect(await send(gateway, bad)).toMatchObject([{ kind: "rejected" }]);
    expect(sink.connections()).toBe(0);
  });
});

describe("what a failure means", () => {
  test.each<[string, Fault, object, number]>([
    ["throttled", { mode: "status", code: 0x58 }, { kind: "later", brokenGateway: true }, 0],
    ["queue full", { mode: "status", code: 0x14 }, { kind: "later", brokenGateway: true }, 0],
    ["system error", { mode: "status", code: 0x08 }, { kind: "later", brokenGateway: true }, 0],
    [
      "temporary application error",
      { mode: "status", code: 0x64 },
      { kind: "later", brokenGateway: false },
      0,
    ],
    [
      "bad destination",
      { mode: "status", code: 0x0b },
      { kind: "rejected", detail: "ESME_RINVDSTADR (0x0000000b)" },
      0,
    ],
    ["bad source", { mode: "status", code: 0x0a }, { kind: "rejected" }, 0],
    [
      "a vendor's own",
      { mode: "status", code: 0x0444 },
      { kind: "rejected", detail: "vendor status (0x00000444)" },
      0,
    ],
    ["reset after the effect", { mode: "effect-then-reset" }, { kind: "unknown" }, 1],
    ["reset before the effect", { mode: "reset-before-effect" }, { kind: "unknown" }, 0],
    ["silence", { mode: "silent" }, { kind: "unknown" }, 1],
    ["garbage", { mode: "garbage" }, { kind: "unknown" }, 1],
  ])("%s", async (_name, fault, outcome, effects) => {
    // A status answered by an error has no effect, whatever its number.
    const { sink, gateway } = await start(fault.mode === "silent" ? { timeoutMs: SILENCE_MS } : {});
    sink.fault({ effect: effects === 1, ...fault });
    expect(await send(gateway, message(1))).toMatchObject([outcome]);
    expect(sink.count()).toBe(effects);
  });

  test("a session that was lost comes up again with the next message", async () => {
    const { sink, gateway } = await start();
    sink.fault({ mode: "reset-before-effect", firstTryOnly: true });
    expect(await send(gateway, message(1))).toMatchObject([{ kind: "unknown" }]);
    expect(await send(gateway, message(1))).toMatchObject([{ kind: "accepted" }]);
    expect(sink.connections()).toBe(2);
  });

  test("a session that no longer answers enquire_link is ended, and what waits is unknown", async () => {
    const { sink, gateway } = await start({ timeoutMs: 20_000, enquireEveryMs: 1_000 });
    sink.fault({ mode: "silent" }, { mode: "silent", at: "greeting" });
    expect(await send(gateway, message(1))).toMatchObject([{ kind: "unknown" }]);
    sink.fault();
    expect(await send(gateway, message(1))).toMatchObject([{ kind: "accepted" }]);
  });

  test("an SMSC that is away or refuses the bind fails the whole slice at once", async () => {
    const { sink } = await start({}, { auth: { systemId: "carillon", password: "right" } });
    const wrong = gatewayFor(sink.url.replace("right", "wrong"));
    const slice = Array.from({ length: 9 }, (_, n) => message(n));
    const refused = await send(wrong, ...slice);
    expect(refused).toHaveLength(9);
    for (const outcome of refused) {
      expect(outcome).toMatchObject({
        kind: "later",
        brokenGateway: true,
        detail: expect.stringContaining("ESME_RINVPASWD"),
      });
    }
    expect(sink.connections()).toBe(1);
    await sink.close();
    for (const outcome of await send(gatewayFor(sink.url), ...slice)) {
      expect(outcome).toMatchObject({ kind: "later", brokenGateway: true });
    }
  });
});

describeGatewayContract("smpp", {
  async start(concurrency) {
    const sink = await startSmppSink();
    return {
      gateway: createSmppGateway({ url: sink.url, log, window: concurrency }),
      concurrency,
      seenKeys: null,
      hang: {
        start: () => sink.fault({ mode: "hold" }),
        heal: () => sink.fault(),
        underWay: () => sink.held(),
      },
      openConnections: () => sink.openConnections(),
      content: (n) => content(`hello ${n}`),
      address: (n) => `3538700000${n}`,
      close: () => sink.close(),
    };
  },
  broken: {
    "a port where nothing listens": async () => {
      const sink = await startSmppSink();
      await sink.close();
      return { gateway: createSmppGateway({ url: sink.url, log }), setting: "SMS_URL" };
    },
    "wrong credentials": async () => {
      const sink = await startSmppSink({ auth: { systemId: "carillon", password: "right" } });
      cleanups.push(() => sink.close());
      return {
        gateway: createSmppGateway({ url: sink.url.replace("right", "wrong"), log }),
        setting: "SMS_URL",
      };
    },
    "another protocol": async () => ({
      gateway: createSmppGateway({ url: "http://u:p@127.0.0.1", log }),
      setting: "SMS_URL",
    }),
  },
});
