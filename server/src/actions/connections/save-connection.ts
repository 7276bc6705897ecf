/** Makes a connection, or changes one. Secrets are kept sealed; the signing secret is shown once, here. */
import { seal } from "../../base/crypto.ts";
import { AppError } from "../../base/errors.ts";
import type { FieldErrors, Result } from "../../base/result.ts";
import {
  CONNECTION_STATES,
  type ConnectionInput,
  type EndpointHealth,
  parseConnection,
  type UrlRules,
} from "../../domain/connection.ts";
import {
  type ConnectionRow,
  type ConnectionSettings,
  countConnections,
  findConnectionForUpdate,
  insertConnection,
  updateConnection,
  updateConnectionHealth,
} from "../../store/connections.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { lockProject } from "../../store/locks.ts";
import { notifyWebhooks } from "../../store/webhook-events.ts";
import type { Context } from "../context.ts";
import { connectionSecretContext, newWebhookSecret } from "./connection-secret.ts";
import { type ConnectionView, viewConnection } from "./connection-view.ts";

type Body = Readonly<Record<string, unknown>>;

/** Every outcome is offered to each of them. */
const MAX_CONNECTIONS = 50;

/** @returns the connection with its signing secret in the clear. @throws AppError invalid, conflict (too many). */
export async function createConnection(
  context: Context,
  projectId: number,
  { body, urls }: { readonly body: Body; readonly urls: UrlRules },
): Promise<ConnectionView & { readonly secret: string }> {
  const input = parsed(parseConnection(body, { creating: true, urls }), "The connection is not created.");
  const secret = newWebhookSecret();
  const sealed = (text: string): Buffer => seal(context.sealingKey, text, connectionSecretContext(projectId));
  const view = await inProject(context.app, projectId, async (tx) => {
    await lockProject(tx, projectId, "connections"); // two at once could both be the last that fits
    if ((await countConnections(tx, projectId)) >= MAX_CONNECTIONS) {
      throw new AppError("conflict", { message: `A project has at most ${MAX_CONNECTIONS} connections.` });
    }
    const id = await insertConnection(tx, projectId, {
      name: input.name ?? "",
      url: input.url ?? "",
      events: input.events ?? [],
      messageTypes: input.messageTypes ?? null,
      authorizationHeader: input.authorization ? sealed(input.authorization) : null,
      secret: sealed(secret),
      state: input.isEnabled === false ? CONNECTION_STATES.off : CONNECTION_STATES.on,
      nowMs: context.clock.now(),
    });
    return await get(context, tx, { projectId, id });
  });
  return { ...view, secret };
}

/** @throws AppError not_found, invalid. Fields that are not given stay as they are. */
export async function editConnection(
  context: Context,
  projectId: number,
  { id, body, urls }: { readonly id: number; readonly body: Body; readonly urls: UrlRules },
): Promise<ConnectionView> {
  const input = parsed(parseConnection(body, { creating: false, urls }), "The connection is not changed.");
  return await inProject(context.app, projectId, async (tx) => {
    const row = await findConnectionForUpdate(tx, projectId, id);
    if (row === null) throw new AppError("not_found");
    const nowMs = context.clock.now();
    await updateConnection(tx, projectId, {
      id,
      nowMs,
      ...mergedSettings(context, projectId, { row, input }),
    });
    if (input.isEnabled !== undefined)
      await switchConnection(tx, projectId, { row, isEnabled: input.isEnabled });
    return await get(context, tx, { projectId, id });
  });
}

/** Switches a connection on again, whatever switched it off: with a clean record, and what waits is due at once. */
export async function enableConnection(
  context: Context,
  projectId: number,
  id: number,
): Promise<ConnectionView> {
  return await inProject(context.app, projectId, async (tx) => {
    const row = await findConnectionForUpdate(tx, projectId, id);
    if (row === null) throw new AppError("not_found");
    await updateConnectionHealth(tx, projectId, { id, health: HEALTHY });
    await notifyWebhooks(tx, projectId);
    return await get(context, tx, { projectId, id });
  });
}

const HEALTHY: EndpointHealth = {
  state: CONNECTION_STATES.on,
  stateReason: null,
  failures: 0,
  failingSinceMs: null,
  holdUntilMs: null,
};

async function switchConnection(
  tx: Tx,
  projectId: number,
  { row, isEnabled }: { readonly row: ConnectionRow; readonly isEnabled: boolean },
): Promise<void> {
  const isOn = row.state === CONNECTION_STATES.on;
  if (isOn === isEnabled) return;
  const health = isEnabled ? HEALTHY : { ...HEALTHY, state: CONNECTION_STATES.off };
  await updateConnectionHealth(tx, projectId, { id: row.id, health });
  if (isEnabled) await notifyWebhooks(tx, projectId);
}

function mergedSettings(
  context: Context,
  projectId: number,
  { row, input }: { readonly row: ConnectionRow; readonly input: ConnectionInput },
): ConnectionSettings {
  const { name = row.name, url = row.url, events = row.events, authorization } = input;
  const messageTypes = input.messageTypes === undefined ? row.messageTypes : input.messageTypes;
  const base = { name, url, events, messageTypes };
  if (authorization === undefined) return { ...base, authorizationHeader: row.authorizationHeader };
  if (authorization === null) return { ...base, authorizationHeader: null };
  const sealed = seal(context.sealingKey, authorization, connectionSecretContext(projectId));
  return { ...base, authorizationHeader: sealed };
}

async function get(context: Context, tx: Tx, at: { projectId: number; id: number }): Promise<ConnectionView> {
  const row = await findConnectionForUpdate(tx, at.projectId, at.id);
  if (row === null) throw new AppError("not_found");
  return viewConnection(context, at.projectId, row);
}

function parsed<T>(result: Result<T, FieldErrors>, message: string): T {
  if (!result.ok) throw new AppError("invalid", { message, errors: result.error });
  return result.value;
}
