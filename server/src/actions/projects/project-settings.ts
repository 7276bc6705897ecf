/** A project's name, time zone and switches, as its administrators see and change them. */
import { AppError } from "../../base/errors.ts";
import { Refusals, type Result } from "../../base/result.ts";
import { parseDisplayName } from "../../domain/display-name.ts";
import { sentence } from "../../domain/field-label.ts";
import {
  changeProjectSettings,
  type ProjectSettings,
  readProjectSettings,
} from "../../domain/project-settings.ts";
import { parseTimeZone } from "../../domain/time.ts";
import { secondsOf } from "../../domain/unix-time.ts";
import { inProject } from "../../store/db.ts";
import { findProject, type ProjectRow, updateProject } from "../../store/projects.ts";
import type { Context } from "../context.ts";
import { type Actor, recordAudit } from "../tokens/audit-trail.ts";

type Body = Readonly<Record<string, unknown>>;

export type ProjectView = ProjectSettings & {
  readonly id: number;
  readonly name: string;
  readonly time_zone: string;
  /** Unix seconds. */
  readonly create_time: number;
};

const viewOf = (id: number, row: ProjectRow): ProjectView => ({
  id,
  ...shown(row),
  create_time: secondsOf(row.createTime),
});

const shown = ({ name, timeZone, settings }: Omit<ProjectRow, "createTime">) => ({
  name,
  time_zone: timeZone,
  ...readProjectSettings(settings),
});

/** @throws AppError not_found */
export async function viewProject(context: Context, projectId: number): Promise<ProjectView> {
  const row = await inProject(context.app, projectId, (tx) => findProject(tx, projectId));
  if (row === null) throw new AppError("not_found");
  return viewOf(projectId, row);
}

/** Changes what the body names. @throws AppError invalid, not_found */
export async function editProject(
  context: Context,
  projectId: number,
  { body, actor }: { body: Body; actor: Actor },
): Promise<ProjectView> {
  const nowMs = context.clock.now();
  return await inProject(context.app, projectId, async (tx) => {
    const before = await findProject(tx, projectId, "change");
    if (before === null) throw new AppError("not_found");
    const refusals = new Refusals();
    const after = {
      ...nameAndZone({ name: before.name, time_zone: before.timeZone, ...body }, refusals),
      settings: changeProjectSettings(before.settings, { body, refusals }),
    };
    if (!refusals.isEmpty) throw new AppError("invalid", { errors: refusals.fields });
    await updateProject(tx, projectId, after);
    const change = {
      action: "project.update",
      object: `project:${projectId}`,
      before: shown(before),
      after: shown(after),
    };
    await recordAudit(tx, projectId, { actor, nowMs, change });
    return viewOf(projectId, { ...before, ...after });
  });
}

/** @param refusals takes what is wrong; the answer is then of no use. */
export function nameAndZone(body: Body, refusals: Refusals): { name: string; timeZone: string } {
  const read = (field: string, parsed: Result<string, string>): string => {
    if (parsed.ok) return parsed.value;
    refusals.add(field, sentence(field, parsed.error));
    return "";
  };
  return {
    name: read("name", parseDisplayName(body.name)),
    timeZone: read("time_zone", parseTimeZone(body.time_zone)),
  };
}
