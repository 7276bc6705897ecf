/** What the routes under /api/app and the pages work with. */
import type { FastifyRequest } from "fastify";
import type { Context } from "../../actions/context.ts";
import type { InstanceKinds } from "../../actions/gateways/view-gateways.ts";
import type { Actor } from "../../actions/tokens/audit-trail.ts";
import type { SafeFetch } from "../../base/safe-fetch.ts";
import type { Permission } from "../../domain/role.ts";
import type { Authenticator, Caller } from "../auth.ts";
import type { Sessions } from "./sessions.ts";

export interface AppOptions {
  readonly context: Context;
  readonly authenticator: Authenticator;
  /** Its rules decide which webhook addresses may be saved; nothing is fetched. */
  readonly safeFetch: SafeFetch;
  /** Where browsers reach this instance, as configured; null or left out when only locally. */
  readonly publicUrl?: string | null;
  readonly gateways: InstanceGateways;
}

/** What the instance itself sends with, and what holds for projects' own gateways. */
export interface InstanceGateways {
  readonly kinds: InstanceKinds;
  readonly allowPrivateAddresses: boolean;
  /** The sender of emails that name none. */
  readonly defaultFrom: string;
}

/** Who works in the dashboard: a signed-in user in one of their projects, or a program with the app token. */
export interface AppCaller extends Caller {
  /** null for the app token, which acts as an administrator. */
  readonly userId: number | null;
  readonly role: string;
  /** How the audit trail names them. */
  readonly actor: Actor;
}

/** What each group of routes is given. */
export interface AppServices extends AppOptions {
  readonly sessions: Sessions;
  /**
   * Who asks, in which project, when they may do this.
   * @throws AppError unauthenticated; forbidden when the role lacks the permission or the request is a stranger's.
   */
  readonly callerOf: (request: FastifyRequest, permission: Permission) => Promise<AppCaller>;
}
