/**
 * Writes what became of a slice in one transaction: message rows, the tries that failed, chunks of what waits for
 * another try, webhook events, and the end of the haul's chunks when this was its last slice. Checks the fence.
 */
import {
  type ClaimedChunk,
  fenceChunks,
  insertChunks,
  type NewChunk,
  settleChunks,
} from "../../store/chunks.ts";
import { inProject } from "../../store/db.ts";
import { type AttemptRow, insertAttempts, type MessageEnd, settleMessages } from "../../store/messages.ts";
import { insertWebhookEvents, type NewWebhookEvent, notifyWebhooks } from "../../store/webhook-events.ts";
import type { Context } from "../context.ts";
import { ChunksLost, nullWhenLost } from "./open-messages.ts";

export interface SettleRequest {
  readonly projectId: number;
  readonly token: number;
  /** All chunks of the haul. */
  readonly chunks: readonly ClaimedChunk[];
  readonly day: string;
  readonly ends: readonly MessageEnd[];
  readonly attempts: readonly AttemptRow[];
  readonly retryChunks: readonly NewChunk[];
  readonly events: readonly NewWebhookEvent[];
  /** True for the haul's last slice: its chunks are done with it. */
  readonly isLast: boolean;
}

/** @returns false when the chunks are no longer held under the token; then nothing was written. */
export async function settleSlice(context: Context, request: SettleRequest): Promise<boolean> {
  const { projectId, day } = request;
  const nowMs = context.clock.now();
  const done = await inProject(context.app, projectId, async (tx) => {
    const hold = request.isLast ? settleChunks : fenceChunks;
    const [held] = await Promise.all([
      hold(tx, projectId, request),
      settleMessages(tx, projectId, { day, nowMs, rows: request.ends }),
      insertAttempts(tx, projectId, { day, nowMs, rows: request.attempts }),
      request.retryChunks.length > 0 ? insertChunks(tx, projectId, request.retryChunks) : undefined,
      insertWebhookEvents(tx, projectId, request.events, nowMs),
      request.events.length > 0 ? notifyWebhooks(tx, projectId) : undefined,
    ]);
    if (held < request.chunks.length) throw new ChunksLost();
    return true;
  }).catch(nullWhenLost);
  return done !== null;
}
