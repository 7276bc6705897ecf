/** Locks that belong to no row. They end with their transaction. */
import type { Tx } from "./db.ts";

export async function lockProject(tx: Tx, projectId: number, purpose: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(${projectId}::integer, hashtext(${purpose}))`;
}
