/** Hits of tags: who, when, with what value. Written once, never changed. */
import { type Db, numbers, type Tx, texts, times } from "./db.ts";

export interface NewTagHit {
  readonly id: number;
  readonly bucket: number;
  /** UTC day of `timeMs`. */
  readonly day: string;
  readonly tag: string;
  readonly profileId: number;
  readonly deviceId: number | null;
  readonly value: string | null;
  readonly timeMs: number;
}

export async function insertTagHits(
  tx: Tx,
  projectId: number,
  rows: readonly NewTagHit[],
  nowMs: number,
): Promise<void> {
  await tx`
    insert into tag_hits (project_id, create_time, bucket, day, id, tag, profile_id, device_id, value, time)
    select ${projectId}, ${new Date(nowMs)}, u.* from unnest(${numbers(rows.map((r) => r.bucket))}::smallint[],
      ${texts(rows.map((r) => r.day))}::date[], ${numbers(rows.map((r) => r.id))}::bigint[],
      ${texts(rows.map((r) => r.tag))}::text[], ${numbers(rows.map((r) => r.profileId))}::bigint[],
      ${numbers(rows.map((r) => r.deviceId))}::bigint[], ${texts(rows.map((r) => r.value))}::text[],
      ${times(rows.map((r) => r.timeMs))}::timestamptz[]) as u`;
}

/** Those of `names` that the project has as tags or attributes. */
export async function listKnownKeys(
  db: Db,
  projectId: number,
  names: readonly string[],
): Promise<Set<string>> {
  const rows = await db<{ name: string }[]>`
    select name from attributes where project_id = ${projectId} and name = any(${texts(names)}::text[])`;
  return new Set(rows.map((row) => row.name));
}
