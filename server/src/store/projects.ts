/** Projects, users and who belongs where. Written by the owner at the first start. */
import type { Sql, Tx } from "./db.ts";

export async function countProjects(owner: Sql): Promise<number> {
  const [row] = await owner<{ n: number }[]>`select count(*)::integer as n from projects`;
  return row?.n ?? 0;
}

export async function insertProject(owner: Sql, project: { name: string; nowMs: number }): Promise<number> {
  const [row] = await owner<{ id: number }[]>`
    insert into projects (name, create_time) values (${project.name}, ${new Date(project.nowMs)}) returning id`;
  return row?.id ?? 0;
}

export async function insertUser(
  owner: Sql,
  user: { email: string; passwordHash: string; nowMs: number },
): Promise<number> {
  const [row] = await owner<{ id: number }[]>`
    insert into users (email, password_hash, create_time)
    values (${user.email}, ${user.passwordHash}, ${new Date(user.nowMs)}) returning id`;
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

/** JSON of what the project has set of its own; null when there is no such project. */
export async function findSettings(tx: Tx, projectId: number): Promise<string | null> {
  const [row] = await tx<{ settings: string }[]>`select settings from projects where id = ${projectId}`;
  return row?.settings ?? null;
}
