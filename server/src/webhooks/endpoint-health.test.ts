import { describe, expect, test } from "vitest";
import { CONNECTION_STATES, type EndpointHealth } from "../domain/connection.ts";
import type { Delivery } from "../domain/webhook-retry.ts";
import { judgeEndpoint } from "./endpoint-health.ts";

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WELL: EndpointHealth = {
  state: CONNECTION_STATES.on,
  stateReason: null,
  failures: 0,
  failingSinceMs: null,
  holdUntilMs: null,
};
const good: Delivery = { outcome: "delivered", status: 200, detail: null, retryAfterMs: null };
const bad: Delivery = { outcome: "failed", status: 500, detail: "oops", retryAfterMs: null };
const gone: Delivery = { outcome: "gone", status: 410, detail: "", retryAfterMs: null };

const judge = (
  health: EndpointHealth,
  deliveries: Delivery[],
  nowMs = NOW,
  isProbe = false,
): EndpointHealth => judgeEndpoint(health, { deliveries, isProbe, nowMs });

test("nothing changes while all is well, so nothing is written", () => {
  expect(judge(WELL, [good, good])).toBe(WELL);
});

describe("resting", () => {
  test("begins with the fifth failure in a row; a success between starts the count anew", () => {
    expect(judge(WELL, [bad, bad, bad, bad]).holdUntilMs).toBeNull();
    expect(judge(WELL, [bad, bad, bad, bad, good, bad]).failures).toBe(1);
    expect(judge(WELL, [bad, bad, bad, bad, bad]).holdUntilMs).toBe(NOW + 5_000);
  });

  test("begins after a minute of failures, however few", () => {
    const first = judge(WELL, [bad]);
    expect(judge(first, [bad], NOW + 59_000).holdUntilMs).toBeNull();
    expect(judge(first, [bad], NOW + 60_000)).toMatchObject({ failures: 5, holdUntilMs: NOW + 65_000 });
  });

  test("what was on its way when it began changes nothing", () => {
    const resting = judge(
      WELL,
      Array.from({ length: 16 }, () => bad),
    );
    expect(resting).toMatchObject({ failures: 5, holdUntilMs: NOW + 5_000 });
    expect(judge(resting, [bad, bad], NOW + 1_000)).toBe(resting);
  });

  test("doubles with each failed probe up to a minute, and a success ends it", () => {
    let health = judge(WELL, [bad, bad, bad, bad, bad]);
    const rests: number[] = [];
    for (let probe = 0; probe < 6; probe += 1) {
      const nowMs = health.holdUntilMs!;
      health = judge(health, [bad], nowMs, true);
      rests.push((health.holdUntilMs! - nowMs) / 1000);
    }
    expect(rests).toEqual([10, 20, 40, 60, 60, 60]);
    expect(judge(health, [good], NOW, true)).toEqual(WELL);
  });
});

describe("disabling", () => {
  test("410 does it at once, also in the middle of successes", () => {
    const health = judge(WELL, [good, gone, good]);
    expect(health).toMatchObject({
      state: CONNECTION_STATES.disabled,
      stateReason: "The endpoint answered 410 Gone.",
    });
  });

  test("five days of nothing but failures do it, once, with a reason", () => {
    const failing: EndpointHealth = { ...WELL, failures: 900, failingSinceMs: NOW, holdUntilMs: NOW };
    expect(judge(failing, [bad], NOW + 5 * DAY - 1, true).state).toBe(CONNECTION_STATES.on);
    const health = judge(failing, [bad], NOW + 5 * DAY, true);
    expect(health).toMatchObject({ state: CONNECTION_STATES.disabled, holdUntilMs: null });
    expect(health.stateReason).toBe("Only failures for 5 days. The last: 500 oops");
    expect(judge(health, [bad], NOW + 6 * DAY, true)).toBe(health);
  });

  test("sporadic failures never do it, over weeks", () => {
    let health = WELL;
    for (let hour = 0; hour < 24 * 30; hour += 1) {
      health = judge(health, [bad, bad, bad, bad, bad], NOW + hour * HOUR);
      health = judge(health, [good], NOW + hour * HOUR + 30_000, true);
    }
    expect(health).toEqual(WELL);
  });

  test("one that is off by hand stays as it is", () => {
    const off = { ...WELL, state: CONNECTION_STATES.off };
    expect(judge(off, [bad, gone, good])).toBe(off);
  });
});
