/** /api/app/subscription-log: whether the project logs changes of subscription for list/profile-subscription. */
import type { FastifyInstance } from "fastify";
import { switchSubscriptionLog, viewSubscriptionLog } from "../../actions/profiles/subscription-log.ts";
import { bodyOf, refused } from "./params.ts";
import type { AppServices } from "./services.ts";

export function mountSubscriptionLog(scope: FastifyInstance, services: AppServices): void {
  const { context } = services;

  scope.get("/subscription-log", async (request) => {
    const { projectId } = await services.callerOf(request, "settings.read");
    return { data: await viewSubscriptionLog(context, projectId) };
  });

  scope.patch("/subscription-log", async (request) => {
    const { projectId, actor } = await services.callerOf(request, "settings.edit");
    const { enabled } = bodyOf(request);
    if (typeof enabled !== "boolean") throw refused("enabled", "must be true or false");
    return { data: await switchSubscriptionLog(context, projectId, { enabled, actor }) };
  });
}
