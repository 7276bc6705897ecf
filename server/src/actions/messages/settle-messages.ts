/**
 * Writes what became of a slice in one transaction: message rows, the tries that failed, chunks of what waits for
 * another try, webhook events, and the end of the haul where the slice is all there is to it. Holds the fence.
 */
import { endSentCampaigns } from "../../store/campaigns.ts";
import { endHaul, fenceHaul, insertChunks, type NewChunk } from "../../store/chunks.ts";
import { inProject } from "../../store/db.ts";
import { type AttemptRow, insertAttempts, type MessageEnd, settleMessages } from "../../store/messages.ts";
import { insertWebhookEvents, type NewWebhookEvent, notifyWebhooks } from "../../store/webhook-events.ts";
import type { Context } from "../context.ts";
import { HaulLost, nullWhenLost } from "./open-messages.ts";

export interface SettleRequest {
  readonly projectId: number;
  readonly token: number;
  readonly day: string;
  readonly ends: readonly MessageEnd[];
  readonly attempts: readonly AttemptRow[];
  readonly retryChunks: readonly NewChunk[];
  readonly events: readonly NewWebhookEvent[];
  /** True where nothing of the haul is left to settle after this: its chunks are done. */
  readonly endsHaul: boolean;
  /** Ids of the haul's campaigns with trigger 0: the end of the haul may be theirs. */
  readonly sentOnce: readonly number[];
}

/** @returns false when the haul is no longer held; then nothing was written. */
export async function settleSlice(context: Context, request: SettleRequest): Promise<boolean> {
  const { projectId, token, day } = request;
  const nowMs = context.clock.now();
  const done = await inProject(context.app, projectId, async (tx) => {
    const hold = request.endsHaul ? endHaul : fenceHaul;
    const [isHeld] = await Promise.all([
      hold(tx, projectId, token),
      settleMessages(tx, projectId, { day, nowMs, rows: request.ends }),
      insertAttempts(tx, projectId, { day, nowMs, rows: request.attempts }),
      request.retryChunks.length > 0 ? insertChunks(tx, projectId, request.retryChunks) : undefined,
      insertWebhookEvents(tx, projectId, request.events, nowMs),
      request.events.length > 0 ? notifyWebhooks(tx, projectId) : undefined,
    ]);
    if (!isHeld) throw new HaulLost();
    const { endsHaul, sentOnce: ids } = request;
    if (endsHaul && ids.length > 0) await endSentCampaigns(tx, projectId, { ids, nowMs });
    return true;
  }).catch(nullWhenLost);
  return done !== null;
}
