/**
 * The authenticator: set up in two steps, so that nobody locks themselves out with an app that shows other codes; its
 * codes are taken once. Recovery codes stand in for a lost one, each once.
 */
import { randomBytes } from "node:crypto";
import { open, type SealingKey, seal, sha256 } from "../../base/crypto.ts";
import { AppError } from "../../base/errors.ts";
import { newTotpSecret, totpStep, totpUri } from "../../base/totp.ts";
import { sentence } from "../../domain/field-label.ts";
import {
  deleteRecoveryCode,
  lockUser,
  replaceRecoveryCodes,
  takeTotpStep,
  updateTotp,
  updateTotpPending,
} from "../../store/user-secrets.ts";
import { findUser, type UserRow } from "../../store/users.ts";
import type { Context } from "../context.ts";
import type { Actor } from "../tokens/audit-trail.ts";
import { changeUser } from "./change-user.ts";

const ISSUER = "Carillon";
const RECOVERY_CODES = 10;
/** 80 bits: enough that a plain SHA-256 of it cannot be searched. */
const RECOVERY_BYTES = 10;

const sealContext = (userId: number): string => `user:${userId}:totp`;

function secretOf(key: SealingKey, userId: number, sealed: Buffer | null): string | null {
  if (sealed === null) return null;
  const opened = open(key, sealed, sealContext(userId));
  return opened.ok ? opened.value : null;
}

export interface TotpSetup {
  readonly secret: string;
  /** What an authenticator app scans. */
  readonly uri: string;
}

/** Makes a secret and shows it; nothing changes for the user before `confirmTotp`. @throws AppError conflict */
export async function startTotp(context: Context, user: UserRow): Promise<TotpSetup> {
  if (user.totpSecret !== null) throw alreadyOn();
  const secret = newTotpSecret();
  await updateTotpPending(context.app, user.id, seal(context.sealingKey, secret, sealContext(user.id)));
  return { secret, uri: totpUri(secret, { issuer: ISSUER, account: user.email }) };
}

/** @returns the recovery codes, shown this once. @throws AppError conflict; invalid when the code is wrong */
export async function confirmTotp(
  context: Context,
  { userId, code, actor }: { userId: number; code: string; actor: Actor },
): Promise<readonly string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
  const hashes = codes.map((recovery) => hashOf(userId, recovery));
  await changeUser(context, { userId, actor }, async (tx, nowMs) => {
    await lockUser(tx, userId);
    const user = await findUser(tx, userId);
    if (user === null || user.totpSecret !== null) throw alreadyOn();
    const secret = secretOf(context.sealingKey, userId, user.totpPending);
    if (secret === null || user.totpPending === null) throw notStarted();
    const step = totpStep(secret, code, nowMs);
    if (step === null) throw new AppError("invalid", { errors: { code: [sentence("code", IS_WRONG)] } });
    await updateTotp(tx, userId, { sealed: user.totpPending, step });
    await replaceRecoveryCodes(tx, userId, hashes);
    return { action: "user.totp_on" };
  });
  return codes;
}

const IS_WRONG = "is wrong; check that the clock of the device is right";

/** Takes the authenticator and its recovery codes away. */
export async function removeTotp(
  context: Context,
  { userId, actor }: { userId: number; actor: Actor },
): Promise<void> {
  await changeUser(context, { userId, actor }, async (tx) => {
    await updateTotp(tx, userId, null);
    await replaceRecoveryCodes(tx, userId, []);
    return { action: "user.totp_off" };
  });
}

/** Uses up a code of the authenticator, or a recovery code. @returns false when it is wrong or was used before. */
export async function takeCode(
  context: Context,
  user: UserRow,
  { code, actor }: { code: string; actor: Actor },
): Promise<boolean> {
  const typed = code.replace(/[\s-]/g, "");
  if (!/^\d{6}$/.test(typed)) return await takeRecoveryCode(context, user.id, { code: typed, actor });
  const secret = secretOf(context.sealingKey, user.id, user.totpSecret);
  // Another instance key, or a damaged row: the recovery codes still work.
  if (secret === null) context.log.error({ user: user.id }, "an authenticator's secret cannot be opened");
  const step = secret === null ? null : totpStep(secret, typed, context.clock.now());
  return step !== null && (await takeTotpStep(context.app, user.id, step));
}

async function takeRecoveryCode(
  context: Context,
  userId: number,
  { code, actor }: { code: string; actor: Actor },
): Promise<boolean> {
  let isTaken = false;
  await changeUser(context, { userId, actor }, async (tx) => {
    isTaken = await deleteRecoveryCode(tx, userId, hashOf(userId, code));
    return isTaken ? { action: "user.recovery_code_used" } : null;
  });
  return isTaken;
}

const hashOf = (userId: number, code: string): Buffer =>
  sha256(`recovery ${userId} ${code.replaceAll("-", "").toUpperCase()}`);

/** Base32 without look-alikes, in groups: ABCD-EFGH-JKMN-PQRS */
function newRecoveryCode(): string {
  let bits = BigInt(`0x${randomBytes(RECOVERY_BYTES).toString("hex")}`);
  let text = "";
  for (let i = 0; i < (RECOVERY_BYTES * 8) / 5; i += 1) {
    text += ALPHABET[Number(bits & 31n)];
    bits >>= 5n;
  }
  return text.replace(/(.{4})(?=.)/g, "$1-");
}

/** Never six digits alone: the sixteen signs tell the two kinds of codes apart. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const alreadyOn = (): AppError =>
  new AppError("conflict", { message: "An authenticator is set up already. Remove it first." });
const notStarted = (): AppError =>
  new AppError("conflict", { message: "Start the set-up of the authenticator first." });
