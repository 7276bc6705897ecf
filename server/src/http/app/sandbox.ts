/** /api/app/sandbox: what the sandbox gateway would have sent, newest first, searched by address or words. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Context } from "../../actions/context.ts";
import { channelName, isMessageType } from "../../domain/channel.ts";
import { isRecord } from "../../domain/field-label.ts";
import { inProject } from "../../store/db.ts";
import { listSandboxMessages, type SandboxMessage } from "../../store/sandbox.ts";
import { queryLimit, queryText, refused } from "./params.ts";
import { querySearch } from "./search-params.ts";
import type { AppServices } from "./services.ts";

export interface SandboxView {
  /** The message's. */
  readonly id: number;
  readonly message_type: number;
  readonly message_type_name: string;
  /** Email address, telephone number or push token. */
  readonly address: string;
  /** The rendered content, by channel. */
  readonly content: Readonly<Record<string, unknown>>;
  /** Unix seconds. */
  readonly time: number;
}

const PAGE = { fallback: 50, most: 500 };

export function mountSandbox(scope: FastifyInstance, { context, callerOf }: AppServices): void {
  scope.get("/sandbox", async (request) => {
    const { projectId } = await callerOf(request, "messages.read");
    const limit = queryLimit(request, PAGE);
    const page = { text: querySearch(request), after: cursorOf(request), limit: limit + 1 };
    const found = await inProject(context.app, projectId, (tx) => listSandboxMessages(tx, projectId, page));
    const last = found.length > limit ? found[limit - 1] : undefined;
    const next = last === undefined ? null : `${last.at.getTime()}-${last.id}`;
    return { data: found.slice(0, limit).map(viewOne), next };
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

export async function viewSandbox(
  context: Context,
  projectId: number,
  limit: number,
): Promise<SandboxView[]> {
  const page = { text: "", after: null, limit };
  const rows = await inProject(context.app, projectId, (tx) => listSandboxMessages(tx, projectId, page));
  return rows.map(viewOne);
}

const viewOne = (row: SandboxMessage & { at: Date }): SandboxView => ({
  id: row.id,
  message_type: row.messageType,
  message_type_name: isMessageType(row.messageType) ? channelName(row.messageType) : "other",
  address: row.address,
  content: contentOf(row.content),
  time: Math.floor(row.at.getTime() / 1000),
});

function contentOf(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  return isRecord(value) ? value : {};
}
