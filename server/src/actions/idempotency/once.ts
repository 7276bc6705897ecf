/**
 * Work that a caller may repeat under one key: it is done once, in the transaction that stores the key, and later
 * calls get the first answer (decisions, section 1: idempotency).
 */
import { AppError } from "../../base/errors.ts";
import type { Tx } from "../../store/db.ts";
import { insertIdempotencyKeys, listIdempotencyKeys } from "../../store/idempotency.ts";

export interface Keyed {
  readonly key: string;
  /** SHA-256 over the canonical body, as hex. */
  readonly fingerprint: string;
}

const KEY_DAYS_MS = 30 * 86_400_000;

/**
 * Claims the key for `answer`.
 * @returns null when the work is the caller's to do now; else the answer that the first call got.
 * @throws AppError key_reused when the key was used with another body.
 */
export async function claimKey<T>(
  tx: Tx,
  projectId: number,
  claim: { method: string; keyed: Keyed | null; answer: T; nowMs: number },
): Promise<T | null> {
  const { method, keyed, nowMs } = claim;
  if (keyed === null) return null;
  const rows = [{ ...keyed, answer: JSON.stringify(claim.answer) }];
  const validUntilMs = [nowMs + KEY_DAYS_MS];
  const written = await insertIdempotencyKeys(tx, projectId, { method, rows, nowMs, validUntilMs });
  if (written.has(keyed.key)) return null;
  const stored = (await listIdempotencyKeys(tx, projectId, { method, keys: [keyed.key] })).get(keyed.key);
  if (stored === undefined) throw new AppError("twin_running");
  if (stored.fingerprint !== keyed.fingerprint) throw new AppError("key_reused");
  return JSON.parse(stored.answer) as T;
}
