/**
 * What the database holds, read from outside as its superuser, each question one statement and so one snapshot.
 * While PostgreSQL is being restarted the questions fail; callers ask again.
 */
import type { Sql } from "../../src/store/db.ts";

/** domain/message.ts: 0 queued and 1 sending go on; everything above has ended here, as no receipts come in. */
const FIRST_END = 2;

export interface UnbalancedExecution {
  readonly id: number;
  readonly accepted: number;
  /** Targets that have a row, and how many rows there are. */
  readonly withRow: number;
  readonly rows: number;
  /** Targets without a row that lie in a chunk which is not done. */
  readonly waiting: number;
  /** Rows that go on and lie in no such chunk: nobody would ever take them up. */
  readonly stranded: number;
}

/**
 * Executions whose accepted targets are not exactly those that wait, are being sent or have ended. Each campaign of
 * the battery has one channel, so a target has one row at the most.
 */
export async function listUnbalanced(sql: Sql): Promise<UnbalancedExecution[]> {
  return await sql<UnbalancedExecution[]>`
    with open_targets as materialized (
      select distinct c.execution_id, (t ->> 0)::integer as no
      from chunks c cross join lateral jsonb_array_elements(c.targets::jsonb) as t
      where c.state <> 2),
    rows as materialized (select execution_id, target_no, status from messages),
    counted as (
      select execution_id, count(*)::integer as rows, count(distinct target_no)::integer as with_row,
        count(*) filter (where status < ${FIRST_END} and not exists (
          select from open_targets o where o.execution_id = rows.execution_id and o.no = rows.target_no))::integer
          as stranded
      from rows group by execution_id),
    waits as (
      select execution_id, count(*)::integer as waiting from open_targets o
      where not exists (select from rows r where r.execution_id = o.execution_id and r.target_no = o.no)
      group by execution_id)
    select e.id, e.targets as accepted, coalesce(c.with_row, 0) as "withRow", coalesce(c.rows, 0) as rows,
      coalesce(w.waiting, 0) as waiting, coalesce(c.stranded, 0) as stranded
    from executions e
    left join counted c on c.execution_id = e.id
    left join waits w on w.execution_id = e.id
    where e.targets <> coalesce(c.with_row, 0) + coalesce(w.waiting, 0)
      or coalesce(c.rows, 0) <> coalesce(c.with_row, 0) or coalesce(c.stranded, 0) > 0`;
}

export interface MessageState {
  readonly id: number;
  readonly executionId: number;
  readonly targetNo: number;
  readonly messageType: number;
  readonly status: number;
  readonly tries: number;
}

export const isEnded = (status: number): boolean => status >= FIRST_END;

export async function listMessageStates(sql: Sql): Promise<MessageState[]> {
  return await sql<MessageState[]>`
    select id, execution_id as "executionId", target_no as "targetNo", message_type as "messageType", status, tries
    from messages`;
}

/** A number for each message that changes with every write to its row (xmin, the writing transaction). */
export async function listMessageVersions(sql: Sql): Promise<Map<number, string>> {
  const rows = await sql<{ id: number; version: string }[]>`select id, xmin::text as version from messages`;
  return new Map(rows.map((row) => [row.id, row.version]));
}

/** Messages that stand as `sending`: opened for a hand-over whose outcome is not written yet. */
export async function listSending(sql: Sql): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`select id from messages where status = 1`;
  return rows.map((row) => row.id);
}

/** A worker's name in the queue holds its pid, between other parts. As a regular expression of PostgreSQL. */
const nameOf = (pid: number): string => `(^|[-@])${pid}(-|$)`;

/** Of those, the ones whose target lies in a chunk that this worker holds. */
export async function listSendingOf(sql: Sql, workerPid: number): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    with held as materialized (
      select distinct c.execution_id, (t ->> 0)::integer as no
      from hauls h join chunks c on c.project_id = h.project_id and c.claim = h.token and c.state = 1
      cross join lateral jsonb_array_elements(c.targets::jsonb) as t
      where h.worker ~ ${nameOf(workerPid)})
    select m.id from messages m join held h on h.execution_id = m.execution_id and h.no = m.target_no
    where m.status = 1`;
  return rows.map((row) => row.id);
}

/** Messages with a try whose answer was lost: a dumb gateway may get these twice without any kill. */
export async function listAmbiguous(sql: Sql): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    select distinct message_id as id from attempts where outcome = 'unknown'`;
  return rows.map((row) => row.id);
}

export interface StoredExecution {
  readonly id: number;
  readonly key: string;
  readonly accepted: number;
}

export async function listExecutionsByKey(sql: Sql): Promise<StoredExecution[]> {
  return await sql<StoredExecution[]>`
    select id, external_message_id as key, targets as accepted from executions where external_message_id is not null`;
}

export interface HeldChunk {
  readonly id: number;
  readonly claim: number;
}

export async function listHeldBy(sql: Sql, workerPid: number): Promise<HeldChunk[]> {
  return await sql<HeldChunk[]>`
    select c.id, c.claim from hauls h
    join chunks c on c.project_id = h.project_id and c.claim = h.token and c.state = 1
    where h.worker ~ ${nameOf(workerPid)}`;
}

/** Of these chunks, those that still lie with their dead holder, and those that nobody has claimed anew or finished. */
export async function listUnrecovered(
  sql: Sql,
  held: readonly HeldChunk[],
): Promise<{ stillHeld: HeldChunk[]; unclaimed: HeldChunk[] }> {
  const rows = await sql<{ id: number; claim: number | null; state: number }[]>`
    select id, claim, state from chunks where id = any(${`{${held.map((chunk) => chunk.id)}}`}::bigint[])`;
  const now = new Map(rows.map((row) => [row.id, row]));
  const stillHeld = held.filter(({ id, claim }) => now.get(id)?.state === 1 && now.get(id)?.claim === claim);
  const waiting = held.filter(({ id }) => now.get(id)?.state === 0);
  return { stillHeld, unclaimed: [...stillHeld, ...waiting] };
}

/** For a violation's text: where these chunks are now. */
export async function describeChunks(sql: Sql, chunks: readonly HeldChunk[]): Promise<string> {
  const rows = await sql`
    select c.id, c.lane, c.state, c.claim, c.tries, h.worker, h.lease_until,
      c.run_at - now() as "dueIn" from chunks c
    left join hauls h on h.project_id = c.project_id and h.token = c.claim
    where c.id = any(${`{${chunks.map((chunk) => chunk.id)}}`}::bigint[]) limit 5`;
  return `${chunks.length} chunks such as ${JSON.stringify(rows)}`;
}

export async function countOpenChunks(sql: Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`select count(*)::integer as n from chunks where state <> 2`;
  return row?.n ?? 0;
}
