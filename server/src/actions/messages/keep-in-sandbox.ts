/** The sandbox's store: what a gateway would have sent, one bulk insert a slice and project. */
import { messageTypeOf } from "../../domain/channel.ts";
import type { Content } from "../../domain/content.ts";
import { inProject } from "../../store/db.ts";
import { insertSandboxMessages } from "../../store/sandbox.ts";
import type { Context } from "../context.ts";

interface Kept {
  readonly message: {
    readonly messageId: number;
    readonly projectId: number;
    readonly to: string;
    readonly content: Content;
  };
  readonly at: number;
}

export async function keepInSandbox(context: Context, messages: readonly Kept[]): Promise<void> {
  for (const [projectId, group] of Map.groupBy(messages, (kept) => kept.message.projectId)) {
    const rows = group.map(({ message }) => ({
      id: message.messageId,
      messageType: messageTypeOf(message.content.channel) ?? 0,
      address: message.to,
      content: JSON.stringify(message.content),
    }));
    await inProject(context.app, projectId, (tx) =>
      insertSandboxMessages(tx, projectId, { rows, nowMs: group[0]?.at ?? 0 }),
    );
  }
}
