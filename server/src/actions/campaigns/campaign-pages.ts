/** Campaigns as the dashboard lists them, and the history of one. */
import { AppError } from "../../base/errors.ts";
import type { CampaignContent } from "../../domain/campaign-content.ts";
import { CAMPAIGN_STATES, type CampaignStateName, campaignStateName } from "../../domain/campaign-state.ts";
import { type ChannelName, channelName, isMessageType } from "../../domain/channel.ts";
import { secondsOf, secondsOrNull } from "../../domain/unix-time.ts";
import {
  type CampaignListRow,
  findVersion,
  listCampaignPage,
  listVersions,
  type VersionRow,
} from "../../store/campaign-pages.ts";
import { listCampaignsById } from "../../store/campaigns.ts";
import { inProject } from "../../store/db.ts";
import type { Context } from "../context.ts";
import { readContent } from "../executions/content-cache.ts";
import { authorNames } from "./campaign-authors.ts";

/** The tabs of the list. */
export const CAMPAIGN_TABS = {
  draft: [CAMPAIGN_STATES.draft],
  live: [CAMPAIGN_STATES.live],
  past: [CAMPAIGN_STATES.stopped, CAMPAIGN_STATES.past, CAMPAIGN_STATES.closed],
} as const;
export type CampaignTab = keyof typeof CAMPAIGN_TABS;

export interface PageQuery {
  /** null: all. */
  readonly tab: CampaignTab | null;
  readonly search: string | null;
  readonly cursor: string | null;
  readonly limit: number;
}

/** Times are unix seconds. */
export interface CampaignRowView {
  readonly id: number;
  readonly title: string;
  readonly state: CampaignStateName;
  readonly version: number;
  readonly channels: readonly ChannelName[];
  readonly trigger: number;
  readonly update_time: number;
  readonly updated_by: string | null;
  readonly activate_time: number | null;
  readonly end_time: number | null;
}

export interface Page {
  readonly data: readonly CampaignRowView[];
  readonly next: string | null;
}

export interface VersionView {
  readonly version: number;
  /** null for one from before titles were kept. */
  readonly title: string | null;
  readonly create_time: number;
  readonly author: string | null;
}

export interface VersionDetail extends VersionView {
  /** As it is stored, the channels by name. */
  readonly content: Omit<CampaignContent, "channels"> & { readonly channels: readonly ChannelName[] };
}

/** Last changed first. @throws AppError invalid for a cursor that is none of ours. */
export async function viewCampaignPage(context: Context, projectId: number, query: PageQuery): Promise<Page> {
  const { tab, search, limit } = query;
  const states = tab === null ? null : CAMPAIGN_TABS[tab];
  const after = query.cursor === null ? null : readCursor(query.cursor);
  return await inProject(context.app, projectId, async (tx) => {
    const rows = await listCampaignPage(tx, projectId, { states, search, after, limit: limit + 1 });
    const shown = rows.slice(0, limit);
    const nameOf = await authorNames(
      tx,
      shown.map((row) => row.updatedBy),
    );
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      data: shown.map((row) => ({ ...viewRow(row), updated_by: nameOf(row.updatedBy) })),
      next: last === undefined ? null : `${last.updateTime.getTime()}.${last.id}`,
    };
  });
}

function readCursor(cursor: string): { updateTimeMs: number; id: number } {
  const parts = /^(\d{1,15})\.(\d{1,15})$/.exec(cursor);
  if (parts === null)
    throw new AppError("invalid", { errors: { cursor: ["Cursor is not one of this list."] } });
  return { updateTimeMs: Number(parts[1]), id: Number(parts[2]) };
}

const viewRow = (row: CampaignListRow): Omit<CampaignRowView, "updated_by"> => ({
  id: row.id,
  title: row.title,
  state: campaignStateName(row.state),
  version: row.version,
  channels: channelNames(JSON.parse(row.channels ?? "[]")),
  trigger: row.trigger,
  update_time: secondsOf(row.updateTime),
  activate_time: secondsOrNull(row.activateTime),
  end_time: secondsOrNull(row.endTime),
});

const channelNames = (types: readonly number[]): ChannelName[] =>
  types.flatMap((type) => (isMessageType(type) ? [channelName(type)] : []));

/** Far more than anybody scrolls through. */
const MAX_VERSIONS = 200;

/** Newest first, the newest two hundred at the most. @throws AppError not_found */
export async function viewVersions(
  context: Context,
  projectId: number,
  { id, before }: { id: number; before: number | null },
): Promise<VersionView[]> {
  return await inProject(context.app, projectId, async (tx) => {
    const rows = await listVersions(tx, projectId, { campaignId: id, before, limit: MAX_VERSIONS });
    if (rows.length === 0 && before === null) throw new AppError("not_found");
    const nameOf = await authorNames(
      tx,
      rows.map((row) => row.author),
    );
    return rows.map((row) => ({ ...viewVersion(row), author: nameOf(row.author) }));
  });
}

const viewVersion = (row: VersionRow) => ({
  version: row.version,
  title: row.title,
  create_time: secondsOf(row.createTime),
});

/** One version with its content. @throws AppError not_found */
export async function viewOneVersion(
  context: Context,
  projectId: number,
  wanted: { id: number; version: number },
): Promise<VersionDetail> {
  return await inProject(context.app, projectId, async (tx) => {
    const at = { campaignId: wanted.id, version: wanted.version };
    const row = await findVersion(tx, projectId, at);
    const [campaign] = await listCampaignsById(tx, projectId, [wanted.id]);
    if (row === null || campaign === undefined) throw new AppError("not_found");
    const nameOf = await authorNames(tx, [row.author]);
    const content = readContent(row.content);
    const fields = { ...content, channels: channelNames(content.channels) };
    return { ...viewVersion(row), author: nameOf(row.author), content: fields };
  });
}
