/** Campaigns and their frozen versions. */
import { type Db, numbers, type Sql, type Tx } from "./db.ts";

export interface CampaignRow {
  readonly id: number;
  readonly title: string;
  readonly trigger: number;
  readonly state: number;
  readonly version: number;
  readonly createTime: Date;
  readonly updateTime: Date;
  readonly activateTime: Date | null;
  readonly deactivateTime: Date | null;
  readonly endTime: Date | null;
  /** As the audit trail names people; null where nobody is known. */
  readonly updatedBy: string | null;
  /** JSON of the current version. */
  readonly content: string;
}

const FIELDS = `c.id, c.title, c.trigger, c.state, c.version, c.create_time as "createTime",
  c.update_time as "updateTime", c.activate_time as "activateTime", c.deactivate_time as "deactivateTime",
  c.end_time as "endTime", c.updated_by as "updatedBy", v.content`;

const FROM =
  "campaigns c join campaign_versions v on v.project_id = c.project_id and v.campaign_id = c.id and v.version = c.version";

/** Campaigns with the content of their current version. An id that is not in this project is left out. */
export async function listCampaignsById(
  db: Db,
  projectId: number,
  ids: readonly number[],
): Promise<CampaignRow[]> {
  return await db<CampaignRow[]>`
    select ${db.unsafe(FIELDS)} from ${db.unsafe(FROM)}
    where c.project_id = ${projectId} and c.id = any(${numbers(ids)}::bigint[])`;
}

/**
 * One campaign, locked for a change of its state or content. Locked first and read after: a join that waits for the
 * lock looks for the new version in the snapshot of before, and finds no campaign at all.
 */
export async function findCampaignForUpdate(
  tx: Tx,
  projectId: number,
  id: number,
): Promise<CampaignRow | null> {
  await tx`select 1 from campaigns where project_id = ${projectId} and id = ${id} for update`;
  const [row] = await listCampaignsById(tx, projectId, [id]);
  return row ?? null;
}

export interface CampaignState {
  readonly id: number;
  readonly state: number;
  readonly trigger: number;
  readonly version: number;
  readonly endTime: Date | null;
}

/** The states of campaigns as of now: what is checked when an execution is accepted. */
export async function listCampaignStates(
  db: Db,
  projectId: number,
  ids: readonly number[],
): Promise<CampaignState[]> {
  return await db<CampaignState[]>`
    select id, state, trigger, version, end_time as "endTime" from campaigns
    where project_id = ${projectId} and id = any(${numbers(ids)}::bigint[])`;
}

export async function listCampaignVersions(
  db: Db,
  projectId: number,
  wanted: readonly { campaignId: number; version: number }[],
): Promise<{ campaignId: number; version: number; content: string }[]> {
  return await db<{ campaignId: number; version: number; content: string }[]>`
    select v.campaign_id as "campaignId", v.version, v.content
    from unnest(${numbers(wanted.map((w) => w.campaignId))}::bigint[], ${numbers(wanted.map((w) => w.version))}::integer[])
      as u (campaign_id, version)
    join campaign_versions v on v.project_id = ${projectId} and v.campaign_id = u.campaign_id and v.version = u.version`;
}

export interface NewCampaign {
  readonly title: string;
  readonly trigger: number;
  readonly state: number;
  readonly content: string;
  readonly endTimeMs: number | null;
  readonly author: string | null;
  readonly nowMs: number;
}

/** @returns the new campaign's id; its content is version 1. */
export async function insertCampaign(tx: Tx, projectId: number, campaign: NewCampaign): Promise<number> {
  const now = new Date(campaign.nowMs);
  const [row] = await tx<{ id: number }[]>`
    insert into campaigns (project_id, title, trigger, state, version, create_time, update_time, activate_time,
      end_time, updated_by)
    values (${projectId}, ${campaign.title}, ${campaign.trigger}, ${campaign.state}, 1, ${now}, ${now},
      ${campaign.state === 1 ? now : null}, ${campaign.endTimeMs === null ? null : new Date(campaign.endTimeMs)},
      ${campaign.author})
    returning id`;
  const id = row?.id ?? 0;
  await insertVersion(tx, projectId, { ...campaign, id, version: 1 });
  return id;
}

