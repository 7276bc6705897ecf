/** Authenticators, recovery codes and resets of passwords: what a user proves to be themselves with. */
import type { Db, Tx } from "./db.ts";
import type { UserRow } from "./users.ts";

/** Locks the user's row until the transaction ends: of two confirmations at once, one finds what the other did. */
export async function lockUser(tx: Tx, userId: number): Promise<void> {
  await tx`select from users where id = ${userId} for no key update`;
}

export async function updateTotpPending(db: Db, userId: number, sealed: Buffer): Promise<void> {
  await db`update users set totp_pending = ${sealed} where id = ${userId}`;
}

/** @param totp null takes the authenticator off. */
export async function updateTotp(
  tx: Tx,
  userId: number,
  totp: { sealed: Buffer; step: number } | null,
): Promise<void> {
  await tx`
    update users set totp_secret = ${totp?.sealed ?? null}, totp_pending = null, totp_step = ${totp?.step ?? 0}
    where id = ${userId}`;
}

/** Takes a code's time step. @returns false when it, or a later one, was taken before. */
export async function takeTotpStep(db: Db, userId: number, step: number): Promise<boolean> {
  const { count } =
    await db`update users set totp_step = ${step} where id = ${userId} and totp_step < ${step}`;
  return count === 1;
}

/** Puts new recovery codes in the place of all that there were. */
export async function replaceRecoveryCodes(tx: Tx, userId: number, hashes: readonly Buffer[]): Promise<void> {
  await tx`delete from recovery_codes where user_id = ${userId}`;
  for (const hash of hashes) await tx`insert into recovery_codes (user_id, hash) values (${userId}, ${hash})`;
}

/** Uses a code up. @returns false when there is none such. */
export async function deleteRecoveryCode(db: Db, userId: number, hash: Buffer): Promise<boolean> {
  const { count } = await db`delete from recovery_codes where user_id = ${userId} and hash = ${hash}`;
  return count === 1;
}

/** A new link is the only one that works. */
export async function insertPasswordReset(
  tx: Tx,
  reset: { hash: Buffer; userId: number; nowMs: number; untilMs: number },
): Promise<void> {
  await tx`delete from password_resets where user_id = ${reset.userId}`;
  await tx`
    insert into password_resets (hash, user_id, create_time, valid_until)
    values (${reset.hash}, ${reset.userId}, ${new Date(reset.nowMs)}, ${new Date(reset.untilMs)})`;
}

/** Whose password a link resets; null when there is none such, or it is over. */
export async function findPasswordReset(
  db: Db,
  hash: Buffer,
  nowMs: number,
): Promise<Pick<UserRow, "id" | "email"> | null> {
  const [row] = await db<Pick<UserRow, "id" | "email">[]>`
    select u.id, u.email from password_resets r join users u on u.id = r.user_id
    where r.hash = ${hash} and r.valid_until > ${new Date(nowMs)}`;
  return row ?? null;
}

/** Uses a link up. @returns false when somebody was faster. */
export async function deletePasswordReset(tx: Tx, hash: Buffer): Promise<boolean> {
  const { count } = await tx`delete from password_resets where hash = ${hash}`;
  return count === 1;
}
