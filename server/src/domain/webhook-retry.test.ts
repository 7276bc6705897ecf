import { describe, expect, test } from "vitest";
import { MAX_WEBHOOK_TRIES, parseRetryAfter, turnAfterFailure, webhookId } from "./webhook-retry.ts";

const NOW = 1_700_000_000_000;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const middle = (): number => 0.5;

const failed = (changes: Partial<Parameters<typeof turnAfterFailure>[0]> = {}) =>
  turnAfterFailure({
    turn: { tries: 0, turnAtMs: NOW },
    startedAtMs: NOW,
    nowMs: NOW,
    retryAfterMs: null,
    random: middle,
    ...changes,
  });

describe("the schedule", () => {
  test("ten tries over 75 hours and a half, then exhausted", () => {
    const waits: number[] = [];
    let turn = { tries: 0, turnAtMs: NOW };
    for (;;) {
      const at = turn.turnAtMs;
      const next = failed({ turn, startedAtMs: at, nowMs: at });
      if (next.isLast) break;
      waits.push(next.turnAtMs - at);
      turn = next;
    }
    expect(waits).toEqual([
      5 * SECOND,
      5 * MINUTE,
      30 * MINUTE,
      2 * HOUR,
      5 * HOUR,
      10 * HOUR,
      14 * HOUR,
      20 * HOUR,
      24 * HOUR,
    ]);
    expect(turn.tries + 1).toBe(MAX_WEBHOOK_TRIES);
    expect(waits.reduce((sum, wait) => sum + wait) / HOUR).toBeCloseTo(75.6, 1);
  });

  test("chance moves a wait by a fifth at the most, either way", () => {
    const turn = { tries: 3, turnAtMs: NOW };
    expect(failed({ turn, random: () => 0 }).turnAtMs - NOW).toBe(1.6 * HOUR);
    expect(failed({ turn, random: () => 0.999_999 }).turnAtMs - NOW).toBeLessThanOrEqual(2.4 * HOUR);
  });

  test("a try ahead of its turn is free", () => {
    const turn = { tries: 9, turnAtMs: NOW + HOUR };
    expect(failed({ turn })).toEqual({ ...turn, isLast: false });
  });
});

test.each([
  [0, 5 * MINUTE],
  [5 * SECOND, 5 * MINUTE],
  [6 * MINUTE, 6 * MINUTE],
  [86_400 * SECOND, 10 * MINUTE],
])("an endpoint's wish for %i ms counts between one and two steps", (retryAfterMs, wanted) => {
  const turn = { tries: 1, turnAtMs: NOW };
  expect(failed({ turn, retryAfterMs, random: () => 0 }).turnAtMs - NOW).toBe(wanted);
  const latest = failed({ turn, retryAfterMs, random: () => 0.99 }).turnAtMs - NOW;
  expect(latest).toBeGreaterThanOrEqual(wanted);
  expect(latest).toBeLessThanOrEqual(10 * MINUTE);
});

test.each([
  ["5", 5 * SECOND],
  [" 86400 ", 86_400 * SECOND],
  ["Tue, 14 Nov 2023 22:14:20 GMT", 60 * SECOND],
  ["Tue, 14 Nov 2023 22:00:00 GMT", 0],
  ["abc", null],
  ["-1", null],
  ["1.5", null],
  ["99999999999", null],
  ["Tue, 99 Nov 2023 22:00:00 GMT", null],
  ["2023-11-14", null],
  ["", null],
  [undefined, null],
])("Retry-After %j is %j ms", (header, wanted) => {
  expect(parseRetryAfter(header, NOW)).toBe(wanted);
});

test("the id that a receiver sees is stable and short", () => {
  expect(webhookId(64_001)).toBe("evt_1ddt");
});
