/**
 * Waits until an execution is done, for callers that asked with `async: false`. The worker cannot be asked (the two
 * meet in the database only), so the queue is looked at: rarely enough to be cheap, for at most half a minute.
 */
import { outcomeOf } from "../../domain/message.ts";
import { countOpenChunks } from "../../store/chunks.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { countOutcomes, listExecutionMessages } from "../../store/messages.ts";
import type { Context } from "../context.ts";

export interface AwaitedOutcome {
  /** False when half a minute was not enough; the counts are those of that moment. */
  readonly isComplete: boolean;
  /** Messages by outcome; `queued` are those that wait. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** One row a message, for executions of at most 100; else null. */
  readonly rows: readonly Readonly<Record<string, unknown>>[] | null;
}

const LONGEST_WAIT_MS = 30_000;
const FIRST_LOOK_MS = 15;
const LONGEST_LOOK_MS = 250;
const MAX_ROWS = 100;

export async function awaitOutcome(
  context: Context,
  projectId: number,
  executionId: number,
): Promise<AwaitedOutcome> {
  const endMs = context.clock.monotonicMs() + LONGEST_WAIT_MS;
  for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(LONGEST_LOOK_MS, waitMs * 1.5)) {
    await context.clock.sleep(waitMs);
    const isComplete =
      (await inProject(context.app, projectId, (tx) => countOpenChunks(tx, projectId, executionId))) === 0;
    if (isComplete || context.clock.monotonicMs() > endMs) {
      return await inProject(context.app, projectId, (tx) =>
        read(tx, projectId, { executionId, isComplete }),
      );
    }
  }
}

async function read(
  tx: Tx,
  projectId: number,
  { executionId, isComplete }: { executionId: number; isComplete: boolean },
): Promise<AwaitedOutcome> {
  const outcomes: Record<string, number> = {};
  let total = 0;
  for (const { status, n } of await countOutcomes(tx, projectId, executionId)) {
    const outcome = outcomeOf(status);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + n;
    total += n;
  }
  const rows = total > MAX_ROWS ? null : await listExecutionMessages(tx, projectId, executionId);
  return { isComplete, outcomes, rows: rows?.map(viewRow) ?? null };
}

type MessageRow = Awaited<ReturnType<typeof listExecutionMessages>>[number];

const viewRow = (row: MessageRow) => ({
  target: row.target,
  message_id: row.id,
  channel: row.messageType,
  status: row.status,
  outcome: outcomeOf(row.status),
  reason: row.reason,
  error: row.error,
});
