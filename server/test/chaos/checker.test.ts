/** The checker itself: a story that fits passes, and each kind of lie is found. */
import { expect, test } from "vitest";
import type { Received } from "../sinks/ledger.ts";
import type { PlannedCall } from "./call-plan.ts";
import { type Facts, judge } from "./checker.ts";
import type { BookedCall } from "./ledger-client.ts";

const call = (key: string, channel: "sms" | "email"): PlannedCall => ({
  no: 0,
  key,
  channel,
  userIds: ["chaos-1", "chaos-2"],
});

const book = (key: string, more: Partial<BookedCall> = {}): BookedCall => ({
  key,
  targets: 2,
  sends: 1,
  standing: "acked",
  executionIds: [key === "s1-0" ? 10 : 20],
  replays: 0,
  ...more,
});

const receipt = (sink: "http" | "smtp", mark: string, id: number): Received => ({
  at: 0,
  sink,
  key: sink === "http" ? `abc-${id.toString(36)}` : `<abc-${id.toString(36)}@example.org>`,
  to: "",
  subject: sink === "smtp" ? mark : "",
  headers: {},
  method: "",
  path: "",
  sizeBytes: 0,
  body: JSON.stringify({ text: mark }),
});

const message = (id: number, executionId: number, targetNo: number, status = 2) => ({
  id,
  executionId,
  targetNo,
  messageType: executionId === 10 ? 9 : 7,
  status,
  tries: 1,
});

/** Two calls with two targets each, all delivered once. */
const good: Facts = {
  calls: [call("s1-0", "sms"), call("s1-1", "email")],
  books: new Map([
    ["s1-0", book("s1-0")],
    ["s1-1", book("s1-1")],
  ]),
  receipts: [
    receipt("http", "s1-0.0", 100),
    receipt("http", "s1-0.1", 101),
    receipt("smtp", "s1-1.0", 102),
    receipt("smtp", "s1-1.1", 103),
  ],
  inFlight: new Set(),
  openChunks: 0,
  messages: [message(100, 10, 0), message(101, 10, 1), message(102, 20, 0), message(103, 20, 1)],
  executions: [
    { id: 10, key: "s1-0", accepted: 2 },
    { id: 20, key: "s1-1", accepted: 2 },
  ],
  ambiguous: new Set(),
};

test("a story that fits has no violation", () => {
  expect(judge(good)).toMatchObject({ violations: [], duplicates: 0, receipts: { sms: 2, email: 2 } });
});

test.each<[string, Partial<Facts>, RegExp]>([
  ["work that is left over", { openChunks: 1 }, /^I1 1 chunks are still open/],
  ["an acked call that is gone", { executions: good.executions.slice(1) }, /^I1 call s1-0 was acked/],
  ["a target without a message", { messages: good.messages.slice(1) }, /^I1 target s1-0\.0 has 0 messages/],
  [
    "a target with two messages",
    { messages: [...good.messages, message(104, 10, 0)] },
    /^I1 target s1-0\.0 has 2 messages/,
  ],
  [
    "a target that has not ended",
    { messages: [message(100, 10, 0, 1), ...good.messages.slice(1)] },
    /^I1 target s1-0\.0 has not ended/,
  ],
  [
    "a sent message that never arrived",
    { receipts: good.receipts.slice(1) },
    /^I1 target s1-0\.0 counts as sent/,
  ],
  [
    "a message that nobody asked for",
    { receipts: [...good.receipts, receipt("http", "s1-7.0", 200)] },
    /^I2 a message arrived that nobody asked for: s1-7\.0/,
  ],
  [
    "a message beyond the call's targets",
    { receipts: [...good.receipts, receipt("http", "s1-0.2", 200)] },
    /^I2 a message arrived that nobody asked for: s1-0\.2/,
  ],
  [
    "a message of a refused call",
    { books: new Map([...good.books, ["s1-1", book("s1-1", { standing: "refused" })]]) },
    /^I2 a message of a refused call arrived/,
  ],
  [
    "two executions of one key",
    { executions: [...good.executions, { id: 30, key: "s1-0", accepted: 2 }] },
    /^I3 key s1-0 has 2 executions/,
  ],
  [
    "an answer that names another execution",
    { books: new Map([...good.books, ["s1-1", book("s1-1", { executionIds: [20, 21] })]]) },
    /^I3 key s1-1 was answered with 20, 21/,
  ],
  [
    "a second SMS",
    { receipts: [...good.receipts, receipt("http", "s1-0.0", 100)] },
    /^I4 target s1-0\.0 got 2 SMS/,
  ],
  [
    "a second email that was in flight at no kill",
    { receipts: [...good.receipts, receipt("smtp", "s1-1.0", 102)] },
    /^I4 message 102 .* in flight at no kill/,
  ],
  [
    "two different emails to one target",
    { receipts: [...good.receipts, receipt("smtp", "s1-1.0", 300)], inFlight: new Set([102]) },
    /^I4 target s1-1\.0 got 2 different messages/,
  ],
])("%s is found", (_name, lie, violation) => {
  const { violations } = judge({ ...good, ...lie });
  expect(violations).toContainEqual(expect.stringMatching(violation));
});

test("an email that was in flight at a kill may come twice, and is counted", () => {
  const receipts = [...good.receipts, receipt("smtp", "s1-1.0", 102)];
  expect(judge({ ...good, receipts, inFlight: new Set([102]) })).toMatchObject({
    violations: [],
    duplicates: 1,
    dumbInFlight: 1,
  });
});

test("a call without an answer may have been executed or not", () => {
  const books = new Map([...good.books, ["s1-1", book("s1-1", { standing: "ambiguous", executionIds: [] })]]);
  expect(judge({ ...good, books }).violations).toEqual([]);
  const nothing = {
    receipts: good.receipts.slice(0, 2),
    messages: good.messages.slice(0, 2),
    executions: good.executions.slice(0, 1),
  };
  expect(judge({ ...good, books, ...nothing }).violations).toEqual([]);
});
