/** /api/app/connections: the customer's webhook endpoints. */
import type { FastifyInstance } from "fastify";
import { viewConnections, viewOneConnection } from "../../actions/connections/connection-view.ts";
import { removeConnection } from "../../actions/connections/delete-connection.ts";
import { rotateSecret } from "../../actions/connections/rotate-secret.ts";
import {
  createConnection,
  editConnection,
  enableConnection,
} from "../../actions/connections/save-connection.ts";
import type { SafeFetch } from "../../base/safe-fetch.ts";
import type { UrlRules } from "../../domain/connection.ts";
import { bodyOf, pathConnectionId } from "./params.ts";
import type { AppServices } from "./services.ts";

export function mountConnections(scope: FastifyInstance, services: AppServices): void {
  const { context, callerOf } = services;
  const urls = urlRules(services.safeFetch);

  scope.post("/connections", async (request, reply) => {
    const { projectId } = await callerOf(request, "webhooks.manage");
    const data = await createConnection(context, projectId, { body: bodyOf(request), urls });
    return await reply.code(201).send({ data });
  });

  scope.get("/connections", async (request) => {
    const { projectId } = await callerOf(request, "webhooks.manage");
    return { data: await viewConnections(context, projectId) };
  });

  scope.get("/connections/:id", async (request) => {
    const { projectId } = await callerOf(request, "webhooks.manage");
    return { data: await viewOneConnection(context, projectId, pathConnectionId(request)) };
  });

  scope.patch("/connections/:id", async (request) => {
    const { projectId } = await callerOf(request, "webhooks.manage");
    const id = pathConnectionId(request);
    return { data: await editConnection(context, projectId, { id, body: bodyOf(request), urls }) };
  });

  scope.delete("/connections/:id", async (request) => {
    const { projectId } = await callerOf(request, "webhooks.manage");
    await removeConnection(context, projectId, pathConnectionId(request));
    return { data: {} };
  });

  scope.post("/connections/:id/enable", async (request) => {
    const { projectId } = await callerOf(request, "webhooks.manage");
    return { data: await enableConnection(context, projectId, pathConnectionId(request)) };
  });

  scope.post("/connections/:id/rotate-secret", async (request) => {
    const { projectId } = await callerOf(request, "webhooks.manage");
    return { data: await rotateSecret(context, projectId, pathConnectionId(request)) };
  });
}

/** An installation that may reach its own network has endpoints there that speak plain http. */
function urlRules(safeFetch: SafeFetch): UrlRules {
  const allowHttp = safeFetch.checkUrl("http://127.0.0.1/") === null;
  return { allowHttp, refusal: (url) => safeFetch.checkUrl(url) };
}
