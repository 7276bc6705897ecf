/** A new project: its row, an app token and its first administrator, in one transaction. */
import { AppError } from "../../base/errors.ts";
import { Refusals } from "../../base/result.ts";
import { insertAppToken } from "../../store/credentials.ts";
import { inProject } from "../../store/db.ts";
import { insertMembership, insertNumberedProject, nextProjectId } from "../../store/projects.ts";
import type { Context } from "../context.ts";
import { mintAppToken } from "../tokens/app-token.ts";
import { type Actor, recordAudit } from "../tokens/audit-trail.ts";
import { nameAndZone, type ProjectView, viewProject } from "./project-settings.ts";

/** @param given `time_zone` is UTC when the body names none. @throws AppError invalid */
export async function createProject(
  context: Context,
  { body, userId, actor }: { body: Readonly<Record<string, unknown>>; userId: number; actor: Actor },
): Promise<ProjectView> {
  const refusals = new Refusals();
  const { name, timeZone } = nameAndZone({ time_zone: "UTC", ...body }, refusals);
  if (!refusals.isEmpty) throw new AppError("invalid", { errors: refusals.fields });
  const nowMs = context.clock.now();
  const projectId = await nextProjectId(context.app);
  const { hash, sealed } = mintAppToken(context, projectId);
  await inProject(context.app, projectId, async (tx) => {
    await insertNumberedProject(tx, projectId, { name, timeZone, nowMs });
    await insertAppToken(tx, projectId, { hash, sealed, nowMs });
    await insertMembership(tx, projectId, { userId, role: "admin" });
    const after = { name, time_zone: timeZone };
    const change = { action: "project.create", object: `project:${projectId}`, after };
    await recordAudit(tx, projectId, { actor, nowMs, change });
  });
  return await viewProject(context, projectId);
}
