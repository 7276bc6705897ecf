/**
 * send/campaign and schedule/campaign: a campaign goes live and out in one transaction. Targets that are known become
 * an execution at once; everybody is a task, which walks through the people when the time has come. Only a draft is
 * sent, so a call that is repeated because its answer was lost sends nothing again.
 */
import { AppError } from "../../base/errors.ts";
import { CAMPAIGN_STATES, campaignStateName } from "../../domain/campaign-state.ts";
import { isTooLarge } from "../../domain/entry-refusals.ts";
import { parseId } from "../../domain/ids.ts";
import { namesCampaign, parseSend, type SendRequest } from "../../domain/send-request.ts";
import { type CampaignRow, findCampaignForUpdate, updateCampaignState } from "../../store/campaigns.ts";
import { insertChunks, notifyWork } from "../../store/chunks.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { insertExecutions } from "../../store/executions.ts";
import { insertTask, notifyTask } from "../../store/tasks.ts";
import { type Context, dayOf } from "../context.ts";
import { readContent } from "../executions/content-cache.ts";
import { type AcceptedAnswer, planExecution } from "../executions/decide-execution.ts";
import { EVERYBODY_TASK } from "./halt-campaign.ts";
import { addCampaign, contentErrors, type NewCampaign, readNewCampaign, refuse } from "./save-campaign.ts";
import type { EverybodyInput } from "./send-to-everybody.ts";

type Body = Record<string, unknown>;

export interface SendCall {
  readonly body: Readonly<Body>;
  readonly requestId: string;
  readonly isScheduled: boolean;
  /** As the audit trail names programs. */
  readonly author: string;
}

export type Sent =
  | { readonly kind: "execution"; readonly answer: AcceptedAnswer }
  | { readonly kind: "task"; readonly taskId: number; readonly campaignId: number; readonly time: number };

interface Job extends SendCall {
  readonly projectId: number;
  readonly message: string;
  readonly nowMs: number;
  readonly executionId: number;
}

/** @throws AppError invalid or too_large by field, not_found, conflict; then nothing was made and nothing is sent. */
export async function sendCampaign(context: Context, projectId: number, call: SendCall): Promise<Sent> {
  const message = call.isScheduled ? "Campaign is not scheduled" : "Campaign is not sent";
  const isNew = !namesCampaign(call.body);
  const draft = isNew ? await readDraft(call.body, message) : null;
  const nowMs = context.clock.now();
  // Before anything is looked up: a call that is wrong in itself says so whatever it names.
  if (draft !== null) readRequest(call, { content: draft.content, nowMs, message });
  const [executionId = 0] = await context.ids.take("execution_ids", 1);
  const job = { ...call, projectId, message, nowMs, executionId };
  return await inProject(context.app, projectId, async (tx) => {
    const row =
      draft === null
        ? await findDraft(tx, job)
        : await addCampaign(tx, projectId, { ...draft, author: call.author, nowMs });
    return await send(context, tx, { ...job, row });
  });
}

/** The campaign that the body makes. Tokens are the send's: 100,000 of them would burden every look at the campaign. */
async function readDraft(body: Readonly<Body>, message: string): Promise<NewCampaign> {
  const { tokenArray: _tokens, ...model } = body;
  const draft = { ...(await readNewCampaign(model, { message })), isLive: false };
  refuseForeignTrigger(draft.trigger, { field: "trigger", message });
  refuse(contentErrors(draft.content, true), message);
  return draft;
}

function refuseForeignTrigger(trigger: number, at: { field: "trigger" | "id"; message: string }): void {
  if (trigger === 0) return;
  const sentence =
    at.field === "trigger"
      ? "Trigger must be 0 for a campaign that is sent once."
      : "Id belongs to a campaign whose trigger is not 0: execute/campaign sends an API-triggered one.";
  refuse({ [at.field]: [sentence] }, at.message);
}

async function findDraft(tx: Tx, job: Job): Promise<CampaignRow> {
  const id = parseId(job.body.id);
  if (!id.ok) throw new AppError("invalid", { message: job.message, errors: { id: [`Id ${id.error}.`] } });
  const row = await findCampaignForUpdate(tx, job.projectId, id.value);
  if (row === null) throw new AppError("not_found");
  refuseForeignTrigger(row.trigger, { field: "id", message: job.message });
  if (row.state !== CAMPAIGN_STATES.draft)
    throw new AppError("conflict", { message: `${job.message}: it is ${campaignStateName(row.state)}.` });
  return row;
}

function readRequest(
  call: SendCall,
  at: { content: NewCampaign["content"]; nowMs: number; message: string },
): SendRequest {
  const { message, ...scene } = at;
  const parsed = parseSend({ ...call.body }, { ...scene, isScheduled: call.isScheduled });
  if (parsed.ok) return parsed.value;
  if (isTooLarge(parsed.error)) throw new AppError("too_large", { message, errors: parsed.error.tooLarge });
  throw new AppError("invalid", { message, errors: parsed.error });
}

async function send(context: Context, tx: Tx, job: Job & { readonly row: CampaignRow }): Promise<Sent> {
  const { row, projectId, nowMs, message } = job;
  const content = readContent(row.content);
  const { audience, execution: asked } = readRequest(job, { content, nowMs, message });
  const request = { ...asked, campaignId: row.id };
  refuse(contentErrors(content, true), message);
  const planned = await planExecution(context, {
    call: { request, requestId: job.requestId, keyed: null, unkeyed: null },
    id: job.executionId,
    state: row,
    content,
    nowMs,
  });
  if (planned.kind === "refused") {
    const { errors } = planned.error;
    throw new AppError("invalid", { message, ...(errors === undefined ? {} : { errors }) });
  }
  await updateCampaignState(tx, projectId, {
    id: row.id,
    state: CAMPAIGN_STATES.live,
    author: job.author,
    nowMs,
  });
  const { answer, execution, chunks } = planned;
  if (audience === "everybody") return await queue(tx, { ...job, execution });
  await insertExecutions(tx, projectId, [{ ...execution, day: dayOf(nowMs) }]);
  await insertChunks(tx, projectId, chunks);
  for (const lane of new Set(chunks.map((chunk) => chunk.lane))) await notifyWork(tx, projectId, lane);
  return { kind: "execution", answer };
}

async function queue(
  tx: Tx,
  job: Job & { readonly row: CampaignRow; readonly execution: EverybodyInput["execution"] },
): Promise<Sent> {
  const { projectId, nowMs, execution, row } = job;
  const input: EverybodyInput = { campaignId: row.id, execution };
  const runAtMs = execution.sendAtMs;
  const task = { identifier: EVERYBODY_TASK, total: 0, input: JSON.stringify(input), nowMs, runAtMs };
  const taskId = await insertTask(tx, projectId, task);
  await notifyTask(tx);
  return { kind: "task", taskId, campaignId: row.id, time: Math.floor(runAtMs / 1000) };
}
