/**
 * Writes down what became of the answers to calls without a key: delivered or lost, a few hundred in one statement.
 * A process that is killed leaves its rows as they are, which says that nobody knows.
 */
import { eventsHeard } from "../../base/event-loop.ts";
import { inProject } from "../../store/db.ts";
import {
  ANSWER_STATES,
  deleteOldUnkeyedCalls,
  type UnkeyedRow,
  updateDelivered,
  writeUnkeyedCalls,
} from "../../store/unkeyed-calls.ts";
import type { Context } from "../context.ts";
import { REPEAT_MS } from "./repeated-calls.ts";

/** A reset after the last byte was handed over says that nobody read it; it comes within a round trip or two. */
const GRACE_MS = 300;
/** With the grace well within the time in which another process waits for it; fewer and larger writes. */
const WRITE_EVERY_MS = 250;
/** A caller that went before its call had its turn, and came again, is known by the row of its second call. */
const KEEP_DELIVERED_MS = 10_000;
const SWEEP_EVERY_MS = 5_000;

/** An answer on its way. */
export interface Fate {
  readonly projectId: number;
  readonly row: UnkeyedRow;
  isLost(): boolean;
  /** It is written down. */
  written(): void;
}

export interface AnswerFates {
  /** It was handed to the connection. */
  sent(fate: Fate): void;
  lost(fate: Fate): void;
  /** Writes what is left. */
  stop(): Promise<void>;
}

export function createAnswerFates(context: Context): AnswerFates {
  const { clock, log } = context;
  /** Oldest first. */
  let sent: { readonly fate: Fate; readonly sinceMs: number }[] = [];
  let lost: Fate[] = [];
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> | null = null;
  const sweptAtMs = new Map<number, number>();

  function work(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    writing ??= write(clock.monotonicMs() - GRACE_MS).finally(() => {
      writing = null;
      if (lost.length > 0) work();
      else wake();
    });
  }

  function wake(): void {
    if (sent.length > 0) timer ??= setTimeout(work, WRITE_EVERY_MS).unref();
  }

  /** @param untilMs answers that were handed over later stay: they may be lost yet. */
  async function write(untilMs: number): Promise<void> {
    // A process that stood still for the whole grace comes to its timers before it hears of a reset.
    await eventsHeard();
    const next = sent.findIndex((entry) => entry.sinceMs > untilMs);
    const over = sent.splice(0, next < 0 ? sent.length : next);
    const delivered = over.filter(({ fate }) => !fate.isLost());
    const marked = lost;
    lost = [];
    const all = [...delivered.map(({ fate }) => fate), ...marked];
    try {
      for (const [projectId, fates] of Map.groupBy(all, (fate) => fate.projectId))
        await writeProject(projectId, fates);
      for (const fate of all) fate.written();
    } catch (error) {
      log.debug({ err: error }, "the fate of answers is written later");
      await clock.sleep(WRITE_EVERY_MS);
      for (const fate of all) if (!isRecent(fate)) fate.written();
      sent = [...delivered.filter(({ fate }) => isRecent(fate)), ...sent];
      lost = [...marked.filter(isRecent), ...lost];
    }
  }

  const isRecent = ({ row }: Fate): boolean => row.createdAtMs > clock.now() - REPEAT_MS;

  async function writeProject(projectId: number, fates: readonly Fate[]): Promise<void> {
    const { true: gone = [], false: arrived = [] } = Object.groupBy(fates, (fate) => `${fate.isLost()}`);
    const marked = gone.map(({ row }) => ({ ...row, state: ANSWER_STATES.lost }));
    const delivered = arrived.map(({ row }) => row);
    const isDue = clock.monotonicMs() - (sweptAtMs.get(projectId) ?? 0) > SWEEP_EVERY_MS;
    if (isDue) sweptAtMs.set(projectId, clock.monotonicMs());
    const nowMs = clock.now();
    const old = { deliveredBeforeMs: nowMs - KEEP_DELIVERED_MS, beforeMs: nowMs - REPEAT_MS };
    await inProject(context.app, projectId, async (tx) => {
      if (delivered.length > 0) await updateDelivered(tx, projectId, delivered);
      if (marked.length > 0) await writeUnkeyedCalls(tx, projectId, marked);
      if (isDue) await deleteOldUnkeyedCalls(tx, projectId, old);
    });
  }

  return {
    sent(fate) {
      sent.push({ fate, sinceMs: clock.monotonicMs() });
      wake();
    },
    lost(fate) {
      lost.push(fate);
      work();
    },
    async stop() {
      await writing;
      if (timer !== null) clearTimeout(timer);
      timer = null;
      await write(Number.POSITIVE_INFINITY);
    },
  };
}
