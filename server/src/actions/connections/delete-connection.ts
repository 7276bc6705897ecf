/** Deletes a connection with its log. What waits for it is never posted. */
import { AppError } from "../../base/errors.ts";
import { CONNECTION_STATES } from "../../domain/connection.ts";
import { deleteConnection, findHealthForUpdate, updateConnectionHealth } from "../../store/connections.ts";
import { inProject } from "../../store/db.ts";
import { deleteEvents } from "../../store/webhook-events.ts";
import type { Context } from "../context.ts";

/** Short statements: a log of a million events is deleted beside the day's work. */
const PAGE = 5_000;

/**
 * Off first, so that nothing new comes; then the log page by page; the row last, so that a crash between leaves a
 * connection that can be deleted again. @throws AppError not_found
 */
export async function removeConnection(context: Context, projectId: number, id: number): Promise<void> {
  await inProject(context.app, projectId, async (tx) => {
    const health = await findHealthForUpdate(tx, projectId, { id, isWell: false });
    if (health === null) throw new AppError("not_found");
    const off = { ...health, state: CONNECTION_STATES.off, stateReason: "It is being deleted." };
    await updateConnectionHealth(tx, projectId, { id, health: off });
  });
  const page = { connectionId: id, limit: PAGE };
  for (let count = PAGE; count === PAGE; ) {
    count = await inProject(context.app, projectId, (tx) => deleteEvents(tx, projectId, page));
  }
  await inProject(context.app, projectId, async (tx) => {
    // A worker that had loaded its subscriptions before may have added some. Events before their connection, in the
    // order in which a settle locks them.
    await deleteEvents(tx, projectId, page);
    await deleteConnection(tx, projectId, id);
  });
}
