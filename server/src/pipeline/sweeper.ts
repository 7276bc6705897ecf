/**
 * Deletes what has been kept for long enough, once a day: one project and one table after the other, in small
 * transactions with pauses, so that nobody notices. Several workers may sweep at once; the later one finds less.
 */
import type { Context } from "../actions/context.ts";
import { deleteEnded } from "../store/credentials.ts";
import { inProject } from "../store/db.ts";
import { deleteOldPage, firstCursor, listProjectIds, type RetentionTable } from "../store/retention.ts";

/** How many days each kind of row is kept after it has done its work. */
export interface KeptDays {
  readonly webhookEvents: number;
  readonly sandboxMessages: number;
  readonly eventIds: number;
  readonly doneWork: number;
}

export interface Sweeper {
  start(): void;
  stop(): Promise<void>;
  /** One sweep through everything. @returns how many rows went, by table. */
  sweep(): Promise<Record<RetentionTable, number>>;
}

export interface SweeperOptions {
  readonly context: Context;
  readonly keptDays: KeptDays;
  /** 0 to below 1: spreads the sweeps of several workers over the day. */
  readonly random: () => number;
}

const DAY_MS = 86_400_000;
/** A first sweep waits at least this long: a worker that starts has better things to do. */
const FIRST_MS = 60_000;
const PAGE = 1_000;
/** Between two pages: a table of ten million rows takes ten minutes. */
const PAUSE_MS = 50;

export function createSweeper({ context, keptDays, random }: SweeperOptions): Sweeper {
  const { app, dispatch, clock, log } = context;
  const stopping = new AbortController();
  const { signal } = stopping;
  let running = Promise.resolve();

  async function sweepTable(projectId: number, table: RetentionTable, beforeMs: number): Promise<number> {
    let deleted = 0;
    let after = firstCursor(table);
    while (!signal.aborted) {
      const request = { table, after, beforeMs, size: PAGE };
      const page = await inProject(app, projectId, (tx) => deleteOldPage(tx, projectId, request));
      deleted += page.deleted;
      if (page.next === null) break;
      after = page.next;
      await clock.sleep(PAUSE_MS, signal);
    }
    return deleted;
  }

  /** Tokens and assertions carry their own end, and have an index by it. */
  async function sweepCredentials(projectId: number, nowMs: number): Promise<void> {
    const request = { nowMs, limit: PAGE };
    while (!signal.aborted) {
      const deleted = await inProject(app, projectId, (tx) => deleteEnded(tx, projectId, request));
      if (deleted === 0) break;
      await clock.sleep(PAUSE_MS, signal);
    }
  }

  async function sweep(): Promise<Record<RetentionTable, number>> {
    const nowMs = clock.now();
    const limits: Record<RetentionTable, number> = {
      webhook_events: nowMs - keptDays.webhookEvents * DAY_MS,
      sandbox_messages: nowMs - keptDays.sandboxMessages * DAY_MS,
      event_keys: nowMs - keptDays.eventIds * DAY_MS,
      chunks: nowMs - keptDays.doneWork * DAY_MS,
      // They carry their own end.
      idempotency_keys: nowMs,
    };
    const deleted = { webhook_events: 0, sandbox_messages: 0, event_keys: 0, chunks: 0, idempotency_keys: 0 };
    for (const projectId of await listProjectIds(dispatch)) {
      await sweepCredentials(projectId, nowMs);
      for (const [table, beforeMs] of Object.entries(limits) as [RetentionTable, number][]) {
        if (signal.aborted) return deleted;
        deleted[table] += await sweepTable(projectId, table, beforeMs);
      }
    }
    return deleted;
  }

  async function run(): Promise<void> {
    await clock.sleep(FIRST_MS + random() * DAY_MS * 0.25, signal);
    while (!signal.aborted) {
      try {
        log.info({ deleted: await sweep() }, "deleted what was kept for long enough");
      } catch (error) {
        log.warn({ err: error }, "deleting what is old failed, trying again tomorrow");
      }
      await clock.sleep(DAY_MS, signal);
    }
  }

  return {
    sweep,
    start() {
      running = run();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
