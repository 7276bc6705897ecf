/** Executions with how far they are. What waits is read from the queue, what became of the rest from its messages. */
import { AppError } from "../../base/errors.ts";
import { nameOfType } from "../../domain/channel.ts";
import { type Outcome, outcomeOf } from "../../domain/message.ts";
import { secondsOf } from "../../domain/unix-time.ts";
import { inProject, type Tx } from "../../store/db.ts";
import {
  type ChunkProgress,
  countOutcomesOf,
  findLoggedExecution,
  type LoggedExecution,
  listChunkProgress,
  listLoggedExecutions,
  type OutcomeCount,
} from "../../store/execution-log.ts";
import type { Context } from "../context.ts";

export type ExecutionState = "waiting" | "running" | "done";

/** Times are unix seconds. */
export interface ExecutionView {
  readonly id: number;
  readonly campaign_id: number;
  readonly campaign_title: string;
  readonly version: number;
  readonly create_time: number;
  readonly send_at: number;
  readonly target_by: string;
  readonly targets: number;
  /** Targets of which nothing waits any more. */
  readonly done: number;
  /** Messages by outcome; null in a list where counting them would take long: ask for the execution itself. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>> | null;
  readonly external_message_id: string | null;
  readonly request_id: string;
  readonly resent_from: number | null;
  readonly state: ExecutionState;
}

export interface ExecutionDetail extends ExecutionView {
  readonly progress: {
    readonly accepted: number;
    readonly done: number;
    readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
    readonly channels: readonly ({ message_type: number; name: string } & Readonly<
      Partial<Record<Outcome, number>>
    >)[];
  };
}

/** Messages that are counted for one page of a list: about a tenth of a second. */
const COUNTED_AT_MOST = 100_000;

/** Newest first. */
export async function listExecutionViews(
  context: Context,
  projectId: number,
  page: { campaignId: number | null; before: number | null; limit: number },
): Promise<{ rows: ExecutionView[]; next: number | null }> {
  return await inProject(context.app, projectId, async (tx) => {
    const found = await listLoggedExecutions(tx, projectId, { ...page, limit: page.limit + 1 });
    const shown = found.slice(0, page.limit);
    const counted = countable(shown);
    const { chunks, counts } = await read(tx, projectId, { shown, counted });
    const rows = shown.map((row) => {
      const own = counted.has(row.id) ? (counts.get(row.id) ?? []) : null;
      return view(row, chunks.get(row.id), own);
    });
    return { rows, next: found.length > page.limit ? (shown.at(-1)?.id ?? null) : null };
  });
}

/** @throws AppError not_found */
export async function viewExecution(
  context: Context,
  projectId: number,
  id: number,
): Promise<ExecutionDetail> {
  return await inProject(context.app, projectId, async (tx) => {
    const row = await findLoggedExecution(tx, projectId, id);
    if (row === null) throw new AppError("not_found");
    const { chunks, counts } = await read(tx, projectId, { shown: [row], counted: new Set([id]) });
    const own = counts.get(id) ?? [];
    const shown = view(row, chunks.get(id), own);
    const channels = [...Map.groupBy(own, (count) => count.messageType)].map(([type, group]) => ({
      message_type: type,
      name: nameOfType(type),
      ...outcomesOf(group),
    }));
    const progress = { accepted: row.targets, done: shown.done, outcomes: outcomesOf(own), channels };
    return { ...shown, progress };
  });
}

/** The executions of a page whose messages are counted, from the newest on. */
function countable(rows: readonly LoggedExecution[]): Set<number> {
  let messages = 0;
  const counted = rows.filter((row) => {
    const own = row.targets * row.channels.length;
    if (messages + own > COUNTED_AT_MOST) return false;
    messages += own;
    return true;
  });
  return new Set(counted.map((row) => row.id));
}

async function read(
  tx: Tx,
  projectId: number,
  asked: { shown: readonly LoggedExecution[]; counted: ReadonlySet<number> },
): Promise<{ chunks: Map<number, ChunkProgress>; counts: Map<number, OutcomeCount[]> }> {
  const ids = asked.shown.map((row) => row.id);
  const [chunks, counts] = await Promise.all([
    listChunkProgress(tx, projectId, ids),
    countOutcomesOf(tx, projectId, [...asked.counted]),
  ]);
  return {
    chunks: new Map(chunks.map((chunk) => [chunk.executionId, chunk])),
    counts: Map.groupBy(counts, (count) => count.executionId),
  };
}

function outcomesOf(counts: readonly OutcomeCount[]): Partial<Record<Outcome, number>> {
  const outcomes: Partial<Record<Outcome, number>> = {};
  for (const { status, n } of counts) outcomes[outcomeOf(status)] = (outcomes[outcomeOf(status)] ?? 0) + n;
  return outcomes;
}

/** A target may wait in several chunks at once (one channel each), so what is open can exceed what was accepted. */
const doneOf = (row: LoggedExecution, chunk: ChunkProgress | undefined): number =>
  Math.max(0, row.targets - (chunk?.open ?? 0));

function stateOf(chunk: ChunkProgress | undefined): ExecutionState {
  if (chunk === undefined || chunk.open === 0) return "done";
  return chunk.touched === 0 ? "waiting" : "running";
}

const view = (
  row: LoggedExecution,
  chunk: ChunkProgress | undefined,
  counts: readonly OutcomeCount[] | null,
): ExecutionView => ({
  id: row.id,
  campaign_id: row.campaignId,
  campaign_title: row.campaignTitle,
  version: row.version,
  create_time: secondsOf(row.createTime),
  send_at: secondsOf(row.sendAt),
  target_by: row.targetBy,
  targets: row.targets,
  done: doneOf(row, chunk),
  outcomes: counts === null ? null : outcomesOf(counts),
  external_message_id: row.externalMessageId,
  request_id: row.requestId,
  resent_from: row.resentFrom,
  state: stateOf(chunk),
});
