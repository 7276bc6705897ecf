/**
 * The message log as people search it: newest first, by keyset. Every way to find a message is a branch of its own
 * that reads its own index from the newest on; `or` over them would read the whole log.
 */
import { type Db, numbers, texts } from "./db.ts";

export interface LoggedMessage {
  readonly id: number;
  readonly bucket: number;
  readonly day: string;
  readonly createTime: Date;
  readonly campaignId: number;
  readonly campaignTitle: string | null;
  readonly executionId: number;
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
  readonly reason: string | null;
  readonly error: string | null;
  readonly externalMessageId: string | null;
  readonly providerId: string | null;
  readonly sentTime: Date | null;
  readonly deliveryTime: Date | null;
  readonly openTime: Date | null;
  readonly clickTime: Date | null;
}

const COLUMNS = `m.id, m.bucket, m.day, m.create_time as "createTime", m.campaign_id as "campaignId",
  c.title as "campaignTitle", m.execution_id as "executionId", m.version, m.message_type as "messageType", m.status,
  m.tries, m.target_no as "targetNo", m.recipient, m.profile_id as "profileId", m.device_id as "deviceId",
  m.user_id as "userId", m.target, m.address, m.reason, m.error, m.external_message_id as "externalMessageId",
  m.provider_id as "providerId", m.sent_time as "sentTime", m.delivery_time as "deliveryTime",
  m.open_time as "openTime", m.click_time as "clickTime"`;

