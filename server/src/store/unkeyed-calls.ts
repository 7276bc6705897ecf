/** Calls without an idempotency key, found by what they asked, with what is known of their answers. */
import { type Db, numbers, type Tx, texts, times } from "./db.ts";

export const ANSWER_STATES = { open: 0, lost: 1, delivered: 2 } as const;

export interface UnkeyedRow {
  /** 16 bytes as hex. */
  readonly fingerprint: string;
  readonly executionId: number;
  /** One of ANSWER_STATES. */
  readonly state: number;
  /** JSON */
  readonly answer: string;
  /** When the call came that holds the row; tells one holder from the next. */
  readonly createdAtMs: number;
  readonly decideByMs: number;
}

/** Calls that ask the same take turns, in whatever process: the second one sees what the first has written. */
export async function lockUnkeyedCalls(
  tx: Tx,
  projectId: number,
  fingerprints: readonly string[],
): Promise<void> {
  // In one order, so that two batches never wait for each other in a ring. As a plain text, because the driver sends a
  // statement with parameters late the first time, behind what was to be read after it.
  const keys = fingerprints.map((text) => Number.parseInt(text.slice(0, 8), 16) | 0).sort((a, b) => a - b);
  const text = `select pg_advisory_xact_lock(${projectId}, k) from unnest('${numbers(keys)}'::integer[]) k`;
  await tx.unsafe(text).execute();
}

/** More twins than these are no repetition but a habit. */
const MOST = 500;

/** Those that are not known to be delivered, and all since `allSinceMs`. Lost ones first, then the oldest. */
export async function listUnkeyedCalls(
  db: Db,
  projectId: number,
  asked: { fingerprints: readonly string[]; sinceMs: number; allSinceMs: number },
): Promise<UnkeyedRow[]> {
  const rows = await db<(Omit<UnkeyedRow, "createdAtMs" | "decideByMs"> & { at: Date; by: Date })[]>`
    select encode(fingerprint, 'hex') as fingerprint, execution_id as "executionId", state, answer,
      create_time as at, decide_by as by
    from unkeyed_calls
    where project_id = ${projectId} and create_time > ${new Date(asked.sinceMs)} and fingerprint = any(array(
        select decode(u.f, 'hex') from unnest(${texts(asked.fingerprints)}::text[]) as u (f)))
      and (state <> ${ANSWER_STATES.delivered} or create_time >= ${new Date(asked.allSinceMs)})
    order by state = ${ANSWER_STATES.lost} desc, create_time, execution_id limit ${MOST}`;
  return rows.map(({ at, by, ...row }) => ({ ...row, createdAtMs: at.getTime(), decideByMs: by.getTime() }));
}

/** Adds rows; one that is there, and was not given to another call since, gets the new state. */
export async function writeUnkeyedCalls(
  tx: Tx,
  projectId: number,
  rows: readonly UnkeyedRow[],
): Promise<void> {
  await tx`
    insert into unkeyed_calls (project_id, fingerprint, execution_id, state, answer, create_time, decide_by)
    select ${projectId}, decode(u.fingerprint, 'hex'), u.execution_id, u.state, u.answer, u.create_time, u.decide_by
    from unnest(${texts(rows.map((r) => r.fingerprint))}::text[], ${numbers(rows.map((r) => r.executionId))}::bigint[],
      ${numbers(rows.map((r) => r.state))}::smallint[], ${texts(rows.map((r) => r.answer))}::text[],
      ${times(rows.map((r) => r.createdAtMs))}::timestamptz[], ${times(rows.map((r) => r.decideByMs))}::timestamptz[])
      as u (fingerprint, execution_id, state, answer, create_time, decide_by)
    on conflict (project_id, fingerprint, execution_id) do update set state = excluded.state
      where unkeyed_calls.create_time = excluded.create_time`;
}

/** Their answers arrived. */
export async function updateDelivered(
  tx: Tx,
  projectId: number,
  rows: readonly Pick<UnkeyedRow, "fingerprint" | "executionId" | "createdAtMs">[],
): Promise<void> {
  await tx`
    update unkeyed_calls c set state = ${ANSWER_STATES.delivered}
    from unnest(${texts(rows.map((r) => r.fingerprint))}::text[], ${numbers(rows.map((r) => r.executionId))}::bigint[],
      ${numbers(rows.map((r) => r.createdAtMs))}::bigint[]) as u (fingerprint, execution_id, ms)
    where c.project_id = ${projectId} and c.fingerprint = decode(u.fingerprint, 'hex')
      and c.execution_id = u.execution_id and c.create_time = to_timestamp(u.ms / 1000.0)`;
}

/** Gives the row to the call that repeats it. @returns false when another one was faster. */
export async function takeUnkeyedCall(
  tx: Tx,
  projectId: number,
  { row, takenAtMs, decideByMs }: { row: UnkeyedRow; takenAtMs: number; decideByMs: number },
): Promise<boolean> {
  const { count } = await tx`
    update unkeyed_calls set state = ${ANSWER_STATES.open}, create_time = ${new Date(takenAtMs)},
      decide_by = ${new Date(decideByMs)}
    where project_id = ${projectId} and fingerprint = decode(${row.fingerprint}, 'hex')
      and execution_id = ${row.executionId} and create_time = ${new Date(row.createdAtMs)}`;
  return count === 1;
}

/** Removes delivered ones from before `deliveredBeforeMs` and all from before `beforeMs`. */
export async function deleteOldUnkeyedCalls(
  tx: Tx,
  projectId: number,
  { deliveredBeforeMs, beforeMs }: { deliveredBeforeMs: number; beforeMs: number },
): Promise<void> {
  await tx`
    delete from unkeyed_calls where project_id = ${projectId} and (create_time < ${new Date(beforeMs)}
      or (state = ${ANSWER_STATES.delivered} and create_time < ${new Date(deliveredBeforeMs)}))`;
}
