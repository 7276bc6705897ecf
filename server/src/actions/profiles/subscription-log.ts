/** The log of changes of subscription: written with the change, where the project keeps one, and switched here. */
import type { Profile } from "../../domain/profile.ts";
import { subscriptionChanges } from "../../domain/subscription-change.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { bucketedId, bucketOfId } from "../../store/id-blocks.ts";
import {
  deleteSubscriptionLog,
  hasSubscriptionLog,
  insertSubscriptionChanges,
  insertSubscriptionLog,
} from "../../store/subscription-log.ts";
import type { Context } from "../context.ts";
import { type Actor, recordAudit } from "../tokens/audit-trail.ts";

/** One statement a batch, and none for a batch that changes no subscription. */
export async function logSubscriptions(
  context: Context,
  tx: Tx,
  at: { projectId: number; before: readonly Profile[]; after: ReadonlyMap<number, Profile> },
): Promise<void> {
  const changes = at.before.flatMap((old) => subscriptionChanges(old, at.after.get(old.id) ?? old));
  if (changes.length === 0 || !(await hasSubscriptionLog(tx, at.projectId))) return;
  const numbers = await context.ids.take("subscription_change_ids", changes.length);
  const rows = changes.map((change, i) => ({
    ...change,
    id: bucketedId(numbers[i] ?? 0, bucketOfId(change.profileId)),
  }));
  await insertSubscriptionChanges(tx, at.projectId, rows, context.clock.now());
}

export interface SubscriptionLogView {
  readonly enabled: boolean;
}

export async function viewSubscriptionLog(context: Context, projectId: number): Promise<SubscriptionLogView> {
  return { enabled: await inProject(context.app, projectId, (tx) => hasSubscriptionLog(tx, projectId)) };
}

/** What was logged stays when the log is switched off. */
export async function switchSubscriptionLog(
  context: Context,
  projectId: number,
  { enabled, actor }: SubscriptionLogView & { readonly actor: Actor },
): Promise<SubscriptionLogView> {
  const nowMs = context.clock.now();
  await inProject(context.app, projectId, async (tx) => {
    const before = { enabled: await hasSubscriptionLog(tx, projectId) };
    if (enabled) await insertSubscriptionLog(tx, projectId, nowMs);
    else await deleteSubscriptionLog(tx, projectId);
    const action = enabled ? "subscription_log.enable" : "subscription_log.disable";
    const change = { action, object: "subscription_log", before, after: { enabled } };
    await recordAudit(tx, projectId, { actor, nowMs, change });
  });
  return { enabled };
}
