/** Projects, users and who belongs where. The owner writes the first ones, at the first start. */
import type { Db, Sql, Tx } from "./db.ts";

export async function countProjects(owner: Sql): Promise<number> {
  const [row] = await owner<{ n: number }[]>`select count(*)::integer as n from projects`;
  return row?.n ?? 0;
}

export async function insertProject(owner: Sql, project: { name: string; nowMs: number }): Promise<number> {
  const [row] = await owner<{ id: number }[]>`
    insert into projects (name, create_time) values (${project.name}, ${new Date(project.nowMs)}) returning id`;
  return row?.id ?? 0;
}

/** @throws a unique violation when the email has an account already. */
export async function insertUser(
  db: Db,
  user: { email: string; name?: string; passwordHash: string; nowMs: number },
): Promise<number> {
  const [row] = await db<{ id: number }[]>`
    insert into users (email, name, password_hash, create_time)
    values (${user.email}, ${user.name ?? ""}, ${user.passwordHash}, ${new Date(user.nowMs)}) returning id`;
  return row?.id ?? 0;
}

export async function insertMembership(
  tx: Tx,
  projectId: number,
  membership: { userId: number; role: string },
): Promise<void> {
  await tx`
    insert into memberships (project_id, user_id, role)
    values (${projectId}, ${membership.userId}, ${membership.role})`;
}

/** Takes the number of a project that is to be made: its row is written from inside it. */
export async function nextProjectId(app: Sql): Promise<number> {
  const [row] = await app<{ id: number }[]>`select nextval('projects_id_seq')::integer as id`;
  return row?.id ?? 0;
}

export async function insertNumberedProject(
  tx: Tx,
  projectId: number,
  project: { name: string; timeZone: string; nowMs: number },
): Promise<void> {
  await tx`
    insert into projects (id, name, time_zone, create_time) overriding system value
    values (${projectId}, ${project.name}, ${project.timeZone}, ${new Date(project.nowMs)})`;
}

export interface ProjectRow {
  readonly name: string;
  readonly timeZone: string;
  /** JSON; domain/project-settings.ts reads it. */
  readonly settings: string;
  readonly createTime: Date;
}

/** @param lock "change" keeps it as it is until the transaction ends. */
export async function findProject(
  tx: Tx,
  projectId: number,
  lock: "change" | "none" = "none",
): Promise<ProjectRow | null> {
  const [row] = await tx<ProjectRow[]>`
    select name, time_zone as "timeZone", settings, create_time as "createTime" from projects
    where id = ${projectId} ${lock === "change" ? tx`for no key update` : tx``}`;
  return row ?? null;
}

export async function updateProject(
  tx: Tx,
  projectId: number,
  project: { name: string; timeZone: string; settings: string },
): Promise<void> {
  await tx`
    update projects set name = ${project.name}, time_zone = ${project.timeZone}, settings = ${project.settings}
    where id = ${projectId}`;
}

/** The zone in which the project's days begin. */
export async function findTimeZone(db: Db, projectId: number): Promise<string> {
  const [row] = await db<{ zone: string }[]>`select time_zone as zone from projects where id = ${projectId}`;
  return row?.zone ?? "UTC";
}
