/** What the routes under /api/app and the pages work with. */
import type { FastifyRequest } from "fastify";
import type { Context } from "../../actions/context.ts";
import type { SafeFetch } from "../../base/safe-fetch.ts";
import type { Authenticator, Caller } from "../auth.ts";
import type { Sessions } from "./sessions.ts";

export interface AppOptions {
  readonly context: Context;
  readonly authenticator: Authenticator;
  /** Its rules decide which webhook addresses may be saved; nothing is fetched. */
  readonly safeFetch: SafeFetch;
  /** Where browsers reach this instance, as configured; null or left out when only locally. */
  readonly publicUrl?: string | null;
}

/** What each group of routes is given. */
export interface AppServices extends AppOptions {
  readonly sessions: Sessions;
  /** @throws AppError unauthenticated, forbidden */
  readonly callerOf: (request: FastifyRequest) => Promise<Caller>;
}
