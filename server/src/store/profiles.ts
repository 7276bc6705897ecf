/**
 * Profiles, devices and the keys that lead to them. Bulk look-ups are laterals with `offset 0`: the list stays the
 * outer side and the table is entered by its index. Without that fence a table that was never analyzed is read whole
 * for every list (10,000 rows: 55 ms instead of 0.9). For the same reason bulk updates name the ids twice.
 */
import {
  type KeyKind,
  type LookupKey,
  type Profile,
  SYSTEM_COLUMNS,
  type SystemColumn,
  type SystemValues,
} from "../domain/profile.ts";
import { type Db, numbers, type Tx, texts } from "./db.ts";

type ProfileRow = Record<SystemColumn, string | number | null> & {
  readonly id: number;
  readonly bucket: number;
  readonly user_id: string | null;
  readonly attributes?: Record<string, unknown>;
};

function profileOf(row: ProfileRow): Profile {
  return {
    id: row.id,
    bucket: row.bucket,
    userId: row.user_id,
    system: systemOf(row),
    attributes: row.attributes ?? {},
  };
}

function systemOf(row: ProfileRow): SystemValues {
  return {
    email: row.email,
    email_subscription: row.email_subscription,
    mobile_number: row.mobile_number,
    sms_subscription: row.sms_subscription,
    whatsapp_number: row.whatsapp_number,
    whatsapp_subscription: row.whatsapp_subscription,
    first_name: row.first_name,
    last_name: row.last_name,
    language: row.language,
    timezone: row.timezone,
    country: row.country,
  };
}

/** Custom attributes are read only where somebody reads them: parsing them is a third of a row's cost. */
const columnsOf = (db: Db, withAttributes: boolean) =>
  db.unsafe(
    `p.id, p.bucket, p.user_id, ${SYSTEM_COLUMNS.map((c) => `p.${c}`).join(", ")}${withAttributes ? ", p.attributes" : ""}`,
  );

export async function listProfilesByUserId(
  db: Db,
  projectId: number,
  keys: readonly { bucket: number; userId: string }[],
  withAttributes: boolean,
): Promise<Profile[]> {
  const rows = await db<ProfileRow[]>`
    select ${columnsOf(db, withAttributes)}
    from unnest(${numbers(keys.map((k) => k.bucket))}::smallint[], ${texts(keys.map((k) => k.userId))}::text[])
      as u (bucket, user_id)
    cross join lateral (
      select * from profiles
      where project_id = ${projectId} and bucket = u.bucket and user_id = u.user_id offset 0) as p`;
  return rows.map(profileOf);
}

export async function listProfilesById(
  db: Db,
  projectId: number,
  ids: readonly number[],
  withAttributes: boolean,
): Promise<Profile[]> {
  const rows = await db<ProfileRow[]>`
    select ${columnsOf(db, withAttributes)}
    from unnest(${numbers(ids.map((id) => id % 64))}::smallint[], ${numbers(ids)}::bigint[]) as u (bucket, id)
    cross join lateral (
      select * from profiles
      where project_id = ${projectId} and bucket = u.bucket and id = u.id offset 0) as p`;
  return rows.map(profileOf);
}

/** Everybody of one bucket, by id. */
export async function listProfileIds(db: Db, projectId: number, bucket: number): Promise<number[]> {
  const rows = await db<{ id: number }[]>`
    select id from profiles where project_id = ${projectId} and bucket = ${bucket} order by id`;
  return rows.map((row) => row.id);
}

/** The same rows, locked in the order of their ids, so that two writers never wait for each other in a ring. */
export async function listProfilesForUpdate(
  tx: Tx,
  projectId: number,
  ids: readonly number[],
): Promise<Profile[]> {
  const rows = await tx<ProfileRow[]>`
    select ${columnsOf(tx, true)} from profiles p
    where p.project_id = ${projectId} and p.bucket = any(${numbers([...new Set(ids.map((id) => id % 64))])}::smallint[])
      and p.id = any(${numbers(ids)}::bigint[])
    order by p.id for update`;
  return rows.map(profileOf);
}

export interface FoundKey {
  readonly kind: KeyKind;
  readonly key: string;
  readonly profileId: number;
  /** 0 where the key leads to the profile alone. */
  readonly deviceId: number;
}

