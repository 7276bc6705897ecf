/**
 * Who calls: an app token or an access token leads to its project. All failures look alike in body and time. The
 * project comes from the credential only, never from the request. What is known of a token is forgotten after half
 * a second, so that a revocation shows within a second in every process.
 */
import type { Context } from "../actions/context.ts";
import { hasValidChecksum, sha256 } from "../base/crypto.ts";
import { AppError } from "../base/errors.ts";
import { projectOfAccessToken } from "../domain/client.ts";
import { elsewhere, type OtherRegions } from "../domain/region.ts";
import { type Grant, heldOf } from "../domain/scope.ts";
import { findAccess, findProjectOfToken } from "../store/credentials.ts";
import { inProject } from "../store/db.ts";
import { waitForRefusal } from "./refusal-time.ts";

/** Whoever works inside a project. */
export interface Caller {
  readonly projectId: number;
}

/** Whoever calls the External API: what the credential covers, and the client that it belongs to. */
export interface ApiCaller extends Caller {
  readonly scopes: Grant;
  /** null for an app token. */
  readonly clientId: string | null;
}

export interface Given {
  readonly apptoken: unknown;
  readonly authorization: string | undefined;
}

export interface Authenticator {
  /**
   * For what only the project's own token may do. @throws AppError unauthenticated; forbidden for an access token,
   * whatever its scopes: those are about the External API.
   */
  authenticate(given: Given): Promise<Caller>;
  /**
   * For the External API, which checks the scopes. @throws AppError unauthenticated; wrong_region for a token of
   * another region that this deployment knows.
   */
  authenticateCall(given: Given): Promise<ApiCaller>;
  /** Whose token this is, wherever it was found; null for what is none. Refuses nobody. */
  recognise(token: string): Promise<ApiCaller | null>;
}

/** Revocation must be seen within a second; a busy caller's token is looked up twice a second. */
const REMEMBER_MS = 500;
const MAX_REMEMBERED = 10_000;
/** Longer than any token of ours: not worth hashing. */
const MAX_TOKEN = 200;

/** A token that was never ours costs no query: its checksum tells. */
const isWellFormed = (token: string): boolean => token.length <= MAX_TOKEN && hasValidChecksum(token);

export function createAuthenticator(context: Context, otherRegions: OtherRegions = {}): Authenticator {
  const { clock } = context;
  const remembered = new Map<string, { caller: Promise<ApiCaller | null>; untilMs: number }>();

  function callerOf(token: string): Promise<ApiCaller | null> {
    const nowMs = clock.monotonicMs();
    const known = remembered.get(token);
    if (known !== undefined && known.untilMs > nowMs) return known.caller;
    const caller = findCaller(context, token);
    caller.catch(() => remembered.delete(token));
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(token, { caller, untilMs: nowMs + REMEMBER_MS });
    return caller;
  }

  const recognise = async (token: string): Promise<ApiCaller | null> =>
    isWellFormed(token) ? await callerOf(token) : null;

  async function check(token: string): Promise<ApiCaller> {
    const caller = await recognise(token);
    if (caller !== null) return caller;
    // Looked up first: a deployment that takes another name keeps the tokens that it made under the old one.
    const message = isWellFormed(token) ? elsewhere(token, otherRegions) : null;
    throw message === null ? new AppError("unauthenticated") : new AppError("wrong_region", { message });
  }

  async function judge({ apptoken, authorization }: Given): Promise<ApiCaller> {
    const bearer = bearerOf(authorization);
    const inBody = apptoken === undefined || apptoken === null || apptoken === "" ? null : apptoken;
    if (inBody !== null && typeof inBody !== "string") throw new AppError("unauthenticated");
    const callers = await Promise.all([inBody, bearer].filter((token) => token !== null).map(check));
    const [first, second] = callers;
    // An access token belongs into the header (RFC 6750); `apptoken` is the app token's place.
    if (first === undefined || (inBody !== null && first.clientId !== null))
      throw new AppError("unauthenticated");
    if (second === undefined) return first;
    // Side by side, the narrower one counts: sending more credentials never gets more.
    if (second.projectId === first.projectId) return second;
    throw new AppError("unauthenticated", { message: "The request carries conflicting credentials." });
  }

  async function authenticateCall(given: Given): Promise<ApiCaller> {
    const startMs = clock.monotonicMs();
    try {
      return await judge(given);
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === "unauthenticated")
        await waitForRefusal(clock, startMs);
      throw thrown;
    }
  }

  return {
    authenticateCall,
    recognise,
    async authenticate(given) {
      const { projectId, clientId } = await authenticateCall(given);
      if (clientId === null) return { projectId };
      throw new AppError("forbidden", { message: "An access token is for the External API only." });
    },
  };
}

async function findCaller(context: Context, token: string): Promise<ApiCaller | null> {
  const { app, clock, dispatch } = context;
  const hash = sha256(token);
  const nowMs = clock.now();
  const named = projectOfAccessToken(token);
  if (named === null) {
    const projectId = await findProjectOfToken(dispatch, hash, nowMs);
    return projectId === null ? null : { projectId, scopes: "all", clientId: null };
  }
  // The number in the token says where to look; the hash, over all of the token, says whether it is one.
  const access = await inProject(app, named, (tx) => findAccess(tx, named, { hash, nowMs }));
  if (access === null) return null;
  const { clientId, granted, ofClient } = access;
  return { projectId: named, scopes: heldOf(granted, ofClient), clientId };
}

function bearerOf(header: string | undefined): string | null {
  if (header === undefined) return null;
  const match = /^Bearer +(\S+)$/i.exec(header.trim());
  if (match?.[1] === undefined) throw new AppError("unauthenticated");
  return match[1];
}
