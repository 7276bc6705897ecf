/** /api/app/project: the project's name, time zone and switches; and new projects. */
import type { FastifyInstance } from "fastify";
import { createProject } from "../../actions/projects/create-project.ts";
import { editProject, viewProject } from "../../actions/projects/project-settings.ts";
import { userActor } from "../../actions/users/change-user.ts";
import { AppError } from "../../base/errors.ts";
import { allows } from "../../domain/role.ts";
import { listMemberships } from "../../store/users.ts";
import { bodyOf } from "./params.ts";
import type { AppServices } from "./services.ts";

export function mountProject(scope: FastifyInstance, services: AppServices): void {
  const { context } = services;

  scope.get("/project", async (request) => {
    const { projectId } = await services.callerOf(request, "settings.read");
    return { data: await viewProject(context, projectId) };
  });

  scope.patch("/project", async (request) => {
    const { projectId, actor } = await services.callerOf(request, "settings.edit");
    return { data: await editProject(context, projectId, { body: bodyOf(request), actor }) };
  });

  // By the user and not by the project that they look at: an administrator of any may make another.
  scope.post("/projects", async (request, reply) => {
    const { userId } = await services.userOf(request);
    const memberships = await listMemberships(context.dispatch, userId);
    if (!memberships.some(({ role }) => allows(role, "users.manage"))) {
      const message = "A new project needs the permission users.manage in one that you belong to.";
      throw new AppError("forbidden", { message });
    }
    const actor = userActor(userId, request.ip);
    const data = await createProject(context, { body: bodyOf(request), userId, actor });
    return await reply.code(201).send({ data });
  });
}
