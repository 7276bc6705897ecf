/** /api/app/health: how the project's work stands. */
import type { FastifyInstance } from "fastify";
import { viewHealth } from "../../actions/health/view-health.ts";
import type { AppServices } from "./services.ts";

export function mountProjectHealth(scope: FastifyInstance, { context, callerOf }: AppServices): void {
  scope.get("/health", async (request) => {
    const { projectId } = await callerOf(request, "health.read");
    return { data: await viewHealth(context, projectId) };
  });
}
