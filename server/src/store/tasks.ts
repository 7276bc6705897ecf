/** Tasks: work that answers 202 and is followed by its id. state: 0 queued, 1 running, 2 completed, 3 failed, 4 cancelled. */
import type { Db, Sql, Tx } from "./db.ts";

export interface TaskRow {
  readonly id: number;
  readonly identifier: string;
  readonly state: number;
  readonly progress: number;
  readonly total: number;
  readonly errorsCount: number;
  readonly error: string | null;
  readonly createTime: Date;
  readonly startTime: Date | null;
  readonly finishTime: Date | null;
}

export async function insertTask(
  tx: Tx,
  projectId: number,
  task: { identifier: string; total: number; input: string; nowMs: number; runAtMs?: number },
): Promise<number> {
  const runAt = task.runAtMs === undefined ? null : new Date(task.runAtMs);
  const [row] = await tx<{ id: number }[]>`
    insert into tasks (project_id, identifier, total, input, create_time, run_at)
    values (${projectId}, ${task.identifier}, ${task.total}, ${task.input}, ${new Date(task.nowMs)}, ${runAt})
    returning id`;
  return row?.id ?? 0;
}

export async function findTask(db: Db, projectId: number, id: number): Promise<TaskRow | null> {
  const [row] = await db<TaskRow[]>`
    select id, identifier, state, progress, total, errors_count as "errorsCount", error,
      create_time as "createTime", start_time as "startTime", finish_time as "finishTime"
    from tasks where project_id = ${projectId} and id = ${id}`;
  return row ?? null;
}

/** Newest first. @param page.before only ids below this. */
export async function listTasks(
  db: Db,
  projectId: number,
  page: { before: number | null; limit: number },
): Promise<TaskRow[]> {
  return await db<TaskRow[]>`
    select id, identifier, state, progress, total, errors_count as "errorsCount", error,
      create_time as "createTime", start_time as "startTime", finish_time as "finishTime"
    from tasks where project_id = ${projectId} ${page.before === null ? db`` : db`and id < ${page.before}`}
    order by id desc limit ${page.limit}`;
}

/** Counts rows that a held task had to pass over. */
export async function addTaskErrors(
  tx: Tx,
  projectId: number,
  found: { id: number; token: number; count: number },
): Promise<void> {
  await tx`
    update tasks set errors_count = errors_count + ${found.count}
    where project_id = ${projectId} and id = ${found.id} and state = 1 and claim = ${found.token}`;
}

export interface ClaimedTask {
  readonly projectId: number;
  readonly id: number;
  readonly tries: number;
  readonly token: number;
}

/** Takes the oldest task that is due, or one whose holder's lease has ended. */
export async function claimTask(
  dispatch: Sql,
  leaseSeconds: number,
  nowMs: number,
): Promise<ClaimedTask | null> {
  const [row] = await dispatch<ClaimedTask[]>`
    with due as materialized (
      select project_id, id from tasks
      where (state = 0 and (run_at is null or run_at <= ${new Date(nowMs)}))
        or (state = 1 and lease_until < now())
      order by id limit 1 for update skip locked)
    update tasks t set state = 1, tries = t.tries + 1, claim = nextval('claim_tokens'),
      lease_until = now() + ${leaseSeconds} * interval '1 second'
    from due where t.project_id = due.project_id and t.id = due.id
    returning t.project_id as "projectId", t.id, t.tries, t.claim as token`;
  return row ?? null;
}

export async function findTaskInput(
  db: Db,
  projectId: number,
  id: number,
): Promise<{ identifier: string; input: string; progress: number } | null> {
  const [row] = await db<{ identifier: string; input: string; progress: number }[]>`
    select identifier, input, progress from tasks where project_id = ${projectId} and id = ${id}`;
  return row ?? null;
}

/** Writes how far a held task is, and prolongs its lease. @returns false when it is no longer held. */
export async function updateTaskProgress(
  tx: Tx,
  projectId: number,
  step: { id: number; token: number; progress: number; leaseSeconds: number; nowMs: number },
): Promise<boolean> {
  const result = await tx`
    update tasks set progress = ${step.progress}, start_time = coalesce(start_time, ${new Date(step.nowMs)}),
      lease_until = now() + ${step.leaseSeconds} * interval '1 second'
    where project_id = ${projectId} and id = ${step.id} and state = 1 and claim = ${step.token}`;
  return result.count === 1;
}

/** How many steps a task has, where that was not known when it was made. */
export async function updateTaskTotal(
  tx: Tx,
  projectId: number,
  task: { id: number; token: number; total: number },
): Promise<void> {
  await tx`
    update tasks set total = ${task.total}, progress = ${task.total}
    where project_id = ${projectId} and id = ${task.id} and state = 1 and claim = ${task.token}`;
}

/** Ends a held task. Its input goes: it holds people's data and is of no further use. */
export async function settleTask(
  tx: Tx,
  projectId: number,
  end: { id: number; token: number; state: number; error: string | null; nowMs: number },
): Promise<void> {
  await tx`
    update tasks set state = ${end.state}, error = ${end.error}, finish_time = ${new Date(end.nowMs)}, claim = null,
      lease_until = null, input = null
    where project_id = ${projectId} and id = ${end.id} and state = 1 and claim = ${end.token}`;
}

/**
 * Cancels what waits for a campaign. What is taken up at this moment is passed over: it sees the campaign's state itself,
 * and waiting for it could wait in a ring.
 */
export async function cancelQueuedTasks(
  tx: Tx,
  projectId: number,
  at: { identifier: string; campaignId: number; error: string; nowMs: number },
): Promise<void> {
  await tx`
    update tasks set state = 4, error = ${at.error}, finish_time = ${new Date(at.nowMs)}, input = null
    where project_id = ${projectId} and id = any(array(
      select id from tasks where project_id = ${projectId} and state = 0 and identifier = ${at.identifier}
        and (input::jsonb ->> 'campaignId')::bigint = ${at.campaignId} for update skip locked))`;
}

/** Channel of NOTIFY for tasks; no payload. */
export const TASK_CHANNEL = "carillon_task";

export async function notifyTask(tx: Tx): Promise<void> {
  await tx`select pg_notify(${TASK_CHANNEL}, '')`;
}
