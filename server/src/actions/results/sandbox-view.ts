/** A message that the sandbox kept, as people see it. */
import { nameOfType } from "../../domain/channel.ts";
import { isRecord } from "../../domain/field-label.ts";
import { secondsOf } from "../../domain/unix-time.ts";
import { inProject } from "../../store/db.ts";
import { listSandboxMessages, type SandboxMessage } from "../../store/sandbox.ts";
import type { Context } from "../context.ts";

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

/** The newest ones. */
export async function viewSandbox(
  context: Context,
  projectId: number,
  limit: number,
): Promise<SandboxView[]> {
  const page = { text: "", after: null, limit };
  const rows = await inProject(context.app, projectId, (tx) => listSandboxMessages(tx, projectId, page));
  return rows.map(viewSandboxMessage);
}

export const viewSandboxMessage = (row: SandboxMessage & { at: Date }): SandboxView => ({
  id: row.id,
  message_type: row.messageType,
  message_type_name: nameOfType(row.messageType),
  address: row.address,
  content: contentOf(row.content),
  time: secondsOf(row.at),
});

function contentOf(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  return isRecord(value) ? value : {};
}
