import { describe, expect, test } from "vitest";
import { outcomeOfAnswer, retryAfterSeconds } from "./http-outcome.ts";
import { asDetail } from "./outcomes.ts";

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const answered = (status: number, body = "", headers: Record<string, string> = {}) =>
  ({ kind: "answer", status, headers, body: Buffer.from(body) }) as const;

describe("a status and what it means", () => {
  test.each([
    [200, "accepted", false],
    [201, "accepted", false],
    [204, "accepted", false],
    [301, "rejected", false],
    [302, "rejected", false],
    [307, "rejected", false],
    [400, "rejected", false],
    [401, "later", true],
    [403, "later", true],
    [404, "rejected", false],
    [408, "later", false],
    [409, "rejected", false],
    [410, "rejected", false],
    [422, "rejected", false],
    [425, "later", false],
    [429, "later", true],
    [500, "later", false],
    [501, "later", false],
    [502, "later", true],
    [503, "later", true],
    [504, "later", true],
    [599, "later", false],
  ] as const)("%i is %s, broken gateway %s", (status, kind, brokenGateway) => {
    const own = outcomeOfAnswer(answered(status, "no such number"), { isOwnUrl: true, nowMs: NOW });
    expect(own).toMatchObject(kind === "later" ? { kind, brokenGateway } : { kind });
    if (kind === "later") expect(own).toMatchObject({ detail: `${status} no such number` });
    // A URL out of the content never speaks for the gateway.
    const foreign = outcomeOfAnswer(answered(status), { isOwnUrl: false, nowMs: NOW });
    expect(foreign).toMatchObject(kind === "later" ? { kind, brokenGateway: false } : { kind });
  });

  test("a provider that says yes with other statuses", () => {
    const rules = { okStatuses: [202], isOwnUrl: true, nowMs: NOW };
    expect(outcomeOfAnswer(answered(202), rules).kind).toBe("accepted");
    expect(outcomeOfAnswer(answered(200, "no credit"), rules)).toEqual({
      kind: "rejected",
      detail: "200 no credit",
    });
  });

  test("what has no answer", () => {
    const rules = { isOwnUrl: true, nowMs: NOW };
    expect(outcomeOfAnswer({ kind: "lost", reason: "reset" }, rules)).toEqual({
      kind: "unknown",
      detail: "reset",
    });
    expect(outcomeOfAnswer({ kind: "blocked", reason: "private" }, rules).kind).toBe("rejected");
    expect(outcomeOfAnswer({ kind: "not_sent", reason: "refused" }, rules)).toMatchObject({
      kind: "later",
      brokenGateway: true,
    });
  });
});

describe("Retry-After", () => {
  test.each([
    [undefined, undefined],
    ["5", 5],
    [" 5 ", 5],
    ["0", 1],
    ["86400", 3600],
    ["999999999999", undefined],
    ["-1", undefined],
    ["1.5", undefined],
    ["abc", undefined],
    ["", undefined],
    ["Sat, 21 Nov 2026 12:00:30 GMT", 30],
    ["Sat, 21 Nov 2026 11:00:00 GMT", 1],
    ["Sun, 22 Nov 2026 12:00:00 GMT", 3600],
    ["Saturday, 21-Nov-26 12:00:30 GMT", 30],
    ["Sat, 99 Nov 2026 12:00:30 GMT", undefined],
    ["2026-11-21T12:00:30Z", undefined],
  ])("%s gives %s", (header, seconds) => {
    expect(retryAfterSeconds(header, NOW)).toBe(seconds);
  });

  test("comes with the outcome", () => {
    const answer = answered(503, "busy", { "retry-after": "7" });
    expect(outcomeOfAnswer(answer, { isOwnUrl: true, nowMs: NOW })).toEqual({
      kind: "later",
      detail: "503 busy",
      brokenGateway: true,
      afterSeconds: 7,
    });
  });
});

describe("the provider's id", () => {
  test.each([
    ["id", '{"id":"m1"}', "m1"],
    ["messages.0.message-id", '{"messages":[{"message-id":12}]}', "12"],
    ["id", '{"id":{"x":1}}', undefined],
    ["id.length", '{"id":"m1"}', undefined],
    ["__proto__.x", "{}", undefined],
    ["id", "not json", undefined],
    ["id", "null", undefined],
  ])("%s of %s is %s", (providerIdPath, body, providerId) => {
    const outcome = outcomeOfAnswer(answered(200, body), { providerIdPath, isOwnUrl: true, nowMs: NOW });
    expect(outcome).toEqual(
      providerId === undefined ? { kind: "accepted" } : { kind: "accepted", providerId },
    );
  });
});

test("a detail is one storable line of at most 500 characters", () => {
  expect(asDetail("a\r\n b\0c\u2028d\u0007")).toBe("a b c d");
  expect(asDetail("x".repeat(5000))).toHaveLength(500);
  expect(asDetail(`${"x".repeat(498)}😀😀`).isWellFormed()).toBe(true);
  expect(asDetail("\ud800").isWellFormed()).toBe(true);
});
