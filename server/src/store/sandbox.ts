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

/** A text is looked for in this many of a page's messages, so that one that is not there ends soon too. */
const SEARCHED = 20_000;

export interface SandboxPage {
  /** In address or content, whatever the case; "" for all. */
  readonly text: string;
  /** Only what comes after this one; null from the newest on. */
  readonly after: { readonly atMs: number; readonly id: number } | null;
  readonly limit: number;
}

/** Newest first. */
export async function listSandboxMessages(
  db: Db,
  projectId: number,
  { text, after, limit }: SandboxPage,
): Promise<(SandboxMessage & { at: Date })[]> {
  const at = after === null ? null : new Date(after.atMs);
  const needle = text.toLowerCase();
  return await db<(SandboxMessage & { at: Date })[]>`
    select id, message_type as "messageType", address, content, at from (
      select * from sandbox_messages
      where project_id = ${projectId}
        ${at === null ? db`` : db`and (at < ${at} or (at = ${at} and id < ${after?.id ?? 0}))`}
      order by at desc, id desc limit ${text === "" ? limit : SEARCHED}) as newest
    ${text === "" ? db`` : db`where strpos(lower(address), ${needle}) > 0 or strpos(lower(content), ${needle}) > 0`}
    order by at desc, id desc limit ${limit}`;
}
