/**
 * What users change about themselves. They belong to no project, so the change stands in the audit trail of each of
 * their projects, in the transaction of the change.
 */
import { type Tx, throughProjects } from "../../store/db.ts";
import { listMemberships } from "../../store/users.ts";
import type { Context } from "../context.ts";
import { type Actor, type Change, recordAudit } from "../tokens/audit-trail.ts";

export const userActor = (userId: number, ip: string): Actor => ({ name: `user:${userId}`, ip });
export const userObject = (userId: number): string => `user:${userId}`;

/** @param work makes the change and says how the trail names it; null when nothing was changed. */
export async function changeUser(
  context: Context,
  { userId, actor }: { userId: number; actor: Actor },
  work: (tx: Tx, nowMs: number) => Promise<Omit<Change, "object"> | null>,
): Promise<void> {
  const nowMs = context.clock.now();
  const memberships = await listMemberships(context.dispatch, userId);
  const projectIds = memberships.map(({ projectId }) => projectId);
  await throughProjects(context.app, projectIds, {
    work: (tx) => work(tx, nowMs),
    async inEach(tx, projectId, done) {
      if (done === null) return;
      await recordAudit(tx, projectId, { actor, nowMs, change: { ...done, object: userObject(userId) } });
    },
  });
}
