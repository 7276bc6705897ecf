/**
 * Work that a caller may repeat under one key: done once, in the transaction that stores the key with the answer.
 * Later calls get the first answer (decisions, section 1: idempotency). The work itself knows nothing of it: it is
 * handed a context whose transactions are the one that is open here.
 */
import { AppError } from "../../base/errors.ts";
import { inProject, isLockTimeout, isRetriable, joined, type Tx } from "../../store/db.ts";
import {
  claimIdempotencyKey,
  listIdempotencyKeys,
  updateIdempotencyAnswer,
} from "../../store/idempotency.ts";
import type { Context } from "../context.ts";

export interface Keyed {
  readonly key: string;
  /** SHA-256 over the canonical body, as hex. */
  readonly fingerprint: string;
}

export interface KeyedCall extends Keyed {
  readonly projectId: number;
  /** Part of the key's uniqueness: the same key on another operation is another call. */
  readonly method: string;
}

/** @throws AppError key_reused for another body, twin_running when the first call goes on for too long. */
export type Once = <T>(
  call: KeyedCall,
  work: (context: Context) => Promise<T>,
) => Promise<{ readonly answer: T; readonly isReplay: boolean }>;

const KEY_DAYS_MS = 30 * 86_400_000;
/** How long a twin waits for the first call. */
const TWIN_PATIENCE_MS = 10_000;
/** A restarting database is back within seconds. */
const OUTAGE_PATIENCE_MS = 8_000;

export function createOnce(context: Context): Once {
  const { clock } = context;
  const running = new Map<string, Promise<void>>();

  /** Twins in this process wait here, not in the database, where each would hold a connection. */
  async function waitForTwin(id: string): Promise<void> {
    const endMs = clock.monotonicMs() + TWIN_PATIENCE_MS;
    for (let twin = running.get(id); twin !== undefined; twin = running.get(id)) {
      const leftMs = endMs - clock.monotonicMs();
      if (leftMs <= 0) throw new AppError("twin_running", { retryAfterSeconds: 1 });
      const ended = new AbortController();
      await Promise.race([twin, clock.sleep(leftMs, ended.signal)]);
      ended.abort();
    }
  }

  return async (call, work) => {
    const id = JSON.stringify([call.projectId, call.method, call.key]);
    await waitForTwin(id);
    const done = Promise.withResolvers<void>();
    running.set(id, done.promise);
    try {
      return await doOnce(context, call, work);
    } finally {
      running.delete(id);
      done.resolve();
    }
  };
}

type Done<T> = { readonly answer: T; readonly isReplay: boolean };

async function doOnce<T>(
  context: Context,
  call: KeyedCall,
  work: (context: Context) => Promise<T>,
): Promise<Done<T>> {
  const giveUpAtMs = context.clock.monotonicMs() + OUTAGE_PATIENCE_MS;
  // Where the connection broke around COMMIT, the key tells on the next round whether it took place.
  let unsure: string | null = null;
  for (;;) {
    try {
      return await inProject(context.app, call.projectId, async (tx): Promise<Done<T>> => {
        const stored = await claim(context, tx, call);
        if (stored !== null) return { answer: JSON.parse(stored) as T, isReplay: stored !== unsure };
        const answer = await work({ ...context, app: joined(tx) });
        unsure = JSON.stringify(answer);
        await updateIdempotencyAnswer(tx, call.projectId, { ...call, answer: unsure });
        return { answer, isReplay: false };
      });
    } catch (error) {
      if (!isRetriable(error) || context.clock.monotonicMs() > giveUpAtMs) throw error;
      await context.clock.sleep(100);
    }
  }
}

/** @returns null when the key is this call's; else the answer that the first call got. */
async function claim(context: Context, tx: Tx, call: KeyedCall): Promise<string | null> {
  const { projectId, method, key, fingerprint } = call;
  const nowMs = context.clock.now();
  const row = { key, fingerprint, answer: "" };
  const times = { nowMs, untilMs: nowMs + KEY_DAYS_MS, waitMs: TWIN_PATIENCE_MS };
  const isNew = await claimIdempotencyKey(tx, projectId, { method, row, ...times }).catch((error) => {
    throw isLockTimeout(error) ? new AppError("twin_running", { retryAfterSeconds: 1 }) : error;
  });
  if (isNew) return null;
  const stored = (await listIdempotencyKeys(tx, projectId, { method, keys: [key] })).get(key);
  if (stored === undefined) throw new AppError("twin_running", { retryAfterSeconds: 1 });
  if (stored.fingerprint !== fingerprint) throw new AppError("key_reused");
  return stored.answer;
}
