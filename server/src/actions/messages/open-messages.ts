/**
 * Writes the rows of messages before anything is handed to a gateway, together with those that end at once. Holds
 * the fence: when another worker has taken the chunks over, nothing is written.
 */

import { STATUSES } from "../../domain/message.ts";
import { fenceHaul } from "../../store/chunks.ts";
import { inProject } from "../../store/db.ts";
import {
  type ExistingMessage,
  insertMessages,
  listMessageStates,
  listMessagesByRecipient,
  type NewMessage,
  reopenMessages,
} from "../../store/messages.ts";
import { insertWebhookEvents, type NewWebhookEvent, notifyWebhooks } from "../../store/webhook-events.ts";
import type { Context } from "../context.ts";

export interface OpenRequest {
  readonly projectId: number;
  readonly token: number;
  readonly day: string;
  readonly fresh: readonly NewMessage[];
  /**
   * Messages of a retry chunk, with the tries that they had when they were put to wait. One that `isEnding` is only
   * looked at: it is not handed over again.
   */
  readonly waiting: readonly { bucket: number; id: number; tries: number; isEnding: boolean }[];
  /** Events of rows that end at once, by message id: told only of rows that were really written. */
  readonly events: readonly { messageId: number; event: NewWebhookEvent }[];
}

export interface Opened {
  /** Ids of `fresh` that are new. */
  readonly written: ReadonlySet<number>;
  /** What stood there already in place of the others. */
  readonly existing: readonly ExistingMessage[];
  /** The rows of `waiting` as they were found. */
  readonly waiting: ReadonlyMap<number, { status: number; tries: number }>;
}

/** @returns null when the haul is no longer held. */
export async function openMessages(context: Context, request: OpenRequest): Promise<Opened | null> {
  const { projectId, day, fresh, waiting } = request;
  const nowMs = context.clock.now();
  return await inProject(context.app, projectId, async (tx) => {
    const [isHeld, written, states] = await Promise.all([
      fenceHaul(tx, projectId, request.token),
      insertMessages(tx, projectId, { day, nowMs, rows: fresh }),
      waiting.length === 0 ? [] : listMessageStates(tx, projectId, day, waiting),
    ]);
    if (!isHeld) throw new HaulLost();
    const found = new Map(states.map((state) => [state.id, state]));
    const untouched = waiting.filter(({ id, tries, isEnding }) => {
      const state = found.get(id);
      return !isEnding && state?.status === STATUSES.queued && state.tries === tries;
    });
    await reopenMessages(
      tx,
      projectId,
      day,
      untouched.map((row) => ({ ...row, tries: row.tries + 1 })),
    );
    const missing = fresh.filter((row) => !written.has(row.id));
    const existing = missing.length === 0 ? [] : await listMessagesByRecipient(tx, projectId, day, missing);
    const events = request.events.filter((entry) => written.has(entry.messageId)).map((entry) => entry.event);
    await insertWebhookEvents(tx, projectId, events, nowMs);
    if (events.length > 0) await notifyWebhooks(tx, projectId);
    return { written, existing, waiting: found };
  }).catch(nullWhenLost);
}

/** Rolls the transaction back: what was written beside the fence is undone. */
export class HaulLost extends Error {}

export function nullWhenLost(error: unknown): null {
  if (error instanceof HaulLost) return null;
  throw error;
}
