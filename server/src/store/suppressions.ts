/**
 * The suppression. Addresses are kept as SHA-256 over the project's salt and the address, computed here by the
 * database, so that the row says nothing of a person whose data was deleted. The salt and the hashes lie in one
 * database: who has both can test a guess, and telephone numbers can be guessed. That is the price of a suppression
 * that survives erasure and a change of the instance's key.
 */
import { type Db, numbers, type Tx, texts } from "./db.ts";

export interface SuppressionKey {
  /** Of the key, not of a person. */
  readonly bucket: number;
  readonly messageType: number;
  readonly key: string;
}

/** Makes the project's salt with its first suppressed address. @param salt used where there is none yet. */
export async function ensureSalt(tx: Tx, projectId: number, salt: Buffer): Promise<void> {
  await tx`
    insert into suppression_salts (project_id, salt) values (${projectId}, decode(${salt.toString("hex")}, 'hex'))
    on conflict (project_id) do nothing`;
}

const lists = (rows: readonly SuppressionKey[]) => ({
  buckets: numbers(rows.map((row) => row.bucket)),
  types: numbers(rows.map((row) => row.messageType)),
  keys: texts(rows.map((row) => row.key)),
});

/** @returns how many were not suppressed before. */
export async function insertSuppressions(
  tx: Tx,
  projectId: number,
  rows: readonly SuppressionKey[],
  nowMs: number,
): Promise<number> {
  const { buckets, types, keys } = lists(rows);
  const result = await tx`
    insert into suppressions (project_id, create_time, bucket, message_type, hash)
    select ${projectId}, ${new Date(nowMs)}, u.bucket, u.message_type, sha256(s.salt || convert_to(u.key, 'UTF8'))
    from suppression_salts s
    cross join unnest(${buckets}::smallint[], ${types}::smallint[], ${keys}::text[]) as u (bucket, message_type, key)
    where s.project_id = ${projectId}
    order by 3, 4, 5
    on conflict do nothing`;
  return result.count;
}

/** @returns how many were suppressed. */
export async function deleteSuppressions(
  tx: Tx,
  projectId: number,
  rows: readonly SuppressionKey[],
): Promise<number> {
  const { buckets, types, keys } = lists(rows);
  const result = await tx`
    delete from suppressions d
    using suppression_salts s
    cross join unnest(${buckets}::smallint[], ${types}::smallint[], ${keys}::text[]) as u (bucket, message_type, key)
    where s.project_id = ${projectId} and d.project_id = ${projectId} and d.bucket = u.bucket
      and d.message_type = u.message_type and d.hash = sha256(s.salt || convert_to(u.key, 'UTF8'))`;
  return result.count;
}

/**
 * Those of `rows` that are suppressed. The salt is the outer side: a project that never suppressed anybody pays for
 * one look-up of a missing row and nothing else.
 */
export async function listSuppressed(
  db: Db,
  projectId: number,
  rows: readonly SuppressionKey[],
): Promise<{ messageType: number; key: string }[]> {
  if (rows.length === 0) return [];
  const { buckets, types, keys } = lists(rows);
  return await db<{ messageType: number; key: string }[]>`
    select u.message_type as "messageType", u.key
    from suppression_salts s
    cross join unnest(${buckets}::smallint[], ${types}::smallint[], ${keys}::text[]) as u (bucket, message_type, key)
    cross join lateral (
      select 1 from suppressions
      where project_id = ${projectId} and bucket = u.bucket and message_type = u.message_type
        and hash = sha256(s.salt || convert_to(u.key, 'UTF8')) offset 0) as found
    where s.project_id = ${projectId}`;
}
