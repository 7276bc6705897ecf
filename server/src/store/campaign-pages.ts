/** Campaigns as people look at them: pages of a list, the history of versions, and what a deletion takes with it. */
import { type Db, numbers, type Tx } from "./db.ts";

export interface CampaignListRow {
  readonly id: number;
  readonly title: string;
  readonly trigger: number;
  readonly state: number;
  readonly version: number;
  readonly updateTime: Date;
  readonly updatedBy: string | null;
  readonly activateTime: Date | null;
  readonly endTime: Date | null;
  /** JSON: the message types that are switched on. */
  readonly channels: string | null;
}

export interface CampaignPage {
  /** Only these states; null: all. */
  readonly states: readonly number[] | null;
  /** Part of a title in any case, or an id; null: all. */
  readonly search: string | null;
  /** What the page before ended with. */
  readonly after: { readonly updateTimeMs: number; readonly id: number } | null;
  readonly limit: number;
}

/** Last changed first. */
export async function listCampaignPage(
  db: Db,
  projectId: number,
  { states, search, after, limit }: CampaignPage,
): Promise<CampaignListRow[]> {
  const text = search?.toLowerCase() ?? "";
  return await db<CampaignListRow[]>`
    select c.id, c.title, c.trigger, c.state, c.version, c.update_time as "updateTime", c.updated_by as "updatedBy",
      c.activate_time as "activateTime", c.end_time as "endTime", (v.content::json -> 'channels')::text as channels
    from (
      select * from campaigns
      where project_id = ${projectId}
        and (${states === null} or state = any(${numbers(states ?? [])}::smallint[]))
        and (${search === null} or position(${text} in lower(title)) > 0 or id::text = ${text})
        and (${after === null} or (update_time, id)
          < (${new Date(after?.updateTimeMs ?? 0)}::timestamptz, ${after?.id ?? 0}::bigint))
      order by update_time desc, id desc limit ${limit}) as c
    join campaign_versions v on v.project_id = ${projectId} and v.campaign_id = c.id and v.version = c.version
    order by c.update_time desc, c.id desc`;
}

export interface VersionRow {
  readonly version: number;
  readonly title: string | null;
  readonly author: string | null;
  readonly createTime: Date;
}

/** Newest first, without their content. @param before only versions below it. */
export async function listVersions(
  db: Db,
  projectId: number,
  page: { campaignId: number; before: number | null; limit: number },
): Promise<VersionRow[]> {
  return await db<VersionRow[]>`
    select version, title, author, create_time as "createTime" from campaign_versions
    where project_id = ${projectId} and campaign_id = ${page.campaignId}
      and (${page.before === null} or version < ${page.before ?? 0})
    order by version desc limit ${page.limit}`;
}

export async function findVersion(
  db: Db,
  projectId: number,
  wanted: { campaignId: number; version: number },
): Promise<(VersionRow & { readonly content: string }) | null> {
  const [row] = await db<(VersionRow & { content: string })[]>`
    select version, title, author, create_time as "createTime", content from campaign_versions
    where project_id = ${projectId} and campaign_id = ${wanted.campaignId} and version = ${wanted.version}`;
  return row ?? null;
}

export async function hasExecutions(db: Db, projectId: number, campaignId: number): Promise<boolean> {
  const rows = await db`
    select 1 from executions where project_id = ${projectId} and campaign_id = ${campaignId} limit 1`;
  return rows.length > 0;
}

/** With its versions. The caller holds the row's lock and has looked for executions. */
export async function deleteCampaign(tx: Tx, projectId: number, id: number): Promise<void> {
  await tx`delete from campaign_versions where project_id = ${projectId} and campaign_id = ${id}`;
  await tx`delete from campaigns where project_id = ${projectId} and id = ${id}`;
}

/** How users are shown: their addresses, by id. A user who is gone is left out. */
export async function listUserEmails(db: Db, userIds: readonly number[]): Promise<Map<number, string>> {
  if (userIds.length === 0) return new Map();
  const rows = await db<{ id: number; email: string }[]>`
    select id, email from users where id = any(${numbers(userIds)}::integer[])`;
  return new Map(rows.map((row) => [row.id, row.email]));
}
