/** The fuzz in short: any seed will do; one that is fixed makes a failure come back. */
import { expect, test } from "vitest";
import { runFuzz } from "./fuzz-run.ts";

const SEED = 41;

test("five seconds of requests that nobody would send find nothing", { timeout: 300_000 }, async () => {
  const report = await runFuzz({ seed: SEED, seconds: 5 });
  expect(report.failures).toEqual([]);
  expect(report.exitCode).toBe(0);
  // A run that stands before closed doors, or that checks no refusal, proves nothing.
  expect(report.requests).toBeGreaterThan(200);
  expect(report.taken).toBeGreaterThan(10);
  expect(report.checked).toBeGreaterThan(50);
});
