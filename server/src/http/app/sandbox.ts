/** /api/app/sandbox: what the sandbox gateway would have sent, newest first. */
import type { FastifyInstance } from "fastify";
import type { Context } from "../../actions/context.ts";
import { channelName, isMessageType } from "../../domain/channel.ts";
import { isRecord } from "../../domain/field-label.ts";
import { inProject } from "../../store/db.ts";
import { listSandboxMessages } from "../../store/sandbox.ts";
import { queryLimit } from "./params.ts";
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
    return { data: await viewSandbox(context, projectId, queryLimit(request, PAGE)) };
  });
}

export async function viewSandbox(
  context: Context,
  projectId: number,
  limit: number,
): Promise<SandboxView[]> {
  const rows = await inProject(context.app, projectId, (tx) => listSandboxMessages(tx, projectId, limit));
  return rows.map((row) => ({
    id: row.id,
    message_type: row.messageType,
    message_type_name: isMessageType(row.messageType) ? channelName(row.messageType) : "other",
    address: row.address,
    content: contentOf(row.content),
    time: Math.floor(row.at.getTime() / 1000),
  }));
}

function contentOf(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  return isRecord(value) ? value : {};
}