interface NewVersion {
  readonly id: number;
  readonly version: number;
  readonly title: string;
  readonly content: string;
  readonly author: string | null;
  readonly nowMs: number;
}

async function insertVersion(tx: Tx, projectId: number, one: NewVersion): Promise<void> {
  await tx`
    insert into campaign_versions (project_id, campaign_id, version, title, content, author, create_time)
    values (${projectId}, ${one.id}, ${one.version}, ${one.title}, ${one.content}, ${one.author},
      ${new Date(one.nowMs)})`;
}

export interface CampaignChange {
  readonly id: number;
  readonly title: string;
  readonly trigger: number;
  readonly version: number;
  /** null: the content stays, and so does its version. */
  readonly content: string | null;
  readonly endTimeMs: number | null;
  readonly author: string | null;
  readonly nowMs: number;
}

export async function updateCampaign(tx: Tx, projectId: number, change: CampaignChange): Promise<void> {
  const now = new Date(change.nowMs);
  if (change.content !== null) {
    await insertVersion(tx, projectId, { ...change, content: change.content });
  }
  await tx`
    update campaigns set title = ${change.title}, trigger = ${change.trigger}, version = ${change.version},
      end_time = ${change.endTimeMs === null ? null : new Date(change.endTimeMs)}, update_time = ${now},
      updated_by = ${change.author}
    where project_id = ${projectId} and id = ${change.id}`;
}

export async function updateCampaignState(
  tx: Tx,
  projectId: number,
  move: { id: number; state: number; author: string | null; nowMs: number },
): Promise<void> {
  const now = new Date(move.nowMs);
  const isLive = move.state === 1;
  await tx`
    update campaigns set state = ${move.state}, update_time = ${now}, updated_by = ${move.author},
      activate_time = case when ${isLive} then ${now}::timestamptz else activate_time end,
      deactivate_time = case when ${isLive} then null else ${now}::timestamptz end
    where project_id = ${projectId} and id = ${move.id}`;
}

/** Puts live campaigns of all projects whose end has passed into the past. */
export async function endPassedCampaigns(dispatch: Sql, nowMs: number): Promise<void> {
  const now = new Date(nowMs);
  await dispatch`
    with passed as materialized (
      select project_id, id from campaigns where state = 1 and end_time <= ${now} for update skip locked)
    update campaigns c set state = 3, deactivate_time = ${now} from passed p
    where c.project_id = p.project_id and c.id = p.id`;
}

/**
 * Puts campaigns of one send (trigger 0) into the past where nothing of it is left to do. Their rows are locked first:
 * of two hauls that end side by side the second one sees what the first one ended.
 */
export async function endSentCampaigns(
  tx: Tx,
  projectId: number,
  at: { ids: readonly number[]; nowMs: number },
): Promise<void> {
  const ids = numbers(at.ids);
  const now = new Date(at.nowMs);
  await tx`
    select id from campaigns where project_id = ${projectId} and id = any(${ids}::bigint[]) order by id for update`;
  await tx`
    update campaigns c set state = 3, update_time = ${now}, deactivate_time = ${now}
    where c.project_id = ${projectId} and c.id = any(${ids}::bigint[]) and c.state = 1 and c.trigger = 0
      and not exists (
        select from executions e
        join chunks k on k.project_id = ${projectId} and k.execution_id = e.id and k.state <> 2
        where e.project_id = ${projectId} and e.campaign_id = c.id)`;
}

/** Channel of NOTIFY; the payload is "<project>:<campaign>". Workers drop what is under way of that campaign. */
export const STOP_CHANNEL = "carillon_stop";

export async function notifyStop(tx: Tx, projectId: number, campaignId: number): Promise<void> {
  await tx`select pg_notify(${STOP_CHANNEL}, ${`${projectId}:${campaignId}`})`;
}
