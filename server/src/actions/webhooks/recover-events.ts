/** Posts again what an endpoint has missed: everything since a moment, or one event. */
import { AppError } from "../../base/errors.ts";
import { CONNECTION_STATES } from "../../domain/connection.ts";
import { findConnection } from "../../store/connections.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { bucketOfId } from "../../store/id-blocks.ts";
import {
  findLoggedEvent,
  type LogPlace,
  notifyWebhooks,
  recoverEvents,
  requeueEvent,
} from "../../store/webhook-events.ts";
import type { Context } from "../context.ts";

/** Keeps one statement short. */
const PAGE = 5_000;

/**
 * Makes due what was made since `sinceMs` and is not delivered: exhausted events get all their turns anew, waiting
 * ones are tried now. What was delivered is left alone.
 * @returns how many events. @throws AppError not_found, conflict (the connection is not on).
 */
export async function recoverSince(
  context: Context,
  projectId: number,
  { connectionId, sinceMs }: { readonly connectionId: number; readonly sinceMs: number },
): Promise<number> {
  let recovered = 0;
  for (let from: LogPlace | null = { atMs: sinceMs, id: 0 }; from !== null; ) {
    const place: LogPlace = from;
    const page = await inProject(context.app, projectId, async (tx) => {
      await mustBeOn(tx, projectId, connectionId);
      const nowMs = context.clock.now();
      const done = await recoverEvents(tx, projectId, { connectionId, from: place, nowMs, limit: PAGE });
      await notifyWebhooks(tx, projectId);
      return done;
    });
    recovered += page.count;
    from = page.next;
  }
  return recovered;
}

/**
 * Posts one event again, delivered or not, under the same webhook-id.
 * @throws AppError not_found, conflict (the connection is not on, or the event is being posted now).
 */
export async function replayEvent(context: Context, projectId: number, id: number): Promise<void> {
  await inProject(context.app, projectId, async (tx) => {
    const key = { bucket: bucketOfId(id), id };
    const event = await findLoggedEvent(tx, projectId, key);
    if (event === null) throw new AppError("not_found");
    await mustBeOn(tx, projectId, event.connectionId);
    const isRequeued = await requeueEvent(tx, projectId, { ...key, nowMs: context.clock.now() });
    if (!isRequeued) {
      throw new AppError("conflict", { message: "The event is being posted at this moment." });
    }
    await notifyWebhooks(tx, projectId);
  });
}

/** Not locked: a settle locks its events first and the connection after them, and would wait for us in a ring. */
async function mustBeOn(tx: Tx, projectId: number, connectionId: number): Promise<void> {
  const row = await findConnection(tx, projectId, connectionId);
  if (row === null) throw new AppError("not_found");
  if (row.state === CONNECTION_STATES.on) return;
  throw new AppError("conflict", { message: "The connection is off; enable it first." });
}
