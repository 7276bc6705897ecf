/**
 * Sends again what failed: a new execution of the same version, values and overrides, for the messages that ended
 * badly and for nothing else of their targets. A message goes once, however often it is asked for: the claim on it is
 * a unique row, written in the transaction of the new execution.
 */
import { AppError } from "../../base/errors.ts";
import { type ChunkTarget, type OnlyThis, type Params, readTargets } from "../../domain/chunk.ts";
import { laneOfExecution } from "../../domain/lane.ts";
import { STATUSES } from "../../domain/message.ts";
import { insertChunks, notifyWork } from "../../store/chunks.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { findLoggedExecution, type LoggedExecution } from "../../store/execution-log.ts";
import { insertExecutions } from "../../store/executions.ts";
import { listTargetsOf } from "../../store/explain.ts";
import { claimResends, type EndedMessage, linkResend, listEndedMessages } from "../../store/resends.ts";
import { type Context, dayOf } from "../context.ts";
import { type Actor, recordAudit } from "../tokens/audit-trail.ts";
import { chunksOf } from "./decide-execution.ts";

/** Ends after which a message did not reach anybody, as far as we know. */
export const RESENDABLE = ["failed", "bounced", "expired"] as const;
export type Resendable = (typeof RESENDABLE)[number];

export interface Resent {
  /** null when nothing was left to send again. */
  readonly execution_id: number | null;
  readonly targets: number;
  readonly messages: number;
}

export interface ResendOrder {
  readonly executionId: number;
  readonly outcomes: readonly Resendable[];
  readonly requestId: string;
  readonly actor: Actor;
}

const LIVE = 1;
const NOTHING: Resent = { execution_id: null, targets: 0, messages: 0 };

/** @throws AppError not_found; conflict when the campaign is not live: what is sent then would be cancelled. */
export async function resendFailed(context: Context, projectId: number, order: ResendOrder): Promise<Resent> {
  const [newId = 0] = await context.ids.take("execution_ids", 1);
  const nowMs = context.clock.now();
  return await inProject(context.app, projectId, async (tx) => {
    const execution = await findLoggedExecution(tx, projectId, order.executionId);
    if (execution === null) throw new AppError("not_found");
    if (execution.campaignState !== LIVE)
      throw new AppError("conflict", { message: "The campaign is not live: start it before sending again." });
    const statuses = order.outcomes.map((outcome) => STATUSES[outcome]);
    const ended = await listEndedMessages(tx, projectId, { execution, statuses });
    const claim = { executionId: execution.id, resentBy: newId, nowMs, messages: ended };
    const claimed = await claimResends(tx, projectId, claim);
    const messages = ended.filter(({ id }) => claimed.has(id));
    if (messages.length === 0) return NOTHING;
    const targets = await targetsOf(tx, projectId, { execution, messages });
    await write(context, tx, {
      projectId,
      execution,
      messages,
      targets,
      newId,
      nowMs,
      requestId: order.requestId,
    });
    const resent = { execution_id: newId, targets: targets.length, messages: messages.length };
    const change = { action: "execution.resend", object: `execution:${execution.id}`, after: resent };
    await recordAudit(tx, projectId, { actor: order.actor, nowMs, change });
    return resent;
  });
}

/** One target for each that failed, with its own values as they were accepted, for the recipients that failed. */
async function targetsOf(
  tx: Tx,
  projectId: number,
  at: { execution: LoggedExecution; messages: readonly EndedMessage[] },
): Promise<ChunkTarget[]> {
  const params = new Map<number, Params | null>();
  for (const { targets } of await listTargetsOf(tx, projectId, at.execution.id)) {
    for (const target of readTargets(targets)) params.set(target.no, target.params);
  }
  const groups = [...Map.groupBy(at.messages, (message) => message.targetNo)];
  return groups.map(([targetNo, group], no) => ({
    no,
    key: group[0]?.target ?? "",
    params: params.get(targetNo) ?? null,
    retried: null,
    only: group.map(onlyThis),
  }));
}

/** A row that stands for the target itself (its recipient is below 0) never got as far as a person. */
const onlyThis = ({ messageType, recipient }: EndedMessage): OnlyThis => [
  messageType,
  Math.max(0, recipient),
];

interface NewResend {
  readonly projectId: number;
  readonly execution: LoggedExecution;
  readonly messages: readonly EndedMessage[];
  readonly targets: readonly ChunkTarget[];
  readonly newId: number;
  readonly nowMs: number;
  readonly requestId: string;
}

async function write(context: Context, tx: Tx, resend: NewResend): Promise<void> {
  const { projectId, execution, messages, targets, newId, nowMs } = resend;
  const { targetBy, sendAt, expireAt } = execution;
  const chunks = await chunksOf(context, { targets, targetBy, id: newId, sendAtMs: nowMs });
  // retry_for counts from the send: the new one has as long as the first.
  const windowMs = expireAt === null ? null : expireAt.getTime() - sendAt.getTime();
  const row = {
    id: newId,
    campaignId: execution.campaignId,
    version: execution.version,
    day: dayOf(nowMs),
    targetBy,
    targets: targets.length,
    channels: [...new Set(messages.map(({ messageType }) => messageType))].sort((a, b) => a - b),
    params: execution.params,
    overrides: execution.overrides,
    externalMessageId: execution.externalMessageId,
    // Who was erased since must not come back.
    createMissing: false,
    sendAtMs: nowMs,
    expireAtMs: windowMs === null ? null : nowMs + windowMs,
    isTest: execution.isTest,
    requestId: resend.requestId,
    createdAtMs: nowMs,
  };
  await insertExecutions(tx, projectId, [row]);
  await linkResend(tx, projectId, { id: newId, resentFrom: execution.id });
  await insertChunks(tx, projectId, chunks);
  await notifyWork(tx, projectId, laneOfExecution(targets.length));
}
