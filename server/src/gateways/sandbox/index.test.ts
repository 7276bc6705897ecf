import { expect, test } from "vitest";
import { describeGatewayContract, sliceOf } from "../contract.ts";
import { createSandboxGateway, type KeptMessage } from "./index.ts";

const content = (n: number) => ({ channel: "sms", from: "", text: `hello ${n}` }) as const;
const address = (n: number) => `35387${n}`;
const never = (): AbortSignal => new AbortController().signal;

test("a slice is kept in one call and counts as delivered", async () => {
  const calls: KeptMessage[][] = [];
  const keep = async (messages: KeptMessage[]) => void calls.push(messages);
  const gateway = createSandboxGateway({ keep, now: () => 1000 });
  const slice = sliceOf({ content, address }, 500);
  const outcomes = await gateway.send(slice, never());
  expect(outcomes[499]).toEqual({
    kind: "accepted",
    providerId: "sandbox-contract-key-499",
    delivered: true,
  });
  expect(calls).toEqual([slice.map((message) => ({ message, at: 1000 }))]);
});

test("what could not be kept is later, and the gateway is broken", async () => {
  const gateway = createSandboxGateway({ keep: () => Promise.reject(new Error("disk full")) });
  const outcomes = await gateway.send(sliceOf({ content, address }, 2), never());
  expect(outcomes).toHaveLength(2);
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({
      kind: "later",
      brokenGateway: true,
      detail: expect.stringContaining("disk full"),
    });
  }
});

describeGatewayContract("sandbox", {
  async start() {
    const kept: KeptMessage[] = [];
    return {
      gateway: createSandboxGateway({ keep: async (messages) => void kept.push(...messages) }),
      concurrency: null,
      seenKeys: () => kept.map(({ message }) => message.key),
      hang: null,
      openConnections: null,
      content,
      address,
      close: async () => undefined,
    };
  },
  broken: {},
});
