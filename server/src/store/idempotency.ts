/** Idempotency keys: stored in the accepting transaction, so that a key and its work stand or fall together. */
import { type Db, type Tx, texts } from "./db.ts";

export interface KeyedAnswer {
  readonly key: string;
  /** SHA-256 over the canonical body, as hex. */
  readonly fingerprint: string;
  /** JSON of the answer. */
  readonly answer: string;
}

/**
 * Claims keys. A key that another transaction is just claiming is waited for. Sorted, so that two batches with the
 * same keys never wait for each other in a ring.
 * @returns the keys that are new.
 */
export async function insertIdempotencyKeys(
  tx: Tx,
  projectId: number,
  batch: { method: string; rows: readonly KeyedAnswer[]; nowMs: number; validUntilMs: readonly number[] },
): Promise<Set<string>> {
  const order = batch.rows.map((row, i) => ({ row, until: batch.validUntilMs[i] ?? batch.nowMs }));
  order.sort((a, b) => (a.row.key < b.row.key ? -1 : 1));
  const written = await tx<{ key: string }[]>`
    insert into idempotency_keys (project_id, method, create_time, key, fingerprint, answer, valid_until)
    select ${projectId}, ${batch.method}, ${new Date(batch.nowMs)}, u.key, decode(u.fingerprint, 'hex'), u.answer,
      to_timestamp(u.valid_until / 1000.0)
    from unnest(${texts(order.map((o) => o.row.key))}::text[], ${texts(order.map((o) => o.row.fingerprint))}::text[],
      ${texts(order.map((o) => o.row.answer))}::text[], ${`{${order.map((o) => o.until).join(",")}}`}::bigint[])
      as u (key, fingerprint, answer, valid_until)
    on conflict (project_id, method, key) do nothing returning key`;
  return new Set(written.map((row) => row.key));
}

export async function listIdempotencyKeys(
  db: Db,
  projectId: number,
  asked: { method: string; keys: readonly string[] },
): Promise<Map<string, KeyedAnswer>> {
  const rows = await db<{ key: string; fingerprint: string; answer: string }[]>`
    select key, encode(fingerprint, 'hex') as fingerprint, answer from idempotency_keys
    where project_id = ${projectId} and method = ${asked.method} and key = any(${texts(asked.keys)}::text[])`;
  return new Map(rows.map((row) => [row.key, row]));
}
