/** The limit follows the event loop: down within a moment of standing late, up again by itself, calm about one stop. */
import { expect, test } from "vitest";
import { createLoadLimit, type LoadLimit } from "./load-limit.ts";

const TICK_MS = 25;

function run(limit: LoadLimit, lateMs: readonly number[], { fromMs = 0, isFull = false } = {}): number {
  let nowMs = fromMs;
  for (const late of lateMs) {
    nowMs += TICK_MS + late;
    limit.tick({ nowMs, lateMs: late, isFull });
  }
  return nowMs;
}

const times = (count: number, lateMs: number): number[] => Array.from({ length: count }, () => lateMs);

test("where more come than there is room for, a loop that keeps late gets a commit's worth within half a second", () => {
  const limit = createLoadLimit();
  const calm = limit.most;
  const late = times(12, 15);
  expect(run(limit, late, { isFull: true })).toBeLessThan(500);
  expect(limit.most).toBe(128);
  expect(calm).toBe(3_000);
});

test("a burst for which there is room is worked off, however late the loop is", () => {
  const limit = createLoadLimit();
  run(limit, times(100, 90));
  expect(limit.most).toBe(3_000);
});

test("one stop, as a large body makes it, takes no more than most of the room, and it comes back", () => {
  const limit = createLoadLimit();
  const fromMs = run(limit, [0, 0, 400, 0, 0], { isFull: true });
  expect(limit.most).toBeGreaterThanOrEqual(500);
  run(limit, times(200, 0), { fromMs });
  expect(limit.most).toBe(3_000);
});

test("ticks that are hardly late change nothing", () => {
  const limit = createLoadLimit();
  run(limit, times(400, 2), { isFull: true });
  expect(limit.most).toBe(3_000);
});
