/**
 * Creates and changes profiles in bulk. New people are added bare first, then all rows are locked in the order of
 * their ids, changed and written whole: two calls about the same people lose no column and never wait in a ring.
 */
import { randomInt } from "node:crypto";
import { bucketOf } from "../../domain/ids.ts";
import {
  applyChange,
  emailKey,
  KEY_KINDS,
  type LookupKey,
  lookupKeysOf,
  type Profile,
  type ProfileChange,
} from "../../domain/profile.ts";
import type { Tx } from "../../store/db.ts";
import { BUCKETS, bucketedId } from "../../store/id-blocks.ts";
import { lockProject } from "../../store/locks.ts";
import {
  deleteLookupKeys,
  insertBareProfiles,
  insertLookupKeys,
  listByLookupKey,
  listProfilesByUserId,
  listProfilesForUpdate,
  refreshStatistics,
  updateProfiles,
} from "../../store/profiles.ts";
import type { Context } from "../context.ts";
import { persistently } from "./persistently.ts";
import { logSubscriptions } from "./subscription-log.ts";

export interface ProfileUpsert {
  /** null: the person is found by `email`, or is new and has no user id. */
  readonly userId: string | null;
  readonly email: string | null;
  readonly change: ProfileChange;
}

/** Rows of one transaction. */
const BATCH = 1000;
/** From here on the planner is told, or look-ups of the new people are slow until autovacuum comes by. */
export const MANY_ROWS = 1000;

/** Applies the rows in their order; a later row about the same person wins. @returns ids in the rows' order. */
export async function upsertProfiles(
  context: Context,
  projectId: number,
  rows: readonly ProfileUpsert[],
): Promise<number[]> {
  const ids: number[] = [];
  for (let from = 0; from < rows.length; from += BATCH) {
    const batch = rows.slice(from, from + BATCH);
    const work = (tx: Tx) => upsertIn(context, tx, { projectId, rows: batch });
    ids.push(...(await persistently(context, projectId, work)));
  }
  if (rows.length >= MANY_ROWS) await refreshStatistics(context.app);
  return ids;
}

/** The same inside a transaction that the caller holds. */
export async function upsertIn(
  context: Context,
  tx: Tx,
  { projectId, rows }: { projectId: number; rows: readonly ProfileUpsert[] },
): Promise<number[]> {
  const nowMs = context.clock.now();
  const byUser = await idsByUserId(context, tx, { projectId, rows, nowMs });
  const byEmail = await idsByEmail(context, tx, { projectId, rows, nowMs });
  const ids = rows.map((row) =>
    row.userId === null ? (byEmail.get(emailKey(row.email ?? "")) ?? 0) : (byUser.get(row.userId) ?? 0),
  );
  const changes = rows.map((row, i) => ({ id: ids[i] ?? 0, change: row.change }));
  await applyTo(context, tx, { projectId, changes, nowMs });
  return ids;
}

/** Changes profiles that are there, in the order of the changes; one that is gone is passed over. */
export async function applyTo(
  context: Context,
  tx: Tx,
  at: { projectId: number; changes: readonly { id: number; change: ProfileChange }[]; nowMs: number },
): Promise<void> {
  const { projectId, changes, nowMs } = at;
  const before = await listProfilesForUpdate(tx, projectId, [...new Set(changes.map(({ id }) => id))]);
  const after = new Map(before.map((profile) => [profile.id, profile]));
  for (const { id, change } of changes) {
    const profile = after.get(id);
    if (profile !== undefined) after.set(id, applyChange(profile, change));
  }
  await updateProfiles(tx, projectId, [...after.values()], nowMs);
  await moveKeys(tx, projectId, { before, after });
  await logSubscriptions(context, tx, { projectId, before, after });
}

interface Batch {
  readonly projectId: number;
  readonly rows: readonly ProfileUpsert[];
  readonly nowMs: number;
}

/** Ids of the rows' people by user id; who is not there yet is added bare. No row that is there is touched. */
export async function idsByUserId(
  context: Context,
  tx: Tx,
  batch: Pick<Batch, "projectId" | "nowMs"> & { readonly rows: readonly { userId: string | null }[] },
): Promise<Map<string, number>> {
  const userIds = [...new Set(batch.rows.flatMap((row) => row.userId ?? []))].sort();
  if (userIds.length === 0) return new Map();
  const keys = userIds.map((userId) => ({ userId, bucket: bucketOf(userId) }));
  const idsOf = (profiles: readonly Profile[]) => new Map(profiles.map((p) => [p.userId ?? "", p.id]));
  const found = idsOf(await listProfilesByUserId(tx, batch.projectId, keys, false));
  const missing = keys.filter((key) => !found.has(key.userId));
  if (missing.length === 0) return found;
  const numbers = await context.ids.take("profile_ids", missing.length);
  const bare = missing.map((key, i) => ({ ...key, id: bucketedId(numbers[i] ?? 0, key.bucket) }));
  await insertBareProfiles(tx, batch.projectId, bare, batch.nowMs);
  // Read again, not assumed: a call beside this one may have made the same person first.
  return idsOf(await listProfilesByUserId(tx, batch.projectId, keys, false));
}

/** Several profiles may share an address: the oldest is taken. None: a new profile without a user id. */
async function idsByEmail(context: Context, tx: Tx, batch: Batch): Promise<Map<string, number>> {
  const addresses = batch.rows.flatMap((row) =>
    row.userId === null && row.email !== null ? [emailKey(row.email)] : [],
  );
  const unique = [...new Set(addresses)];
  const ids = new Map<string, number>();
  if (unique.length === 0) return ids;
  // Two calls with the same new address would both create it: such calls of a project take turns.
  await lockProject(tx, batch.projectId, "email-only import");
  const keys = unique.map((key) => ({ kind: KEY_KINDS.email, key, bucket: bucketOf(key) }));
  for (const found of await listByLookupKey(tx, batch.projectId, keys)) {
    if (!ids.has(found.key)) ids.set(found.key, found.profileId);
  }
  const missing = unique.filter((address) => !ids.has(address));
  const numbers = await context.ids.take("profile_ids", missing.length);
  const bare = missing.map((address, i) => {
    const bucket = randomInt(BUCKETS);
    const id = bucketedId(numbers[i] ?? 0, bucket);
    ids.set(address, id);
    return { id, bucket, userId: null };
  });
  await insertBareProfiles(tx, batch.projectId, bare, batch.nowMs);
  return ids;
}

async function moveKeys(
  tx: Tx,
  projectId: number,
  at: { before: readonly Profile[]; after: ReadonlyMap<number, Profile> },
): Promise<void> {
  const gone: KeyRow[] = [];
  const come: KeyRow[] = [];
  for (const old of at.before) {
    const next = at.after.get(old.id) ?? old;
    const had = keyRows(old);
    const has = keyRows(next);
    gone.push(...had.filter((row) => !has.some((other) => isSameKey(row, other))));
    come.push(...has.filter((row) => !had.some((other) => isSameKey(row, other))));
  }
  await deleteLookupKeys(tx, projectId, gone);
  await insertLookupKeys(tx, projectId, come);
}

type KeyRow = LookupKey & { bucket: number; profileId: number; deviceId: number };

const keyRows = (profile: Profile): KeyRow[] =>
  lookupKeysOf(profile).map((key) => ({
    ...key,
    bucket: bucketOf(key.key),
    profileId: profile.id,
    deviceId: 0,
  }));

const isSameKey = (a: LookupKey, b: LookupKey): boolean => a.kind === b.kind && a.key === b.key;
