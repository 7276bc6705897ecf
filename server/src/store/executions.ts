/** Executions: one call or trigger of a campaign. */
import { type Db, numbers, type Tx, texts, times } from "./db.ts";

export interface NewExecution {
  readonly id: number;
  readonly campaignId: number;
  readonly version: number;
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  readonly targetBy: string;
  readonly targets: number;
  readonly channels: readonly number[];
  /** JSON */
  readonly params: string;
  /** JSON, or null when the call changes nothing of the template. */
  readonly overrides: string | null;
  readonly externalMessageId: string | null;
  readonly createMissing: boolean;
  readonly sendAtMs: number;
  readonly expireAtMs: number | null;
  readonly requestId: string;
  readonly createdAtMs: number;
  /** Goes out whatever the campaign's state; figures leave it out. */
  readonly isTest: boolean;
}

export async function insertExecutions(
  tx: Tx,
  projectId: number,
  rows: readonly NewExecution[],
): Promise<void> {
  await tx`
    insert into executions (project_id, id, campaign_id, version, day, target_by, targets, channels, params,
      overrides, external_message_id, create_missing, send_at, expire_at, request_id, create_time, is_test)
    select ${projectId}, u.id, u.campaign_id, u.version, u.day, u.target_by, u.targets, u.channels::smallint[], u.params,
      u.overrides, u.external_message_id, u.create_missing, u.send_at, u.expire_at, u.request_id, u.create_time,
      u.is_test
    from unnest(
      ${numbers(rows.map((r) => r.id))}::bigint[],
      ${numbers(rows.map((r) => r.campaignId))}::bigint[],
      ${numbers(rows.map((r) => r.version))}::integer[],
      ${texts(rows.map((r) => r.day))}::date[],
      ${texts(rows.map((r) => r.targetBy))}::text[],
      ${numbers(rows.map((r) => r.targets))}::integer[],
      ${texts(rows.map((r) => `{${r.channels.join(",")}}`))}::text[],
      ${texts(rows.map((r) => r.params))}::text[],
      ${texts(rows.map((r) => r.overrides))}::text[],
      ${texts(rows.map((r) => r.externalMessageId))}::text[],
      ${`{${rows.map((r) => r.createMissing).join(",")}}`}::boolean[],
      ${times(rows.map((r) => r.sendAtMs))}::timestamptz[],
      ${times(rows.map((r) => r.expireAtMs))}::timestamptz[],
      ${texts(rows.map((r) => r.requestId))}::text[],
      ${times(rows.map((r) => r.createdAtMs))}::timestamptz[],
      ${`{${rows.map((r) => r.isTest).join(",")}}`}::boolean[]
    ) as u (id, campaign_id, version, day, target_by, targets, channels, params, overrides, external_message_id,
      create_missing, send_at, expire_at, request_id, create_time, is_test)`;
}

export interface ExecutionRow {
  readonly id: number;
  readonly campaignId: number;
  readonly version: number;
  readonly day: string;
  readonly targetBy: string;
  readonly channels: number[];
  readonly params: string;
  readonly overrides: string | null;
  readonly externalMessageId: string | null;
  readonly createMissing: boolean;
  readonly expireAt: Date | null;
  readonly sendAt: Date;
  readonly isTest: boolean;
  readonly campaignState: number;
  readonly campaignTrigger: number;
  readonly campaignTitle: string;
}

/** What a haul needs of its executions, with the state of their campaigns as of now. */
export async function listExecutions(
  db: Db,
  projectId: number,
  ids: readonly number[],
): Promise<ExecutionRow[]> {
  return await db<ExecutionRow[]>`
    select e.id, e.campaign_id as "campaignId", e.version, e.day, e.target_by as "targetBy", e.channels, e.params,
      e.overrides, e.external_message_id as "externalMessageId", e.create_missing as "createMissing",
      e.expire_at as "expireAt", e.send_at as "sendAt", e.is_test as "isTest",
      c.state as "campaignState", c.trigger as "campaignTrigger", c.title as "campaignTitle"
    from executions e
    join campaigns c on c.project_id = ${projectId} and c.id = e.campaign_id
    where e.project_id = ${projectId} and e.id = any(${numbers(ids)}::bigint[])`;
}

/** Which of these executions exist: tells whether a commit whose answer was lost took place. */
export async function listExistingExecutions(
  db: Db,
  projectId: number,
  ids: readonly number[],
): Promise<Set<number>> {
  const rows = await db<{ id: number }[]>`
    select id from executions where project_id = ${projectId} and id = any(${numbers(ids)}::bigint[])`;
  return new Set(rows.map((row) => row.id));
}
