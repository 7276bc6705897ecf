/** Events and what goes with them: their names, and the callers' own ids. Bulk statements only. */
import { type Db, numbers, type Tx, texts, times } from "./db.ts";

export interface NewEvent {
  readonly id: number;
  readonly bucket: number;
  /** UTC day of `timeMs`. */
  readonly day: string;
  readonly profileId: number;
  readonly name: string;
  readonly value: string | null;
  readonly timeMs: number;
}

export async function insertEvents(
  tx: Tx,
  projectId: number,
  rows: readonly NewEvent[],
  nowMs: number,
): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into events (project_id, create_time, bucket, day, id, profile_id, name, value, time)
    select ${projectId}, ${new Date(nowMs)}, u.* from unnest(${numbers(rows.map((r) => r.bucket))}::smallint[],
      ${texts(rows.map((r) => r.day))}::date[], ${numbers(rows.map((r) => r.id))}::bigint[],
      ${numbers(rows.map((r) => r.profileId))}::bigint[], ${texts(rows.map((r) => r.name))}::text[],
      ${texts(rows.map((r) => r.value))}::text[], ${times(rows.map((r) => r.timeMs))}::timestamptz[]) as u`;
}

/**
 * Claims callers' ids of events; one that another transaction is just claiming is waited for. Sorted, so that two
 * batches with the same ids never wait for each other in a ring.
 * @returns the ids that are new.
 */
export async function claimEventIds(
  tx: Tx,
  projectId: number,
  rows: readonly { eventId: string; bucket: number }[],
  nowMs: number,
): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const sorted = [...rows].sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
  const written = await tx<{ eventId: string }[]>`
    insert into event_keys (project_id, create_time, bucket, event_id)
    select ${projectId}, ${new Date(nowMs)}, u.* from unnest(${numbers(sorted.map((r) => r.bucket))}::smallint[],
      ${texts(sorted.map((r) => r.eventId))}::text[]) as u
    on conflict (project_id, bucket, event_id) do nothing returning event_id as "eventId"`;
  return new Set(written.map((row) => row.eventId));
}

/** @returns those of `names` that the project has defined. */
export async function listEventNames(
  db: Db,
  projectId: number,
  names: readonly string[],
): Promise<Set<string>> {
  const rows = await db<{ name: string }[]>`
    select name from event_definitions where project_id = ${projectId} and name = any(${texts(names)}::text[])`;
  return new Set(rows.map((row) => row.name));
}

export async function countEventNames(db: Db, projectId: number): Promise<number> {
  const [row] = await db<{ n: number }[]>`
    select count(*) as n from event_definitions where project_id = ${projectId}`;
  return Number(row?.n ?? 0);
}

export async function insertEventNames(
  tx: Tx,
  projectId: number,
  names: readonly string[],
  nowMs: number,
): Promise<void> {
  await tx`
    insert into event_definitions (project_id, create_time, name)
    select ${projectId}, ${new Date(nowMs)}, u.name from unnest(${texts([...names].sort())}::text[]) as u (name)
    on conflict do nothing`;
}
