/** Credentials: what leads a token to its project. Looked up across projects by hash, so they run as dispatch. */
import type { Db, Sql, Tx } from "./db.ts";

/** @returns the project of an app token, or null when there is none or its overlap is over. */
export async function findProjectOfToken(dispatch: Sql, hash: Buffer, nowMs: number): Promise<number | null> {
  const [row] = await dispatch<{ project_id: number }[]>`
    select project_id from app_tokens
    where hash = ${hash} and (valid_until is null or valid_until > ${new Date(nowMs)})`;
  return row?.project_id ?? null;
}

export async function insertAppToken(
  tx: Tx,
  projectId: number,
  token: { hash: Buffer; sealed: Buffer; nowMs: number },
): Promise<void> {
  await tx`
    insert into app_tokens (project_id, hash, sealed, create_time)
    values (${projectId}, ${token.hash}, ${token.sealed}, ${new Date(token.nowMs)})`;
}

export interface UserRow {
  readonly id: number;
  readonly email: string;
  readonly passwordHash: string;
}

export async function findUserByEmail(db: Db, email: string): Promise<UserRow | null> {
  const [row] = await db<UserRow[]>`
    select id, email, password_hash as "passwordHash" from users where email = ${email}`;
  return row ?? null;
}

export async function insertSession(
  db: Db,
  session: { hash: Buffer; userId: number; nowMs: number; validUntilMs: number },
): Promise<void> {
  await db`
    insert into sessions (hash, user_id, create_time, valid_until)
    values (${session.hash}, ${session.userId}, ${new Date(session.nowMs)}, ${new Date(session.validUntilMs)})`;
}

export async function findSessionUser(db: Db, hash: Buffer, nowMs: number): Promise<number | null> {
  const [row] = await db<{ user_id: number }[]>`
    select user_id from sessions where hash = ${hash} and valid_until > ${new Date(nowMs)}`;
  return row?.user_id ?? null;
}

export async function deleteSession(db: Db, hash: Buffer): Promise<void> {
  await db`delete from sessions where hash = ${hash}`;
}

/** The projects that a user belongs to, with the role in each. */
export async function listMemberships(
  dispatch: Sql,
  userId: number,
): Promise<{ projectId: number; role: string }[]> {
  return await dispatch<{ projectId: number; role: string }[]>`
    select project_id as "projectId", role from memberships where user_id = ${userId} order by project_id`;
}
