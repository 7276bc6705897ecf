/** The limit follows the event loop: down within a moment of standing late, up again by itself, calm about one stop. */
import { expect, test } from "vitest";
import { createLoadLimit, type LoadLimit } from "./load-limit.ts";

const TICK_MS = 25;

function run(limit: LoadLimit, lateMs: readonly number[], fromMs = 0): number {
  let nowMs = fromMs;
  for (const late of lateMs) {
    nowMs += TICK_MS + late;
    limit.tick({ nowMs, lateMs: late });
  }
  return nowMs;
}

const times = (count: number, lateMs: number): number[] => Array.from({ length: count }, () => lateMs);

test("a loop that keeps late is given no more than a commit's worth of calls within half a second", () => {
  const limit = createLoadLimit();
  const calm = limit.most;
  const late = times(10, 20);
  expect(run(limit, late)).toBeLessThan(500);
  expect(limit.most).toBe(128);
  expect(calm).toBe(2_000);
});

test("one stop, as a large body makes it, takes no more than most of the room, and it comes back", () => {
  const limit = createLoadLimit();
  const atMs = run(limit, [0, 0, 400, 0, 0]);
  expect(limit.most).toBeGreaterThanOrEqual(250);
  run(limit, times(200, 0), atMs);
  expect(limit.most).toBe(2_000);
});

test("ticks that are hardly late change nothing", () => {
  const limit = createLoadLimit();
  run(limit, times(400, 2));
  expect(limit.most).toBe(2_000);
});
