/**
 * The tasks of delete-personal-data: all of a person, or of one device, in one transaction with the task's end. Where
 * somebody had opted out, the address stays in the suppression as a salted hash: an old import must not reach them.
 */
import { randomBytes } from "node:crypto";
import type { MessageType } from "../../domain/channel.ts";
import { bucketOf } from "../../domain/ids.ts";
import { KEY_KINDS, type LookupKey, lookupKeysOf, type Profile } from "../../domain/profile.ts";
import { suppressionKey } from "../../domain/suppression.ts";
import type { Tx } from "../../store/db.ts";
import {
  eraseCalls,
  eraseDevices,
  eraseKeys,
  eraseListItems,
  eraseMessages,
  eraseProfile,
  eraseWebhookEvents,
} from "../../store/erasure.ts";
import { bucketOfId } from "../../store/id-blocks.ts";
import {
  type Device,
  listByLookupKey,
  listDevicesById,
  listDevicesOfProfiles,
  listProfilesForUpdate,
} from "../../store/profiles.ts";
import { ensureSalt, insertSuppressions } from "../../store/suppressions.ts";
import { type ClaimedTask, settleTask, updateTaskProgress } from "../../store/tasks.ts";
import type { Context } from "../context.ts";
import { persistently } from "../profiles/persistently.ts";
import { TASK_STATES } from "../tasks/settle-task.ts";
import type { ErasureInput } from "./queue-erasure.ts";

const SALT_BYTES = 32;

interface Erasure {
  readonly input: ErasureInput;
  readonly leaseSeconds: number;
}

export const eraseProfileData = (context: Context, task: ClaimedTask, erasure: Erasure): Promise<void> =>
  underTask(context, task, {
    ...erasure,
    work: (tx) => eraseOnePerson(context, tx, { task, id: erasure.input.id }),
  });

export const eraseDeviceData = (context: Context, task: ClaimedTask, erasure: Erasure): Promise<void> =>
  underTask(context, task, {
    ...erasure,
    work: (tx) => eraseOneDevice(context, tx, { task, id: erasure.input.id }),
  });

async function underTask(
  context: Context,
  task: ClaimedTask,
  { leaseSeconds, work }: Erasure & { readonly work: (tx: Tx) => Promise<void> },
): Promise<void> {
  const { projectId, id, token } = task;
  const nowMs = context.clock.now();
  await persistently(context, projectId, async (tx) => {
    if (!(await updateTaskProgress(tx, projectId, { id, token, progress: 1, leaseSeconds, nowMs }))) return;
    await work(tx);
    await settleTask(tx, projectId, { id, token, state: TASK_STATES.completed, error: null, nowMs });
  });
}

interface Job {
  readonly task: ClaimedTask;
  readonly id: number;
}

/** Nobody there any more is no failure: what was asked for is so. */
async function eraseOnePerson(context: Context, tx: Tx, { task, id }: Job): Promise<void> {
  const { projectId } = task;
  const [profile] = await listProfilesForUpdate(tx, projectId, [id]);
  if (profile === undefined) return;
  const { bucket } = profile;
  const devices = await listDevicesOfProfiles(tx, projectId, [id]);
  await suppress(context, tx, {
    projectId,
    refusals: [...refusalsOf(profile), ...devices.flatMap(refusalOf)],
  });
  const tokens = devices.map(({ token }): LookupKey => ({ kind: KEY_KINDS.token, key: token }));
  const keys = [...lookupKeysOf(profile), ...tokens];
  await eraseKeys(tx, projectId, { keys, profileId: id, deviceIds: [0, ...devices.map((d) => d.id)] });
  const items = await itemsOf(tx, projectId, { profile, devices });
  await eraseListItems(tx, projectId, items);
  const executions = await eraseMessages(tx, projectId, { bucket, profileId: id, deviceId: null });
  await eraseCalls(tx, projectId, executions);
  await eraseWebhookEvents(tx, projectId, `"profile_id":"${id}"`, bucket);
  await eraseDevices(tx, projectId, { bucket, ids: devices.map((device) => device.id) });
  await eraseProfile(tx, projectId, { bucket, profileId: id });
}

async function eraseOneDevice(context: Context, tx: Tx, { task, id }: Job): Promise<void> {
  const { projectId } = task;
  const [device] = await listDevicesById(tx, projectId, [id]);
  if (device === undefined) return;
  const { profileId } = device;
  const bucket = bucketOfId(id);
  await suppress(context, tx, { projectId, refusals: refusalOf(device) });
  const keys = [{ kind: KEY_KINDS.token, key: device.token }];
  await eraseKeys(tx, projectId, { keys, profileId, deviceIds: [0, id] });
  await eraseListItems(tx, projectId, [
    { identifier: "id", item: String(id) },
    { identifier: "token", item: device.token },
  ]);
  await eraseMessages(tx, projectId, { bucket, profileId, deviceId: id });
  for (const end of [",", "}"]) await eraseWebhookEvents(tx, projectId, `"device_id":${id}${end}`, bucket);
  await eraseDevices(tx, projectId, { bucket, ids: [id] });
}

interface Refusal {
  readonly messageType: MessageType;
  readonly address: string;
}

function refusalsOf({ system }: Profile): Refusal[] {
  const { email, mobile_number: mobile } = system;
  return [
    ...(typeof email === "string" && system.email_subscription === 0
      ? [{ messageType: 7 as const, address: email }]
      : []),
    ...(typeof mobile === "string" && system.sms_subscription === 0
      ? [{ messageType: 9 as const, address: mobile }]
      : []),
  ];
}

const refusalOf = (device: Device): Refusal[] =>
  device.subscribed === 0 ? [{ messageType: device.messageType as MessageType, address: device.token }] : [];

async function suppress(
  context: Context,
  tx: Tx,
  { projectId, refusals }: { projectId: number; refusals: readonly Refusal[] },
): Promise<void> {
  if (refusals.length === 0) return;
  const rows = refusals.map(({ messageType, address }) => {
    const key = suppressionKey(messageType, address);
    return { messageType, key, bucket: bucketOf(key) };
  });
  await ensureSalt(tx, projectId, randomBytes(SALT_BYTES));
  await insertSuppressions(tx, projectId, rows, context.clock.now());
}

/** What may stand for the person in a user list. An address that somebody else has as well stays theirs. */
async function itemsOf(
  tx: Tx,
  projectId: number,
  { profile, devices }: { profile: Profile; devices: readonly Device[] },
): Promise<{ identifier: string; item: string }[]> {
  const keys = lookupKeysOf(profile).map((key) => ({ ...key, bucket: bucketOf(key.key) }));
  const held = new Set((await listByLookupKey(tx, projectId, keys)).map(({ kind, key }) => `${kind}:${key}`));
  const identifierOf = { [KEY_KINDS.email]: "email", [KEY_KINDS.mobile]: "mobile_number" } as Record<
    number,
    string
  >;
  return [
    ...(profile.userId === null ? [] : [{ identifier: "user_id", item: profile.userId }]),
    { identifier: "profile_id", item: String(profile.id) },
    ...devices.flatMap(({ id, token }) => [
      { identifier: "id", item: String(id) },
      { identifier: "token", item: token },
    ]),
    ...keys
      .filter(({ kind, key }) => !held.has(`${kind}:${key}`))
      .map(({ kind, key }) => ({ identifier: identifierOf[kind] ?? "", item: key })),
  ];
}
