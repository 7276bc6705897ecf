import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";

const never = (): number => 0;

test("doubles from the base to the bound", () => {
  const waits = [1, 2, 3, 4, 5, 6].map((attempt) =>
    backoffMs({ attempt, baseMs: 500, maxMs: 10_000, jitter: 0, random: never }),
  );
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000]);
});

test("a thousandth attempt waits the bound, not Infinity", () => {
  expect(backoffMs({ attempt: 5_000, baseMs: 500, maxMs: 10_000, jitter: 0, random: never })).toBe(10_000);
});

test("attempt 0 waits like the first", () => {
  expect(backoffMs({ attempt: 0, baseMs: 500, maxMs: 10_000, jitter: 0, random: never })).toBe(500);
});

test("jitter takes away at most its share", () => {
  const wait = fc.record({
    attempt: fc.integer({ min: 1, max: 40 }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    chance: fc.double({ min: 0, max: 0.999999, noNaN: true }),
  });
  fc.assert(
    fc.property(wait, ({ attempt, jitter, chance }) => {
      const full = backoffMs({ attempt, baseMs: 100, maxMs: 60_000, jitter: 0, random: never });
      const actual = backoffMs({ attempt, baseMs: 100, maxMs: 60_000, jitter, random: () => chance });
      expect(actual).toBeLessThanOrEqual(full);
      expect(actual).toBeGreaterThanOrEqual(Math.floor(full * (1 - jitter)));
    }),
  );
});
