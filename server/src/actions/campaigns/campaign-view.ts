/** A campaign as the External API shows it, and as the dashboard does: with its state, author and contract. */
import { AppError } from "../../base/errors.ts";
import { type CampaignStateName, campaignStateName } from "../../domain/campaign-state.ts";
import {
  type StoredCampaign,
  viewCampaign,
  viewWholeCampaign,
  type WholeCampaign,
} from "../../domain/campaign-view.ts";
import type { ParamsContract } from "../../domain/params-contract.ts";
import { type CampaignRow, listCampaignsById } from "../../store/campaigns.ts";
import { type Db, inProject } from "../../store/db.ts";
import type { Context } from "../context.ts";
import { readContent } from "../executions/content-cache.ts";
import { authorName } from "./campaign-authors.ts";
import { contractOf } from "./check-campaign.ts";

/** What the dashboard is told. */
export interface CampaignView extends WholeCampaign {
  readonly state: CampaignStateName;
  readonly version: number;
  readonly updated_by: string | null;
  readonly params_contract: ParamsContract;
}

const ms = (time: Date | null): number | null => time?.getTime() ?? null;

const storedOf = (row: CampaignRow): StoredCampaign => ({
  id: row.id,
  title: row.title,
  trigger: row.trigger,
  status: row.state,
  createTimeMs: row.createTime.getTime(),
  updateTimeMs: row.updateTime.getTime(),
  activateTimeMs: ms(row.activateTime),
  deactivateTimeMs: ms(row.deactivateTime),
  content: readContent(row.content),
});

/** The wire form. @param select as `viewCampaign` takes it. */
export const viewRow = (row: CampaignRow, select?: readonly string[]): Record<string, unknown> =>
  viewCampaign(storedOf(row), select);

export async function viewForDashboard(db: Db, projectId: number, row: CampaignRow): Promise<CampaignView> {
  return {
    ...viewWholeCampaign(storedOf(row)),
    state: campaignStateName(row.state),
    version: row.version,
    updated_by: await authorName(db, row.updatedBy),
    params_contract: await contractOf(db, projectId, row),
  };
}

/** @throws AppError not_found */
export async function viewOneCampaign(
  context: Context,
  projectId: number,
  id: number,
): Promise<CampaignView> {
  return await inProject(context.app, projectId, async (tx) => {
    const [row] = await listCampaignsById(tx, projectId, [id]);
    if (row === undefined) throw new AppError("not_found");
    return await viewForDashboard(tx, projectId, row);
  });
}
