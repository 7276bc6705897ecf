/** People as the dashboard looks for them: newest first, or by the beginning of their user id. */
import type { Db } from "./db.ts";

export interface FoundProfile {
  readonly id: number;
  readonly userId: string | null;
  readonly email: string | null;
  readonly emailSubscription: number | null;
  readonly mobileNumber: string | null;
  readonly smsSubscription: number | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly createTime: Date;
  readonly updateTime: Date;
}

const COLUMNS = `p.id, p.user_id as "userId", p.email, p.email_subscription as "emailSubscription",
  p.mobile_number as "mobileNumber", p.sms_subscription as "smsSubscription", p.first_name as "firstName",
  p.last_name as "lastName", p.create_time as "createTime", p.update_time as "updateTime"`;

/** @param page.before only ids below this. */
export async function listNewestProfiles(
  db: Db,
  projectId: number,
  page: { before: number | null; limit: number },
): Promise<FoundProfile[]> {
  return await db<FoundProfile[]>`
    select ${db.unsafe(COLUMNS)} from profiles p
    where p.project_id = ${projectId} ${page.before === null ? db`` : db`and p.id < ${page.before}`}
    order by p.id desc limit ${page.limit}`;
}

/**
 * Profiles whose user id begins with `prefix`, in its order. Compared byte by byte (the operators with tildes), as
 * user ids are, whatever the database's collation. U+10FFFF sorts after every character.
 */
export async function listProfilesByPrefix(
  db: Db,
  projectId: number,
  page: { prefix: string; after: string | null; limit: number },
): Promise<FoundProfile[]> {
  return await db<FoundProfile[]>`
    select ${db.unsafe(COLUMNS)} from profiles p
    where p.project_id = ${projectId} and p.user_id ~>=~ ${page.prefix} and p.user_id ~<~ ${`${page.prefix}\u{10ffff}`}
      ${page.after === null ? db`` : db`and p.user_id ~>~ ${page.after}`}
    order by p.user_id using ~<~ limit ${page.limit}`;
}

export async function listFoundProfiles(
  db: Db,
  projectId: number,
  ids: readonly number[],
): Promise<FoundProfile[]> {
  const rows: FoundProfile[] = [];
  for (const id of ids) {
    rows.push(
      ...(await db<FoundProfile[]>`
        select ${db.unsafe(COLUMNS)} from profiles p
        where p.project_id = ${projectId} and p.bucket = ${id % 64} and p.id = ${id}`),
    );
  }
  return rows;
}

export interface FoundDevice {
  readonly id: number;
  readonly messageType: number;
  readonly token: string;
  readonly subscribed: number;
  readonly createTime: Date;
  readonly updateTime: Date;
}

export async function listProfileDevices(
  db: Db,
  projectId: number,
  profileId: number,
): Promise<FoundDevice[]> {
  return await db<FoundDevice[]>`
    select id, message_type as "messageType", token, subscribed, create_time as "createTime",
      update_time as "updateTime"
    from devices where project_id = ${projectId} and bucket = ${profileId % 64} and profile_id = ${profileId}
    order by id desc`;
}
