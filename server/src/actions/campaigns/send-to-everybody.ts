/**
 * The task of a broadcast: walks through the people of the project bucket by bucket and makes one execution of them,
 * all in one transaction, so that the execution has everybody or is not there. Who joins later is not in it.
 */

import { CAMPAIGN_STATES, campaignStateName } from "../../domain/campaign-state.ts";
import { CHUNK_TARGETS, writeTargets } from "../../domain/chunk.ts";
import { laneOfExecution } from "../../domain/lane.ts";
import { findCampaignForUpdate, updateCampaignState } from "../../store/campaigns.ts";
import { insertChunks, type NewChunk, notifyWork } from "../../store/chunks.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { insertExecutions, type NewExecution } from "../../store/executions.ts";
import { BUCKETS, bucketedId } from "../../store/id-blocks.ts";
import { listProfileIds } from "../../store/profiles.ts";
import { type ClaimedTask, settleTask, updateTaskProgress, updateTaskTotal } from "../../store/tasks.ts";
import { type Context, dayOf } from "../context.ts";
import { TASK_STATES } from "../tasks/settle-task.ts";

/** The task's input: all of the execution but who it is for. */
export interface EverybodyInput {
  readonly campaignId: number;
  readonly execution: Omit<NewExecution, "day">;
}

export async function sendToEverybody(
  context: Context,
  task: ClaimedTask,
  at: { input: EverybodyInput; leaseSeconds: number },
): Promise<void> {
  const { projectId, id, token } = task;
  const { input, leaseSeconds } = at;
  const nowMs = context.clock.now();
  await inProject(context.app, projectId, async (tx) => {
    // Writes the task's row: while this transaction runs, nobody else can take the task.
    if (!(await updateTaskProgress(tx, projectId, { id, token, progress: 0, leaseSeconds, nowMs }))) return;
    const row = await findCampaignForUpdate(tx, projectId, input.campaignId);
    const settle = (state: keyof typeof TASK_STATES, error: string | null) =>
      settleTask(tx, projectId, { id, token, state: TASK_STATES[state], error, nowMs });
    if (row?.state !== CAMPAIGN_STATES.live) {
      const state = row === null ? "gone" : campaignStateName(row.state);
      await settle("cancelled", `The campaign is ${state}.`);
      return;
    }
    const targets = await makeExecution(context, tx, { projectId, input, nowMs });
    if (targets === 0)
      await updateCampaignState(tx, projectId, {
        id: row.id,
        state: CAMPAIGN_STATES.past,
        author: null,
        nowMs,
      });
    await updateTaskTotal(tx, projectId, { id, token, total: targets });
    await settle("completed", null);
  });
}

interface Job {
  readonly projectId: number;
  readonly input: EverybodyInput;
  readonly nowMs: number;
}

/** @returns how many people it is for. */
async function makeExecution(context: Context, tx: Tx, { projectId, input, nowMs }: Job): Promise<number> {
  const { execution } = input;
  const walked: NewChunk[] = [];
  let targets = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const people = await listProfileIds(tx, projectId, bucket);
    const chunks = await chunksOf(context, { people, bucket, firstNo: targets, execution });
    targets += people.length;
    // The lane depends on the whole; a handful of people waits for that, a crowd is written as it comes.
    if (targets > CHUNK_TARGETS)
      await insertChunks(tx, projectId, [...walked.splice(0), ...chunks].map(inBulk));
    else walked.push(...chunks);
  }
  const lane = laneOfExecution(targets);
  if (walked.length > 0)
    await insertChunks(
      tx,
      projectId,
      walked.map((chunk) => ({ ...chunk, lane })),
    );
  await insertExecutions(tx, projectId, [{ ...execution, targets, day: dayOf(nowMs) }]);
  if (targets > 0) await notifyWork(tx, projectId, lane);
  return targets;
}

const BULK = laneOfExecution(Number.MAX_SAFE_INTEGER);
const inBulk = (chunk: NewChunk): NewChunk => ({ ...chunk, lane: BULK });

async function chunksOf(
  context: Context,
  at: { people: readonly number[]; bucket: number; firstNo: number; execution: EverybodyInput["execution"] },
): Promise<NewChunk[]> {
  const { people, bucket, firstNo, execution } = at;
  const numbers = await context.ids.take("chunk_ids", Math.ceil(people.length / CHUNK_TARGETS));
  return numbers.map((no, i) => {
    const slice = people.slice(i * CHUNK_TARGETS, (i + 1) * CHUNK_TARGETS);
    const targets = slice.map((id, place) => ({
      no: firstNo + i * CHUNK_TARGETS + place,
      key: String(id),
      params: null,
      retried: null,
    }));
    return {
      id: bucketedId(no, bucket),
      bucket,
      executionId: execution.id,
      lane: BULK,
      runAtMs: execution.sendAtMs,
      targetCount: slice.length,
      targets: writeTargets(targets),
    };
  });
}
