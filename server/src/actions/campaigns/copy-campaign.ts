/** Duplicates a campaign as a draft, and deletes a draft that nothing was ever sent with. */
import { AppError } from "../../base/errors.ts";
import { CAMPAIGN_STATES, campaignStateName } from "../../domain/campaign-state.ts";
import { deleteCampaign, hasExecutions } from "../../store/campaign-pages.ts";
import {
  type CampaignRow,
  findCampaignForUpdate,
  insertCampaign,
  listCampaignsById,
} from "../../store/campaigns.ts";
import { inProject } from "../../store/db.ts";
import type { Context } from "../context.ts";
import { type Actor, recordAudit } from "../tokens/audit-trail.ts";

const MAX_TITLE = 255;

/** The content as it is now, under "Copy of ...", as a draft. @throws AppError not_found */
export async function duplicateCampaign(
  context: Context,
  projectId: number,
  { id, actor }: { id: number; actor: Actor },
): Promise<CampaignRow> {
  const nowMs = context.clock.now();
  return await inProject(context.app, projectId, async (tx) => {
    const [source] = await listCampaignsById(tx, projectId, [id]);
    if (source === undefined) throw new AppError("not_found");
    const copyId = await insertCampaign(tx, projectId, {
      title: `Copy of ${source.title}`.slice(0, MAX_TITLE).toWellFormed(),
      trigger: source.trigger,
      state: CAMPAIGN_STATES.draft,
      content: source.content,
      endTimeMs: source.endTime?.getTime() ?? null,
      author: actor.name,
      nowMs,
    });
    const after = { copy_of: id, version: source.version };
    const change = { action: "campaign.duplicate", object: `campaign:${copyId}`, after };
    await recordAudit(tx, projectId, { actor, nowMs, change });
    const [copy] = await listCampaignsById(tx, projectId, [copyId]);
    if (copy === undefined) throw new AppError("not_found");
    return copy;
  });
}

/** @throws AppError not_found, conflict when it was launched or anything was sent with it */
export async function removeCampaign(
  context: Context,
  projectId: number,
  { id, actor }: { id: number; actor: Actor },
): Promise<void> {
  const nowMs = context.clock.now();
  await inProject(context.app, projectId, async (tx) => {
    const row = await findCampaignForUpdate(tx, projectId, id);
    if (row === null) throw new AppError("not_found");
    if (row.state !== CAMPAIGN_STATES.draft) {
      const message = `Only drafts can be deleted: this campaign is ${campaignStateName(row.state)}.`;
      throw new AppError("conflict", { message });
    }
    if (await hasExecutions(tx, projectId, id)) {
      const message = "This draft stays: messages were sent with it, and their log names it.";
      throw new AppError("conflict", { message });
    }
    await deleteCampaign(tx, projectId, id);
    const before = { title: row.title, version: row.version };
    const change = { action: "campaign.delete", object: `campaign:${id}`, before };
    await recordAudit(tx, projectId, { actor, nowMs, change });
  });
}
