/** /api/app/audit: the project's audit trail, and whether its chain holds. For administrators only. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { verifyAudit, viewAudit } from "../../actions/tokens/audit-trail.ts";
import { parseId } from "../../domain/ids.ts";
import { queryLimit, queryText, refused } from "./params.ts";
import type { AppServices } from "./services.ts";

const PAGE = { fallback: 50, most: 500 };

export function mountAudit(scope: FastifyInstance, services: AppServices): void {
  scope.get("/audit", async (request) => {
    const { projectId } = await services.callerOf(request, "audit.read");
    const page = { before: beforeOf(request), limit: queryLimit(request, PAGE) };
    return { data: await viewAudit(services.context, projectId, page) };
  });

  scope.get("/audit/verify", async (request) => {
    const { projectId } = await services.callerOf(request, "audit.read");
    return { data: await verifyAudit(services.context, projectId) };
  });
}

function beforeOf(request: FastifyRequest): number | null {
  const text = queryText(request, "before");
  if (text === null) return null;
  const before = parseId(text);
  if (!before.ok) throw refused("before", before.error);
  return before.value;
}
