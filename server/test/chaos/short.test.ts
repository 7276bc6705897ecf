/** The battery in short: five kills, one of each kind and a second worker, with a keyed and a dumb sink at once. */
import { expect, test } from "vitest";
import { runBattery } from "./battery.ts";

/** Any seed will do; one that is fixed makes a failure come back. */
const SEED = 20_261;

test("five kills lose nothing, and nobody gets twice what was not in flight", {
  timeout: 480_000,
}, async () => {
  const report = await runBattery({ seed: SEED, kills: 5, targets: 4_000, sink: "both", withFaults: false });
  expect(report.violations).toEqual([]);
  expect(report).toMatchObject({ acked: report.calls, ackedTargets: 4_000, ambiguousCalls: 0 });
  expect(report.executions).toBe(report.calls);
  expect(report.kills).toHaveLength(5);
  // A run in which nothing was under way proves nothing.
  expect(report.inFlight).toBeGreaterThan(0);
  expect(report.samples).toBeGreaterThan(5);
});
