/** What the sandbox gateway would have sent. */
import { type Db, numbers, type Tx, texts } from "./db.ts";

export interface SandboxMessage {
  readonly id: number;
  readonly messageType: number;
  readonly address: string;
  /** JSON of the rendered content. */
  readonly content: string;
}

/** Keeps messages; one that is there already (a second try under the same key) stays as it is. */
export async function insertSandboxMessages(
  tx: Tx,
  projectId: number,
  batch: { rows: readonly SandboxMessage[]; nowMs: number },
): Promise<void> {
  const { rows } = batch;
  await tx`
    insert into sandbox_messages (project_id, at, bucket, id, message_type, address, content)
    select ${projectId}, ${new Date(batch.nowMs)}, u.* from unnest(
      ${numbers(rows.map((r) => r.id % 64))}::smallint[], ${numbers(rows.map((r) => r.id))}::bigint[],
      ${numbers(rows.map((r) => r.messageType))}::smallint[], ${texts(rows.map((r) => r.address))}::text[],
      ${texts(rows.map((r) => r.content))}::text[]) as u
    on conflict do nothing`;
}

export async function listSandboxMessages(
  db: Db,
  projectId: number,
  limit: number,
): Promise<(SandboxMessage & { at: Date })[]> {
  return await db<(SandboxMessage & { at: Date })[]>`
    select id, message_type as "messageType", address, content, at from sandbox_messages
    where project_id = ${projectId} order by at desc, id desc limit ${limit}`;
}
