/** What the watchdog bites, and what it lets pass. */
import { expect, test } from "vitest";
import { createWatchdog } from "./watchdog.ts";

test("names what stays for longer than it may", () => {
  const watchdog = createWatchdog(3);
  const looks = Array.from({ length: 4 }, () => watchdog.look(new Set(["a", "b"])));
  expect(looks).toEqual([null, null, null, "a"]);
});

test("what comes and goes is never named, and one that comes again starts anew", () => {
  const watchdog = createWatchdog(2);
  for (let round = 0; round < 20; round += 1) {
    expect(watchdog.look(new Set([`beat ${round}`]))).toBeNull();
    expect(watchdog.look(new Set(round % 2 === 0 ? ["haul"] : []))).toBeNull();
  }
});
