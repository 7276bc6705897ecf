/**
 * Who administers a project: its app token, or a signed-in user whose role there is admin. Used by the routes that
 * show or change credentials, which no other role may see.
 */
import type { FastifyRequest } from "fastify";
import type { Actor } from "../../actions/tokens/audit-trail.ts";
import { sha256 } from "../../base/crypto.ts";
import { AppError } from "../../base/errors.ts";
import { findSessionUser, listMemberships } from "../../store/credentials.ts";
import type { AppServices } from "../app/services.ts";

export interface Admin {
  readonly projectId: number;
  readonly actor: Actor;
}

const NOT_ADMIN = "Only an administrator of the project may do this.";

/** @throws AppError unauthenticated, forbidden */
export async function adminOf(request: FastifyRequest, services: AppServices): Promise<Admin> {
  // Checks the credential itself and, for a cookie, where the request comes from.
  const { projectId } = await services.callerOf(request);
  const { ip } = request;
  if (request.headers.authorization !== undefined) return { projectId, actor: { name: "app token", ip } };
  const userId = await sessionUser(request, services);
  const memberships = userId === null ? [] : await listMemberships(services.context.dispatch, userId);
  const isAdmin = memberships.some((entry) => entry.projectId === projectId && entry.role === "admin");
  if (!isAdmin) throw new AppError("forbidden", { message: NOT_ADMIN });
  return { projectId, actor: { name: `user:${userId}`, ip } };
}

const COOKIE = /(?:^|;)\s*(?:__Host-)?carillon_session=([^;\s]{1,200})/g;

/** The user of the session that let the request in. A cookie of a session that ended is none; of two users', neither. */
async function sessionUser(request: FastifyRequest, { context }: AppServices): Promise<number | null> {
  const values = [...(request.headers.cookie ?? "").matchAll(COOKIE)].map((match) => match[1] ?? "");
  const found = await Promise.all(
    values.map((value) => findSessionUser(context.app, sha256(value), context.clock.now())),
  );
  const users = new Set(found.filter((user) => user !== null));
  const [only] = users;
  return users.size === 1 && only !== undefined ? only : null;
}
