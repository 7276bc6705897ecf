/** The registry of attributes and tags. Names that come with values are registered in profiles.ts. */
import type { AttributeDefinition } from "../domain/attribute-definition.ts";
import { type Db, numbers, type Tx, texts } from "./db.ts";

export interface AttributeRow extends AttributeDefinition {
  readonly id: number;
  readonly createTime: Date;
}

/** @returns the rows that were written; a name that is taken has none. */
export async function insertDefinitions(
  tx: Tx,
  projectId: number,
  rows: readonly AttributeDefinition[],
  nowMs: number,
): Promise<AttributeRow[]> {
  return await tx<AttributeRow[]>`
    insert into attributes (project_id, create_time, name, type, title, alias, profile_attribute, device_attribute)
    select ${projectId}, ${new Date(nowMs)}, u.* from unnest(${texts(rows.map((r) => r.name))}::text[],
      ${texts(rows.map((r) => r.type))}::text[], ${texts(rows.map((r) => r.title))}::text[],
      ${texts(rows.map((r) => r.alias))}::text[], ${numbers(rows.map((r) => r.profileAttribute))}::smallint[],
      ${numbers(rows.map((r) => r.deviceAttribute))}::smallint[]) as u
    on conflict (project_id, name) do nothing
    returning id, name, type, title, alias, profile_attribute as "profileAttribute",
      device_attribute as "deviceAttribute", create_time as "createTime"`;
}

/** How many keys a project has: attributes of profiles, and all others. */
export async function countAttributes(
  db: Db,
  projectId: number,
): Promise<{ profile: number; other: number }> {
  const [row] = await db<{ profile: number; other: number }[]>`
    select count(*) filter (where profile_attribute = 1) as profile,
      count(*) filter (where profile_attribute = 0) as other
    from attributes where project_id = ${projectId}`;
  return { profile: Number(row?.profile ?? 0), other: Number(row?.other ?? 0) };
}
