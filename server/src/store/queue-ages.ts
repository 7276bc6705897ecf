/** How much waits over all projects: what the dispatcher may see, for /metrics. */
import type { Sql } from "./db.ts";

export interface QueueAge {
  readonly lane: number;
  readonly waiting: number;
  /** When the oldest of them was due. */
  readonly oldest: Date;
}

/** Targets that are due and not claimed, by lane: the partial index of queued chunks, project by project. */
export async function listQueueAges(dispatch: Sql, nowMs: number): Promise<QueueAge[]> {
  return await dispatch<QueueAge[]>`
    select c.lane, sum(c.target_count)::integer as waiting, min(c.run_at) as oldest
    from projects p join chunks c on c.project_id = p.id
    where c.state = 0 and c.run_at <= ${new Date(nowMs)} group by c.lane`;
}

export async function countWaitingWebhooks(dispatch: Sql): Promise<number> {
  const [row] = await dispatch<{ n: number }[]>`
    select count(*)::integer as n from projects p join webhook_events e on e.project_id = p.id where e.state = 0`;
  return row?.n ?? 0;
}
