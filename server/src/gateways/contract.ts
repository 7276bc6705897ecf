/**
 * What holds for every gateway, as one suite of tests: a gateway's own test file calls `describeGatewayContract`
 * with a way to make the gateway and the provider it talks to.
 */
import { afterEach, describe, expect, test } from "vitest";
import type { Content } from "../domain/content.ts";
import type { Gateway, OutgoingMessage } from "./gateway.ts";

/** A gateway and what the suite must know of its provider. */
export interface ContractSubject {
  readonly gateway: Gateway;
  /** How many messages it may have under way; null where it has no such bound (one call a slice). */
  readonly concurrency: number | null;
  /** The keys that the provider saw; null where the protocol carries none. */
  readonly seenKeys: (() => string[]) | null;
  /** Lets the provider take messages and answer none, until `heal`. null where it cannot hang. */
  readonly hang: { start(): void; heal(): void; underWay(): number } | null;
  /** Connections that the provider has open now; null where there are none. */
  readonly openConnections: (() => number) | null;
  readonly content: (n: number) => Content;
  readonly address: (n: number) => string;
  readonly close: () => Promise<void>;
}

export interface ContractOptions {
  /** A gateway with a well provider. `concurrency` is wished where the gateway has such a bound. */
  readonly start: (concurrency: number) => Promise<ContractSubject>;
  /** Gateways whose settings are wrong, by what is wrong; `setting` is what `check` must name. */
  readonly broken: Readonly<Record<string, () => Promise<{ gateway: Gateway; setting: string }>>>;
}

export function describeGatewayContract(name: string, options: ContractOptions): void {
  describe(`gateway contract: ${name}`, () => {
    const ends: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const end of ends.splice(0)) await end();
    });
    const start = async (concurrency = 4): Promise<ContractSubject> => {
      const subject = await options.start(concurrency);
      ends.push(async () => {
        await subject.gateway.close();
        await subject.close();
      });
      return subject;
    };
    testOutcomes(start);
    testKeys(start);
    testAbort(start);
    testConcurrency(start);
    testClose(start);
    testCloseUnderWay(start);
    testCheck(start, options, ends);
  });
}

type Start = (concurrency?: number) => Promise<ContractSubject>;

export function sliceOf(
  subject: Pick<ContractSubject, "content" | "address">,
  count: number,
): OutgoingMessage[] {
  return Array.from({ length: count }, (_, n) => ({
    key: `contract-key-${n}`,
    messageId: n + 1,
    projectId: 1,
    to: subject.address(n),
    content: subject.content(n),
  }));
}

const never = (): AbortSignal => new AbortController().signal;

/** A channel that no gateway of ours takes by itself; a gateway that is handed it refuses and goes on. */
const FOREIGN: Content = {
  channel: "inbox",
  title: "",
  text: "",
  icon: "",
  picture: "",
  url: "",
  requireInteraction: false,
  payload: {},
};

function testOutcomes(start: Start): void {
  test("one outcome a message, in the order given", async () => {
    const { gateway, ...subject } = await start();
    const slice = sliceOf(subject, 20);
    const outcomes = await gateway.send(slice, never());
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(slice.map(() => "accepted"));
    expect(await gateway.send([], never())).toEqual([]);
  });

  test("a message that cannot be sent spoils only itself, at its own place", async () => {
    const { gateway, ...subject } = await start();
    if (gateway.name === "sandbox") return; // it keeps whatever it is given
    const slice = sliceOf(subject, 5).map((message, n) =>
      n === 2 ? { ...message, content: FOREIGN } : message,
    );
    const outcomes = await gateway.send(slice, never());
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      "accepted",
      "accepted",
      "rejected",
      "accepted",
      "accepted",
    ]);
  });
}

