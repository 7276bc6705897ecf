/** A campaign as the External API shows it, and as the dashboard does: with its state, author and contract. */
import { AppError } from "../../base/errors.ts";
import { campaignStateName } from "../../domain/campaign-state.ts";
import { viewCampaign } from "../../domain/campaign-view.ts";
import { type CampaignRow, listCampaignsById } from "../../store/campaigns.ts";
import { type Db, inProject } from "../../store/db.ts";
import type { Context } from "../context.ts";
import { readContent } from "../executions/content-cache.ts";
import { authorName } from "./campaign-authors.ts";
import { contractOf } from "./check-campaign.ts";

type View = Record<string, unknown>;

const ms = (time: Date | null): number | null => time?.getTime() ?? null;

/** The wire form. @param select as `viewCampaign` takes it. */
export function viewRow(row: CampaignRow, select?: readonly string[]): View {
  const stored = {
    id: row.id,
    title: row.title,
    trigger: row.trigger,
    status: row.state,
    createTimeMs: row.createTime.getTime(),
    updateTimeMs: row.updateTime.getTime(),
    activateTimeMs: ms(row.activateTime),
    deactivateTimeMs: ms(row.deactivateTime),
    content: readContent(row.content),
  };
  return viewCampaign(stored, select);
}

export async function viewForDashboard(db: Db, projectId: number, row: CampaignRow): Promise<View> {
  return {
    ...viewRow(row),
    state: campaignStateName(row.state),
    version: row.version,
    updated_by: await authorName(db, row.updatedBy),
    params_contract: await contractOf(db, projectId, row),
  };
}

/** @throws AppError not_found */
export async function viewOneCampaign(context: Context, projectId: number, id: number): Promise<View> {
  return await inProject(context.app, projectId, async (tx) => {
    const [row] = await listCampaignsById(tx, projectId, [id]);
    if (row === undefined) throw new AppError("not_found");
    return await viewForDashboard(tx, projectId, row);
  });
}
