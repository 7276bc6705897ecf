/** /api/app/users and /api/app/roles: who belongs to the project and as what. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { changeRole, checkRole, removeMember, viewMembers } from "../../actions/users/members.ts";
import { AppError } from "../../base/errors.ts";
import { ROLES, viewRole } from "../../domain/role.ts";
import { bodyOf, pathId } from "./params.ts";
import type { AppServices } from "./services.ts";

export function mountUsers(scope: FastifyInstance, services: AppServices): void {
  const { context } = services;

  scope.get("/roles", async (request) => {
    await services.callerOf(request, "settings.read");
    return { data: ROLES.map(viewRole) };
  });

  scope.get("/users", async (request) => {
    const { projectId } = await services.callerOf(request, "users.manage");
    const { members, invitations } = await viewMembers(context, projectId);
    return { data: members, invitations };
  });

  scope.patch("/users/:id", async (request) => {
    const { projectId, actor } = await services.callerOf(request, "users.manage");
    const userId = pathUserId(request);
    const role = checkRole(bodyOf(request).role);
    return { data: await changeRole(context, projectId, { userId, role, actor }) };
  });

  scope.delete("/users/:id", async (request) => {
    const { projectId, actor } = await services.callerOf(request, "users.manage");
    await removeMember(context, projectId, { userId: pathUserId(request), actor });
    return { data: {} };
  });
}

/** Users are numbered by `integer`. */
const MAX_USER_ID = 2 ** 31 - 1;

/** @throws AppError not_found */
function pathUserId(request: FastifyRequest): number {
  const id = pathId(request);
  if (id > MAX_USER_ID) throw new AppError("not_found");
  return id;
}
