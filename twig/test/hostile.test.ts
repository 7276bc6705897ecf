/**
 * Each hostile template ends within 50 ms of work and 32 MB, with a TwigBudgetError, a TwigRuntimeError, a
 * TwigSyntaxError at compile, or the output that is written beside it.
 */
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { ATTACKS, type Attack, endingOf } from "./attacks.ts";
import { leastWorkMs, onThisMachine } from "./work-time.ts";

const MAX_MS = 50;
const MAX_MEGABYTES = 32;

/** What another budget than that of time ends, or nothing, ends so on a slow machine too: it has more time there. */
const endingInTime = (attack: Attack) =>
  endingOf(attack, attack.ending === "budget" ? {} : { milliseconds: 10_000 });

describe("hostile templates", () => {
  for (const [i, attack] of ATTACKS.entries()) {
    test(`${i}: ${attack.source.slice(0, 90)}`, () => {
      expect(endingInTime(attack)).toEqual(attack.ending);
      const maxMs = onThisMachine(MAX_MS);
      expect(leastWorkMs(() => endingOf(attack), maxMs)).toBeLessThan(maxMs);
    });
  }

  test(`all of them, one after the other, in a thread with a heap of ${MAX_MEGABYTES} MB`, {
    timeout: 180_000,
  }, async () => {
    const worker = new Worker(new URL("./attack-worker.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MAX_MEGABYTES, maxYoungGenerationSizeMb: 4 },
    });
    const endings: unknown[] = [];
    worker.on("message", ({ index, ending }: { index: number; ending: unknown }) => {
      endings[index] = ending;
    });
    await new Promise((resolve, reject) => {
      worker.on("exit", resolve);
      worker.on("error", (error) => reject(new Error(`attack ${endings.length}: ${error.message}`)));
    });
    // The budget of time runs by the clock on the wall: on a machine that is busy with other things it may come first.
    const wanted = ATTACKS.map(({ ending }, i) => (endings[i] === "budget" ? "budget" : ending));
    expect(endings).toEqual(wanted);
  });
});
