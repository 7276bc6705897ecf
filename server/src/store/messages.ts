/**
 * Messages: one row for each target and channel of an execution, from before the send until its last receipt. The
 * forms of bulk statements have the reasons that store/profiles.ts gives.
 */
import { STATUSES } from "../domain/message.ts";
import { type Db, numbers, type Tx, texts } from "./db.ts";

export interface NewMessage {
  readonly id: number;
  readonly bucket: number;
  readonly executionId: number;
  readonly campaignId: number;
  readonly version: number;
  readonly messageType: number;
  readonly status: number;
  readonly tries: number;
  readonly targetNo: number;
  readonly recipient: number;
  readonly profileId: number | null;
  readonly deviceId: number | null;
  readonly userId: string | null;
  readonly target: string;
  readonly address: string | null;
  readonly externalMessageId: string | null;
  readonly reason: string | null;
  readonly error: string | null;
}

/**
 * Writes message rows of one day. A row whose person, channel and execution are there already is left out.
 * @returns the ids that were written.
 */
export async function insertMessages(
  tx: Tx,
  projectId: number,
  batch: { day: string; nowMs: number; rows: readonly NewMessage[] },
): Promise<Set<number>> {
  const { rows } = batch;
  if (rows.length === 0) return new Set();
  const written = await tx<{ id: number }[]>`
    insert into messages (project_id, day, create_time, bucket, id, execution_id, campaign_id, version, message_type,
      status, tries, target_no, recipient, profile_id, device_id, user_id, target, address, external_message_id,
      reason, error)
    select ${projectId}, ${batch.day}::date, ${new Date(batch.nowMs)}, u.* from unnest(
      ${numbers(rows.map((r) => r.bucket))}::smallint[],
      ${numbers(rows.map((r) => r.id))}::bigint[],
      ${numbers(rows.map((r) => r.executionId))}::bigint[],
      ${numbers(rows.map((r) => r.campaignId))}::bigint[],
      ${numbers(rows.map((r) => r.version))}::integer[],
      ${numbers(rows.map((r) => r.messageType))}::smallint[],
      ${numbers(rows.map((r) => r.status))}::smallint[],
      ${numbers(rows.map((r) => r.tries))}::smallint[],
      ${numbers(rows.map((r) => r.targetNo))}::integer[],
      ${numbers(rows.map((r) => r.recipient))}::bigint[],
      ${numbers(rows.map((r) => r.profileId))}::bigint[],
      ${numbers(rows.map((r) => r.deviceId))}::bigint[],
      ${texts(rows.map((r) => r.userId))}::text[],
      ${texts(rows.map((r) => r.target))}::text[],
      ${texts(rows.map((r) => r.address))}::text[],
      ${texts(rows.map((r) => r.externalMessageId))}::text[],
      ${texts(rows.map((r) => r.reason))}::text[],
      ${texts(rows.map((r) => r.error))}::text[]) as u
    on conflict (project_id, bucket, day, execution_id, message_type, recipient) do nothing
    returning id`;
  return new Set(written.map((row) => row.id));
}

export interface ExistingMessage {
  readonly id: number;
  readonly executionId: number;
  readonly messageType: number;
  readonly recipient: number;
  readonly status: number;
  readonly tries: number;
  readonly targetNo: number;
}

/** Rows by what makes them unique: what an earlier holder of the chunk has left. */
export async function listMessagesByRecipient(
  db: Db,
  projectId: number,
  day: string,
  keys: readonly { bucket: number; executionId: number; messageType: number; recipient: number }[],
): Promise<ExistingMessage[]> {
  return await db<ExistingMessage[]>`
    select m.id, m.execution_id as "executionId", m.message_type as "messageType", m.recipient, m.status, m.tries,
      m.target_no as "targetNo"
    from unnest(
      ${numbers(keys.map((k) => k.bucket))}::smallint[],
      ${numbers(keys.map((k) => k.executionId))}::bigint[],
      ${numbers(keys.map((k) => k.messageType))}::smallint[],
      ${numbers(keys.map((k) => k.recipient))}::bigint[]) as u (bucket, execution_id, message_type, recipient)
    cross join lateral (
      select * from messages
      where project_id = ${projectId} and day = ${day}::date and bucket = u.bucket and execution_id = u.execution_id
        and message_type = u.message_type and recipient = u.recipient offset 0) as m`;
}

/** Statuses and tries of messages that wait to be tried again. */
export async function listMessageStates(
  db: Db,
  projectId: number,
  day: string,
  keys: readonly { bucket: number; id: number }[],
): Promise<{ id: number; status: number; tries: number }[]> {
  return await db<{ id: number; status: number; tries: number }[]>`
    select m.id, m.status, m.tries
    from unnest(${numbers(keys.map((k) => k.bucket))}::smallint[], ${numbers(keys.map((k) => k.id))}::bigint[])
      as u (bucket, id)
    cross join lateral (
      select id, status, tries from messages
      where project_id = ${projectId} and day = ${day}::date and bucket = u.bucket and id = u.id offset 0) as m`;
}

