/**
 * The work queue. A chunk is a slice of an execution's targets; a haul is the chunks that a worker takes at once.
 * Claims run as the dispatch role over all projects; from the claim on everything runs inside one project.
 */
import { type Db, numbers, type Sql, type Tx, texts, times } from "./db.ts";

export interface NewChunk {
  readonly id: number;
  readonly bucket: number;
  readonly executionId: number;
  readonly lane: number;
  readonly runAtMs: number;
  readonly targetCount: number;
  /** JSON, as domain/chunk.ts writes it. */
  readonly targets: string;
}

export async function insertChunks(tx: Tx, projectId: number, chunks: readonly NewChunk[]): Promise<void> {
  await tx`
    insert into chunks (project_id, bucket, id, execution_id, lane, run_at, target_count, targets)
    select ${projectId}, u.* from unnest(
      ${numbers(chunks.map((c) => c.bucket))}::smallint[],
      ${numbers(chunks.map((c) => c.id))}::bigint[],
      ${numbers(chunks.map((c) => c.executionId))}::bigint[],
      ${numbers(chunks.map((c) => c.lane))}::smallint[],
      ${times(chunks.map((c) => c.runAtMs))}::timestamptz[],
      ${numbers(chunks.map((c) => c.targetCount))}::integer[],
      ${texts(chunks.map((c) => c.targets))}::text[]) as u
    on conflict do nothing`; // the same ids again: a commit whose answer was lost
}

export interface ReadyLane {
  readonly projectId: number;
  readonly lane: number;
}

/**
 * Which projects have work that is due, lane by lane: one index probe a pair (2-5 us), so a thousand projects
 * cost a few milliseconds. Runs as the backstop of NOTIFY, not for every haul.
 */
export async function listReadyLanes(
  dispatch: Sql,
  lanes: readonly number[],
  nowMs: number,
): Promise<ReadyLane[]> {
  const rows = await dispatch<{ project_id: number; lane: number }[]>`
    select p.id as project_id, l.lane
    from projects p cross join unnest(${numbers(lanes)}::smallint[]) as l (lane)
    where exists (
      select from chunks c
      where c.project_id = p.id and c.lane = l.lane and c.state = 0 and c.run_at <= ${new Date(nowMs)})`;
  return rows.map((row) => ({ projectId: row.project_id, lane: row.lane }));
}

export interface ClaimedChunk {
  readonly bucket: number;
  readonly id: number;
  readonly executionId: number;
  readonly tries: number;
  readonly targetCount: number;
}

export interface Claim {
  readonly token: number;
  readonly chunks: ClaimedChunk[];
}

export interface ClaimRequest {
  readonly projectId: number;
  readonly lane: number;
  readonly worker: string;
  readonly leaseSeconds: number;
  /** The haul ends with the chunk that reaches this. */
  readonly maxTargets: number;
  readonly nowMs: number;
}

/** Chunks looked at for one haul: a haul of single-target chunks is at most this many. */
const MAX_CHUNKS = 1000;

/**
 * Takes the oldest due chunks of one project and lane, up to about `maxTargets`. The rows are locked in a
 * materialized CTE: `id in (select ... limit n for update skip locked)` may be evaluated again and lock more.
 * The lease is on the database's clock, because only that clock judges it.
 */
export async function claimChunks(dispatch: Sql, request: ClaimRequest): Promise<Claim | null> {
  const rows = await dispatch<
    { bucket: number; id: number; execution_id: number; tries: number; target_count: number; claim: number }[]
  >`
    with due as materialized (
      select bucket, id, target_count, run_at from chunks
      where project_id = ${request.projectId} and lane = ${request.lane} and state = 0
        and run_at <= ${new Date(request.nowMs)}
      order by run_at, id limit ${MAX_CHUNKS} for update skip locked),
    taken as materialized (
      select bucket, id from (
        select bucket, id, sum(target_count) over (order by run_at, id) - target_count as before from due) as d
      where before < ${request.maxTargets}),
    haul as (
      insert into hauls (project_id, token, worker, lease_until)
      select ${request.projectId}, nextval('claim_tokens'), ${request.worker},
        now() + ${request.leaseSeconds} * interval '1 second'
      where exists (select from taken)
      returning token)
    update chunks c set state = 1, claim = haul.token, tries = c.tries + 1
    from taken, haul
    where c.project_id = ${request.projectId} and c.bucket = taken.bucket and c.id = taken.id
    returning c.bucket, c.id, c.execution_id, c.tries, c.target_count, c.claim`;
  const [first] = rows;
  if (first === undefined) return null;
  return {
    token: first.claim,
    chunks: rows.map((row) => ({
      bucket: row.bucket,
      id: row.id,
      executionId: row.execution_id,
      tries: row.tries,
      targetCount: row.target_count,
    })),
  };
}

/** Prolongs the leases of hauls. @returns the tokens that are still held. */
export async function renewLeases(
  dispatch: Sql,
  tokens: readonly number[],
  leaseSeconds: number,
): Promise<number[]> {
  const rows = await dispatch<{ token: number }[]>`
    update hauls set lease_until = now() + ${leaseSeconds} * interval '1 second'
    where token = any(${numbers(tokens)}::bigint[]) returning token`;
  return rows.map((row) => row.token);
}

/**
 * Gives back to the queue what a dead or lost worker held. A haul whose writer is just committing is locked and
 * skipped: it is looked at again in the next round.
 * @param worker takes back from this worker, known to be dead, without waiting for its leases to end.
 */
