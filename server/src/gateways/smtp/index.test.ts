import PostalMime from "postal-mime";
import { afterEach, describe, expect, test } from "vitest";
import type { Fault } from "../../../test/sinks/fault.ts";
import type { Sink } from "../../../test/sinks/sink.ts";
import { type SmtpSinkOptions, startSmtpSink } from "../../../test/sinks/smtp-sink.ts";
import { createLog } from "../../base/log.ts";
import type { EmailContent } from "../../domain/content.ts";
import { describeGatewayContract } from "../contract.ts";
import type { Gateway, OutgoingMessage, SendOutcome } from "../gateway.ts";
import { createSmtpGateway, type SmtpGatewayOptions } from "./index.ts";

const log = createLog({ level: "silent", name: "test" });
/** Of a provider that says nothing; all others answer long before the time that they are given here. */
const SILENCE_MS = 1_500;
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const content = (n: number): EmailContent => ({
  channel: "email",
  from: { address: "news@shop.example", name: "The Shop" },
  replyTo: null,
  subject: `Order ${n}`,
  html: "<p>Hello</p>",
  text: "Hello",
  headers: {},
});

const message = (n: number, to = `p${n}@example.org`): OutgoingMessage => ({
  key: `key-${n}`,
  messageId: n,
  projectId: 1,
  to,
  content: content(n),
});

interface Pair {
  readonly sink: Sink;
  readonly gateway: Gateway;
}

async function start(
  sinkOptions: SmtpSinkOptions = {},
  options: Partial<SmtpGatewayOptions> = {},
): Promise<Pair> {
  const sink = await startSmtpSink(sinkOptions);
  const gateway = createSmtpGateway({ url: sink.url, connections: 4, log, timeoutMs: 10_000, ...options });
  cleanups.push(
    () => sink.close(),
    () => gateway.close(),
  );
  return { sink, gateway };
}

const send = (gateway: Gateway, ...messages: OutgoingMessage[]): Promise<SendOutcome[]> =>
  gateway.send(messages, new AbortController().signal);

test("a message arrives as it was rendered, with its stable Message-ID", async () => {
  const { sink, gateway } = await start();
  const [first] = await send(gateway, message(1));
  await send(gateway, message(1));
  expect(first).toMatchObject({
    kind: "accepted",
    providerId: expect.stringMatching(/^250 .*taken as smtp-1$/),
  });
  expect(sink.received.map(({ key }) => key)).toEqual(["<key-1@shop.example>", "<key-1@shop.example>"]);
  const parsed = await PostalMime.parse(sink.received[0]?.body ?? "");
  expect(parsed).toMatchObject({
    subject: "Order 1",
    from: { name: "The Shop", address: "news@shop.example" },
  });
  expect([parsed.text?.trim(), parsed.html?.trim()]).toEqual(["Hello", "<p>Hello</p>"]);
});

