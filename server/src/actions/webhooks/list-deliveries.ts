/** The log of a connection: which events, how often tried, what the endpoint said last. */
import { AppError } from "../../base/errors.ts";
import { secondsOf, secondsOrNull } from "../../domain/unix-time.ts";
import { EVENT_STATES, webhookId } from "../../domain/webhook-retry.ts";
import { findConnection } from "../../store/connections.ts";
import { inProject } from "../../store/db.ts";
import { bucketOfId } from "../../store/id-blocks.ts";
import { findLoggedEvent, type LoggedEvent, listLoggedEvents } from "../../store/webhook-events.ts";
import type { Context } from "../context.ts";

/** Names for people; `sending` is a claimed event. */
export const DELIVERY_STATES = {
  waiting: EVENT_STATES.waiting,
  sending: EVENT_STATES.claimed,
  delivered: EVENT_STATES.delivered,
  exhausted: EVENT_STATES.exhausted,
} as const;
export type DeliveryStateName = keyof typeof DELIVERY_STATES;

const STATE_NAMES = Object.keys(DELIVERY_STATES) as DeliveryStateName[];

/** Times are unix seconds. */
export interface DeliveryView {
  readonly id: number;
  /** As the endpoint sees it. */
  readonly webhook_id: string;
  readonly connection_id: number;
  readonly event: string;
  readonly state: DeliveryStateName;
  /** Tries on schedule; ten exhaust an event. */
  readonly tries: number;
  /** Of a waiting event only. */
  readonly next_try: number | null;
  readonly create_time: number;
  readonly end_time: number | null;
  readonly last_status: number | null;
  readonly last_detail: string | null;
}

/** Newest first. @param asked.before an event's id: what is older. @throws AppError not_found */
export async function listDeliveries(
  context: Context,
  projectId: number,
  asked: { connectionId: number; state: DeliveryStateName | null; limit: number; before: number | null },
): Promise<DeliveryView[]> {
  const { connectionId, limit } = asked;
  const before = asked.before === null ? null : { bucket: bucketOfId(asked.before), id: asked.before };
  const state = asked.state === null ? null : DELIVERY_STATES[asked.state];
  return await inProject(context.app, projectId, async (tx) => {
    if ((await findConnection(tx, projectId, connectionId)) === null) throw new AppError("not_found");
    const rows = await listLoggedEvents(tx, projectId, { connectionId, state, limit, before });
    return rows.map(viewOf);
  });
}

/** One event with its body and the whole of the last answer that we keep. @throws AppError not_found */
export async function viewDelivery(
  context: Context,
  projectId: number,
  id: number,
): Promise<DeliveryView & { readonly body: string }> {
  const key = { bucket: bucketOfId(id), id };
  const row = await inProject(context.app, projectId, (tx) => findLoggedEvent(tx, projectId, key));
  if (row === null) throw new AppError("not_found");
  return { ...viewOf(row), body: row.body };
}

function viewOf(row: LoggedEvent): DeliveryView {
  return {
    id: row.id,
    webhook_id: webhookId(row.id),
    connection_id: row.connectionId,
    event: row.event,
    state: STATE_NAMES[row.state] ?? "waiting",
    tries: row.tries,
    next_try: row.state === EVENT_STATES.waiting ? secondsOf(row.runAt) : null,
    create_time: secondsOf(row.createTime),
    end_time: secondsOrNull(row.endTime),
    last_status: row.lastStatus,
    last_detail: row.lastDetail,
  };
}
