/**
 * Dashboard sessions: a random value in a cookie, its hash in the database, so that a copy of the database signs
 * nobody in. Whoever changes something by cookie must come from our own pages (Origin), because browsers send
 * cookies along on a stranger's behalf.
 */
import { randomBytes } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Context } from "../../actions/context.ts";
import { hashPassword, randomToken, sha256, verifyPassword } from "../../base/crypto.ts";
import { AppError } from "../../base/errors.ts";
import {
  deleteSession,
  findSession,
  findUserByEmail,
  insertSession,
  listMemberships,
  updateSeenTime,
} from "../../store/users.ts";
import type { Caller } from "../auth.ts";
import { createLoginThrottle } from "./login-throttle.ts";

/** Who a session's cookie stands for, whatever project they look at. */
export interface SignedIn {
  readonly userId: number;
  /** The session's own. */
  readonly hash: Buffer;
}

/** A signed-in user in one of their projects. */
export interface Member extends Caller {
  readonly userId: number;
  readonly role: string;
}

export interface Sessions {
  /** Checks the password and sets the cookie. @throws AppError unauthenticated, too_many_requests */
  signIn(request: FastifyRequest, reply: FastifyReply, given: Credentials): Promise<Member>;
  /** Ends the session of the cookie, here and in the browser. */
  signOut(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Who the cookie stands for; null when there is no session or it has ended. */
  userOf(request: FastifyRequest): Promise<SignedIn | null>;
  /**
   * The same in the project that the header Carillon-Project names, else in their first one.
   * @throws AppError forbidden when the user does not belong to that project, or to none.
   */
  find(request: FastifyRequest): Promise<Member | null>;
  /** @throws AppError forbidden when the request does not come from our own pages. */
  checkOrigin(request: FastifyRequest): void;
}

export interface Credentials {
  readonly email: unknown;
  readonly password: unknown;
}

/** A working week: who comes daily signs in on Mondays. */
const SESSION_MS = 7 * 24 * 3_600_000;
/** RFC 5321; and argon2 reads a password of any length, at a price. */
const MAX_EMAIL = 254;
const MAX_PASSWORD = 1_024;
const WRONG = "The email or the password is wrong.";
const IN_NO_PROJECT = "You belong to no project. Ask an administrator to invite you.";
const NOT_A_MEMBER =
  "You do not belong to this project. Choose another one, or ask its administrator to invite you.";
/** "Last seen" is for people: a minute is near enough, and not each request writes. */
const SEEN_EVERY_MS = 60_000;

/** @param publicUrl decides on Secure: with https the cookie is bound to host and path by its name (__Host-). */
export function createSessions(context: Context, publicUrl: string | null): Sessions {
  const { app, clock, dispatch } = context;
  const throttle = createLoginThrottle(clock);
  const isSecure = publicUrl?.startsWith("https:") ?? false;
  const cookieName = isSecure ? "__Host-carillon_session" : "carillon_session";
  // Hashed once: an unknown user costs the same time as a known one.
  let nobody: Promise<string> | null = null;

  async function judge(email: string, password: string): Promise<number | null> {
    nobody ??= hashPassword(randomBytes(16).toString("hex"));
    const user = await findUserByEmail(app, email);
    const isRight = await verifyPassword(user?.passwordHash ?? (await nobody), password);
    return user !== null && isRight ? user.id : null;
  }

  function setCookie(reply: FastifyReply, value: string, seconds: number): void {
    const flags = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${isSecure ? "; Secure" : ""}`;
    reply.header("set-cookie", `${cookieName}=${value}; ${flags}`);
  }

  /** @throws AppError forbidden */
  async function memberOf(userId: number, project: string | null): Promise<Member> {
    const memberships = await listMemberships(dispatch, userId);
    const membership =
      project === null ? memberships[0] : memberships.find(({ projectId }) => String(projectId) === project);
    if (membership !== undefined) return { userId, projectId: membership.projectId, role: membership.role };
    throw new AppError("forbidden", { message: memberships.length === 0 ? IN_NO_PROJECT : NOT_A_MEMBER });
  }

  async function userOf(request: FastifyRequest): Promise<SignedIn | null> {
    const value = cookieOf(request, cookieName);
    if (value === null) return null;
    const hash = sha256(value);
    const nowMs = clock.now();
    const session = await findSession(app, hash, nowMs);
    if (session === null) return null;
    const { userId, seenTime } = session;
    if (seenTime === null || nowMs - seenTime.getTime() > SEEN_EVERY_MS)
      await updateSeenTime(app, userId, nowMs);
    return { userId, hash };
  }

  return {
    async signIn(request, reply, given) {
      const { email, password } = textsOf(given);
      const waitSeconds = throttle.take(request.ip, email);
      if (waitSeconds !== null) {
        const message = "Too many tries. Wait a while, then try again.";
        throw new AppError("too_many_requests", { message, retryAfterSeconds: waitSeconds });
      }
      const userId = await judge(email, password);
      if (userId === null) throw new AppError("unauthenticated", { message: WRONG });
      const caller = await memberOf(userId, null);
      throttle.forget(request.ip, email);
      const value = randomToken("cs_");
      const nowMs = clock.now();
      await insertSession(app, { hash: sha256(value), userId, nowMs, validUntilMs: nowMs + SESSION_MS });
      setCookie(reply, value, SESSION_MS / 1000);
      return caller;
    },
    async signOut(request, reply) {
      const value = cookieOf(request, cookieName);
      if (value !== null) await deleteSession(app, sha256(value));
      setCookie(reply, "", 0);
    },
    userOf,
    async find(request) {
      const user = await userOf(request);
      return user === null ? null : await memberOf(user.userId, projectOf(request));
    },
    checkOrigin(request) {
      const { origin, host } = request.headers;
      // Every browser sends Origin with a POST. The scheme is not compared: a proxy in front may have taken TLS off.
      const from = origin !== undefined && URL.canParse(origin) ? new URL(origin).host : null;
      const own = [host, publicUrl === null ? undefined : new URL(publicUrl).host];
      if (from === null || !own.includes(from)) {
        throw new AppError("forbidden", { message: "The request does not come from this site." });
      }
    },
  };
}

function textsOf({ email, password }: Credentials): { email: string; password: string } {
  const areTexts = typeof email === "string" && typeof password === "string";
  if (!areTexts || email.length > MAX_EMAIL || password.length > MAX_PASSWORD) {
    throw new AppError("unauthenticated", { message: WRONG });
  }
  // PostgreSQL's text holds no NUL, and no address of ours does.
  return { email: email.trim().toLowerCase().replaceAll("\0", ""), password };
}

/** The project that a tab of the browser shows; a user may have several open at once. */
function projectOf(request: FastifyRequest): string | null {
  const named = request.headers["carillon-project"];
  return typeof named === "string" && named !== "" ? named : null;
}

/** Longer than any value of ours: not worth hashing. */
const MAX_COOKIE = 200;

function cookieOf(request: FastifyRequest, name: string): string | null {
  for (const pair of (request.headers.cookie ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at < 0 || pair.slice(0, at).trim() !== name) continue;
    const value = pair.slice(at + 1).trim();
    return value === "" || value.length > MAX_COOKIE ? null : value;
  }
  return null;
}
