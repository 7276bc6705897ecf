import { expect, test } from "vitest";
import type { OutgoingMessage, SendOutcome } from "./gateway.ts";
import { createSliceRunner } from "./slice-runner.ts";

const slice = (count: number, prefix = "k"): OutgoingMessage[] =>
  Array.from({ length: count }, (_, n) => ({
    key: `${prefix}${n}`,
    messageId: n,
    projectId: 1,
    to: "353",
    content: { channel: "sms", from: "", text: "" },
  }));

const never = (): AbortSignal => new AbortController().signal;

/** A sender whose messages end when the test says so. */
function manual() {
  const open = new Map<string, (outcome: SendOutcome) => void>();
  let most = 0;
  return {
    sendOne: (message: OutgoingMessage) =>
      new Promise<SendOutcome>((resolve) => {
        open.set(message.key, resolve);
        most = Math.max(most, open.size);
      }),
    end(key: string, outcome: SendOutcome = { kind: "accepted", providerId: key }) {
      const resolve = open.get(key);
      open.delete(key);
      resolve?.(outcome);
    },
    keys: () => [...open.keys()],
    most: () => most,
  };
}

test("outcomes keep the order of the messages, however they end", async () => {
  const sender = manual();
  const run = createSliceRunner({ concurrency: 8, sendOne: sender.sendOne });
  const sending = run(slice(4), never());
  for (const key of ["k3", "k1", "k0", "k2"]) sender.end(key);
  expect((await sending).map((outcome) => outcome.kind === "accepted" && outcome.providerId)).toEqual([
    "k0",
    "k1",
    "k2",
    "k3",
  ]);
});

test("the bound holds over slices, and slices are served in order", async () => {
  const sender = manual();
  const run = createSliceRunner({ concurrency: 3, sendOne: sender.sendOne });
  const both = Promise.all([run(slice(4, "a"), never()), run(slice(4, "b"), never())]);
  expect(sender.keys()).toEqual(["a0", "a1", "a2"]);
  for (const key of ["a1", "a0", "a2", "a3", "b0", "b1", "b2", "b3"]) {
    await expect.poll(() => sender.keys(), { interval: 1, timeout: 20_000 }).toContain(key);
    sender.end(key);
  }
  expect((await both).flat()).toHaveLength(8);
  expect(sender.most()).toBe(3);
});

test("what throws is unknown, and its place is given on", async () => {
  const run = createSliceRunner({
    concurrency: 1,
    sendOne: async ({ key }) => {
      if (key === "k0") throw new Error("a bug");
      return { kind: "accepted" };
    },
  });
  expect(await run(slice(2), never())).toEqual([
    { kind: "unknown", detail: "Error: a bug" },
    { kind: "accepted" },
  ]);
});

test("an abort ends what waits at once, and what hangs as unknown after the grace", async () => {
  const sender = manual();
  const run = createSliceRunner({ concurrency: 2, graceMs: 30, sendOne: sender.sendOne });
  const stop = new AbortController();
  const sending = run(slice(4), stop.signal);
  stop.abort();
  sender.end("k1");
  expect((await sending).map(({ kind }) => kind)).toEqual(["unknown", "accepted", "later", "later"]);
  // The one that hangs still holds its place: the provider has it.
  const next = run(slice(2, "n"), never());
  expect(sender.keys()).toEqual(["k0", "n0"]);
  for (const key of ["n0", "k0", "n1"]) {
    await expect.poll(() => sender.keys(), { interval: 1, timeout: 20_000 }).toContain(key);
    sender.end(key);
  }
  expect((await next).map(({ kind }) => kind)).toEqual(["accepted", "accepted"]);
});

test("an empty slice and an aborted signal need no sender", async () => {
  const sender = manual();
  const run = createSliceRunner({ concurrency: 2, sendOne: sender.sendOne });
  expect(await run([], never())).toEqual([]);
  expect((await run(slice(2), AbortSignal.abort())).map(({ kind }) => kind)).toEqual(["later", "later"]);
  expect(sender.keys()).toEqual([]);
});

test("a lower lane goes first, projects take turns, and a project's slices go one after the other", async () => {
  const begun: string[] = [];
  const gate = Promise.withResolvers<void>();
  const run = createSliceRunner({
    concurrency: 1,
    sendOne: async (message) => {
      begun.push(message.key);
      await gate.promise;
      return { kind: "accepted" };
    },
  });
  const of = (projectId: number, lane: number, prefix: string) =>
    slice(2, prefix).map((message) => ({ ...message, lane, projectId }));
  const all = [of(1, 3, "a"), of(1, 3, "b"), of(2, 3, "c"), of(1, 1, "d")].map((each) => run(each, never()));
  gate.resolve();
  await Promise.all(all);
  expect(begun).toEqual(["a0", "d0", "d1", "a1", "c0", "b0", "c1", "b1"]);
});
