/** Puts a whole haul back to run later: its gateways rest. No try is burnt. */
import { type ClaimedChunk, postponeChunks } from "../../store/chunks.ts";
import { inProject } from "../../store/db.ts";
import type { Context } from "../context.ts";

export async function postponeHaul(
  context: Context,
  haul: { readonly projectId: number; readonly token: number; readonly chunks: readonly ClaimedChunk[] },
  untilMs: number,
): Promise<void> {
  const { projectId, token, chunks } = haul;
  await inProject(context.app, projectId, (tx) =>
    postponeChunks(tx, projectId, { token, chunks, runAtMs: untilMs }),
  );
}
