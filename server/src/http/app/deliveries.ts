/** /api/app: the log of what was posted to a connection, and posting again what was missed. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  DELIVERY_STATES,
  type DeliveryStateName,
  listDeliveries,
  viewDelivery,
} from "../../actions/webhooks/list-deliveries.ts";
import { recoverSince, replayEvent } from "../../actions/webhooks/recover-events.ts";
import { parseId } from "../../domain/ids.ts";
import { parseTime } from "../../domain/time.ts";
import { bodyOf, pathConnectionId, pathId, queryLimit, queryText, refused } from "./params.ts";
import type { AppServices } from "./services.ts";

const PAGE = { fallback: 50, most: 500 };

export function mountDeliveries(scope: FastifyInstance, { context, callerOf }: AppServices): void {
  scope.get("/connections/:id/deliveries", async (request) => {
    const { projectId } = await callerOf(request, "webhooks.manage");
    const asked = { state: stateOf(request), limit: queryLimit(request, PAGE), before: beforeOf(request) };
    return {
      data: await listDeliveries(context, projectId, { connectionId: pathConnectionId(request), ...asked }),
    };
  });

  scope.post("/connections/:id/recover", async (request) => {
    const { projectId } = await callerOf(request, "webhooks.manage");
    const connectionId = pathConnectionId(request);
    const since = parseTime(bodyOf(request).since, context.clock.now());
    if (!since.ok) throw refused("since", since.error);
    const recovered = await recoverSince(context, projectId, { connectionId, sinceMs: since.value });
    return { data: { recovered } };
  });

  scope.get("/deliveries/:id", async (request) => {
    const { projectId } = await callerOf(request, "webhooks.manage");
    return { data: await viewDelivery(context, projectId, pathId(request)) };
  });

  scope.post("/deliveries/:id/replay", async (request, reply) => {
    const { projectId } = await callerOf(request, "webhooks.manage");
    const id = pathId(request);
    await replayEvent(context, projectId, id);
    return await reply.code(202).send({ data: { id } });
  });
}

function stateOf(request: FastifyRequest): DeliveryStateName | null {
  const text = queryText(request, "state");
  if (text === null) return null;
  if (!Object.hasOwn(DELIVERY_STATES, text)) {
    throw refused("state", `must be one of ${Object.keys(DELIVERY_STATES).join(", ")}`);
  }
  return text as DeliveryStateName;
}

function beforeOf(request: FastifyRequest): number | null {
  const text = queryText(request, "before");
  if (text === null) return null;
  const id = parseId(text);
  if (!id.ok) throw refused("before", id.error);
  return id.value;
}
