/** The log of changes of subscription, and which projects keep one. */

import { type Db, numbers, type Tx, texts } from "./db.ts";
import { bucketOfId } from "./id-blocks.ts";

export interface LoggedChange {
  readonly id: number;
  readonly profileId: number;
  readonly messageType: number;
  readonly address: string | null;
  readonly status: number;
}

/** Writes nothing for a project that keeps no log. All of them come from outside: is_external is 1. */
export async function insertSubscriptionChanges(
  tx: Tx,
  projectId: number,
  rows: readonly LoggedChange[],
  nowMs: number,
): Promise<void> {
  await tx`
    insert into subscription_changes (project_id, update_time, is_external, bucket, id, profile_id, message_type, address, status)
    select l.project_id, ${new Date(nowMs)}, 1, u.*
    from subscription_logs l
    cross join unnest(${numbers(rows.map((r) => bucketOfId(r.profileId)))}::smallint[],
      ${numbers(rows.map((r) => r.id))}::bigint[], ${numbers(rows.map((r) => r.profileId))}::bigint[],
      ${numbers(rows.map((r) => r.messageType))}::smallint[], ${texts(rows.map((r) => r.address))}::text[],
      ${numbers(rows.map((r) => r.status))}::smallint[]) as u
    where l.project_id = ${projectId}`;
}

export async function hasSubscriptionLog(db: Db, projectId: number): Promise<boolean> {
  const rows = await db`select project_id from subscription_logs where project_id = ${projectId}`;
  return rows.length === 1;
}

export async function insertSubscriptionLog(tx: Tx, projectId: number, nowMs: number): Promise<void> {
  await tx`
    insert into subscription_logs (project_id, create_time) values (${projectId}, ${new Date(nowMs)})
    on conflict (project_id) do nothing`;
}

export async function deleteSubscriptionLog(tx: Tx, projectId: number): Promise<void> {
  await tx`delete from subscription_logs where project_id = ${projectId}`;
}
