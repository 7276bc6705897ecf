/**
 * The audit trail: rows are added and read, never changed. Each carries a hash over the row before it, so that a row
 * that was changed, taken out or put in later is found. What the chain alone cannot show is a missing end: whoever
 * must rule that out keeps the newest hash elsewhere.
 */
import { canonicalJson } from "../base/canonical-json.ts";
import { sha256 } from "../base/crypto.ts";
import type { Tx } from "./db.ts";
import { lockProject } from "./locks.ts";

export interface AuditEntry {
  readonly at: Date;
  readonly actor: string;
  readonly ip: string;
  readonly action: string;
  readonly object: string;
  /** JSON, without secrets. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface AuditRow extends AuditEntry {
  readonly no: number;
  readonly hash: Buffer;
}

/** What stands before the first row. */
export const CHAIN_START = Buffer.alloc(32);

/** The hash that a row must carry behind `previous`. */
export function chainHash(projectId: number, previous: Buffer, row: AuditEntry & { no: number }): Buffer {
  const { no, at, actor, ip, action, object, before, after } = row;
  const fields = { projectId, no, at: at.getTime(), actor, ip, action, object, before, after };
  return sha256(`${previous.toString("hex")} ${canonicalJson(fields)}`);
}

/** Adds to the chain's end; one writer of a project at a time, until its transaction ends. */
export async function insertAuditEntry(tx: Tx, projectId: number, entry: AuditEntry): Promise<void> {
  await lockProject(tx, projectId, "audit");
  const [last] = await tx<{ no: number; hash: Buffer }[]>`
    select no, hash from audit.entries where project_id = ${projectId} order by no desc limit 1`;
  const no = (last?.no ?? 0) + 1;
  const hash = chainHash(projectId, last?.hash ?? CHAIN_START, { ...entry, no });
  await tx`
    insert into audit.entries (project_id, no, at, actor, ip, action, object, before, after, hash)
    values (${projectId}, ${no}, ${entry.at}, ${entry.actor}, ${entry.ip}, ${entry.action}, ${entry.object},
      ${entry.before}, ${entry.after}, ${hash})`;
}

/** Newest first. @param page `before`: only rows with a smaller number. */
export async function listAuditEntries(
  tx: Tx,
  projectId: number,
  page: { before: number | null; limit: number },
): Promise<AuditRow[]> {
  return await tx<AuditRow[]>`
    select no, at, actor, ip, action, object, before, after, hash from audit.entries
    where project_id = ${projectId} and (${page.before}::bigint is null or no < ${page.before})
    order by no desc limit ${page.limit}`;
}

/** In the order of the chain. */
export async function listAuditChain(
  tx: Tx,
  projectId: number,
  page: { after: number; limit: number },
): Promise<AuditRow[]> {
  return await tx<AuditRow[]>`
    select no, at, actor, ip, action, object, before, after, hash from audit.entries
    where project_id = ${projectId} and no > ${page.after} order by no limit ${page.limit}`;
}
