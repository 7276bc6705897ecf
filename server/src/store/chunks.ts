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
    haul as materialized (
      select bucket, id from (
        select bucket, id, sum(target_count) over (order by run_at, id) - target_count as before from due) as d
      where before < ${request.maxTargets}),
    token as materialized (select nextval('claim_tokens') as claim where exists (select from haul))
    update chunks c set state = 1, claim = token.claim, tries = c.tries + 1, worker = ${request.worker},
      lease_until = now() + ${request.leaseSeconds} * interval '1 second'
    from haul, token
    where c.project_id = ${request.projectId} and c.bucket = haul.bucket and c.id = haul.id
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

/** Prolongs the leases of this worker's hauls. @returns the tokens that are still its own. */
export async function renewLeases(
  dispatch: Sql,
  tokens: readonly number[],
  leaseSeconds: number,
): Promise<number[]> {
  const rows = await dispatch<{ claim: number }[]>`
    with renewed as (
      update chunks set lease_until = now() + ${leaseSeconds} * interval '1 second'
      where state = 1 and lease_until > now() - interval '1 hour' and claim = any(${numbers(tokens)}::bigint[])
      returning claim)
    select distinct claim from renewed`;
  return rows.map((row) => row.claim);
}

/** Gives back to the queue what a dead or lost worker held. @returns how many chunks came back. */
export async function requeueExpired(dispatch: Sql): Promise<ReadyLane[]> {
  const rows = await dispatch<{ project_id: number; lane: number }[]>`
    with expired as materialized (
      select project_id, bucket, id from chunks
      where state = 1 and lease_until < now() limit 5000 for update skip locked)
    update chunks c set state = 0, claim = null, lease_until = null from expired e
    where c.project_id = e.project_id and c.bucket = e.bucket and c.id = e.id
    returning c.project_id, c.lane`;
  return rows.map((row) => ({ projectId: row.project_id, lane: row.lane }));
}

/** The same for one worker that is known to be dead, without waiting for its leases to end. */
export async function requeueOfWorker(dispatch: Sql, worker: string): Promise<number> {
  const result = await dispatch`
    update chunks set state = 0, claim = null, lease_until = null where state = 1 and worker = ${worker}`;
  return result.count;
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
    join chunks c on c.project_id = ${projectId} and c.bucket = u.bucket and c.id = u.id`;
}

/**
 * The fence: locks the claimed chunks against takeover for this transaction.
 * @returns the ids among `chunks` that still belong to `token`; the others are no longer mine.
 */
export async function fenceChunks(
  tx: Tx,
  projectId: number,
  held: { token: number; chunks: readonly { bucket: number; id: number }[] },
): Promise<number> {
  const [row] = await tx<{ n: number }[]>`
    with held as materialized (
      select c.id from chunks c
      where c.project_id = ${projectId}
        and c.bucket = any(${numbers([...new Set(held.chunks.map((c) => c.bucket))])}::smallint[])
        and c.id = any(${numbers(held.chunks.map((c) => c.id))}::bigint[])
        and c.state = 1 and c.claim = ${held.token}
      for share)
    select count(*)::integer as n from held`;
  return row?.n ?? 0;
}

/** Ends chunks that are still held under `token`. @returns how many there were; fewer than asked means lost. */
export async function settleChunks(
  tx: Tx,
  projectId: number,
  held: { token: number; chunks: readonly { bucket: number; id: number }[] },
): Promise<number> {
  const result = await tx`
    update chunks c set state = 2, claim = null, lease_until = null
    from unnest(${numbers(held.chunks.map((c) => c.bucket))}::smallint[],
      ${numbers(held.chunks.map((c) => c.id))}::bigint[]) as u (bucket, id)
    where c.project_id = ${projectId} and c.bucket = u.bucket and c.id = u.id and c.state = 1
      and c.claim = ${held.token}`;
  return result.count;
}

/** Puts held chunks back, to run at a later time; the try does not count. */
export async function postponeChunks(
  tx: Tx,
  projectId: number,
  held: { token: number; chunks: readonly { bucket: number; id: number }[]; runAtMs: number },
): Promise<void> {
  await tx`
    update chunks c set state = 0, claim = null, lease_until = null, tries = greatest(c.tries - 1, 0),
      run_at = ${new Date(held.runAtMs)}
    from unnest(${numbers(held.chunks.map((c) => c.bucket))}::smallint[],
      ${numbers(held.chunks.map((c) => c.id))}::bigint[]) as u (bucket, id)
    where c.project_id = ${projectId} and c.bucket = u.bucket and c.id = u.id and c.state = 1
      and c.claim = ${held.token}`;
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
