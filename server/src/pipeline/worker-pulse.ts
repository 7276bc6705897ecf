/** A worker says every few seconds that it lives and which of its breakers are open, for those who look after it. */
import type { Context } from "../actions/context.ts";
import { deleteWorker, upsertWorker } from "../store/workers.ts";
import type { Breakers } from "./breaker.ts";
import type { MessageCounters } from "./message-counters.ts";

const BEAT_MS = 5_000;

export interface Pulse {
  start(): void;
  stop(): Promise<void>;
}

export function createPulse(options: {
  readonly context: Context;
  readonly name: string;
  readonly version: string;
  readonly breakers: Breakers;
  readonly counters: MessageCounters;
}): Pulse {
  const { context, name, version, breakers, counters } = options;
  const stopping = new AbortController();
  const startMs = context.clock.now();
  let running = Promise.resolve();

  async function beat(): Promise<void> {
    const said = { breakers: JSON.stringify(breakers.listOpen()), counters: counters.read() };
    try {
      const nowMs = context.clock.now();
      await upsertWorker(context.dispatch, { name, version, startMs, nowMs, ...said });
    } catch (error) {
      context.log.debug({ err: error }, "the worker's sign of life was not written");
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await beat();
      await context.clock.sleep(BEAT_MS, stopping.signal);
    }
  }

  return {
    start() {
      running = run();
    },
    async stop() {
      stopping.abort();
      await running;
      await deleteWorker(context.dispatch, name).catch(() => undefined);
    },
  };
}
