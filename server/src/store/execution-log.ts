/** Executions as people look at them: their list, how far they are, and what became of their messages. */
import { type Db, numbers } from "./db.ts";

export interface LoggedExecution {
  readonly id: number;
  readonly campaignId: number;
  readonly campaignTitle: string;
  /** campaigns.state as of now. */
  readonly campaignState: number;
  readonly version: number;
  readonly day: string;
  readonly targetBy: string;
  readonly targets: number;
  readonly channels: number[];
  /** JSON */
  readonly params: string;
  /** JSON, or null. */
  readonly overrides: string | null;
  readonly externalMessageId: string | null;
  readonly sendAt: Date;
  readonly expireAt: Date | null;
  /** A template tried on one person, before it goes live. */
  readonly isTest: boolean;
  readonly requestId: string;
  readonly createTime: Date;
  /** The execution whose failed messages this one sends again. */
  readonly resentFrom: number | null;
}

const COLUMNS = `e.id, e.campaign_id as "campaignId", c.title as "campaignTitle", c.state as "campaignState", e.version,
  e.day, e.target_by as "targetBy", e.targets, e.channels, e.params, e.overrides,
  e.external_message_id as "externalMessageId", e.send_at as "sendAt", e.expire_at as "expireAt", e.is_test as "isTest",
  e.request_id as "requestId", e.create_time as "createTime", e.resent_from as "resentFrom"`;

/** Newest first. @param page.before only ids below this. */
export async function listLoggedExecutions(
  db: Db,
  projectId: number,
  page: { campaignId: number | null; before: number | null; limit: number },
): Promise<LoggedExecution[]> {
  return await db<LoggedExecution[]>`
    select ${db.unsafe(COLUMNS)} from executions e
    join campaigns c on c.project_id = ${projectId} and c.id = e.campaign_id
    where e.project_id = ${projectId}
      ${page.campaignId === null ? db`` : db`and e.campaign_id = ${page.campaignId}`}
      ${page.before === null ? db`` : db`and e.id < ${page.before}`}
    order by e.id desc limit ${page.limit}`;
}

export async function findLoggedExecution(
  db: Db,
  projectId: number,
  id: number,
): Promise<LoggedExecution | null> {
  const [row] = await db<LoggedExecution[]>`
    select ${db.unsafe(COLUMNS)} from executions e
    join campaigns c on c.project_id = ${projectId} and c.id = e.campaign_id
    where e.project_id = ${projectId} and e.id = ${id}`;
  return row ?? null;
}

/** Executions that a search text names: by their own id, or by the id of the request that made them. */
export async function listExecutionPlaces(
  db: Db,
  projectId: number,
  named: { id: number | null; requestId: string; limit: number },
): Promise<{ id: number; day: string }[]> {
  return await db<{ id: number; day: string }[]>`
    (select id, day from executions where project_id = ${projectId} and id = ${named.id})
    union
    (select id, day from executions where project_id = ${projectId} and request_id = ${named.requestId}
     order by id desc limit ${named.limit})`;
}

export interface ChunkProgress {
  readonly executionId: number;
  /** Targets in chunks that are not done. */
  readonly open: number;
  /** Chunks that a worker has or has had. */
  readonly touched: number;
}

/** How far the chunks of executions are; one without open chunks has ended. */
export async function listChunkProgress(
  db: Db,
  projectId: number,
  executionIds: readonly number[],
): Promise<ChunkProgress[]> {
  return await db<ChunkProgress[]>`
    select execution_id as "executionId",
      coalesce(sum(target_count) filter (where state <> 2), 0)::integer as open,
      count(*) filter (where state <> 0 or tries > 0)::integer as touched
    from chunks where project_id = ${projectId} and execution_id = any(${numbers(executionIds)}::bigint[])
    group by execution_id`;
}

export interface OutcomeCount {
  readonly executionId: number;
  readonly messageType: number;
  readonly status: number;
  readonly n: number;
}

/** Messages of several executions by channel and status, each execution through its own index entries. */
export async function countOutcomesOf(
  db: Db,
  projectId: number,
  executionIds: readonly number[],
): Promise<OutcomeCount[]> {
  return await db<OutcomeCount[]>`
    select e.id as "executionId", m.message_type as "messageType", m.status, m.n
    from executions e
    cross join lateral (
      select message_type, status, count(*)::integer as n from messages
      where project_id = ${projectId} and day = e.day and execution_id = e.id
        and bucket = any(array(select generate_series(0, 63))::smallint[])
      group by message_type, status offset 0) as m
    where e.project_id = ${projectId} and e.id = any(${numbers(executionIds)}::bigint[])`;
}
