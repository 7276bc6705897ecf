/** Ends a haul whose slices are all settled: its chunks are done. */
import { endHaul } from "../../store/chunks.ts";
import { inProject } from "../../store/db.ts";
import type { Context } from "../context.ts";

/** @returns false when it was no longer held: another worker goes through its chunks and finds them settled. */
export async function finishHaul(
  context: Context,
  haul: { readonly projectId: number; readonly token: number },
): Promise<boolean> {
  return await inProject(context.app, haul.projectId, (tx) => endHaul(tx, haul.projectId, haul.token));
}