describe("what a failure means", () => {
  const broken = { kind: "later", brokenGateway: true };
  const delayed = { kind: "later", brokenGateway: false };
  const refused = { kind: "rejected" };
  const unclear = { kind: "unknown" };

  test.each<[string, Fault, object, number]>([
    ["450 at RCPT", { mode: "reply", code: 450 }, delayed, 0],
    ["451 at RCPT", { mode: "reply", code: 451, text: "4.7.1 greylisted" }, delayed, 0],
    ["452 at RCPT", { mode: "reply", code: 452 }, delayed, 0],
    ["454 at RCPT", { mode: "reply", code: 454 }, broken, 0],
    ["421 at RCPT", { mode: "reply", code: 421 }, broken, 0],
    ["550 at RCPT", { mode: "reply", code: 550, text: "5.1.1 no such user" }, refused, 0],
    ["553 at MAIL", { mode: "reply", code: 553, at: "mail" }, refused, 0],
    ["451 at MAIL", { mode: "reply", code: 451, at: "mail" }, delayed, 0],
    ["530 at MAIL", { mode: "reply", code: 530, at: "mail" }, broken, 0],
    ["554 at DATA", { mode: "reply", code: 554, at: "data" }, refused, 0],
    ["451 at DATA", { mode: "reply", code: 451, at: "data" }, delayed, 0],
    ["452 after the body", { mode: "reply", code: 452, at: "body" }, delayed, 0],
    ["550 after the body", { mode: "reply", code: 550, at: "body" }, refused, 0],
    ["421 after the body", { mode: "reply", code: 421, at: "body" }, broken, 0],
    ["554 as greeting", { mode: "reply", code: 554, at: "greeting" }, broken, 0],
    ["421 as greeting", { mode: "reply", code: 421, at: "greeting" }, broken, 0],
    ["reset at RCPT", { mode: "reset-before-effect", at: "rcpt" }, broken, 0],
    ["reset at DATA", { mode: "reset-before-effect", at: "data" }, broken, 0],
    ["silence at RCPT", { mode: "silent", at: "rcpt" }, broken, 0],
    ["garbage as greeting", { mode: "garbage", at: "greeting" }, broken, 0],
    ["reset after the body, before the effect", { mode: "reset-before-effect" }, unclear, 0],
    ["reset after the effect", { mode: "effect-then-reset" }, unclear, 1],
    ["silence after the body", { mode: "silent" }, unclear, 1],
    ["garbage after the body", { mode: "garbage" }, unclear, 1],
  ])("%s", async (_name, fault, outcome, effects) => {
    const { sink, gateway } = await start({}, fault.mode === "silent" ? { timeoutMs: SILENCE_MS } : {});
    sink.fault(fault);
    const [first] = await send(gateway, message(1));
    expect(first).toMatchObject(outcome);
    if (fault.text !== undefined) expect(first).toMatchObject({ detail: `${fault.code} ${fault.text}` });
    expect(sink.count()).toBe(effects);
    // A gateway never tries by itself what may have been sent.
    expect(sink.faultHits()).toBeLessThanOrEqual(effects === 1 ? 1 : 2);
  });

  test.each([
    ["one connection", {}],
    ["no pipelining", { pipelining: false }],
  ])("a failure of one message leaves the others alone (%s)", async (_name, sinkOptions) => {
    const { sink, gateway } = await start(sinkOptions, { connections: 1 });
    sink.fault({ mode: "reply", code: 550, recipient: "p2" }, { mode: "reply", code: 451, recipient: "p4" });
    const outcomes = await send(gateway, ...[1, 2, 3, 4, 5].map((n) => message(n)));
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      "accepted",
      "rejected",
      "accepted",
      "later",
      "accepted",
    ]);
    expect(sink.received.map(({ to }) => to)).toEqual([1, 3, 5].map((n) => `p${n}@example.org`));
    expect(sink.connections()).toBe(1);
  });

  test("a connection that is lost with one message serves the others anew", async () => {
    const { sink, gateway } = await start({}, { connections: 1 });
    sink.fault({ mode: "reset-before-effect", at: "rcpt", recipient: "p2" });
    const outcomes = await send(gateway, ...[1, 2, 3, 4].map((n) => message(n)));
    expect(outcomes).toMatchObject([
      { kind: "accepted" },
      broken,
      { kind: "accepted" },
      { kind: "accepted" },
    ]);
    expect(sink.received.map(({ to }) => to)).toEqual([1, 3, 4].map((n) => `p${n}@example.org`));
  });

  test("a connection that died while idle costs nothing", async () => {
    const { sink, gateway } = await start({}, { connections: 1 });
    await send(gateway, message(1));
    sink.fault({ mode: "reset-before-effect", at: "rcpt", firstTryOnly: true });
    expect(await send(gateway, message(2))).toMatchObject([{ kind: "accepted" }]);
    expect(sink.received.map(({ to }) => to)).toEqual(["p1@example.org", "p2@example.org"]);
  });

  test("a server that is away fails the whole slice at once", async () => {
    const { sink, gateway } = await start();
    await sink.close();
    const outcomes = await send(gateway, ...Array.from({ length: 64 }, (_, n) => message(n)));
    expect(outcomes).toHaveLength(64);
    for (const outcome of outcomes) expect(outcome).toMatchObject(broken);
  });

  test("wrong credentials leave the message waiting", async () => {
    const { sink, gateway } = await start({ auth: { user: "u", pass: "right" } }, {});
    const url = sink.url.replace("smtp://", "smtp://u:wrong@");
    const wrong = createSmtpGateway({ url, connections: 1, log });
    cleanups.push(() => wrong.close());
    expect(await send(wrong, message(1))).toMatchObject([broken]);
    expect(await send(gateway, message(1))).toMatchObject([broken]);
    expect(sink.count()).toBe(0);
  });

  test("TLS with a server that speaks none is broken before anything is sent", async () => {
    const { sink } = await start();
    const url = sink.url.replace("smtp://", "smtps://");
    const gateway = createSmtpGateway({ url, connections: 1, log });
    cleanups.push(() => gateway.close());
    expect(await send(gateway, message(1))).toMatchObject([broken]);
    expect(sink.count()).toBe(0);
  });

  test("content that would break the protocol never reaches the network", async () => {
    const { sink, gateway } = await start();
    const bad = { ...content(1), subject: "a\r\nBcc: x@y.example" };
    const outcomes = await send(gateway, { ...message(1), content: bad }, message(2, "a@b.example>\r\nDATA"));
    expect(outcomes).toMatchObject([refused, refused]);
    expect(sink.connections()).toBe(0);
  });
});

test("a thousand messages go out once each over four connections", async () => {
  const { sink, gateway } = await start();
  const slices = Array.from({ length: 16 }, (_, s) =>
    Array.from({ length: 64 }, (_, n) => message(s * 64 + n)),
  );
  const outcomes = (await Promise.all(slices.map((slice) => send(gateway, ...slice)))).flat();
  expect(outcomes.every(({ kind }) => kind === "accepted")).toBe(true);
  expect(new Set(sink.received.map(({ key }) => key)).size).toBe(1024);
  expect(sink.count()).toBe(1024);
  expect(sink.connections()).toBe(4);
});

describeGatewayContract("smtp", {
  async start(concurrency) {
    const sink = await startSmtpSink();
    return {
      gateway: createSmtpGateway({ url: sink.url, connections: concurrency, log }),
      concurrency,
      seenKeys: () => sink.received.map(({ key }) => key),
      hang: {
        start: () => sink.fault({ mode: "hold" }),
        heal: () => sink.fault(),
        underWay: () => sink.held(),
      },
      openConnections: () => sink.openConnections(),
      content,
      address: (n) => `p${n}@example.org`,
      close: () => sink.close(),
    };
  },
  broken: {
    "a port where nothing listens": async () => {
      const sink = await startSmtpSink();
      await sink.close();
      return { gateway: createSmtpGateway({ url: sink.url, connections: 1, log }), setting: "EMAIL_URL" };
    },
    "a host that does not resolve": async () => ({
      gateway: createSmtpGateway({ url: "smtp://nowhere.invalid:2525", connections: 1, log }),
      setting: "EMAIL_URL",
    }),
    "wrong credentials": async () => {
      const sink = await startSmtpSink({ auth: { user: "u", pass: "right" } });
      cleanups.push(() => sink.close());
      const url = sink.url.replace("smtp://", "smtp://u:wrong@");
      return { gateway: createSmtpGateway({ url, connections: 1, log }), setting: "EMAIL_URL" };
    },
  },
});