function testKeys(start: Start): void {
  test("the key reaches the provider, the same at every try", async () => {
    const { gateway, seenKeys, ...subject } = await start();
    if (seenKeys === null) return;
    const slice = sliceOf(subject, 3);
    await gateway.send(slice, never());
    await gateway.send(slice.slice(0, 1), never());
    const seen = seenKeys();
    for (const { key } of slice) expect(seen.filter((one) => one.includes(key)).length).toBeGreaterThan(0);
    expect(new Set(seen).size).toBe(3);
  });
}

function testAbort(start: Start): void {
  test("an abort before the start sends nothing and ends all as later", async () => {
    const { gateway, seenKeys, ...subject } = await start();
    const outcomes = await gateway.send(sliceOf(subject, 5), AbortSignal.abort());
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(5).fill("later"));
    expect(outcomes.every((outcome) => outcome.kind === "later" && !outcome.brokenGateway)).toBe(true);
    if (seenKeys !== null) expect(seenKeys()).toEqual([]);
  });

  test("an abort ends what waits as later and gives what is under way its real outcome", async () => {
    const { gateway, hang, ...subject } = await start(2);
    if (hang === null) return;
    hang.start();
    const stop = new AbortController();
    const sending = gateway.send(sliceOf(subject, 6), stop.signal);
    await expect.poll(() => hang.underWay(), { timeout: 20_000 }).toBe(2);
    stop.abort();
    hang.heal();
    const kinds = (await sending).map(({ kind }) => kind);
    expect(kinds).toEqual(["accepted", "accepted", "later", "later", "later", "later"]);
  });
}

function testConcurrency(start: Start): void {
  test("no more than the bound are under way over two slices at once", async () => {
    const { gateway, concurrency, hang, ...subject } = await start(3);
    if (hang === null || concurrency === null) return;
    hang.start();
    const slices = [gateway.send(sliceOf(subject, 8), never()), gateway.send(sliceOf(subject, 8), never())];
    await expect.poll(() => hang.underWay(), { timeout: 20_000 }).toBe(concurrency);
    let most = 0;
    for (let look = 0; look < 20; look += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, hang.underWay());
    }
    hang.heal();
    const outcomes = (await Promise.all(slices)).flat();
    expect(outcomes.every(({ kind }) => kind === "accepted")).toBe(true);
    expect(most).toBe(concurrency);
  });
}

function testClose(start: Start): void {
  test("close ends the connections", async () => {
    const { gateway, openConnections, ...subject } = await start();
    await gateway.send(sliceOf(subject, 8), never());
    await gateway.close();
    if (openConnections === null) return;
    await expect.poll(() => openConnections(), { timeout: 20_000 }).toBe(0);
  });
}

function testCloseUnderWay(start: Start): void {
  test("close ends what hangs, and says that it may have been sent", async () => {
    const { gateway, hang, ...subject } = await start(2);
    if (hang === null) return;
    hang.start();
    const sending = gateway.send(sliceOf(subject, 2), never());
    await expect.poll(() => hang.underWay(), { timeout: 20_000 }).toBe(2);
    await gateway.close();
    expect((await sending).map(({ kind }) => kind)).toEqual(["unknown", "unknown"]);
  });
}

function testCheck(start: Start, options: ContractOptions, ends: (() => Promise<void>)[]): void {
  test("check finds nothing wrong with good settings and sends nothing", async () => {
    const { gateway, seenKeys } = await start();
    expect(await gateway.check()).toEqual([]);
    if (seenKeys !== null) expect(seenKeys().filter((key) => key !== "")).toEqual([]);
  });

  test.each(Object.keys(options.broken))(
    "check names the setting: %s",
    async (what) => {
      const { gateway, setting } = await options.broken[what]!();
      ends.push(() => gateway.close());
      const findings = await gateway.check();
      expect(findings.map((finding) => finding.setting)).toContain(setting);
      for (const { problem } of findings) expect(problem).not.toBe("");
      // Where no name server answers, the resolver of the system takes its time to say so.
    },
    120_000,
  );
}
