/** /api/app/app-token: the project's app token. For administrators only. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { rotateAppToken, switchAppToken, viewAppToken } from "../../actions/tokens/app-token.ts";
import { bodyOf, refused } from "./params.ts";
import type { AppServices } from "./services.ts";

/** A day to bring the new token to every caller (decisions, section 2); a month is the most. */
const DEFAULT_OVERLAP_SECONDS = 86_400;
const MAX_OVERLAP_SECONDS = 30 * 86_400;

export function mountTokens(scope: FastifyInstance, services: AppServices): void {
  const { context } = services;

  scope.get("/app-token", async (request) => {
    const { projectId, actor } = await services.callerOf(request, "credentials.manage");
    return { data: await viewAppToken(context, projectId, { actor }) };
  });

  scope.post("/app-token/rotate", async (request) => {
    const { projectId, actor } = await services.callerOf(request, "credentials.manage");
    const overlapSeconds = overlapOf(request);
    return { data: await rotateAppToken(context, projectId, { overlapSeconds, actor }) };
  });

  scope.patch("/app-token", async (request) => {
    const { projectId, actor } = await services.callerOf(request, "credentials.manage");
    const { enabled } = bodyOf(request);
    if (typeof enabled !== "boolean") throw refused("enabled", "must be true or false");
    return { data: await switchAppToken(context, projectId, { enabled, actor }) };
  });
}

function overlapOf(request: FastifyRequest): number {
  const { overlap_seconds: given = DEFAULT_OVERLAP_SECONDS } = bodyOf(request);
  if (typeof given === "number" && Number.isInteger(given) && given >= 0 && given <= MAX_OVERLAP_SECONDS)
    return given;
  throw refused("overlap_seconds", `must be a whole number from 0 to ${MAX_OVERLAP_SECONDS}`);
}
