/**
 * Proving to be somebody: the password, then the authenticator's code where there is one. Guessing is slowed down, and
 * what is wrong costs the same time whether the email has an account or not.
 */
import { randomBytes } from "node:crypto";
import type { Context } from "../../actions/context.ts";
import { userActor } from "../../actions/users/change-user.ts";
import { takeCode } from "../../actions/users/second-factor.ts";
import { hashPassword, verifyPassword } from "../../base/crypto.ts";
import { AppError } from "../../base/errors.ts";
import { MAX_PASSWORD } from "../../domain/password.ts";
import { findUserByEmail, type UserRow } from "../../store/users.ts";
import { ANYWHERE, createLoginThrottle } from "./login-throttle.ts";

export interface Credentials {
  readonly email: unknown;
  readonly password: unknown;
  /** Of the authenticator, or a recovery code; only looked at where there is one. */
  readonly code?: unknown;
}

export interface SignIn {
  /** @throws AppError unauthenticated, code_required, too_many_requests */
  prove(given: Credentials, ip: string): Promise<UserRow>;
  /** A user who is signed in gives their password again. @throws AppError too_many_requests */
  isPasswordOf(user: UserRow, password: unknown, ip: string): Promise<boolean>;
}

/** RFC 5321 */
const MAX_EMAIL = 254;
/** Longer than any code of ours with its dashes and spaces. */
const MAX_CODE = 64;
const WRONG = "The email or the password is wrong.";
const WRONG_CODE = "The code is wrong, too old or was used before.";

export function createSignIn(context: Context): SignIn {
  const passwords = createLoginThrottle(context.clock);
  // By user, wherever the tries come from: who has the password may come from anywhere.
  const codes = createLoginThrottle(context.clock);
  // Hashed once: an unknown user costs the same time as a known one.
  let nobody: Promise<string> | null = null;

  async function isRight(user: UserRow | null, password: string): Promise<boolean> {
    nobody ??= hashPassword(randomBytes(16).toString("hex"));
    return (await verifyPassword(user?.passwordHash ?? (await nobody), password)) && user !== null;
  }

  async function checkCode(user: UserRow, given: unknown, ip: string): Promise<void> {
    if (user.totpSecret === null) return;
    const code = typeof given === "string" ? given.trim() : "";
    if (code === "") throw new AppError("code_required");
    count(codes.take(ANYWHERE, String(user.id)));
    const actor = userActor(user.id, ip);
    if (code.length > MAX_CODE || !(await takeCode(context, user, { code, actor })))
      throw new AppError("unauthenticated", { message: WRONG_CODE });
    codes.forget(ANYWHERE, String(user.id));
  }

  return {
    async prove(given, ip) {
      const { email, password } = textsOf(given);
      count(passwords.take(ip, email));
      const user = await findUserByEmail(context.app, email);
      if (!(await isRight(user, password)) || user === null)
        throw new AppError("unauthenticated", { message: WRONG });
      passwords.forget(ip, email);
      await checkCode(user, given.code, ip);
      return user;
    },
    async isPasswordOf(user, password, ip) {
      count(passwords.take(ip, user.email));
      const isFine = typeof password === "string" && password.length <= MAX_PASSWORD;
      if (!isFine || !(await isRight(user, password))) return false;
      passwords.forget(ip, user.email);
      return true;
    },
  };
}

/** @throws AppError too_many_requests */
function count(retryAfterSeconds: number | null): void {
  if (retryAfterSeconds === null) return;
  const message = "Too many tries. Wait a while, then try again.";
  throw new AppError("too_many_requests", { message, retryAfterSeconds });
}

function textsOf({ email, password }: Credentials): { email: string; password: string } {
  const areTexts = typeof email === "string" && typeof password === "string";
  if (!areTexts || email.length > MAX_EMAIL || password.length > MAX_PASSWORD) {
    throw new AppError("unauthenticated", { message: WRONG });
  }
  // PostgreSQL's text holds no NUL, and no address of ours does.
  return { email: email.trim().toLowerCase().replaceAll("\0", ""), password };
}
