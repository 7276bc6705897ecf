/**
 * A profile made or changed by hand, under the rules of an import: `""` clears a value, null leaves it, an unknown name
 * becomes a custom attribute, and who gives an address also says whether it may be used.
 */
import { AppError } from "../../base/errors.ts";
import { Refusals } from "../../base/result.ts";
import { AttributeChanges } from "../../domain/attribute-changes.ts";
import type { AttributeType } from "../../domain/attribute-value.ts";
import { isRecord, keyPath, sentence } from "../../domain/field-label.ts";
import { bucketOf, parseUserId } from "../../domain/ids.ts";
import { emailKey, KEY_KINDS, type Profile, type ProfileChange } from "../../domain/profile.ts";
import { findFault } from "../../domain/storable-value.ts";
import type { Tx } from "../../store/db.ts";
import {
  listAttributes,
  listByLookupKey,
  listProfilesById,
  listProfilesByUserId,
  registerAttributes,
} from "../../store/profiles.ts";
import { refusalOfNewIn } from "../attributes/admit-attributes.ts";
import type { Context } from "../context.ts";
import { type Actor, recordAudit } from "../tokens/audit-trail.ts";
import { type ProfileView, viewProfileIn } from "./find-profiles.ts";
import { persistently } from "./persistently.ts";
import { applyTo, upsertIn } from "./upsert-profiles.ts";

type Body = Readonly<Record<string, unknown>>;

/** @throws AppError invalid; conflict when there is such a person already. */
export async function createProfile(
  context: Context,
  projectId: number,
  { body, actor }: { body: Body; actor: Actor },
): Promise<ProfileView> {
  const userId = readUserId(body.user_id);
  const given = readAttributes(body.attributes ?? {});
  return await persistently(context, projectId, async (tx) => {
    const nowMs = context.clock.now();
    const change = await readChange(tx, projectId, { given, userId: userId ?? "", nowMs });
    const email = typeof change.system.email === "string" ? change.system.email : null;
    if (userId === null && email === null)
      throw invalid("user_id", "cannot be blank where there is no email");
    checkConsent(null, change);
    if (await isThere(tx, projectId, { userId, email }))
      throw new AppError("conflict", { message: "There is such a person already." });
    const [id = 0] = await upsertIn(context, tx, { projectId, rows: [{ userId, email, change }] });
    const names = [...(userId === null ? [] : ["user_id"]), ...namesOf(change)];
    await audit(tx, projectId, { actor, nowMs, id, action: "profile.create", names });
    return await viewProfileIn(tx, projectId, id);
  });
}

/** @throws AppError not_found; invalid. */
export async function editProfile(
  context: Context,
  projectId: number,
  { id, body, actor }: { id: number; body: Body; actor: Actor },
): Promise<ProfileView> {
  const given = readAttributes(body.attributes);
  return await persistently(context, projectId, async (tx) => {
    const nowMs = context.clock.now();
    const [profile] = await listProfilesById(tx, projectId, [id], false);
    if (profile === undefined) throw new AppError("not_found");
    const change = await readChange(tx, projectId, { given, userId: profile.userId ?? "", nowMs });
    checkConsent(profile, change);
    await applyTo(context, tx, { projectId, changes: [{ id, change }], nowMs });
    await audit(tx, projectId, { actor, nowMs, id, action: "profile.edit", names: namesOf(change) });
    return await viewProfileIn(tx, projectId, id);
  });
}

const invalid = (field: string, predicate: string): AppError =>
  new AppError("invalid", { errors: { [field]: [sentence(field, predicate)] } });

function readUserId(value: unknown): string | null {
  if (value === undefined || value === null || value === "") return null;
  const fault = findFault(value, "user_id");
  if (fault !== null) throw invalid("user_id", fault.predicate);
  const parsed = parseUserId(value);
  if (!parsed.ok) throw invalid("user_id", parsed.error);
  return parsed.value;
}

function readAttributes(value: unknown): Body {
  if (!isRecord(value)) throw invalid("attributes", "must be an object of values by name");
  const fault = findFault(value, "attributes");
  if (fault !== null) throw invalid(fault.path, fault.predicate);
  return value;
}

/** Reads the values and registers the names that are new. */
async function readChange(
  tx: Tx,
  projectId: number,
  at: { given: Body; userId: string; nowMs: number },
): Promise<ProfileChange> {
  const known = (await listAttributes(tx, projectId)) as Map<string, AttributeType>;
  const changes = new AttributeChanges(known);
  changes.meet(at.given);
  const read = changes.read(at.given, at.userId);
  if (!read.ok) {
    const refusals = new Refusals();
    for (const [name, predicate] of read.error) {
      const path = keyPath("attributes", name);
      refusals.add(path, sentence(path, predicate));
    }
    throw new AppError("invalid", { errors: refusals.fields });
  }
  const types = changes.newTypes([read.value]);
  const refusal = await refusalOfNewIn(tx, projectId, { known, wanted: types.keys() });
  if (refusal !== null) throw invalid("attributes", refusal);
  const names = [...types].map(([name, type]) => ({ name, type }));
  if (names.length > 0) await registerAttributes(tx, projectId, names, at.nowMs);
  return read.value ?? { system: {}, attributes: {} };
}

const CONSENTS = [
  ["email", "email_subscription"],
  ["mobile_number", "sms_subscription"],
] as const;

/** The import's rule: an address comes with its consent, unless the person has said so before. */
function checkConsent(profile: Profile | null, change: ProfileChange): void {
  for (const [address, consent] of CONSENTS) {
    const isGiven = typeof change.system[address] === "string";
    const isSaid = (change.system[consent] ?? profile?.system[consent] ?? null) !== null;
    if (isGiven && !isSaid) throw invalid(`attributes.${consent}`, `must be given with ${address}`);
  }
}

async function isThere(
  tx: Tx,
  projectId: number,
  { userId, email }: { userId: string | null; email: string | null },
): Promise<boolean> {
  if (userId !== null) {
    const found = await listProfilesByUserId(tx, projectId, [{ bucket: bucketOf(userId), userId }], false);
    return found.length > 0;
  }
  const key = emailKey(email ?? "");
  const found = await listByLookupKey(tx, projectId, [{ kind: KEY_KINDS.email, key, bucket: bucketOf(key) }]);
  return found.length > 0;
}

const namesOf = (change: ProfileChange): string[] => [
  ...Object.keys(change.system),
  ...Object.keys(change.attributes),
];

/** Names only: the trail is kept when the person's data has to go. */
async function audit(
  tx: Tx,
  projectId: number,
  at: { actor: Actor; nowMs: number; id: number; action: string; names: readonly string[] },
): Promise<void> {
  const change = { action: at.action, object: `profile:${at.id}`, after: { changed: at.names } };
  await recordAudit(tx, projectId, { actor: at.actor, nowMs: at.nowMs, change });
}
