/** /api/app/clients: OAuth clients, their scopes, secrets and keys. For administrators only. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { addKey, removeKey } from "../../actions/clients/client-keys.ts";
import { addSecret, removeSecret } from "../../actions/clients/client-secrets.ts";
import { viewClients, viewOneClient } from "../../actions/clients/client-view.ts";
import { createClient, editClient, removeClient, revokeTokens } from "../../actions/clients/save-client.ts";
import { AppError } from "../../base/errors.ts";
import { projectOfClientId } from "../../domain/client.ts";
import { parseId } from "../../domain/ids.ts";
import { SCOPE_LABELS, SCOPES, type ScopeView } from "../../domain/scope.ts";
import { parseTime } from "../../domain/time.ts";
import { OPERATIONS } from "../external/operations.ts";
import { bodyOf, refused } from "./params.ts";
import type { AppServices } from "./services.ts";

/** Above any key that is taken, below any that is worth reading. */
const KEY_BODY_LIMIT = 262_144;

export function mountClients(scope: FastifyInstance, services: AppServices): void {
  const { context } = services;

  scope.get("/scopes", async (request) => {
    await services.callerOf(request, "credentials.manage");
    return { data: SCOPES.map(scopeView) };
  });

  scope.get("/clients", async (request) => {
    const { projectId } = await services.callerOf(request, "credentials.manage");
    return { data: await viewClients(context, projectId) };
  });

  scope.post("/clients", async (request, reply) => {
    const { projectId, actor } = await services.callerOf(request, "credentials.manage");
    const data = await createClient(context, projectId, { body: bodyOf(request), actor });
    return await reply.code(201).send({ data });
  });

  scope.get("/clients/:id", async (request) => {
    const { projectId } = await services.callerOf(request, "credentials.manage");
    return { data: await viewOneClient(context, projectId, pathClientId(request)) };
  });

  scope.patch("/clients/:id", async (request) => {
    const { projectId, actor } = await services.callerOf(request, "credentials.manage");
    const id = pathClientId(request);
    return { data: await editClient(context, projectId, { id, body: bodyOf(request), actor }) };
  });

  scope.delete("/clients/:id", async (request) => {
    const { projectId, actor } = await services.callerOf(request, "credentials.manage");
    await removeClient(context, projectId, { id: pathClientId(request), actor });
    return { data: {} };
  });

  scope.post("/clients/:id/revoke-tokens", async (request) => {
    const { projectId, actor } = await services.callerOf(request, "credentials.manage");
    return { data: await revokeTokens(context, projectId, { id: pathClientId(request), actor }) };
  });

  mountCredentials(scope, services);
}

function mountCredentials(scope: FastifyInstance, services: AppServices): void {
  const { context } = services;

  scope.post("/clients/:id/secrets", async (request, reply) => {
    const { projectId, actor } = await services.callerOf(request, "credentials.manage");
    const untilMs = untilOf(request, context.clock.now()) ?? null;
    const data = await addSecret(context, projectId, { id: pathClientId(request), untilMs, actor });
    return await reply.code(201).send({ data });
  });

  scope.delete("/clients/:id/secrets/:credential", async (request) => {
    const { projectId, actor } = await services.callerOf(request, "credentials.manage");
    const secretId = pathCredential(request);
    return { data: await removeSecret(context, projectId, { id: pathClientId(request), secretId, actor }) };
  });

  scope.post("/clients/:id/keys", { bodyLimit: KEY_BODY_LIMIT }, async (request, reply) => {
    const { projectId, actor } = await services.callerOf(request, "credentials.manage");
    const { pem, algorithm } = bodyOf(request);
    const untilMs = untilOf(request, context.clock.now());
    const key = { id: pathClientId(request), pem, algorithm, untilMs, actor };
    return await reply.code(201).send({ data: await addKey(context, projectId, key) });
  });

  scope.delete("/clients/:id/keys/:credential", async (request) => {
    const { projectId, actor } = await services.callerOf(request, "credentials.manage");
    const keyId = pathCredential(request);
    return { data: await removeKey(context, projectId, { id: pathClientId(request), keyId, actor }) };
  });
}

const scopeView = (name: (typeof SCOPES)[number]): ScopeView => ({
  name,
  label: SCOPE_LABELS[name],
  operations: OPERATIONS.filter(({ scope }) => scope === name).map(
    ({ method, model }) => `${method}/${model}`,
  ),
});

/** @throws AppError not_found for what is no client id, like for one of another project. */
function pathClientId(request: FastifyRequest): string {
  const { id = "" } = request.params as { id?: string };
  if (projectOfClientId(id) === null) throw new AppError("not_found");
  return id;
}

/** Secrets and keys are numbered by `integer`. */
const MAX_CREDENTIAL = 2 ** 31 - 1;

function pathCredential(request: FastifyRequest): number {
  const id = parseId((request.params as { credential?: string }).credential);
  if (!id.ok || id.value > MAX_CREDENTIAL) throw new AppError("not_found");
  return id.value;
}

/** `valid_until` of the body in unix milliseconds; undefined when it is left out. @throws AppError invalid */
function untilOf(request: FastifyRequest, nowMs: number): number | undefined {
  const { valid_until: given } = bodyOf(request);
  if (given === undefined || given === null) return undefined;
  const until = parseTime(given, nowMs);
  if (!until.ok) throw refused("valid_until", until.error);
  return until.value;
}
