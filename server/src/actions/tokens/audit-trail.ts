/**
 * The audit trail of a project: who changed what about credentials, when, from where, and what it was before and
 * after. Written in the transaction of the change, so that neither is there without the other. Never a secret.
 */
import { secondsOf } from "../../domain/unix-time.ts";
import {
  CHAIN_START,
  chainHash,
  insertAuditEntry,
  listAuditChain,
  listAuditEntries,
} from "../../store/audit.ts";
import { inProject, type Tx } from "../../store/db.ts";
import type { Context } from "../context.ts";

/** Who acts, as the trail and `updated_by` name them. */
export interface Actor {
  readonly name: string;
  readonly ip: string;
}

export interface Change {
  readonly action: string;
  /** What was changed, for example `client:ccl_1_ab`. */
  readonly object: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

const asJson = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

export async function recordAudit(
  tx: Tx,
  projectId: number,
  { actor, nowMs, change }: { actor: Actor; nowMs: number; change: Change },
): Promise<void> {
  await insertAuditEntry(tx, projectId, {
    at: new Date(nowMs),
    actor: actor.name,
    ip: actor.ip,
    action: change.action,
    object: change.object,
    before: asJson(change.before),
    after: asJson(change.after),
  });
}

/** `time` is unix seconds. */
export interface AuditView {
  readonly no: number;
  readonly time: number;
  readonly actor: string;
  readonly ip: string;
  readonly action: string;
  readonly object: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Hex. Kept elsewhere, the newest one proves later that no end was cut off. */
  readonly hash: string;
}

const parsed = (json: string | null): unknown => (json === null ? null : JSON.parse(json));

/** Newest first. */
export async function viewAudit(
  context: Context,
  projectId: number,
  page: { before: number | null; limit: number },
): Promise<AuditView[]> {
  const rows = await inProject(context.app, projectId, (tx) => listAuditEntries(tx, projectId, page));
  return rows.map(({ no, at, actor, ip, action, object, before, after, hash }) => {
    const time = secondsOf(at);
    const change = { before: parsed(before), after: parsed(after) };
    return { no, time, actor, ip, action, object, ...change, hash: hash.toString("hex") };
  });
}

const PAGE = 1_000;

export interface AuditVerdict {
  readonly valid: boolean;
  /** Rows that were checked and found in order. */
  readonly checked: number;
  /** The number at which the chain first does not hold: changed, missing or put in. null when it does. */
  readonly broken_at: number | null;
}

/** Computes the chain anew from its first row. */
export async function verifyAudit(context: Context, projectId: number): Promise<AuditVerdict> {
  let previous: Buffer = CHAIN_START;
  let checked = 0;
  for (;;) {
    const page = { after: checked, limit: PAGE };
    const rows = await inProject(context.app, projectId, (tx) => listAuditChain(tx, projectId, page));
    for (const row of rows) {
      const isNext = row.no === checked + 1 && row.hash.equals(chainHash(projectId, previous, row));
      if (!isNext) return { valid: false, checked, broken_at: checked + 1 };
      previous = row.hash;
      checked += 1;
    }
    if (rows.length < PAGE) return { valid: true, checked, broken_at: null };
  }
}