/** Exclusive end. Rows are found by when they were opened, which is their `create_time`. */
export interface TimeRange {
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

export interface MessageFilters extends TimeRange {
  readonly campaignId: number | null;
  readonly execution: ExecutionPlace | null;
  readonly messageType: number | null;
  readonly profileId: number | null;
  /** null: any. */
  readonly statuses: readonly number[] | null;
  /** `""` stands for those without a reason; null: any. */
  readonly reason: string | null;
}

/** An execution's messages lie in the partition of its accepting day. */
export interface ExecutionPlace {
  readonly id: number;
  readonly day: string;
}

/** What one search text may mean; a message that fits any of them is found. */
export interface SearchKeys {
  readonly messageId: number | null;
  readonly executions: readonly ExecutionPlace[];
  readonly reference: string;
  readonly target: string;
  /** As messages have them. */
  readonly addresses: readonly string[];
  readonly profileIds: readonly number[];
}

export interface MessagePage {
  readonly filters: MessageFilters;
  /** null: all that pass the filters. */
  readonly search: SearchKeys | null;
  /** Only ids below this. */
  readonly before: number | null;
  readonly limit: number;
}

type Fragment = ReturnType<typeof fragment>;
const fragment = (db: Db) => db``;

/** A message is opened at most a year after its execution was accepted: a send time lies at most that far ahead. */
const LONGEST_WAIT_DAYS = 367;
const DAY_MS = 86_400_000;

const dayText = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The times themselves, and the days that lead to the partitions in which such rows can lie. */
export function inRange(db: Db, { fromMs, toMs }: TimeRange): Fragment {
  const from =
    fromMs === null
      ? db``
      : db` and m.create_time >= ${new Date(fromMs)} and m.day >= ${dayText(fromMs - LONGEST_WAIT_DAYS * DAY_MS)}::date`;
  const to =
    toMs === null ? db`` : db` and m.create_time < ${new Date(toMs)} and m.day <= ${dayText(toMs)}::date`;
  return db`${from}${to}`;
}

const inExecutions = (db: Db, executions: readonly ExecutionPlace[]): Fragment => db`
  and m.day = any(${texts([...new Set(executions.map((e) => e.day))])}::date[])
  and m.execution_id = any(${numbers(executions.map((e) => e.id))}::bigint[])
  and m.bucket = any(array(select generate_series(0, 63))::smallint[])`;

function filtered(db: Db, filters: MessageFilters): Fragment {
  const { campaignId, messageType, profileId, statuses, reason, execution } = filters;
  const parts = [
    inRange(db, filters),
    campaignId === null ? db`` : db` and m.campaign_id = ${campaignId}`,
    messageType === null ? db`` : db` and m.message_type = ${messageType}`,
    profileId === null ? db`` : db` and m.bucket = ${profileId % 64} and m.profile_id = ${profileId}`,
    statuses === null ? db`` : db` and m.status = any(${numbers(statuses)}::smallint[])`,
    reason === null ? db`` : reason === "" ? db` and m.reason is null` : db` and m.reason = ${reason}`,
    execution === null ? db`` : inExecutions(db, [execution]),
  ];
  return parts.reduce((all, part) => db`${all}${part}`, db``);
}

interface Branch {
  readonly condition: Fragment;
  /** In the order of ids the planner would walk all messages that are newer than the execution's. */
  readonly isByExecution: boolean;
}

/** Each branch finds rows by one index. */
function branchesOf(db: Db, search: SearchKeys): Branch[] {
  const { messageId, executions, reference, target, addresses, profileIds } = search;
  const conditions = [
    db` and m.external_message_id = ${reference}`,
    db` and m.profile_id is null and length(m.target) <= 255 and m.target = ${target}`,
    ...addresses.map((address) => db` and m.message_type in (7, 9) and m.address = ${address}`),
    ...profileIds.map((id) => db` and m.bucket = ${id % 64} and m.profile_id = ${id}`),
    ...(messageId === null ? [] : [db` and m.id = ${messageId}`]),
  ];
  const branches = conditions.map((condition): Branch => ({ condition, isByExecution: false }));
  if (executions.length === 0) return branches;
  return [...branches, { condition: inExecutions(db, executions), isByExecution: true }];
}

/** Rows newest first; at most `limit`. */
export async function searchMessages(db: Db, projectId: number, page: MessagePage): Promise<LoggedMessage[]> {
  const { filters, search, before, limit } = page;
  const where = filtered(db, filters);
  const older = before === null ? db`` : db` and m.id < ${before}`;
  const selectOf = ({ condition, isByExecution }: Branch): Fragment => db`
    (select m.* from messages m where m.project_id = ${projectId}${older}${condition}${where}
     order by ${isByExecution || filters.execution !== null ? db`m.id + 0` : db`m.id`} desc limit ${limit})`;
  const all: Branch = { condition: db``, isByExecution: false };
  const selects = (search === null ? [all] : branchesOf(db, search)).map(selectOf);
  const union = selects.reduce((before, next) => db`${before} union all ${next}`);
  const rows = await db<LoggedMessage[]>`
    select ${db.unsafe(COLUMNS)} from (${union}) as m
    left join campaigns c on c.project_id = ${projectId} and c.id = m.campaign_id
    order by m.id desc`;
  // A message may be found in several ways.
  return [...new Map(rows.map((row) => [row.id, row])).values()].slice(0, limit);
}

/** One message, wherever its day is. */
export async function findMessage(db: Db, projectId: number, id: number): Promise<LoggedMessage | null> {
  const [row] = await db<LoggedMessage[]>`
    select ${db.unsafe(COLUMNS)} from messages m
    left join campaigns c on c.project_id = ${projectId} and c.id = m.campaign_id
    where m.project_id = ${projectId} and m.id = ${id}`;
  return row ?? null;
}

export interface LoggedAttempt {
  readonly messageId: number;
  readonly no: number;
  readonly at: Date;
  readonly gateway: string;
  readonly outcome: string;
  readonly detail: string;
}

/** The tries of messages that did not end well at once, in their order. */
export async function listAttempts(
  db: Db,
  projectId: number,
  messages: readonly { bucket: number; day: string; id: number }[],
): Promise<LoggedAttempt[]> {
  return await db<LoggedAttempt[]>`
    select a.message_id as "messageId", a.no, a.at, a.gateway, a.outcome, a.detail
    from unnest(${numbers(messages.map((m) => m.bucket))}::smallint[], ${texts(messages.map((m) => m.day))}::date[],
      ${numbers(messages.map((m) => m.id))}::bigint[]) as u (bucket, day, id)
    cross join lateral (
      select * from attempts
      where project_id = ${projectId} and bucket = u.bucket and day = u.day and message_id = u.id offset 0) as a
    order by a.message_id, a.no`;
}

export interface ResultCount {
  readonly messageType: number;
  readonly status: number;
  readonly reason: string | null;
  /** Unix seconds of the start of its hour or day. */
  readonly time: number;
  readonly n: number;
}

/** What became of a campaign's messages, in one reading of them. */
export async function countResults(
  db: Db,
  projectId: number,
  asked: TimeRange & { campaignId: number; unit: "hour" | "day"; timeZone: string },
): Promise<ResultCount[]> {
  return await db<ResultCount[]>`
    select m.message_type as "messageType", m.status, m.reason,
      floor(extract(epoch from date_trunc(${asked.unit}, m.create_time, ${asked.timeZone})))::bigint as time,
      count(*)::integer as n
    from messages m
    where m.project_id = ${projectId} and m.campaign_id = ${asked.campaignId}${inRange(db, asked)}
    group by 1, 2, 3, 4`;
}
