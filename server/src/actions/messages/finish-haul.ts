/** Ends a haul whose slices are all settled: its chunks are done, and so may be the campaigns that were sent once. */
import { endSentCampaigns } from "../../store/campaigns.ts";
import { endHaul } from "../../store/chunks.ts";
import { inProject } from "../../store/db.ts";
import type { Context } from "../context.ts";

/**
 * @param haul `sentOnce` are the ids of its campaigns with trigger 0.
 * @returns false when it was no longer held: another worker goes through its chunks and finds them settled.
 */
export async function finishHaul(
  context: Context,
  haul: { readonly projectId: number; readonly token: number; readonly sentOnce: readonly number[] },
): Promise<boolean> {
  const { projectId, token, sentOnce: ids } = haul;
  const nowMs = context.clock.now();
  return await inProject(context.app, projectId, async (tx) => {
    const isHeld = await endHaul(tx, projectId, token);
    if (isHeld && ids.length > 0) await endSentCampaigns(tx, projectId, { ids, nowMs });
    return isHeld;
  });
}
