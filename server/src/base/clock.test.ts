import { expect, test } from "vitest";
import { systemClock } from "./clock.ts";

test("sleep lasts at least as long as asked, on the monotonic clock", async () => {
  const start = systemClock.monotonicMs();
  await systemClock.sleep(30);
  // Timers round to whole milliseconds, so 29.x is honest.
  expect(systemClock.monotonicMs() - start).toBeGreaterThanOrEqual(29);
});

test("an abort ends a sleep at once and without an error", async () => {
  const stop = new AbortController();
  const start = systemClock.monotonicMs();
  const sleeping = systemClock.sleep(60_000, stop.signal);
  stop.abort();
  await sleeping;
  await systemClock.sleep(60_000, stop.signal);
  expect(systemClock.monotonicMs() - start).toBeLessThan(30_000);
});

test("a sleep longer than 24.8 days does not fire at once", async () => {
  const stop = new AbortController();
  let woke = false;
  const sleeping = systemClock.sleep(2 ** 32, stop.signal).then(() => {
    woke = true;
  });
  await systemClock.sleep(20);
  expect(woke).toBe(false);
  stop.abort();
  await sleeping;
});

test("now is the wall time in milliseconds", () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000);
});
