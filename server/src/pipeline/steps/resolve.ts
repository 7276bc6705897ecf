/**
 * Step 1: who the targets are. One query for each kind of identifier in the haul, whatever the number of targets
 * and executions.
 */
import { parseEmail, parsePhone } from "../../domain/address.ts";
import { bucketOf, parseId } from "../../domain/ids.ts";
import { emailKey, KEY_KINDS, type KeyKind, type LookupKey, type Profile } from "../../domain/profile.ts";
import type { Db } from "../../store/db.ts";
import {
  type Device,
  listByLookupKey,
  listDevicesById,
  listDevicesOfProfiles,
  listProfilesById,
  listProfilesByUserId,
} from "../../store/profiles.ts";
import type { HeldTarget } from "../haul.ts";

/** A person that a target leads to; `deviceId` where the target names one of the person's devices. */
export interface Recipient {
  readonly profile: Profile;
  readonly deviceId: number | null;
}

export interface Resolved {
  /** By `${target_by}:${key}`; a target that leads to nobody is absent. */
  readonly recipients: ReadonlyMap<string, readonly Recipient[]>;
  readonly devices: ReadonlyMap<number, readonly Device[]>;
}

export interface ResolveNeeds {
  readonly attributes: boolean;
  readonly devices: boolean;
}

export const recipientKey = (targetBy: string, key: string): string => `${targetBy}:${key}`;

/** Asks for everything that the haul's targets need. `db` is inside the haul's project. */
export async function resolve(
  db: Db,
  projectId: number,
  asked: { targets: readonly HeldTarget[]; needs: ResolveNeeds },
): Promise<Resolved> {
  const keys = groupKeys(asked.targets);
  const recipients = new Map<string, Recipient[]>();
  await Promise.all([
    byUserId(db, projectId, { keys: keys.user_id, needs: asked.needs, into: recipients }),
    byProfileId(db, projectId, { keys: keys.profile_id, needs: asked.needs, into: recipients }),
    byDeviceId(db, projectId, { keys: keys.id, needs: asked.needs, into: recipients }),
    byLookupKey(db, projectId, { keys, needs: asked.needs, into: recipients }),
  ]);
  const devices = asked.needs.devices ? await devicesOf(db, projectId, recipients) : new Map();
  return { recipients, devices };
}

type TargetKeys = Readonly<Record<string, readonly string[]>>;

function groupKeys(targets: readonly HeldTarget[]): TargetKeys {
  const groups = Map.groupBy(targets, (target) => target.execution.targetBy);
  return Object.fromEntries(
    [...groups].map(([by, group]) => [by, [...new Set(group.map((target) => target.key))]]),
  );
}

interface Ask<K> {
  readonly keys: K;
  readonly needs: ResolveNeeds;
  readonly into: Map<string, Recipient[]>;
}

async function byUserId(db: Db, projectId: number, ask: Ask<readonly string[] | undefined>): Promise<void> {
  if (ask.keys === undefined) return;
  const keys = ask.keys.map((userId) => ({ bucket: bucketOf(userId), userId }));
  for (const profile of await listProfilesByUserId(db, projectId, keys, ask.needs.attributes)) {
    ask.into.set(recipientKey("user_id", profile.userId ?? ""), [{ profile, deviceId: null }]);
  }
}

/** Keys that can be ids; the others lead to nobody. */
const idsOf = (keys: readonly string[]): number[] =>
  keys.flatMap((key) => {
    const id = parseId(key);
    return id.ok ? [id.value] : [];
  });

async function byProfileId(
  db: Db,
  projectId: number,
  ask: Ask<readonly string[] | undefined>,
): Promise<void> {
  if (ask.keys === undefined) return;
  for (const profile of await listProfilesById(db, projectId, idsOf(ask.keys), ask.needs.attributes)) {
    ask.into.set(recipientKey("profile_id", String(profile.id)), [{ profile, deviceId: null }]);
  }
}

async function byDeviceId(db: Db, projectId: number, ask: Ask<readonly string[] | undefined>): Promise<void> {
  if (ask.keys === undefined) return;
  const devices = await listDevicesById(db, projectId, idsOf(ask.keys));
  if (devices.length === 0) return;
  const ids = [...new Set(devices.map((device) => device.profileId))];
  const profiles = await profilesById(db, projectId, ids, ask.needs);
  for (const device of devices) {
    const profile = profiles.get(device.profileId);
    if (profile !== undefined)
      ask.into.set(recipientKey("id", String(device.id)), [{ profile, deviceId: device.id }]);
  }
}

const profilesById = async (db: Db, projectId: number, ids: readonly number[], needs: ResolveNeeds) =>
  new Map((await listProfilesById(db, projectId, ids, needs.attributes)).map((p) => [p.id, p]));

/** Target kinds that go through the key table, and the stored form of what a caller writes. */
const LOOKUPS: Readonly<Record<string, { kind: KeyKind; toKey: (text: string) => string | null }>> = {
  email: { kind: KEY_KINDS.email, toKey: emailOf },
  mobile_number: { kind: KEY_KINDS.mobile, toKey: phoneOf },
  token: { kind: KEY_KINDS.token, toKey: (text) => text },
};

function emailOf(text: string): string | null {
  const parsed = parseEmail(text);
  return parsed.ok ? emailKey(parsed.value.address) : null;
}

function phoneOf(text: string): string | null {
  const parsed = parsePhone(text);
  return parsed.ok ? parsed.value : null;
}

async function byLookupKey(db: Db, projectId: number, ask: Ask<TargetKeys>): Promise<void> {
  const wanted: (LookupKey & { bucket: number; by: string; text: string })[] = [];
  for (const [by, { kind, toKey }] of Object.entries(LOOKUPS)) {
    for (const text of ask.keys[by] ?? []) {
      const key = toKey(text);
      if (key !== null) wanted.push({ kind, key, bucket: bucketOf(key), by, text });
    }
  }
  if (wanted.length === 0) return;
  const found = Map.groupBy(await listByLookupKey(db, projectId, wanted), (row) => `${row.kind}:${row.key}`);
  const ids = [...new Set([...found.values()].flat().map((row) => row.profileId))];
  const profiles = await profilesById(db, projectId, ids, ask.needs);
  for (const { by, text, kind, key } of wanted) {
    const people = (found.get(`${kind}:${key}`) ?? []).flatMap((row): Recipient[] => {
      const profile = profiles.get(row.profileId);
      return profile === undefined ? [] : [{ profile, deviceId: row.deviceId === 0 ? null : row.deviceId }];
    });
    if (people.length > 0) ask.into.set(recipientKey(by, text), people);
  }
}

async function devicesOf(
  db: Db,
  projectId: number,
  recipients: ReadonlyMap<string, readonly Recipient[]>,
): Promise<Map<number, Device[]>> {
  const ids = [...new Set([...recipients.values()].flat().map((recipient) => recipient.profile.id))];
  return Map.groupBy(await listDevicesOfProfiles(db, projectId, ids), (device) => device.profileId);
}
