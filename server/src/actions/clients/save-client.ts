/**
 * Makes, changes and deletes clients. Every change is stamped with who and when, and stands in the audit trail. What
 * a change takes away is gone within a second: access tokens are judged by the client's present state.
 */
import { randomBytes } from "node:crypto";
import { AppError } from "../../base/errors.ts";
import { Refusals, type Result } from "../../base/result.ts";
import { CLIENT_LIMITS, clientIdPrefix, parseClientName } from "../../domain/client.ts";
import { sentence } from "../../domain/field-label.ts";
import { parseScopes } from "../../domain/scope.ts";
import {
  type ClientSettings,
  deleteClient,
  findClient,
  insertClient,
  listClients,
  revokeClientTokens,
  updateClient,
} from "../../store/clients.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { lockProject } from "../../store/locks.ts";
import type { Context } from "../context.ts";
import { type Actor, recordAudit } from "../tokens/audit-trail.ts";
import { type ClientView, readClient } from "./client-view.ts";

type Body = Readonly<Record<string, unknown>>;

/** New clients: no scopes unless given, on. */
const FRESH: ClientSettings = { name: "", scopes: [], enabled: true, requireJti: false };

/** @throws AppError invalid, conflict */
export async function createClient(
  context: Context,
  projectId: number,
  { body, actor }: { body: Body; actor: Actor },
): Promise<ClientView> {
  const settings = parseSettings(body, { ...FRESH }, true);
  const nowMs = context.clock.now();
  const id = `${clientIdPrefix(projectId, context.region)}${randomBytes(12).toString("hex")}`;
  return await inProject(context.app, projectId, async (tx) => {
    await lockProject(tx, projectId, "clients");
    if ((await listClients(tx, projectId)).length >= CLIENT_LIMITS.clients) {
      throw new AppError("conflict", { message: `A project has at most ${CLIENT_LIMITS.clients} clients.` });
    }
    await insertClient(tx, projectId, { ...settings, id, nowMs, updatedBy: actor.name });
    const change = { action: "client.create", object: `client:${id}`, after: inTrail(settings) };
    await recordAudit(tx, projectId, { actor, nowMs, change });
    return await readClient(tx, projectId, id);
  });
}

/** Changes what the body names. @throws AppError invalid, not_found */
export async function editClient(
  context: Context,
  projectId: number,
  { id, body, actor }: { id: string; body: Body; actor: Actor },
): Promise<ClientView> {
  return await changeClient(context, projectId, {
    id,
    actor,
    async work(tx, { before, nowMs }) {
      const after = parseSettings(body, before, false);
      await updateClient(tx, projectId, { ...after, id, nowMs, updatedBy: actor.name });
      return { action: "client.update", before: inTrail(before), after: inTrail(after) };
    },
  });
}

/** @throws AppError not_found */
export async function removeClient(
  context: Context,
  projectId: number,
  { id, actor }: { id: string; actor: Actor },
): Promise<void> {
  const nowMs = context.clock.now();
  await inProject(context.app, projectId, async (tx) => {
    const client = await findClient(tx, projectId, { id, lock: "change" });
    if (client === null) throw new AppError("not_found");
    await deleteClient(tx, projectId, id);
    const change = { action: "client.delete", object: `client:${id}`, before: inTrail(client) };
    await recordAudit(tx, projectId, { actor, nowMs, change });
  });
}

/** Ends all access tokens of a client; its credentials stay. @throws AppError not_found */
export async function revokeTokens(
  context: Context,
  projectId: number,
  { id, actor }: { id: string; actor: Actor },
): Promise<ClientView> {
  return await changeClient(context, projectId, {
    id,
    actor,
    async work(tx) {
      await revokeClientTokens(tx, projectId, id);
      return { action: "client.revoke_tokens" };
    },
  });
}

export interface ClientChange {
  readonly id: string;
  readonly actor: Actor;
  /** Does the change under the client's lock. @returns what the trail says of it. */
  readonly work: (
    tx: Tx,
    at: { before: ClientSettings; nowMs: number },
  ) => Promise<{ action: string; before?: unknown; after?: unknown }>;
}

/** One change of a client: locked, stamped, audited. @throws AppError not_found */
export async function changeClient(
  context: Context,
  projectId: number,
  { id, actor, work }: ClientChange,
): Promise<ClientView> {
  const nowMs = context.clock.now();
  return await inProject(context.app, projectId, async (tx) => {
    const client = await findClient(tx, projectId, { id, lock: "change" });
    if (client === null) throw new AppError("not_found");
    const before = settingsOf(client);
    // The stamp first: what the work sets afterwards stays.
    await updateClient(tx, projectId, { ...before, id, nowMs, updatedBy: actor.name });
    const change = await work(tx, { before, nowMs });
    await recordAudit(tx, projectId, { actor, nowMs, change: { ...change, object: `client:${id}` } });
    return await readClient(tx, projectId, id);
  });
}

const settingsOf = ({ name, scopes, enabled, requireJti }: ClientSettings): ClientSettings => ({
  name,
  scopes,
  enabled,
  requireJti,
});

/** As the dashboard's JSON names them. */
const inTrail = ({ name, scopes, enabled, requireJti }: ClientSettings) => ({
  name,
  scopes,
  enabled,
  require_jti: requireJti,
});

function parseFlag(value: unknown): Result<boolean, string> {
  return typeof value === "boolean" ? { ok: true, value } : { ok: false, error: "must be true or false" };
}

/** @throws AppError invalid */
function parseSettings(body: Body, before: ClientSettings, isNew: boolean): ClientSettings {
  const refusals = new Refusals();
  const take = <T>(field: string, parse: (value: unknown) => Result<T, string>, fallback: T): T => {
    if (!Object.hasOwn(body, field) && !(isNew && field === "name")) return fallback;
    const parsed = parse(body[field]);
    if (parsed.ok) return parsed.value;
    refusals.add(field, sentence(field, parsed.error));
    return fallback;
  };
  const settings = {
    name: take("name", parseClientName, before.name),
    scopes: take<readonly string[]>("scopes", parseScopes, before.scopes),
    enabled: take("enabled", parseFlag, before.enabled),
    requireJti: take("require_jti", parseFlag, before.requireJti),
  };
  if (!refusals.isEmpty) throw new AppError("invalid", { errors: refusals.fields });
  return settings;
}