export async function listByLookupKey(
  db: Db,
  projectId: number,
  keys: readonly (LookupKey & { bucket: number })[],
): Promise<FoundKey[]> {
  return await db<FoundKey[]>`
    select k.kind, k.key, k.profile_id as "profileId", k.device_id as "deviceId"
    from unnest(${numbers(keys.map((k) => k.bucket))}::smallint[], ${numbers(keys.map((k) => k.kind))}::smallint[],
      ${texts(keys.map((k) => k.key))}::text[]) as u (bucket, kind, key)
    cross join lateral (
      select * from lookup_keys
      where project_id = ${projectId} and bucket = u.bucket and kind = u.kind and key = u.key offset 0) as k
    order by k.profile_id, k.device_id`;
}

/** Adds bare profiles. A user id that is there already keeps its profile. */
export async function insertBareProfiles(
  tx: Tx,
  projectId: number,
  rows: readonly { id: number; bucket: number; userId: string | null }[],
  nowMs: number,
): Promise<void> {
  if (rows.length === 0) return;
  const now = new Date(nowMs);
  await tx`
    insert into profiles (project_id, create_time, update_time, bucket, id, user_id)
    select ${projectId}, ${now}, ${now}, u.* from unnest(${numbers(rows.map((r) => r.bucket))}::smallint[],
      ${numbers(rows.map((r) => r.id))}::bigint[], ${texts(rows.map((r) => r.userId))}::text[]) as u
    on conflict do nothing`;
}

/**
 * Writes whole profiles; the caller holds their locks. From its sixth run on a connection the statement would get a
 * generic plan, which takes every list for ten entries and joins by a nested loop: 2 s for 1,000 people, not 50 ms.
 */
export async function updateProfiles(
  tx: Tx,
  projectId: number,
  profiles: readonly Profile[],
  nowMs: number,
): Promise<void> {
  if (profiles.length === 0) return;
  const text = (column: SystemColumn): string =>
    texts(profiles.map((p) => (p.system[column] === null ? null : String(p.system[column]))));
  const planning = tx.unsafe("set local plan_cache_mode = force_custom_plan").execute();
  const update = tx`
    update profiles p set update_time = ${new Date(nowMs)}, email = u.email, email_subscription = u.email_subscription,
      mobile_number = u.mobile_number, sms_subscription = u.sms_subscription, whatsapp_number = u.whatsapp_number,
      whatsapp_subscription = u.whatsapp_subscription, first_name = u.first_name, last_name = u.last_name,
      language = u.language, timezone = u.timezone, country = u.country, attributes = u.attributes::jsonb
    from unnest(${numbers(profiles.map((p) => p.bucket))}::smallint[], ${numbers(profiles.map((p) => p.id))}::bigint[],
      ${text("email")}::text[], ${text("email_subscription")}::smallint[], ${text("mobile_number")}::text[],
      ${text("sms_subscription")}::smallint[], ${text("whatsapp_number")}::text[],
      ${text("whatsapp_subscription")}::smallint[], ${text("first_name")}::text[], ${text("last_name")}::text[],
      ${text("language")}::text[], ${text("timezone")}::text[], ${text("country")}::text[],
      ${texts(profiles.map((p) => JSON.stringify(p.attributes)))}::text[]) as u (bucket, id, email, email_subscription,
      mobile_number, sms_subscription, whatsapp_number, whatsapp_subscription, first_name, last_name, language,
      timezone, country, attributes)
    where p.project_id = ${projectId} and p.bucket = u.bucket and p.id = u.id
      and p.bucket = any(${numbers([...new Set(profiles.map((p) => p.bucket))])}::smallint[])
      and p.id = any(${numbers(profiles.map((p) => p.id))}::bigint[])`;
  await Promise.all([planning, update]);
}

type KeyRow = LookupKey & { readonly bucket: number; readonly profileId: number; readonly deviceId: number };

