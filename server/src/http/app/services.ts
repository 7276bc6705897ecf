/** What the routes under /api/app and the pages work with. */
import type { FastifyRequest } from "fastify";
import type { Context } from "../../actions/context.ts";
import type { InstanceKinds } from "../../actions/gateways/view-gateways.ts";
import type { Actor } from "../../actions/tokens/audit-trail.ts";
import type { SafeFetch } from "../../base/safe-fetch.ts";
import type { Permission } from "../../domain/role.ts";
import type { Authenticator, Caller } from "../auth.ts";
import type { Mailer } from "./mailer.ts";
import type { Sessions, SignedIn } from "./sessions.ts";
import type { SignIn } from "./sign-in.ts";

export interface AppOptions {
  readonly context: Context;
  readonly authenticator: Authenticator;
  /** Its rules decide which webhook addresses may be saved; nothing is fetched. */
  readonly safeFetch: SafeFetch;
  /** Where browsers reach this instance, as configured; null or left out when only locally. */
  readonly publicUrl?: string | null;
  /** "local" when left out. */
  readonly region?: string;
  /** null or left out: no mail server is set, and links reach people by other ways. */
  readonly mailer?: Mailer | null;
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
  readonly signIn: SignIn;
  /** Does what an answer must not wait for; a failure is logged. The server's stop waits for it, for a while. */
  readonly inBackground: (what: string, work: () => Promise<void>) => void;
  /**
   * Who asks, in which project, when they may do this.
   * @throws AppError unauthenticated; forbidden when the role lacks the permission or the request is a stranger's.
   */
  readonly callerOf: (request: FastifyRequest, permission: Permission) => Promise<AppCaller>;
  /**
   * Who is signed in, for what a user does about themselves, in whatever project.
   * @throws AppError unauthenticated, also for a token, which is nobody; forbidden when the request is a stranger's.
   */
  readonly userOf: (request: FastifyRequest) => Promise<SignedIn>;
  /** Where this instance is reached, for links: the configured address, else the one it listens on. */
  readonly ownUrl: () => string;
}
