/** /api/app/sandbox: what the sandbox gateway would have sent, newest first, searched by address or words. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { viewSandboxMessage } from "../../actions/results/sandbox-view.ts";
import { inProject } from "../../store/db.ts";
import { listSandboxMessages } from "../../store/sandbox.ts";
import { queryLimit, queryText, refused } from "./params.ts";
import { querySearch } from "./search-params.ts";
import type { AppServices } from "./services.ts";

const PAGE = { fallback: 50, most: 500 };

export function mountSandbox(scope: FastifyInstance, { context, callerOf }: AppServices): void {
  scope.get("/sandbox", async (request) => {
    const { projectId } = await callerOf(request, "messages.read");
    const limit = queryLimit(request, PAGE);
    const page = { text: querySearch(request), after: cursorOf(request), limit: limit + 1 };
    const found = await inProject(context.app, projectId, (tx) => listSandboxMessages(tx, projectId, page));
    const last = found.length > limit ? found[limit - 1] : undefined;
    const next = last === undefined ? null : `${last.at.getTime()}-${last.id}`;
    return { data: found.slice(0, limit).map(viewSandboxMessage), next };
  });
}

/** `<unix ms>-<message id>` of the last one shown. @throws AppError invalid */
function cursorOf(request: FastifyRequest): { atMs: number; id: number } | null {
  const text = queryText(request, "cursor");
  if (text === null) return null;
  const parts = /^(\d{1,14})-(\d{1,16})$/.exec(text);
  const id = Number(parts?.[2]);
  if (parts === null || !Number.isSafeInteger(id)) throw refused("cursor", "is not one that a list gave");
  return { atMs: Number(parts[1]), id };
}