export async function insertLookupKeys(tx: Tx, projectId: number, rows: readonly KeyRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into lookup_keys (project_id, bucket, kind, key, profile_id, device_id)
    select ${projectId}, u.* from unnest(${numbers(rows.map((r) => r.bucket))}::smallint[],
      ${numbers(rows.map((r) => r.kind))}::smallint[], ${texts(rows.map((r) => r.key))}::text[],
      ${numbers(rows.map((r) => r.profileId))}::bigint[], ${numbers(rows.map((r) => r.deviceId))}::bigint[]) as u
    on conflict do nothing`;
}

export async function deleteLookupKeys(tx: Tx, projectId: number, rows: readonly KeyRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    delete from lookup_keys k
    using unnest(${numbers(rows.map((r) => r.bucket))}::smallint[], ${numbers(rows.map((r) => r.kind))}::smallint[],
      ${texts(rows.map((r) => r.key))}::text[], ${numbers(rows.map((r) => r.profileId))}::bigint[])
      as u (bucket, kind, key, profile_id)
    where k.project_id = ${projectId} and k.bucket = u.bucket and k.kind = u.kind and k.key = u.key
      and k.profile_id = u.profile_id and k.device_id = 0`;
}

export interface Device {
  readonly id: number;
  readonly profileId: number;
  readonly messageType: number;
  readonly token: string;
  readonly subscribed: number;
}

export async function listDevicesOfProfiles(
  db: Db,
  projectId: number,
  profileIds: readonly number[],
): Promise<Device[]> {
  return await db<Device[]>`
    select d.id, d.profile_id as "profileId", d.message_type as "messageType", d.token, d.subscribed
    from unnest(${numbers(profileIds.map((id) => id % 64))}::smallint[], ${numbers(profileIds)}::bigint[])
      as u (bucket, profile_id)
    cross join lateral (
      select * from devices
      where project_id = ${projectId} and bucket = u.bucket and profile_id = u.profile_id offset 0) as d
    order by d.id`;
}

export async function listDevicesById(db: Db, projectId: number, ids: readonly number[]): Promise<Device[]> {
  return await db<Device[]>`
    select d.id, d.profile_id as "profileId", d.message_type as "messageType", d.token, d.subscribed
    from unnest(${numbers(ids.map((id) => id % 64))}::smallint[], ${numbers(ids)}::bigint[]) as u (bucket, id)
    cross join lateral (
      select * from devices
      where project_id = ${projectId} and bucket = u.bucket and id = u.id offset 0) as d`;
}

export async function insertDevices(
  tx: Tx,
  projectId: number,
  rows: readonly (Omit<Device, "subscribed"> & { bucket: number })[],
  nowMs: number,
): Promise<void> {
  const now = new Date(nowMs);
  await tx`
    insert into devices (project_id, create_time, update_time, bucket, id, profile_id, message_type, token)
    select ${projectId}, ${now}, ${now}, u.* from unnest(${numbers(rows.map((r) => r.bucket))}::smallint[],
      ${numbers(rows.map((r) => r.id))}::bigint[], ${numbers(rows.map((r) => r.profileId))}::bigint[],
      ${numbers(rows.map((r) => r.messageType))}::smallint[], ${texts(rows.map((r) => r.token))}::text[]) as u`;
}

/**
 * Registers names of custom attributes with the type of their first value; an attribute that is there keeps its type.
 * A tag of that name becomes an attribute: it had no values whose type could matter. An attribute of devices keeps the
 * type that it was declared with.
 */
export async function registerAttributes(
  tx: Tx,
  projectId: number,
  names: readonly { name: string; type: string }[],
  nowMs: number,
): Promise<void> {
  const sorted = [...names].sort((a, b) => (a.name < b.name ? -1 : 1));
  await tx`
    insert into attributes (project_id, create_time, name, type)
    select ${projectId}, ${new Date(nowMs)}, u.* from unnest(${texts(sorted.map((n) => n.name))}::text[],
      ${texts(sorted.map((n) => n.type))}::text[]) as u
    on conflict (project_id, name) do update set profile_attribute = 1,
      type = case when attributes.device_attribute = 1 then attributes.type else excluded.type end
      where attributes.profile_attribute = 0`;
}

/** Custom attributes of a project: name and type. */
export async function listAttributes(db: Db, projectId: number): Promise<Map<string, string>> {
  const rows = await db<{ name: string; type: string }[]>`
    select name, type from attributes where project_id = ${projectId} and profile_attribute = 1`;
  return new Map(rows.map((row) => [row.name, row.type]));
}

/** Lets the planner know of many new rows. Cheap: it reads a sample. */
export async function refreshStatistics(db: Db): Promise<void> {
  await db`select refresh_statistics()`;
}
