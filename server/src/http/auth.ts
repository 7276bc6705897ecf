/**
 * Who calls: an app token leads to its project. All failures look alike in body and time. The project comes from
 * the credential only, never from the request.
 */
import type { Context } from "../actions/context.ts";
import { hasValidChecksum, sha256 } from "../base/crypto.ts";
import { AppError } from "../base/errors.ts";
import { findProjectOfToken } from "../store/credentials.ts";

export interface Caller {
  readonly projectId: number;
}

export interface Authenticator {
  /** @throws AppError unauthenticated */
  authenticate(given: { apptoken: unknown; authorization: string | undefined }): Promise<Caller>;
}

/** Revocation must be seen within a second; a busy caller's token is looked up twice a second. */
const REMEMBER_MS = 500;
const MAX_REMEMBERED = 10_000;
/** Longer than any token of ours: not worth hashing. */
const MAX_TOKEN = 200;

export function createAuthenticator(context: Context): Authenticator {
  const { clock, dispatch } = context;
  const remembered = new Map<string, { projectId: Promise<number | null>; untilMs: number }>();

  function projectOf(token: string): Promise<number | null> {
    const nowMs = clock.monotonicMs();
    const known = remembered.get(token);
    if (known !== undefined && known.untilMs > nowMs) return known.projectId;
    const projectId = findProjectOfToken(dispatch, sha256(token), clock.now());
    projectId.catch(() => remembered.delete(token));
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(token, { projectId, untilMs: nowMs + REMEMBER_MS });
    return projectId;
  }

  async function check(token: string): Promise<number> {
    // A token that was never ours costs no query: its checksum tells.
    const projectId = token.length <= MAX_TOKEN && hasValidChecksum(token) ? await projectOf(token) : null;
    if (projectId === null) throw new AppError("unauthenticated");
    return projectId;
  }

  return {
    async authenticate({ apptoken, authorization }) {
      const bearer = bearerOf(authorization);
      const inBody = apptoken === undefined || apptoken === null || apptoken === "" ? null : apptoken;
      if (inBody !== null && typeof inBody !== "string") throw new AppError("unauthenticated");
      const tokens = [inBody, bearer].filter((token) => token !== null);
      const [first, second] = await Promise.all(tokens.map(check));
      if (first === undefined) throw new AppError("unauthenticated");
      if (second !== undefined && second !== first) {
        throw new AppError("unauthenticated", { message: "The request carries conflicting credentials." });
      }
      return { projectId: first };
    },
  };
}

function bearerOf(header: string | undefined): string | null {
  if (header === undefined) return null;
  const match = /^Bearer +(\S+)$/i.exec(header.trim());
  if (match?.[1] === undefined) throw new AppError("unauthenticated");
  return match[1];
}
