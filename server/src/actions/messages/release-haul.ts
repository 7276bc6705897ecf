/** Gives a whole haul back to the queue, to run at a later time. */

import { releaseHaul } from "../../store/chunks.ts";
import { inProject } from "../../store/db.ts";
import type { Context } from "../context.ts";

export async function giveBack(
  context: Context,
  haul: { readonly projectId: number; readonly token: number },
  at: { readonly runAtMs: number; readonly countsAsTry: boolean },
): Promise<void> {
  const { projectId, token } = haul;
  await inProject(context.app, projectId, (tx) => releaseHaul(tx, projectId, { token, ...at }));
}
