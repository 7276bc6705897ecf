/** The people of a project: searched by user id (also its beginning), email or number; one of them with everything. */
import { AppError } from "../../base/errors.ts";
import { parseEmail, parsePhone } from "../../domain/address.ts";
import { nameOfType } from "../../domain/channel.ts";
import { bucketOf, parseId } from "../../domain/ids.ts";
import { emailKey, KEY_KINDS, type LookupKey, type Profile } from "../../domain/profile.ts";
import { secondsOf } from "../../domain/unix-time.ts";
import { inProject, type Tx } from "../../store/db.ts";
import {
  type FoundProfile,
  listFoundProfiles,
  listNewestProfiles,
  listProfileDevices,
  listProfilesByPrefix,
} from "../../store/profile-search.ts";
import { listByLookupKey, listProfilesById } from "../../store/profiles.ts";
import type { Context } from "../context.ts";

/** Times are unix seconds. */
export interface ProfileRowView {
  readonly id: number;
  readonly user_id: string | null;
  readonly email: string | null;
  readonly email_subscription: number | null;
  readonly mobile_number: string | null;
  readonly sms_subscription: number | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly create_time: number;
  readonly update_time: number;
}

/** System columns and custom attributes apart: they may be edited alike, but only the latter can be removed. */
export interface ProfileView {
  readonly id: number;
  readonly user_id: string | null;
  readonly create_time: number;
  readonly update_time: number;
  readonly system: Profile["system"];
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface ProfilePage {
  readonly rows: readonly ProfileRowView[];
  /** As `cursor` of the next page, or null at the end. */
  readonly next: string | null;
}

/** People who share an address. */
const MAX_SHARING = 100;

/**
 * Without a text the newest first. With one: who has it as address or number, then who has a user id that begins
 * with it, in the order of user ids.
 * @throws AppError invalid for a cursor that is of no page.
 */
export async function findProfiles(
  context: Context,
  projectId: number,
  asked: { text: string; cursor: string | null; limit: number },
): Promise<ProfilePage> {
  const { text, cursor, limit } = asked;
  return await inProject(context.app, projectId, async (tx) => {
    if (text === "") return await newest(tx, projectId, { cursor, limit });
    const exact = cursor === null ? await byAddress(tx, projectId, text) : [];
    const found = await listProfilesByPrefix(tx, projectId, {
      prefix: text,
      after: cursor,
      limit: limit + 1,
    });
    const page = found.slice(0, limit);
    const next = found.length > limit ? (page.at(-1)?.userId ?? null) : null;
    const rows = [...new Map([...exact, ...page].map((profile) => [profile.id, profile])).values()];
    return { rows: rows.map(viewRow), next };
  });
}

async function newest(
  tx: Tx,
  projectId: number,
  { cursor, limit }: { cursor: string | null; limit: number },
): Promise<ProfilePage> {
  const before = cursor === null ? null : parseId(cursor);
  if (before?.ok === false)
    throw new AppError("invalid", { errors: { cursor: ["Cursor is not one that a list gave."] } });
  const found = await listNewestProfiles(tx, projectId, { before: before?.value ?? null, limit: limit + 1 });
  const rows = found.slice(0, limit).map(viewRow);
  return { rows, next: found.length > limit ? String(rows.at(-1)?.id) : null };
}

async function byAddress(tx: Tx, projectId: number, text: string): Promise<FoundProfile[]> {
  const email = parseEmail(text);
  const phone = parsePhone(text);
  const keys: LookupKey[] = [
    ...(email.ok ? [{ kind: KEY_KINDS.email, key: emailKey(email.value.address) }] : []),
    ...(phone.ok ? [{ kind: KEY_KINDS.mobile, key: phone.value }] : []),
  ];
  const wanted = keys.map((key) => ({ ...key, bucket: bucketOf(key.key) }));
  const found = await listByLookupKey(tx, projectId, wanted);
  const ids = found.slice(0, MAX_SHARING).map((row) => row.profileId);
  return await listFoundProfiles(tx, projectId, ids);
}

const viewRow = (row: FoundProfile): ProfileRowView => ({
  id: row.id,
  user_id: row.userId,
  email: row.email,
  email_subscription: row.emailSubscription,
  mobile_number: row.mobileNumber,
  sms_subscription: row.smsSubscription,
  first_name: row.firstName,
  last_name: row.lastName,
  create_time: secondsOf(row.createTime),
  update_time: secondsOf(row.updateTime),
});

/** @throws AppError not_found */
export async function viewProfile(context: Context, projectId: number, id: number): Promise<ProfileView> {
  return await inProject(context.app, projectId, (tx) => viewProfileIn(tx, projectId, id));
}

/** The same inside a transaction that the caller holds. @throws AppError not_found */
export async function viewProfileIn(tx: Tx, projectId: number, id: number): Promise<ProfileView> {
  const [profile] = await listProfilesById(tx, projectId, [id], true);
  const [found] = await listFoundProfiles(tx, projectId, [id]);
  if (profile === undefined || found === undefined) throw new AppError("not_found");
  return {
    id,
    user_id: profile.userId,
    create_time: secondsOf(found.createTime),
    update_time: secondsOf(found.updateTime),
    system: profile.system,
    attributes: profile.attributes,
  };
}

export interface DeviceView {
  readonly id: number;
  readonly message_type: number;
  readonly message_type_name: string;
  readonly token: string;
  readonly subscribed: number;
  readonly create_time: number;
  readonly update_time: number;
}

/** Newest first. @throws AppError not_found */
export async function viewDevices(context: Context, projectId: number, id: number): Promise<DeviceView[]> {
  return await inProject(context.app, projectId, async (tx) => {
    await viewProfileIn(tx, projectId, id);
    const devices = await listProfileDevices(tx, projectId, id);
    return devices.map((device) => ({
      id: device.id,
      message_type: device.messageType,
      message_type_name: nameOfType(device.messageType),
      token: device.token,
      subscribed: device.subscribed,
      create_time: secondsOf(device.createTime),
      update_time: secondsOf(device.updateTime),
    }));
  });
}
