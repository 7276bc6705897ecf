/** What the workers say of themselves, and what the database says of its own health. */
import type { Db, Sql, Tx } from "./db.ts";

export interface WorkerRow {
  readonly name: string;
  readonly version: string;
  readonly startTime: Date;
  readonly seenTime: Date;
  /** JSON: breaker -> unix ms until which it is open. */
  readonly breakers: string;
  /** JSON: "message type:status" -> messages since its start. */
  readonly counters: string;
}

/** Those older than this are gone for good: a restarted worker has another name. */
const FORGET_MS = 3_600_000;

export async function upsertWorker(
  dispatch: Sql,
  worker: {
    name: string;
    version: string;
    startMs: number;
    nowMs: number;
    breakers: string;
    counters: string;
  },
): Promise<void> {
  const now = new Date(worker.nowMs);
  await dispatch`
    insert into workers (name, version, start_time, seen_time, breakers, counters)
    values (${worker.name}, ${worker.version}, ${new Date(worker.startMs)}, ${now}, ${worker.breakers},
      ${worker.counters})
    on conflict (name) do update set seen_time = excluded.seen_time, breakers = excluded.breakers,
      counters = excluded.counters`;
  await dispatch`delete from workers where seen_time < ${new Date(worker.nowMs - FORGET_MS)}`;
}

export async function deleteWorker(dispatch: Sql, name: string): Promise<void> {
  await dispatch`delete from workers where name = ${name}`;
}

export async function listWorkers(db: Db): Promise<WorkerRow[]> {
  return await db<WorkerRow[]>`
    select name, version, start_time as "startTime", seen_time as "seenTime", breakers, counters
    from workers order by start_time, name`;
}

export async function oldestTransactionSeconds(db: Db): Promise<number> {
  const [row] = await db<{ seconds: number }[]>`select oldest_transaction_seconds() as seconds`;
  return row?.seconds ?? 0;
}

export interface LaneAge {
  readonly lane: number;
  readonly waiting: number;
  /** When the oldest of them was due. */
  readonly oldest: Date;
}

/** Targets that are due and not claimed, by lane. */
export async function listLaneAges(tx: Tx, projectId: number, nowMs: number): Promise<LaneAge[]> {
  return await tx<LaneAge[]>`
    select lane, sum(target_count)::integer as waiting, min(run_at) as oldest
    from chunks where project_id = ${projectId} and state = 0 and run_at <= ${new Date(nowMs)}
    group by lane order by lane`;
}

export interface WebhookAge {
  readonly id: number;
  readonly name: string;
  readonly state: number;
  readonly waiting: number;
  readonly oldest: Date | null;
}

/** Events that wait, by connection. */
export async function listWebhookAges(tx: Tx, projectId: number): Promise<WebhookAge[]> {
  return await tx<WebhookAge[]>`
    select c.id, c.name, c.state, count(e.id)::integer as waiting, min(e.create_time) as oldest
    from connections c left join webhook_events e
      on e.project_id = ${projectId} and e.connection_id = c.id and e.state = 0
    where c.project_id = ${projectId} group by c.id, c.name, c.state order by c.id`;
}
