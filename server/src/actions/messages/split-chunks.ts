/**
 * Chunks that workers died on. A chunk that was claimed too often is cut into single targets, so that one that
 * crashes a worker harms only itself; a single target that goes on doing so is given up and says so.
 */
import { cutIntoChunks, readTargets, writeTargets } from "../../domain/chunk.ts";
import { STATUSES } from "../../domain/message.ts";
import {
  type ClaimedChunk,
  fenceHaul,
  insertChunks,
  listChunkTargets,
  releaseHaul,
  settleChunks,
} from "../../store/chunks.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { listExecutions } from "../../store/executions.ts";
import { bucketedId } from "../../store/id-blocks.ts";
import { failUnsettled, insertMessages } from "../../store/messages.ts";
import type { Context } from "../context.ts";

/** Rolling restarts and a crashing database claim a chunk a few times without its fault. */
const CLAIMS_TO_SPLIT = 5;
/** A single target takes milliseconds: to be hit this often by chance is out of the question. */
const CLAIMS_TO_GIVE_UP = 12;

interface HeldHaul {
  readonly projectId: number;
  readonly lane: number;
  readonly token: number;
  readonly chunks: readonly ClaimedChunk[];
}

/** @returns true when the haul held such chunks and is done with; its sound chunks are queued again. */
export async function splitChunks(context: Context, haul: HeldHaul): Promise<boolean> {
  const worn = haul.chunks.filter((chunk) => chunk.tries > CLAIMS_TO_SPLIT);
  if (worn.length === 0) return false;
  const givenUp = worn.filter((chunk) => chunk.targetCount === 1 && chunk.tries > CLAIMS_TO_GIVE_UP);
  const toSplit = worn.filter((chunk) => chunk.targetCount > 1);
  const dealtWith = new Set([...givenUp, ...toSplit]);
  if (dealtWith.size === 0) return false;
  const nowMs = context.clock.now();
  await inProject(context.app, haul.projectId, async (tx) => {
    if (!(await fenceHaul(tx, haul.projectId, haul.token))) return;
    for (const chunk of toSplit) await split(context, tx, { haul, chunk, nowMs });
    for (const chunk of givenUp) await giveUp(context, tx, { haul, chunk, nowMs });
    await settleChunks(tx, haul.projectId, { token: haul.token, chunks: [...dealtWith] });
    await releaseHaul(tx, haul.projectId, { token: haul.token, runAtMs: nowMs, countsAsTry: false });
  });
  context.log.warn(
    { project: haul.projectId, split: toSplit.length, givenUp: givenUp.length },
    "chunks were cut up because workers stopped on them",
  );
  return true;
}

interface Worn {
  readonly haul: HeldHaul;
  readonly chunk: ClaimedChunk;
  readonly nowMs: number;
}

async function split(context: Context, tx: Tx, { haul, chunk, nowMs }: Worn): Promise<void> {
  const [stored] = await listChunkTargets(tx, haul.projectId, [chunk]);
  const targets = readTargets(stored?.targets ?? "[]");
  const numbers = await context.ids.take("chunk_ids", targets.length);
  const singles = targets.flatMap((target) => cutIntoChunks([target], () => null, chunk.bucket));
  await insertChunks(
    tx,
    haul.projectId,
    singles.map((cut, i) => ({
      id: bucketedId(numbers[i] ?? 0, cut.bucket),
      bucket: cut.bucket,
      executionId: chunk.executionId,
      lane: haul.lane,
      runAtMs: nowMs,
      targetCount: 1,
      targets: writeTargets(cut.targets),
    })),
  );
}

const GAVE_UP = "Workers stopped again and again while working on this target.";

async function giveUp(context: Context, tx: Tx, { haul, chunk, nowMs }: Worn): Promise<void> {
  const [execution] = await listExecutions(tx, haul.projectId, [chunk.executionId]);
  const [stored] = await listChunkTargets(tx, haul.projectId, [chunk]);
  const [target] = readTargets(stored?.targets ?? "[]");
  if (execution === undefined || target === undefined) return;
  const { day } = execution;
  const gone = { status: STATUSES.failed, reason: "gave_up", error: GAVE_UP };
  const settled = await failUnsettled(tx, haul.projectId, {
    day,
    executionId: execution.id,
    targetNo: target.no,
    ...gone,
  });
  const asked = target.only?.map(([type]) => type) ?? execution.channels;
  const channels = target.retried === null ? [...new Set(asked)].filter((type) => !settled.has(type)) : [];
  const numbers = await context.ids.take("message_ids", channels.length);
  const rows = channels.map((messageType, i) => ({
    id: bucketedId(numbers[i] ?? 0, chunk.bucket),
    bucket: chunk.bucket,
    executionId: execution.id,
    campaignId: execution.campaignId,
    version: execution.version,
    messageType,
    ...gone,
    tries: 0,
    targetNo: target.no,
    recipient: -(target.no + 1),
    profileId: null,
    deviceId: null,
    userId: null,
    target: target.key,
    address: null,
    externalMessageId: null,
  }));
  await insertMessages(tx, haul.projectId, { day, nowMs, rows });
}
