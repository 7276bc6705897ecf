/** May this call run, and what rows come of it? Reads nothing: everything it needs is given. */
import { AppError } from "../../base/errors.ts";
import type { FieldErrors } from "../../base/result.ts";
import { type CampaignContent, settingsOf } from "../../domain/campaign-content.ts";
import { applyOverrides } from "../../domain/campaign-overrides.ts";
import { type ChunkTarget, cutIntoChunks, writeTargets } from "../../domain/chunk.ts";
import type { ExecuteRequest } from "../../domain/execute-request.ts";
import { bucketOf, parseId } from "../../domain/ids.ts";
import { laneOfExecution } from "../../domain/lane.ts";
import type { CampaignState } from "../../store/campaigns.ts";
import type { NewChunk } from "../../store/chunks.ts";
import type { NewExecution } from "../../store/executions.ts";
import { BUCKETS, bucketedId } from "../../store/id-blocks.ts";
import { API_TRIGGERED, contentErrors } from "../campaigns/save-campaign.ts";
import type { Context } from "../context.ts";
import type { ExecuteCall } from "./execute-call.ts";

/** The `model` of the answer; stored with the key and given again on a replay. */
export interface AcceptedAnswer {
  readonly id: number;
  readonly campaign_id: number;
  readonly accepted: number;
  /** Unix seconds of the send. */
  readonly time: number;
  readonly warnings?: readonly string[];
}

export type Decided =
  | { readonly kind: "refused"; readonly error: AppError }
  | {
      readonly kind: "accepted";
      readonly answer: AcceptedAnswer;
      readonly execution: Omit<NewExecution, "day">;
      readonly chunks: readonly NewChunk[];
    };

export interface ExecutionCase {
  readonly call: ExecuteCall;
  readonly id: number;
  /** null: there is no such campaign in this project. */
  readonly state: CampaignState | null;
  readonly content: CampaignContent | null;
  readonly nowMs: number;
}

const LIVE = 1;
const STATE_SENTENCES: Readonly<Record<number, string>> = {
  0: "Id belongs to a draft: launch the campaign before it is executed.",
  2: "Id belongs to a stopped campaign: start it before it is executed.",
  3: "Id belongs to a past campaign.",
  4: "Id belongs to a closed campaign.",
};

const MESSAGE = "Campaign is not executed";

export async function decide(context: Context, given: ExecutionCase): Promise<Decided> {
  const { state, content, nowMs } = given;
  if (state === null || content === null) return { kind: "refused", error: new AppError("not_found") };
  const stateFault = stateErrors(state, nowMs);
  if (stateFault !== null) return refused(stateFault);
  return await planExecution(context, { ...given, content });
}

/** What comes of a call whose campaign may run: its rows, or what is wrong with what it changes of the campaign. */
export async function planExecution(
  context: Context,
  given: ExecutionCase & { readonly content: CampaignContent },
): Promise<Decided> {
  const { call, content } = given;
  const changed = applyOverrides(content, call.request.overrides);
  if (!changed.ok) return refused(changed.error);
  const isChanged = Object.keys(call.request.overrides).length > 0;
  const faults = isChanged ? contentErrors(changed.value.content, true) : {};
  if (Object.keys(faults).length > 0) return refused(faults);
  return await accept(context, {
    ...given,
    effective: changed.value.content,
    warnings: [...changed.value.warnings, ...ignoredOf(call.request)],
  });
}

/** Only a user id makes a person who can be found again by it. */
const ignoredOf = ({ targetExistingOnly, targetBy }: ExecuteRequest): string[] =>
  targetExistingOnly || targetBy === "user_id"
    ? []
    : [`target_existing_only was ignored: ${targetBy} makes no profiles, only user_id does.`];

const refused = (errors: FieldErrors): Decided => ({
  kind: "refused",
  error: new AppError("invalid", { message: MESSAGE, errors }),
});

function stateErrors(state: CampaignState, nowMs: number): FieldErrors | null {
  if (state.trigger !== API_TRIGGERED) return { id: ["Id belongs to a campaign that is not API-triggered."] };
  const sentence = STATE_SENTENCES[state.state];
  if (state.state !== LIVE) return { id: [sentence ?? "Id belongs to a campaign that is not live."] };
  const isPast = state.endTime !== null && state.endTime.getTime() <= nowMs;
  return isPast ? { id: [STATE_SENTENCES[3] ?? ""] } : null;
}

interface AcceptCase extends ExecutionCase {
  readonly effective: CampaignContent;
  readonly warnings: readonly string[];
}

async function accept(context: Context, given: AcceptCase): Promise<Decided> {
  const { call, id, state, effective, warnings, nowMs } = given;
  const { request } = call;
  const sendAtMs = Math.max(request.sendAtMs ?? nowMs, nowMs);
  const { retrySeconds } = settingsOf(effective);
  const hasOverrides = Object.keys(request.overrides).length > 0;
  return {
    kind: "accepted",
    answer: {
      id,
      campaign_id: request.campaignId,
      accepted: request.targets.length,
      time: Math.floor(sendAtMs / 1000),
      ...(warnings.length > 0 ? { warnings } : {}),
    },
    execution: {
      id,
      campaignId: request.campaignId,
      version: state?.version ?? 0,
      targetBy: request.targetBy,
      targets: request.targets.length,
      channels: effective.channels,
      params: JSON.stringify(request.params),
      overrides: hasOverrides ? JSON.stringify(request.overrides) : null,
      externalMessageId: request.externalMessageId,
      createMissing: !request.targetExistingOnly && request.targetBy === "user_id",
      sendAtMs,
      expireAtMs: retrySeconds === null ? null : sendAtMs + retrySeconds * 1000,
      requestId: call.requestId,
      createdAtMs: nowMs,
      isTest: false,
    },
    chunks: await chunksOf(context, {
      targets: targetsOf(request),
      targetBy: request.targetBy,
      id,
      sendAtMs,
    }),
  };
}

const targetsOf = ({ targets }: ExecuteRequest): ChunkTarget[] =>
  targets.map((target, no) => ({ no, key: target.key, params: target.params, retried: null }));

/** An execution's targets, cut into the chunks that wait in the queue. */
export async function chunksOf(
  context: Context,
  wanted: { targets: readonly ChunkTarget[]; targetBy: string; id: number; sendAtMs: number },
): Promise<NewChunk[]> {
  const { targets, targetBy, id, sendAtMs } = wanted;
  const bucketOfKey = targetBy === "user_id" ? bucketOf : targetBy === "profile_id" ? idBucket : () => null;
  const cuts = cutIntoChunks(targets, bucketOfKey, id % BUCKETS);
  const numbers = await context.ids.take("chunk_ids", cuts.length);
  const lane = laneOfExecution(targets.length);
  return cuts.map((cut, i) => ({
    id: bucketedId(numbers[i] ?? 0, cut.bucket),
    bucket: cut.bucket,
    executionId: id,
    lane,
    runAtMs: sendAtMs,
    targetCount: cut.targets.length,
    targets: writeTargets(cut.targets),
  }));
}

/** null for a text that is no id. */
function idBucket(key: string): number | null {
  const id = parseId(key);
  return id.ok ? id.value % BUCKETS : null;
}
