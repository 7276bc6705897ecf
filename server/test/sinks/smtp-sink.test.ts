import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { shareOf } from "./fault.ts";
import type { Sink } from "./sink.ts";
import { type SmtpSinkOptions, startSmtpSink } from "./smtp-sink.ts";

/** How soon a failure is told. */
const WAIT_MS = 60_000;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options?: SmtpSinkOptions): Promise<Sink> {
  const sink = await startSmtpSink(options);
  cleanups.push(() => sink.close());
  return sink;
}

/** A client that says lines and waits for the n-th reply. */
class Client {
  readonly replies: string[] = [];
  readonly #socket: Socket;
  isClosed = false;
  #rest = "";

  constructor(port: number) {
    this.#socket = connect(port, "127.0.0.1");
    this.#socket.on("error", () => undefined);
    this.#socket.on("close", () => {
      this.isClosed = true;
    });
    this.#socket.on("data", (chunk: Buffer) => {
      const lines = (this.#rest + chunk.toString("latin1")).split("\r\n");
      this.#rest = lines.pop() ?? "";
      this.replies.push(...lines.filter((line) => line[3] !== "-"));
    });
    cleanups.push(() => this.#socket.destroy());
  }

  write(text: string): void {
    this.#socket.write(text, "latin1");
  }

  /** @returns the reply to the last of the lines. */
  async say(...lines: string[]): Promise<string> {
    // The greeting comes unasked: it must not be taken for a reply.
    await this.#untilReplies(1);
    const wanted = this.replies.length + lines.length;
    this.write(lines.map((line) => `${line}\r\n`).join(""));
    await this.#untilReplies(wanted);
    return this.isClosed && this.replies.length < wanted ? "closed" : (this.replies.at(-1) ?? "");
  }

  async #untilReplies(count: number): Promise<void> {
    const hasThem = (): boolean => this.isClosed || this.replies.length >= count;
    await expect.poll(hasThem, { interval: 1, timeout: WAIT_MS }).toBe(true);
  }

  async send(to: string, content: string): Promise<string> {
    const last = await this.say("MAIL FROM:<a@b.example>", `RCPT TO:<${to}>`, "DATA");
    return last.startsWith("354") ? this.say(`${content}\r\n.`) : last;
  }
}

const mail = (id: string, body = "hello"): string =>
  `Message-ID: <${id}>\r\nSubject: A\r\n long one\r\n\r\n${body}`;

describe("taking", () => {
  test("a message is in memory and in the file before it is answered", async () => {
    const folder = mkdtempSync(join(tmpdir(), "carillon-smtp-sink-"));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const log = join(folder, "receipts.log");
    const sink = await start({ log });
    const client = new Client(sink.port);
    expect(await client.send("p@example.org", mail("1@x", "..dots\r\n..\r\nend"))).toMatch(/^250 /);
    expect(sink.received).toMatchObject([{ to: "p@example.org", key: "<1@x>", subject: "A long one" }]);
    expect(sink.received[0]?.body).toContain("\r\n.dots\r\n.\r\nend\r\n");
    expect(JSON.parse(readFileSync(log, "utf8"))).toMatchObject({ to: "p@example.org", key: "<1@x>" });
  });

  test("the end of a body is found wherever the chunks are cut", async () => {
    const sink = await start();
    const client = new Client(sink.port);
    await client.say("EHLO me");
    await client.say("MAIL FROM:<a@b.example>", "RCPT TO:<p@example.org>", "DATA");
    for (const [n, piece] of ["a: b\r\n\r\nx\r", "\n.", "\r", "\nQUIT\r\n"].entries()) {
      client.write(piece);
      await expect.poll(() => sink.count(), { interval: 5, timeout: WAIT_MS }).toBe(n === 3 ? 1 : 0);
    }
    await expect.poll(() => client.replies.at(-1), { timeout: WAIT_MS }).toMatch(/^221/);
    expect(sink.received[0]?.body).toBe("a: b\r\n\r\nx\r\n");
  });

  test("a keyed sink drops twins and counts them", async () => {
    const sink = await start({ ability: "keyed" });
    const client = new Client(sink.port);
    await client.send("p@example.org", mail("1@x"));
    await client.send("p@example.org", mail("1@x"));
    expect([sink.count(), sink.twins()]).toEqual([1, 1]);
  });

  test("credentials are asked for", async () => {
    const sink = await start({ auth: { user: "u", pass: "p" } });
    const client = new Client(sink.port);
    await client.say("EHLO me");
    expect(await client.say("MAIL FROM:<a@b.example>")).toMatch(/^530/);
    expect(await client.say(`AUTH PLAIN ${Buffer.from("\0u\0wrong").toString("base64")}`)).toMatch(/^535/);
    expect(await client.say(`AUTH PLAIN ${Buffer.from("\0u\0p").toString("base64")}`)).toMatch(/^235/);
    expect(await client.say("MAIL FROM:<a@b.example>")).toMatch(/^250/);
  });

  test("waitFor wakes at the receipt and gives up in time", async () => {
    const sink = await start();
    const waiting = sink.waitFor((one) => one.count() >= 1, WAIT_MS);
    await new Client(sink.port).send("p@example.org", mail("1@x"));
    await waiting;
    await expect(sink.waitFor((one) => one.count() >= 2, 50)).rejects.toThrow(/1 receipts so far/);
  });
});

