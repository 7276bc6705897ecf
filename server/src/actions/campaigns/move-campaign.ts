/** start/campaign and stop/campaign. A stop holds up what is queued and what workers have not handed over yet. */
import { AppError } from "../../base/errors.ts";
import { type CampaignMove, campaignStateName, moveCampaign } from "../../domain/campaign-state.ts";
import {
  type CampaignRow,
  findCampaignForUpdate,
  listCampaignsById,
  notifyStop,
  updateCampaignState,
} from "../../store/campaigns.ts";
import { inProject } from "../../store/db.ts";
import type { Context } from "../context.ts";
import { readContent } from "../executions/content-cache.ts";
import { contentErrors, refuse, refuseTrigger } from "./save-campaign.ts";

/** @throws AppError not_found, conflict (the state forbids it, and is named), invalid (content is missing). */
export async function changeCampaignState(
  context: Context,
  projectId: number,
  { id, move }: { id: number; move: CampaignMove },
): Promise<CampaignRow> {
  const message = move === "start" ? "Campaign is not started" : "Campaign is not stopped";
  return await inProject(context.app, projectId, async (tx) => {
    const row = await findCampaignForUpdate(tx, projectId, id);
    if (row === null) throw new AppError("not_found");
    const state = moveCampaign(row.state, move);
    if (state === null) {
      throw new AppError("conflict", { message: `${message}: it is ${campaignStateName(row.state)}.` });
    }
    if (move === "start") {
      refuse(contentErrors(readContent(row.content), true), message);
      refuseTrigger(row.trigger, true, message);
    }
    await updateCampaignState(tx, projectId, { id, state, nowMs: context.clock.now() });
    if (move === "stop") await notifyStop(tx, projectId, id);
    const [changed] = await listCampaignsById(tx, projectId, [id]);
    if (changed === undefined) throw new AppError("not_found");
    return changed;
  });
}
