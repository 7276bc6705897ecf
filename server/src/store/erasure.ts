/**
 * Deletes a person's or device's data wherever it lies. Messages stay as rows, because they are the accounting of what
 * was sent, and lose everything that leads back to somebody. Every statement names project and bucket.
 */
import { bucketOf } from "../domain/ids.ts";
import type { LookupKey } from "../domain/profile.ts";
import { numbers, type Tx, texts } from "./db.ts";

interface ProfilePlace {
  readonly bucket: number;
  readonly profileId: number;
}

/** @returns the executions that the messages were part of. */
export async function eraseMessages(
  tx: Tx,
  projectId: number,
  { bucket, profileId, deviceId }: ProfilePlace & { readonly deviceId: number | null },
): Promise<number[]> {
  const rows = await tx<{ id: number; day: string; executionId: number }[]>`
    update messages set user_id = null, target = '', address = null, external_message_id = null, error = null
    where project_id = ${projectId} and bucket = ${bucket} and profile_id = ${profileId}
      and (${deviceId}::bigint is null or device_id = ${deviceId})
    returning id, day, execution_id as "executionId"`;
  if (rows.length === 0) return [];
  const ids = numbers(rows.map((row) => row.id));
  const days = texts([...new Set(rows.map((row) => row.day))]);
  await tx`
    update attempts set detail = ''
    where project_id = ${projectId} and bucket = ${bucket} and day = any(${days}::date[])
      and message_id = any(${ids}::bigint[])`;
  await tx`
    delete from sandbox_messages
    where project_id = ${projectId} and bucket = ${bucket} and id = any(${ids}::bigint[])`;
  return [...new Set(rows.map((row) => row.executionId))];
}

/** What the calls themselves held, as far as nothing will read it again. */
export async function eraseCalls(tx: Tx, projectId: number, executionIds: readonly number[]): Promise<void> {
  if (executionIds.length === 0) return;
  const ids = numbers(executionIds);
  await tx`
    update chunks set targets = '[]'
    where project_id = ${projectId} and execution_id = any(${ids}::bigint[]) and state = 2`;
  // A call for one person: its params are that person's.
  await tx`
    update executions e set params = '{}', external_message_id = null
    where e.project_id = ${projectId} and e.id = any(${ids}::bigint[]) and e.targets = 1
      and not exists (
        select from chunks c where c.project_id = ${projectId} and c.execution_id = e.id and c.state <> 2)`;
}

/** Webhook events lie in the bucket of their message. Those that wait are not told any more. */
export async function eraseWebhookEvents(
  tx: Tx,
  projectId: number,
  mark: string,
  bucket: number,
): Promise<void> {
  await tx`
    delete from webhook_events
    where project_id = ${projectId} and bucket = ${bucket} and strpos(body, ${mark}) > 0`;
}

export async function eraseKeys(
  tx: Tx,
  projectId: number,
  at: { keys: readonly LookupKey[]; profileId: number; deviceIds: readonly number[] },
): Promise<void> {
  const { keys, profileId } = at;
  await tx`
    delete from lookup_keys k
    using unnest(${numbers(keys.map(({ key }) => bucketOf(key)))}::smallint[], ${numbers(keys.map((k) => k.kind))}::smallint[],
      ${texts(keys.map((k) => k.key))}::text[]) as u (bucket, kind, key)
    where k.project_id = ${projectId} and k.bucket = u.bucket and k.kind = u.kind and k.key = u.key
      and k.profile_id = ${profileId} and k.device_id = any(${numbers(at.deviceIds)}::bigint[])`;
}

/** Items of user lists that name somebody, by what the list is a list of. */
export async function eraseListItems(
  tx: Tx,
  projectId: number,
  items: readonly { identifier: string; item: string }[],
): Promise<void> {
  if (items.length === 0) return;
  await tx`
    delete from list_items i
    using lists l, unnest(${numbers(items.map(({ item }) => bucketOf(item)))}::smallint[],
      ${texts(items.map((i) => i.identifier))}::text[], ${texts(items.map((i) => i.item))}::text[])
      as u (bucket, identifier, item)
    where l.project_id = ${projectId} and l.identifier = u.identifier
      and i.project_id = ${projectId} and i.bucket = u.bucket and i.list_id = l.id and i.item = u.item`;
}

export async function eraseDevices(
  tx: Tx,
  projectId: number,
  { bucket, ids }: { bucket: number; ids: readonly number[] },
): Promise<void> {
  await tx`
    delete from devices
    where project_id = ${projectId} and bucket = ${bucket} and id = any(${numbers(ids)}::bigint[])`;
  await tx`
    update tag_hits set device_id = null
    where project_id = ${projectId} and bucket = ${bucket} and device_id = any(${numbers(ids)}::bigint[])`;
}

/** The profile itself and what it did. */
export async function eraseProfile(
  tx: Tx,
  projectId: number,
  { bucket, profileId }: ProfilePlace,
): Promise<void> {
  await tx`delete from events where project_id = ${projectId} and bucket = ${bucket} and profile_id = ${profileId}`;
  await tx`delete from tag_hits where project_id = ${projectId} and bucket = ${bucket} and profile_id = ${profileId}`;
  await tx`
    delete from subscription_changes
    where project_id = ${projectId} and bucket = ${bucket} and profile_id = ${profileId}`;
  await tx`delete from profiles where project_id = ${projectId} and bucket = ${bucket} and id = ${profileId}`;
}