describe("misbehaving", () => {
  test.each([
    ["reply at RCPT", { mode: "reply", code: 451 }, /^503/, 0],
    ["reply at the body", { mode: "reply", at: "body", code: 550, text: "5.7.1 spam" }, /^550 5.7.1 spam/, 0],
    ["reply 421 ends the session", { mode: "reply", at: "mail", code: 421 }, /^closed/, 0],
    ["effect, then reset", { mode: "effect-then-reset" }, /^closed/, 1],
    ["reset before the effect", { mode: "reset-before-effect" }, /^closed/, 0],
    ["garbage", { mode: "garbage" }, /no SMTP/, 1],
    ["slow", { mode: "slow", ms: 20 }, /^250/, 1],
  ] as const)("%s", async (_name, fault, reply, count) => {
    const sink = await start();
    sink.fault(fault);
    const client = new Client(sink.port);
    expect(await client.send("p@example.org", mail("1@x"))).toMatch(reply);
    expect([sink.count(), sink.faultHits()]).toEqual([count, 1]);
  });

  test("hold keeps the answer until the faults are replaced", async () => {
    const sink = await start();
    sink.fault({ mode: "hold" });
    const answer = new Client(sink.port).send("p@example.org", mail("1@x"));
    await sink.waitFor((one) => one.count() === 1, WAIT_MS);
    expect(sink.held()).toBe(1);
    sink.fault();
    expect(await answer).toMatch(/^250/);
  });

  test("a share of the keys is hit at first sight and let through then", async () => {
    const sink = await start();
    sink.fault({ mode: "reply", code: 451, share: 0.25, firstTryOnly: true });
    const client = new Client(sink.port);
    const people = Array.from({ length: 80 }, (_, n) => `p${n}@example.org`);
    for (const to of people) await client.send(to, mail(to));
    const hit = people.filter((to) => shareOf(to) < 0.25);
    expect(hit.length).toBeGreaterThan(8);
    expect(sink.received.map(({ to }) => to)).toEqual(people.filter((to) => !hit.includes(to)));
    for (const to of hit) await client.send(to, mail(to));
    expect(sink.count()).toBe(80);
  });

  test("only the named recipients are hit", async () => {
    const sink = await start();
    sink.fault({ mode: "reply", code: 550, recipient: "bad" });
    const client = new Client(sink.port);
    await client.send("bad@example.org", mail("1@x"));
    await client.send("good@example.org", mail("2@x"));
    expect(sink.received.map(({ to }) => to)).toEqual(["good@example.org"]);
  });

  test("shares are even over keys that differ in one digit", () => {
    const keys = Array.from({ length: 10_000 }, (_, n) => `message-${n}`);
    for (const share of [0.1, 0.25, 0.5]) {
      const hit = keys.filter((key) => shareOf(key) < share).length / keys.length;
      expect(Math.abs(hit - share)).toBeLessThan(0.02);
    }
  });
});
