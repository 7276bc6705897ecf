import { expect, test } from "vitest";
import { createBreakers } from "./breaker.ts";

function setUp() {
  let nowMs = 1_000_000;
  const clock = { now: () => nowMs, monotonicMs: () => nowMs, sleep: async () => {} };
  return { breakers: createBreakers(clock), pass: (ms: number) => (nowMs += ms), now: () => nowMs };
}

const fail = (breakers: ReturnType<typeof createBreakers>, times: number) => {
  for (let i = 0; i < times; i += 1) breakers.record("smtp", true);
};

test("twenty faults in a row open it for a second; a success in between starts the count again", () => {
  const { breakers, now } = setUp();
  fail(breakers, 19);
  breakers.record("smtp", false);
  fail(breakers, 19);
  expect(breakers.restUntil(["smtp"])).toBeNull();
  fail(breakers, 1);
  expect(breakers.restUntil(["smtp"])).toBe(now() + 1_000);
});

test("a probe that fails doubles the rest up to half a minute, one that succeeds closes it", () => {
  const { breakers, pass, now } = setUp();
  fail(breakers, 20);
  const rests: number[] = [];
  for (let i = 0; i < 7; i += 1) {
    pass(31_000);
    expect(breakers.restUntil(["smtp"])).toBeNull();
    fail(breakers, 1);
    rests.push((breakers.restUntil(["smtp"]) ?? 0) - now());
  }
  expect(rests).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  pass(31_000);
  breakers.record("smtp", false);
  fail(breakers, 19);
  expect(breakers.restUntil(["smtp"])).toBeNull();
});

test("work rests only when all of its gateways do", () => {
  const { breakers } = setUp();
  fail(breakers, 20);
  expect(breakers.restUntil(["smtp", "sandbox"])).toBeNull();
  expect(breakers.restUntil([])).toBeNull();
});
