/** Sending failed messages again: which may be, and the guard that lets each go once. */
import { type Db, numbers, type Tx } from "./db.ts";
import type { ExecutionPlace } from "./message-log.ts";

export interface EndedMessage {
  readonly id: number;
  readonly bucket: number;
  readonly messageType: number;
  readonly targetNo: number;
  readonly target: string;
  readonly recipient: number;
}

/** Messages of an execution that ended with one of these statuses, in the order of its targets. */
export async function listEndedMessages(
  db: Db,
  projectId: number,
  asked: { execution: ExecutionPlace; statuses: readonly number[] },
): Promise<EndedMessage[]> {
  const { execution, statuses } = asked;
  return await db<EndedMessage[]>`
    select id, bucket, message_type as "messageType", target_no as "targetNo", target, recipient from messages
    where project_id = ${projectId} and day = ${execution.day}::date and execution_id = ${execution.id}
      and bucket = any(array(select generate_series(0, 63))::smallint[])
      and status = any(${numbers(statuses)}::smallint[])
    order by target_no, message_type, id`;
}

/** What a resend would take, without claiming anything. */
export interface ResendCount {
  readonly status: number;
  readonly messageType: number;
  readonly messages: number;
  /** Of them, those that an earlier resend took. */
  readonly resent: number;
}

export async function countEndedMessages(
  db: Db,
  projectId: number,
  asked: { execution: ExecutionPlace; statuses: readonly number[] },
): Promise<ResendCount[]> {
  const { execution, statuses } = asked;
  return await db<ResendCount[]>`
    select m.status, m.message_type as "messageType", count(*)::integer as messages, count(r.message_id)::integer as resent
    from messages m
    left join resends r on r.project_id = ${projectId} and r.bucket = m.bucket and r.execution_id = ${execution.id}
      and r.message_id = m.id
    where m.project_id = ${projectId} and m.day = ${execution.day}::date and m.execution_id = ${execution.id}
      and m.bucket = any(array(select generate_series(0, 63))::smallint[])
      and m.status = any(${numbers(statuses)}::smallint[])
    group by m.status, m.message_type
    order by m.status, m.message_type`;
}

/** The executions that sent messages of this one again, oldest first. */
export async function listResendsOf(db: Db, projectId: number, executionId: number): Promise<number[]> {
  const rows = await db<{ id: number }[]>`
    select distinct resent_by as id from resends
    where project_id = ${projectId} and bucket = any(array(select generate_series(0, 63))::smallint[])
      and execution_id = ${executionId}
    order by resent_by`;
  return rows.map((row) => row.id);
}

/** Claims messages for a new execution. @returns the ids that no earlier one has. */
export async function claimResends(
  tx: Tx,
  projectId: number,
  claim: { executionId: number; resentBy: number; nowMs: number; messages: readonly EndedMessage[] },
): Promise<Set<number>> {
  const rows = await tx<{ id: number }[]>`
    insert into resends (project_id, execution_id, resent_by, create_time, bucket, message_id)
    select ${projectId}, ${claim.executionId}, ${claim.resentBy}, ${new Date(claim.nowMs)}, u.*
    from unnest(${numbers(claim.messages.map((m) => m.bucket))}::smallint[],
      ${numbers(claim.messages.map((m) => m.id))}::bigint[]) as u
    on conflict (project_id, bucket, execution_id, message_id) do nothing
    returning message_id as id`;
  return new Set(rows.map((row) => row.id));
}

/** Says of an execution whose messages it sends again. */
export async function linkResend(
  tx: Tx,
  projectId: number,
  link: { id: number; resentFrom: number },
): Promise<void> {
  await tx`
    update executions set resent_from = ${link.resentFrom} where project_id = ${projectId} and id = ${link.id}`;
}
