/**
 * Passwords: changed by their owner, or reset by a link that works once for an hour. A new password ends the user's
 * sessions, because whoever knew the old one may have one of them.
 */
import { hashPassword, hasValidChecksum, randomToken, sha256 } from "../../base/crypto.ts";
import { AppError } from "../../base/errors.ts";
import { sentence } from "../../domain/field-label.ts";
import { parseNewPassword } from "../../domain/password.ts";
import { deletePasswordReset, findPasswordReset, insertPasswordReset } from "../../store/user-secrets.ts";
import { deleteSessionsOfUser, findUserByEmail, updatePassword } from "../../store/users.ts";
import type { Context } from "../context.ts";
import { changeUser, userActor } from "./change-user.ts";

const RESET_PREFIX = "crs_";
const RESET_MS = 3_600_000;

/** @param field how the refusal names it. @throws AppError invalid */
export function checkNewPassword(value: unknown, { email, field }: { email: string; field: string }): string {
  const password = parseNewPassword(value, email);
  if (password.ok) return password.value;
  throw new AppError("invalid", { errors: { [field]: [sentence(field, password.error)] } });
}

/** The password before was judged already. @param session the hash of the session that stays. */
export async function changePassword(
  context: Context,
  { userId, password, session, ip }: { userId: number; password: string; session: Buffer; ip: string },
): Promise<void> {
  const passwordHash = await hashPassword(password);
  await changeUser(context, { userId, actor: userActor(userId, ip) }, async (tx) => {
    await updatePassword(tx, userId, passwordHash);
    await deleteSessionsOfUser(tx, userId, session);
    return { action: "user.password_change" };
  });
}

/** @returns the token of a new link; null when nobody has that email. */
export async function startReset(context: Context, email: string): Promise<string | null> {
  const user = await findUserByEmail(context.app, email);
  if (user === null) return null;
  const token = randomToken(RESET_PREFIX);
  const reset = { hash: sha256(token), userId: user.id };
  // Not in the trail: a stranger may ask, and could fill it.
  await changeUser(context, { userId: user.id, actor: userActor(user.id, "") }, async (tx, nowMs) => {
    await insertPasswordReset(tx, { ...reset, nowMs, untilMs: nowMs + RESET_MS });
    return null;
  });
  return token;
}

/** Sets the password by a link's token and ends every session of the user. @throws AppError not_found, invalid */
export async function confirmReset(
  context: Context,
  { token, password: given, ip }: { token: unknown; password: unknown; ip: string },
): Promise<void> {
  const hash = typeof token === "string" && hasValidChecksum(token) ? sha256(token) : null;
  const user = hash === null ? null : await findPasswordReset(context.app, hash, context.clock.now());
  if (hash === null || user === null) throw linkIsOver();
  const password = checkNewPassword(given, { email: user.email, field: "password" });
  const passwordHash = await hashPassword(password);
  await changeUser(context, { userId: user.id, actor: userActor(user.id, ip) }, async (tx) => {
    if (!(await deletePasswordReset(tx, hash))) throw linkIsOver();
    await updatePassword(tx, user.id, passwordHash);
    await deleteSessionsOfUser(tx, user.id, null);
    return { action: "user.password_reset" };
  });
}

const linkIsOver = (): AppError =>
  new AppError("not_found", { message: "The link was used before or is too old. Ask for a new one." });