export async function requeueHauls(dispatch: Sql, worker: string | null): Promise<ReadyLane[]> {
  const rows = await dispatch<{ project_id: number; lane: number }[]>`
    with lost as materialized (
      select project_id, token from hauls
      where lease_until < now() or worker = ${worker}::text
      limit 100 for update skip locked),
    gone as (
      delete from hauls h using lost where h.project_id = lost.project_id and h.token = lost.token)
    update chunks c set state = 0, claim = null from lost
    where c.project_id = lost.project_id and c.claim = lost.token and c.state = 1
    returning c.project_id, c.lane`;
  return rows.map((row) => ({ projectId: row.project_id, lane: row.lane }));
}

/**
 * Ends the sessions of processes that hang inside a transaction: the locks of those keep their hauls from being taken
 * back. @param seconds since when they have waited for their client. @returns how many were ended.
 */
export async function endHangingSessions(dispatch: Sql, seconds: number): Promise<number> {
  const [row] = await dispatch<
    { ended: number }[]
  >`select end_hanging_sessions(${seconds}::integer) as ended`;
  return row?.ended ?? 0;
}

export async function listChunkTargets(
  db: Db,
  projectId: number,
  chunks: readonly { bucket: number; id: number }[],
): Promise<{ id: number; targets: string }[]> {
  return await db<{ id: number; targets: string }[]>`
    select c.id, c.targets
    from unnest(${numbers(chunks.map((c) => c.bucket))}::smallint[], ${numbers(chunks.map((c) => c.id))}::bigint[])
      as u (bucket, id)
    cross join lateral (
      select id, targets from chunks
      where project_id = ${projectId} and bucket = u.bucket and id = u.id offset 0) as c`;
}

/**
 * The fence: keeps the haul from being taken over until this transaction ends.
 * @returns false when it has been taken over: nothing may be written.
 */
export async function fenceHaul(tx: Tx, projectId: number, token: number): Promise<boolean> {
  const rows = await tx`
    select token from hauls where project_id = ${projectId} and token = ${token} for share`;
  return rows.length === 1;
}

/** Marks held chunks as done; the haul goes on with the others. */
export async function settleChunks(
  tx: Tx,
  projectId: number,
  held: { token: number; chunks: readonly { bucket: number; id: number }[] },
): Promise<void> {
  await tx`
    update chunks set state = 2, claim = null
    where project_id = ${projectId} and claim = ${held.token} and state = 1
      and bucket = any(${numbers([...new Set(held.chunks.map((c) => c.bucket))])}::smallint[])
      and id = any(${numbers(held.chunks.map((c) => c.id))}::bigint[])`;
}

/** Ends a haul: all its chunks are done. @returns false when it was no longer held. */
export async function endHaul(tx: Tx, projectId: number, token: number): Promise<boolean> {
  const [row] = await tx<{ n: number }[]>`
    with held as (
      delete from hauls where project_id = ${projectId} and token = ${token} returning token),
    done as (
      update chunks c set state = 2, claim = null from held
      where c.project_id = ${projectId} and c.claim = held.token and c.state = 1)
    select count(*)::integer as n from held`;
  return row?.n === 1;
}

/**
 * Gives a haul back: its chunks run again at `runAtMs`.
 * @param countsAsTry false where nothing was wrong with the work itself: a resting gateway, a stopping worker.
 */
export async function releaseHaul(
  tx: Tx,
  projectId: number,
  haul: { token: number; runAtMs: number; countsAsTry: boolean },
): Promise<void> {
  await tx`
    with held as (
      delete from hauls where project_id = ${projectId} and token = ${haul.token} returning token)
    update chunks c set state = 0, claim = null, run_at = ${new Date(haul.runAtMs)},
      tries = greatest(c.tries - ${haul.countsAsTry ? 0 : 1}, 0)
    from held
    where c.project_id = ${projectId} and c.claim = held.token and c.state = 1`;
}

/** Chunks of an execution that are not done, for progress and for answers that wait. */
export async function countOpenChunks(db: Db, projectId: number, executionId: number): Promise<number> {
  const [row] = await db<{ n: number }[]>`
    select count(*)::integer as n from chunks
    where project_id = ${projectId} and execution_id = ${executionId} and state <> 2`;
  return row?.n ?? 0;
}

/** Channel of NOTIFY; the payload is "<project>:<lane>". */
export const WORK_CHANNEL = "carillon_work";

export async function notifyWork(tx: Tx, projectId: number, lane: number): Promise<void> {
  await tx`select pg_notify(${WORK_CHANNEL}, ${`${projectId}:${lane}`})`;
}

/**
 * Makes due what waits for another try: somebody mended the gateway. What is planned for later stays planned.
 * @returns the lanes that have work now.
 */
export async function hastenRetries(tx: Tx, projectId: number, nowMs: number): Promise<number[]> {
  const now = new Date(nowMs);
  const rows = await tx<{ lane: number }[]>`
    with due as materialized (
      select id from executions where project_id = ${projectId} and send_at <= ${now} and id in (
        select execution_id from chunks
        where project_id = ${projectId} and state = 0 and run_at > ${now}))
    update chunks set run_at = ${now}
    where project_id = ${projectId} and state = 0 and run_at > ${now} and execution_id in (select id from due)
    returning lane`;
  return [...new Set(rows.map(({ lane }) => lane))];
}
