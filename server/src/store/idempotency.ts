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

/**
 * Claims one key before its work is done; the answer follows. A key that another transaction is just claiming is
 * waited for `waitMs`, then the statement fails (`isLockTimeout`). @returns whether the key is new.
 */
export async function claimIdempotencyKey(
  tx: Tx,
  projectId: number,
  claim: { method: string; row: KeyedAnswer; nowMs: number; untilMs: number; waitMs: number },
): Promise<boolean> {
  const { method, row, nowMs, untilMs, waitMs } = claim;
  const batch = { method, rows: [row], nowMs, validUntilMs: [untilMs] };
  const [, written] = await Promise.all([
    tx.unsafe(`set local lock_timeout = ${Math.round(waitMs)}`).execute(),
    insertIdempotencyKeys(tx, projectId, batch),
  ]);
  // The limit was for the key only: the work that follows may wait for locks as it always does.
  await tx.unsafe("set local lock_timeout to default");
  return written.has(row.key);
}

/** Gives a claimed key its answer. */
export async function updateIdempotencyAnswer(
  tx: Tx,
  projectId: number,
  keyed: { method: string; key: string; answer: string },
): Promise<void> {
  await tx`
    update idempotency_keys set answer = ${keyed.answer}
    where project_id = ${projectId} and method = ${keyed.method} and key = ${keyed.key}`;
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
