/** start/campaign and stop/campaign. A stop holds up what is queued and what workers have not handed over yet. */
import { AppError } from "../../base/errors.ts";
import {
  type CampaignMove,
  type CampaignState,
  campaignStateName,
  moveCampaign,
} from "../../domain/campaign-state.ts";
import {
  type CampaignRow,
  findCampaignForUpdate,
  listCampaignsById,
  updateCampaignState,
} from "../../store/campaigns.ts";
import { inProject } from "../../store/db.ts";
import type { Context } from "../context.ts";
import { readContent } from "../executions/content-cache.ts";
import { type Actor, recordAudit } from "../tokens/audit-trail.ts";
import { haltCampaign } from "./halt-campaign.ts";
import { contentErrors, refuse, refuseEnded, refuseTrigger } from "./save-campaign.ts";

export interface Move {
  readonly id: number;
  readonly move: CampaignMove;
  /** As the audit trail names them. */
  readonly author: string;
  /** Set where a person in the dashboard asks: their moves are audited. */
  readonly actor?: Actor;
  /** Only a campaign in this state is moved: launching is for drafts, starting again for stopped ones. */
  readonly onlyFrom?: CampaignState;
}

/** @throws AppError not_found, conflict (the state forbids it, and is named), invalid (content is missing). */
export async function changeCampaignState(
  context: Context,
  projectId: number,
  { id, move, author, actor, onlyFrom }: Move,
): Promise<CampaignRow> {
  const message = move === "start" ? "Campaign is not started" : "Campaign is not stopped";
  return await inProject(context.app, projectId, async (tx) => {
    const row = await findCampaignForUpdate(tx, projectId, id);
    if (row === null) throw new AppError("not_found");
    const isAllowed = onlyFrom === undefined || row.state === onlyFrom;
    const state = isAllowed ? moveCampaign(row.state, move) : null;
    if (state === null) {
      throw new AppError("conflict", { message: `${message}: it is ${campaignStateName(row.state)}.` });
    }
    const nowMs = context.clock.now();
    if (move === "start") {
      const content = readContent(row.content);
      refuse(contentErrors(content, true), message);
      refuseTrigger(row.trigger, true, message);
      refuseEnded(content, { nowMs, message });
    }
    await updateCampaignState(tx, projectId, { id, state, author, nowMs });
    if (actor !== undefined) {
      const before = { state: campaignStateName(row.state) };
      const after = { state: campaignStateName(state), version: row.version };
      const change = { action: `campaign.${move}`, object: `campaign:${id}`, before, after };
      await recordAudit(tx, projectId, { actor, nowMs, change });
    }
    if (move === "stop") await haltCampaign(tx, projectId, { campaignId: id, nowMs });
    const [changed] = await listCampaignsById(tx, projectId, [id]);
    if (changed === undefined) throw new AppError("not_found");
    return changed;
  });
}