/** Marks waiting messages as being sent: the row says so before the gateway is called. */
export async function reopenMessages(
  tx: Tx,
  projectId: number,
  day: string,
  rows: readonly { bucket: number; id: number; tries: number }[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    update messages m set status = ${STATUSES.sending}, tries = u.tries
    from unnest(${numbers(rows.map((r) => r.bucket))}::smallint[], ${numbers(rows.map((r) => r.id))}::bigint[],
      ${numbers(rows.map((r) => r.tries))}::smallint[]) as u (bucket, id, tries)
    where m.project_id = ${projectId} and m.day = ${day}::date and m.bucket = u.bucket and m.id = u.id
      and m.bucket = any(${numbers([...new Set(rows.map((r) => r.bucket))])}::smallint[])
      and m.id = any(${numbers(rows.map((r) => r.id))}::bigint[])`;
}

export interface MessageEnd {
  readonly bucket: number;
  readonly id: number;
  readonly status: number;
  readonly reason: string | null;
  readonly error: string | null;
  readonly providerId: string | null;
}

/** Writes what became of messages that were being sent. One `now` for all: a slice settles at once. */
export async function settleMessages(
  tx: Tx,
  projectId: number,
  batch: { day: string; nowMs: number; rows: readonly MessageEnd[] },
): Promise<void> {
  const { rows } = batch;
  if (rows.length === 0) return;
  const now = new Date(batch.nowMs);
  await tx`
    update messages m set status = u.status, reason = u.reason, error = u.error, provider_id = u.provider_id,
      sent_time = case when u.status in (2, 3) then ${now}::timestamptz end,
      delivery_time = case when u.status = 3 then ${now}::timestamptz end
    from unnest(${numbers(rows.map((r) => r.bucket))}::smallint[], ${numbers(rows.map((r) => r.id))}::bigint[],
      ${numbers(rows.map((r) => r.status))}::smallint[], ${texts(rows.map((r) => r.reason))}::text[],
      ${texts(rows.map((r) => r.error))}::text[], ${texts(rows.map((r) => r.providerId))}::text[])
      as u (bucket, id, status, reason, error, provider_id)
    where m.project_id = ${projectId} and m.day = ${batch.day}::date and m.bucket = u.bucket and m.id = u.id
      and m.bucket = any(${numbers([...new Set(rows.map((r) => r.bucket))])}::smallint[])
      and m.id = any(${numbers(rows.map((r) => r.id))}::bigint[])`;
}

export interface AttemptRow {
  readonly bucket: number;
  readonly messageId: number;
  readonly no: number;
  readonly gateway: string;
  readonly outcome: string;
  readonly detail: string;
}

/** Keeps the tries that did not end well at once. */
export async function insertAttempts(
  tx: Tx,
  projectId: number,
  batch: { day: string; nowMs: number; rows: readonly AttemptRow[] },
): Promise<void> {
  const { rows } = batch;
  if (rows.length === 0) return;
  await tx`
    insert into attempts (project_id, day, at, bucket, message_id, no, gateway, outcome, detail)
    select ${projectId}, ${batch.day}::date, ${new Date(batch.nowMs)}, u.* from unnest(
      ${numbers(rows.map((r) => r.bucket))}::smallint[], ${numbers(rows.map((r) => r.messageId))}::bigint[],
      ${numbers(rows.map((r) => r.no))}::smallint[], ${texts(rows.map((r) => r.gateway))}::text[],
      ${texts(rows.map((r) => r.outcome))}::text[], ${texts(rows.map((r) => r.detail))}::text[]) as u
    on conflict (project_id, bucket, day, message_id, no) do nothing`;
}

/** Messages of an execution by channel and status; what waits in chunks is not among them. */
export async function countOutcomes(
  db: Db,
  projectId: number,
  executionId: number,
): Promise<{ messageType: number; status: number; n: number }[]> {
  return await db<{ messageType: number; status: number; n: number }[]>`
    select m.message_type as "messageType", m.status, count(*)::integer as n
    from executions e
    join messages m on m.project_id = ${projectId} and m.day = e.day and m.execution_id = e.id
      and m.bucket = any(array(select generate_series(0, 63))::smallint[])
    where e.project_id = ${projectId} and e.id = ${executionId}
    group by m.message_type, m.status`;
}

export interface ExecutionMessage {
  readonly id: number;
  readonly target: string;
  readonly messageType: number;
  readonly status: number;
  readonly reason: string | null;
  readonly error: string | null;
}

/** All messages of a small execution, in the order of its targets. */
export async function listExecutionMessages(
  db: Db,
  projectId: number,
  executionId: number,
): Promise<ExecutionMessage[]> {
  return await db<ExecutionMessage[]>`
    select m.id, m.target, m.message_type as "messageType", m.status, m.reason, m.error
    from executions e
    join messages m on m.project_id = ${projectId} and m.day = e.day and m.execution_id = e.id
      and m.bucket = any(array(select generate_series(0, 63))::smallint[])
    where e.project_id = ${projectId} and e.id = ${executionId}
    order by m.target_no, m.message_type, m.id`;
}

/**
 * Ends what of a target is still waiting or being sent.
 * @returns the message types that the target has a row for, whatever its status.
 */
export async function failUnsettled(
  tx: Tx,
  projectId: number,
  end: { day: string; executionId: number; targetNo: number; status: number; reason: string; error: string },
): Promise<Set<number>> {
  const rows = await tx<{ messageType: number }[]>`
    select message_type as "messageType" from messages
    where project_id = ${projectId} and day = ${end.day}::date and execution_id = ${end.executionId}
      and bucket = any(array(select generate_series(0, 63))::smallint[]) and target_no = ${end.targetNo}`;
  await tx`
    update messages set status = ${end.status}, reason = ${end.reason}, error = ${end.error}
    where project_id = ${projectId} and day = ${end.day}::date and execution_id = ${end.executionId}
      and bucket = any(array(select generate_series(0, 63))::smallint[]) and target_no = ${end.targetNo}
      and status in (0, 1)`;
  return new Set(rows.map((row) => row.messageType));
}
