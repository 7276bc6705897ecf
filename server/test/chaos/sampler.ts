/**
 * Looks at the accounts every second while everything falls over: what was accepted is always waiting, being sent
 * or ended (I5), and what has ended never changes (I6).
 */
import type { Sql } from "../../src/store/db.ts";
import { isEnded, listMessageStates, listUnbalanced } from "./inspection.ts";

export interface Sampler {
  /** Samples that were answered. */
  readonly samples: number;
  readonly violations: readonly string[];
  /** One more sample, then the end. */
  stop(): Promise<void>;
}

const EVERY_MS = 1_000;

export function startSampler(sql: Sql): Sampler {
  const stopping = new AbortController();
  const ended = new Map<number, number>();
  const violations: string[] = [];
  let samples = 0;

  async function look(): Promise<void> {
    for (const execution of await listUnbalanced(sql)) {
      violations.push(`I5 execution ${execution.id} is out of balance: ${JSON.stringify(execution)}`);
    }
    for (const { id, status } of await listMessageStates(sql)) {
      const before = ended.get(id);
      if (before !== undefined && before !== status) {
        violations.push(`I6 message ${id} had ended with status ${before} and now has ${status}`);
      }
      if (isEnded(status)) ended.set(id, status);
    }
    samples += 1;
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      // PostgreSQL may be down at this moment; that is what the run is about.
      await look().catch(() => undefined);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, EVERY_MS);
        stopping.signal.addEventListener("abort", () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    await look();
  }

  const loop = run();
  return {
    get samples() {
      return samples;
    },
    violations,
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}
