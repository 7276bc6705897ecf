/** hit/tag: stores checked hits and writes attributes, all in one transaction. Who is unknown becomes a profile. */
import { AppError } from "../../base/errors.ts";
import type { FieldErrors } from "../../base/result.ts";
import type { AttributeType } from "../../domain/attribute-value.ts";
import { isTooLarge } from "../../domain/entry-refusals.ts";
import { sentence } from "../../domain/field-label.ts";
import { parseTagHits, type Tagged, type TagHits } from "../../domain/tag-hit.ts";
import { countAttributes, insertDefinitions } from "../../store/attributes.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { bucketedId, bucketOfId } from "../../store/id-blocks.ts";
import { listAttributes, listDevicesById, listProfilesById } from "../../store/profiles.ts";
import { insertTagHits, listKnownKeys } from "../../store/tag-hits.ts";
import { type Context, dayOf } from "../context.ts";
import { persistently } from "../profiles/persistently.ts";
import { idsByUserId, upsertIn } from "../profiles/upsert-profiles.ts";

/** Tags of a project (decisions, section 8: as attributes). */
const MAX_TAGS = 1_000;
const MESSAGE = "Tag is not hit";

/** @returns how many hits were taken. @throws AppError invalid or too_large; then nothing was written. */
export async function hitTags(
  context: Context,
  projectId: number,
  body: Readonly<Record<string, unknown>>,
): Promise<number> {
  const nowMs = context.clock.now();
  const known = await inProject(context.app, projectId, (tx) => listAttributes(tx, projectId));
  const parsed = parseTagHits(body, { known: known as ReadonlyMap<string, AttributeType>, nowMs });
  if (!parsed.ok) {
    if (isTooLarge(parsed.error))
      throw new AppError("too_large", { message: MESSAGE, errors: parsed.error.tooLarge });
    throw refused(parsed.error);
  }
  const { value: hits } = parsed;
  await persistently(context, projectId, (tx) => store(context, tx, { projectId, hits, nowMs }));
  return hits.accepted;
}

const refused = (errors: FieldErrors): AppError => new AppError("invalid", { message: MESSAGE, errors });

interface Job {
  readonly projectId: number;
  readonly hits: TagHits;
  readonly nowMs: number;
}

async function store(context: Context, tx: Tx, job: Job): Promise<void> {
  const { projectId, hits, nowMs } = job;
  await declareTags(tx, job);
  const profileOf = await findPeople(context, tx, job);
  await writeAttributes(context, tx, job);
  if (hits.hits.length === 0) return;
  const numbers = await context.ids.take("tag_hit_ids", hits.hits.length);
  const rows = hits.hits.map(({ who, tag, value, timeMs }, i) => {
    const profileId = profileOf(who);
    const bucket = bucketOfId(profileId);
    const deviceId = "deviceId" in who ? who.deviceId : null;
    const id = bucketedId(numbers[i] ?? 0, bucket);
    return { id, bucket, day: dayOf(timeMs), tag, profileId, deviceId, value, timeMs };
  });
  await insertTagHits(tx, projectId, rows, nowMs);
}

async function declareTags(tx: Tx, { projectId, hits, nowMs }: Job): Promise<void> {
  const names = [...new Set(hits.hits.map((hit) => hit.tag))].sort();
  const known = await listKnownKeys(tx, projectId, names);
  const fresh = names.filter((name) => !known.has(name));
  if (fresh.length === 0) return;
  const { other } = await countAttributes(tx, projectId);
  if (other + fresh.length > MAX_TAGS)
    throw refused({ tag: [sentence("tag", `would make more than ${MAX_TAGS} tags`)] });
  const tag = { type: "text", title: null, alias: null, profileAttribute: 0, deviceAttribute: 0 } as const;
  await insertDefinitions(
    tx,
    projectId,
    fresh.map((name) => ({ ...tag, name })),
    nowMs,
  );
}

async function findPeople(
  context: Context,
  tx: Tx,
  { projectId, hits, nowMs }: Job,
): Promise<(who: Tagged) => number> {
  const all = [...hits.hits, ...hits.writes].map(({ who }) => who);
  const rows = all.flatMap((who) => ("userId" in who ? [who] : []));
  const users = await idsByUserId(context, tx, { projectId, rows, nowMs });
  const owners = new Map<number, number>();
  const deviceIds = [...hits.devicePaths.keys()];
  if (deviceIds.length > 0) {
    for (const device of await listDevicesById(tx, projectId, deviceIds))
      owners.set(device.id, device.profileId);
  }
  const strange = deviceIds.filter((id) => !owners.has(id));
  if (strange.length > 0) throw refused(strangeDevices(strange, hits));
  return (who) => ("userId" in who ? users.get(who.userId) : owners.get(who.deviceId)) ?? 0;
}

const MAX_NAMED = 20;

const strangeDevices = (ids: readonly number[], { devicePaths }: TagHits): FieldErrors =>
  Object.fromEntries(
    ids.slice(0, MAX_NAMED).map((id) => {
      const path = devicePaths.get(id) ?? "device_id";
      return [path, [sentence(path, "is no device of this project")]];
    }),
  );

async function writeAttributes(context: Context, tx: Tx, { projectId, hits }: Job): Promise<void> {
  if (hits.writes.length === 0) return;
  const userOf = await usersOfDevices(tx, projectId, hits);
  const rows = hits.writes.map(({ who, change }) => ({ userId: userOf(who), email: null, change }));
  await upsertIn(context, tx, { projectId, rows });
}

/** Attributes are written by user id; somebody who has none yet cannot be named by it. */
async function usersOfDevices(tx: Tx, projectId: number, hits: TagHits): Promise<(who: Tagged) => string> {
  const ids = hits.writes.flatMap(({ who }) => ("deviceId" in who ? [who.deviceId] : []));
  const devices = ids.length === 0 ? [] : await listDevicesById(tx, projectId, [...new Set(ids)]);
  const people = await listProfilesById(tx, projectId, [...new Set(devices.map((d) => d.profileId))], false);
  const userIds = new Map(people.map((profile) => [profile.id, profile.userId]));
  const owners = new Map(devices.map((device) => [device.id, userIds.get(device.profileId) ?? null]));
  return (who) => {
    if ("userId" in who) return who.userId;
    const userId = owners.get(who.deviceId) ?? null;
    const path = hits.devicePaths.get(who.deviceId) ?? "device_id";
    if (userId === null) throw refused({ [path]: [sentence(path, "belongs to nobody with a user id")] });
    return userId;
  };
}
