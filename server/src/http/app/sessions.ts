/**
 * Dashboard sessions: a random value in a cookie, its hash in the database, so that a copy of the database signs
 * nobody in. Whoever changes something by cookie must come from our own pages (Origin), because browsers send
 * cookies along on a stranger's behalf.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Context } from "../../actions/context.ts";
import { randomToken, sha256 } from "../../base/crypto.ts";
import { AppError } from "../../base/errors.ts";
import {
  deleteSession,
  findSession,
  insertSession,
  listMemberships,
  updateSeenTime,
} from "../../store/users.ts";
import type { Caller } from "../auth.ts";
import type { Credentials, SignIn } from "./sign-in.ts";

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
  /**
   * Begins a session of a user who was proved to be themselves, and sets the cookie.
   * @param user `passwordHash`: what the password was judged by. @throws AppError unauthenticated when it has changed
   */
  open(reply: FastifyReply, user: { id: number; passwordHash?: string }): Promise<void>;
  /** Judges password and code, and opens. @throws AppError as SignIn.prove; forbidden for who is in no project */
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
  /** For what needs no session, which programs may call too: they send no Origin. @throws AppError forbidden */
  checkOriginIfGiven(request: FastifyRequest): void;
}

/** A working week: who comes daily signs in on Mondays. */
const SESSION_MS = 7 * 24 * 3_600_000;
const IN_NO_PROJECT = "You belong to no project. Ask an administrator to invite you.";
const NOT_A_MEMBER =
  "You do not belong to this project. Choose another one, or ask its administrator to invite you.";
/** "Last seen" is for people: a minute is near enough, and not each request writes. */
const SEEN_EVERY_MS = 60_000;

/** @param publicUrl decides on Secure: with https the cookie is bound to host and path by its name (__Host-). */
export function createSessions(
  context: Context,
  { publicUrl, signIn }: { publicUrl: string | null; signIn: SignIn },
): Sessions {
  const { app, clock, dispatch } = context;
  const isSecure = publicUrl?.startsWith("https:") ?? false;
  const cookieName = isSecure ? "__Host-carillon_session" : "carillon_session";

  function setCookie(reply: FastifyReply, value: string, seconds: number): void {
    const flags = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${isSecure ? "; Secure" : ""}`;
    reply.header("set-cookie", `${cookieName}=${value}; ${flags}`);
  }

  async function open(
    reply: FastifyReply,
    { id, ...judged }: { id: number; passwordHash?: string },
  ): Promise<void> {
    const value = randomToken("cs_");
    const nowMs = clock.now();
    const session = { hash: sha256(value), userId: id, nowMs, validUntilMs: nowMs + SESSION_MS };
    if (!(await insertSession(app, { ...session, ...judged }))) throw new AppError("unauthenticated");
    setCookie(reply, value, SESSION_MS / 1000);
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

  function checkOrigin(request: FastifyRequest): void {
    const { origin, host } = request.headers;
    // Every browser sends Origin with a POST. The scheme is not compared: a proxy in front may have taken TLS off.
    const from = origin !== undefined && URL.canParse(origin) ? new URL(origin).host : null;
    const own = [host, publicUrl === null ? undefined : new URL(publicUrl).host];
    if (from === null || !own.includes(from)) {
      throw new AppError("forbidden", { message: "The request does not come from this site." });
    }
  }

  return {
    open,
    async signIn(request, reply, given) {
      const { id, passwordHash } = await signIn.prove(given, request.ip);
      const member = await memberOf(id, null);
      await open(reply, { id, passwordHash });
      return member;
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
    checkOrigin,
    checkOriginIfGiven(request) {
      if (request.headers.origin !== undefined) checkOrigin(request);
    },
  };
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
