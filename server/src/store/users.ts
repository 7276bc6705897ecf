/**
 * People who sign in, and their sessions. They belong to no project, so these statements run outside of any; what
 * leads a user to their projects runs as dispatch.
 */
import type { Db, Sql } from "./db.ts";

export interface UserRow {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  /** Sealed; null where there is no authenticator. */
  readonly totpSecret: Buffer | null;
  /** Sealed; shown to the user, who has not confirmed it by a code yet. */
  readonly totpPending: Buffer | null;
}

const USER = (db: Db) => db`
  id, email, name, password_hash as "passwordHash", totp_secret as "totpSecret", totp_pending as "totpPending"`;

export async function findUserByEmail(db: Db, email: string): Promise<UserRow | null> {
  const [row] = await db<UserRow[]>`select ${USER(db)} from users where email = ${email}`;
  return row ?? null;
}

export async function findUser(db: Db, userId: number): Promise<UserRow | null> {
  const [row] = await db<UserRow[]>`select ${USER(db)} from users where id = ${userId}`;
  return row ?? null;
}

export async function updateUserName(db: Db, userId: number, name: string): Promise<void> {
  await db`update users set name = ${name} where id = ${userId}`;
}

export async function updatePassword(db: Db, userId: number, passwordHash: string): Promise<void> {
  await db`update users set password_hash = ${passwordHash} where id = ${userId}`;
}

export async function updateSeenTime(db: Db, userId: number, nowMs: number): Promise<void> {
  await db`update users set seen_time = ${new Date(nowMs)} where id = ${userId}`;
}

export interface SessionRow {
  readonly userId: number;
  /** When the user was last noted to be here. */
  readonly seenTime: Date | null;
}

/** null when there is none, or it has ended. */
export async function findSession(db: Db, hash: Buffer, nowMs: number): Promise<SessionRow | null> {
  const [row] = await db<SessionRow[]>`
    select s.user_id as "userId", u.seen_time as "seenTime" from sessions s join users u on u.id = s.user_id
    where s.hash = ${hash} and s.valid_until > ${new Date(nowMs)}`;
  return row ?? null;
}

/**
 * Makes a session, and sweeps those of the user that have ended. The lock makes a change of the password, which ends
 * sessions, come wholly before or wholly after.
 * @param session `passwordHash`: the one that was judged, where the password was what let the user in.
 * @returns false when the user's password is another one by now.
 */
export async function insertSession(
  db: Db,
  session: { hash: Buffer; userId: number; nowMs: number; validUntilMs: number; passwordHash?: string },
): Promise<boolean> {
  const { hash, userId, passwordHash = null } = session;
  const now = new Date(session.nowMs);
  await db`delete from sessions where user_id = ${userId} and valid_until < ${now}`;
  const { count } = await db`
    insert into sessions (hash, user_id, create_time, valid_until)
    select ${hash}::bytea, u.id, ${now}::timestamptz, ${new Date(session.validUntilMs)}::timestamptz
    from users u where u.id = ${userId} and (${passwordHash}::text is null or u.password_hash = ${passwordHash})
    for share`;
  return count === 1;
}

export async function deleteSession(db: Db, hash: Buffer): Promise<void> {
  await db`delete from sessions where hash = ${hash}`;
}

/** @param except the hash of the session that stays; null for none. */
export async function deleteSessionsOfUser(db: Db, userId: number, except: Buffer | null): Promise<void> {
  await db`
    delete from sessions where user_id = ${userId} and (${except}::bytea is null or hash <> ${except}::bytea)`;
}

export interface MembershipRow {
  readonly projectId: number;
  readonly projectName: string;
  readonly role: string;
}

/** The projects that a user belongs to, with the role in each. */
export async function listMemberships(dispatch: Sql, userId: number): Promise<MembershipRow[]> {
  return await dispatch<MembershipRow[]>`
    select m.project_id as "projectId", p.name as "projectName", m.role
    from memberships m join projects p on p.id = m.project_id
    where m.user_id = ${userId} order by m.project_id`;
}
