/** What a stop does beside the campaign's own state: workers hear of it, and a send to everybody that waits is over. */
import { notifyStop } from "../../store/campaigns.ts";
import type { Tx } from "../../store/db.ts";
import { cancelQueuedTasks } from "../../store/tasks.ts";

/** Identifier of the task that walks through everybody. */
export const EVERYBODY_TASK = "campaign_send";

export async function haltCampaign(
  tx: Tx,
  projectId: number,
  { campaignId, nowMs }: { campaignId: number; nowMs: number },
): Promise<void> {
  const error = "The campaign is stopped.";
  await cancelQueuedTasks(tx, projectId, { identifier: EVERYBODY_TASK, campaignId, error, nowMs });
  await notifyStop(tx, projectId, campaignId);
}
