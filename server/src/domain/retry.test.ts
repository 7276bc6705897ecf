import { expect, test } from "vitest";
import { DEFAULT_WINDOW_MS, nextTry, windowEnd } from "./retry.ts";

const ask = (over: Partial<Parameters<typeof nextTry>[0]>) =>
  nextTry({
    nowMs: 0,
    tries: 1,
    afterSeconds: undefined,
    windowEndMs: Number.MAX_SAFE_INTEGER,
    random: () => 0,
    ...over,
  });

test("waits double from a second to a quarter of an hour", () => {
  const waits = [1, 2, 3, 4, 10, 11, 50].map((tries) => ask({ tries }));
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 512_000, 900_000, 900_000]);
});

test("jitter takes up to a fifth off, and adds up to a fifth to what the provider asked for", () => {
  expect(ask({ tries: 4, random: () => 1 })).toBe(6_400);
  expect(ask({ afterSeconds: 60 })).toBe(60_000);
  expect(ask({ afterSeconds: 60, random: () => 1 })).toBe(72_000);
});

test("a try that would come after the window is none", () => {
  expect(ask({ tries: 3, windowEndMs: 3_999 })).toBeNull();
  expect(ask({ tries: 3, windowEndMs: 4_000 })).toBe(4_000);
});

test("without retry_for the window is a day from the send time", () => {
  expect(windowEnd(1_000, null)).toBe(1_000 + DEFAULT_WINDOW_MS);
  expect(windowEnd(1_000, 5_000)).toBe(5_000);
});
