/** What the database knows of one target of an execution: its rows, its place in the queue, who was told of it. */
import { type Db, numbers, texts, times } from "./db.ts";
import type { ExecutionPlace } from "./message-log.ts";

/** Ids of the messages of an execution whose target or user id is one of these texts. */
export async function listMessageIdsOf(
  db: Db,
  projectId: number,
  asked: { execution: ExecutionPlace; named: readonly string[]; limit: number },
): Promise<number[]> {
  const { execution, named } = asked;
  const rows = await db<{ id: number }[]>`
    select id from messages
    where project_id = ${projectId} and day = ${execution.day}::date and execution_id = ${execution.id}
      and bucket = any(array(select generate_series(0, 63))::smallint[])
      and (target = any(${texts(named)}::text[]) or user_id = any(${texts(named)}::text[]))
    order by target_no, message_type, id limit ${asked.limit}`;
  return rows.map((row) => row.id);
}

export interface HoldingChunk {
  readonly id: number;
  readonly lane: number;
  /** 0 queued, 1 claimed, 2 done. */
  readonly state: number;
  readonly runAt: Date;
  readonly tries: number;
  /** JSON, as domain/chunk.ts writes it. */
  readonly targets: string;
}

/** Chunks of an execution whose targets hold one of these texts, as JSON writes it. */
export async function listHoldingChunks(
  db: Db,
  projectId: number,
  asked: { executionId: number; quoted: readonly string[] },
): Promise<HoldingChunk[]> {
  return await db<HoldingChunk[]>`
    select c.id, c.lane, c.state, c.run_at as "runAt", c.tries, c.targets from chunks c
    where c.project_id = ${projectId} and c.execution_id = ${asked.executionId}
      and exists (select from unnest(${texts(asked.quoted)}::text[]) as q (text) where strpos(c.targets, q.text) > 0)
    order by c.id`;
}

/** Chunks of a lane that run before this time, counted up to `atMost`. */
export async function countChunksBefore(
  db: Db,
  projectId: number,
  asked: { lane: number; runAt: Date; atMost: number },
): Promise<number> {
  const [row] = await db<{ n: number }[]>`
    select count(*)::integer as n from (
      select 1 from chunks
      where project_id = ${projectId} and lane = ${asked.lane} and state = 0 and run_at < ${asked.runAt}
      limit ${asked.atMost}) as before`;
  return row?.n ?? 0;
}

/** What the sandbox kept of messages: their content as JSON, by message id. */
export async function listSandboxContents(
  db: Db,
  projectId: number,
  ids: readonly number[],
): Promise<Map<number, string>> {
  const rows = await db<{ id: number; content: string }[]>`
    select s.id, s.content
    from unnest(${numbers(ids.map((id) => id % 64))}::smallint[], ${numbers(ids)}::bigint[]) as u (bucket, id)
    cross join lateral (
      select id, content from sandbox_messages
      where project_id = ${projectId} and bucket = u.bucket and id = u.id offset 0) as s`;
  return new Map(rows.map((row) => [row.id, row.content]));
}

export interface ToldEvent {
  readonly id: number;
  readonly event: string;
  readonly connection: string;
  /** 0 waiting, 1 claimed, 2 delivered, 3 exhausted. */
  readonly state: number;
  readonly tries: number;
  readonly createTime: Date;
  readonly lastDetail: string | null;
}

/**
 * Webhook events of a message. They are written with what they tell and carry the same time, so the few moments of
 * the message lead to them without an index by message.
 */
export async function listEventsOf(
  db: Db,
  projectId: number,
  message: { id: number; bucket: number; times: readonly Date[] },
): Promise<ToldEvent[]> {
  const moments = times(message.times.map((time) => time.getTime()));
  return await db<ToldEvent[]>`
    select e.id, e.event, c.name as connection, e.state, e.tries, e.create_time as "createTime",
      e.last_detail as "lastDetail"
    from connections c
    cross join lateral (
      select * from webhook_events
      where project_id = ${projectId} and connection_id = c.id and create_time = any(${moments}::timestamptz[])
        and bucket = ${message.bucket} and strpos(body, ${`"message_id":${message.id},`}) > 0 offset 0) as e
    where c.project_id = ${projectId}
    order by e.id`;
}

/** The targets of all chunks of an execution, in the order in which the chunks were made. */
export async function listTargetsOf(
  db: Db,
  projectId: number,
  executionId: number,
): Promise<{ targets: string }[]> {
  return await db<{ targets: string }[]>`
    select targets from chunks where project_id = ${projectId} and execution_id = ${executionId} order by id`;
}
