/**
 * Explain: what became of a target, step by step, with what it says, and what it waits for while it is not done.
 * Everything is read from what the pipeline wrote; nothing is kept for this alone.
 */
import { AppError } from "../../base/errors.ts";
import { nameOfType } from "../../domain/channel.ts";
import { type ChunkTarget, readTargets } from "../../domain/chunk.ts";
import { bucketOf, isUserId, parseId } from "../../domain/ids.ts";
import { STATUSES } from "../../domain/message.ts";
import { secondsOf } from "../../domain/unix-time.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { findLoggedExecution, type LoggedExecution } from "../../store/execution-log.ts";
import { type HoldingChunk, listEventsOf, listHoldingChunks, listMessageIdsOf } from "../../store/explain.ts";
import {
  findMessage,
  type LoggedAttempt,
  type LoggedMessage,
  listAttempts,
} from "../../store/message-log.ts";
import { listDevicesOfProfiles, listProfilesByUserId } from "../../store/profiles.ts";
import type { Context } from "../context.ts";
import { contentOf, type ShownContent } from "./message-content.ts";
import { acceptStep, type Step, stepsOf } from "./message-steps.ts";
import { type MessageView, viewMessage } from "./message-view.ts";
import { type Waiting, waitOf } from "./target-wait.ts";

export interface Explained extends ShownContent {
  readonly target: string;
  readonly channel: string;
  readonly message_type: number;
  /** null until it has its row. */
  readonly message_id: number | null;
  readonly outcome: string;
  readonly reason: string | null;
  readonly steps: readonly Step[];
  /** null for what is done. */
  readonly waiting: Waiting | null;
}

export interface MessageDetail extends MessageView, ShownContent {
  readonly attempts: readonly { no: number; at: number; gateway: string; outcome: string; detail: string }[];
  readonly steps: readonly Step[];
  readonly waiting: Waiting | null;
}

/** Rows of one target: a person with many devices has one for each. */
const MAX_ROWS = 100;

/** One message. @throws AppError not_found */
export async function explainMessage(
  context: Context,
  projectId: number,
  asked: { id: number; defaultFrom: string },
): Promise<MessageDetail> {
  return await inProject(context.app, projectId, async (tx) => {
    const message = await findMessage(tx, projectId, asked.id);
    const execution = message === null ? null : await findLoggedExecution(tx, projectId, message.executionId);
    if (message === null || execution === null) throw new AppError("not_found");
    const held = await holdingOf(tx, projectId, { execution, keys: [message.target] });
    const scene = { context, execution, held, defaultFrom: asked.defaultFrom };
    const { told, attempts } = await tell(tx, projectId, { message, scene });
    const { content, rendered_now, problem, steps, waiting } = told;
    return {
      ...viewMessage(message),
      attempts: attempts.map(({ no, at, gateway, outcome, detail }) => ({
        no,
        at: secondsOf(at),
        gateway,
        outcome,
        detail,
      })),
      content,
      rendered_now,
      problem,
      steps,
      waiting,
    };
  });
}

/** A target of an execution, by its own text, by the person's user id or by a message's id. @throws AppError not_found */
export async function explainTarget(
  context: Context,
  projectId: number,
  asked: { executionId: number; target: string; defaultFrom: string },
): Promise<Explained[]> {
  return await inProject(context.app, projectId, async (tx) => {
    const execution = await findLoggedExecution(tx, projectId, asked.executionId);
    if (execution === null) throw new AppError("not_found");
    const messages = await messagesOf(tx, projectId, { execution, target: asked.target });
    const keys =
      messages.length > 0
        ? [...new Set(messages.map((message) => message.target))]
        : await keysOf(tx, projectId, { execution, text: asked.target });
    const held = await holdingOf(tx, projectId, { execution, keys });
    if (messages.length === 0 && held.length === 0) throw new AppError("not_found");
    const scene = { context, execution, held, defaultFrom: asked.defaultFrom };
    const rows: Explained[] = [];
    for (const message of messages) rows.push((await tell(tx, projectId, { message, scene })).told);
    return [...rows, ...(await notOpened(tx, projectId, { scene, rows }))];
  });
}

interface Held {
  readonly chunk: HoldingChunk;
  readonly target: ChunkTarget;
}

interface Scene {
  readonly context: Context;
  readonly execution: LoggedExecution;
  readonly held: readonly Held[];
  readonly defaultFrom: string;
}

async function messagesOf(
  tx: Tx,
  projectId: number,
  { execution, target }: { execution: LoggedExecution; target: string },
): Promise<LoggedMessage[]> {
  const id = parseId(target);
  const ids = await listMessageIdsOf(tx, projectId, { execution, named: [target], limit: MAX_ROWS });
  const wanted = ids.length === 0 && id.ok ? [id.value] : ids;
  const found: LoggedMessage[] = [];
  for (const messageId of wanted) {
    const message = await findMessage(tx, projectId, messageId);
    if (message?.executionId === execution.id) found.push(message);
  }
  return found;
}

/** The texts under which a call may have named the person with this user id. */
async function keysOf(
  tx: Tx,
  projectId: number,
  { execution, text }: { execution: LoggedExecution; text: string },
): Promise<string[]> {
  if (execution.targetBy === "user_id" || !isUserId(text)) return [text];
  const [profile] = await listProfilesByUserId(
    tx,
    projectId,
    [{ bucket: bucketOf(text), userId: text }],
    false,
  );
  if (profile === undefined) return [text];
  const devices = await listDevicesOfProfiles(tx, projectId, [profile.id]);
  const { email, mobile_number: mobile } = profile.system;
  const byKind: Readonly<Record<string, readonly (string | number | null)[]>> = {
    profile_id: [profile.id],
    email: [email],
    mobile_number: [mobile],
    id: devices.map((device) => device.id),
    token: devices.map((device) => device.token),
  };
  const own = (byKind[execution.targetBy] ?? []).flatMap((key) => (key === null ? [] : [String(key)]));
  return [text, ...own];
}

async function holdingOf(
  tx: Tx,
  projectId: number,
  { execution, keys }: { execution: LoggedExecution; keys: readonly string[] },
): Promise<Held[]> {
  const quoted = keys.map((key) => JSON.stringify(key));
  const chunks = await listHoldingChunks(tx, projectId, { executionId: execution.id, quoted });
  return chunks.flatMap((chunk) =>
    readTargets(chunk.targets)
      .filter((target) => keys.includes(target.key))
      .map((target) => ({ chunk, target })),
  );
}

async function tell(
  tx: Tx,
  projectId: number,
  { message, scene }: { message: LoggedMessage; scene: Scene },
): Promise<{ told: Explained; attempts: readonly LoggedAttempt[] }> {
  const { execution, defaultFrom } = scene;
  const held = scene.held.filter(({ target }) => target.no === message.targetNo);
  const attempts = await listAttempts(tx, projectId, [message]);
  const moments = [
    message.createTime,
    message.sentTime,
    message.deliveryTime,
    message.openTime,
    message.clickTime,
    ...attempts.map(({ at }) => at),
  ].filter((time) => time !== null);
  const events = await listEventsOf(tx, projectId, { ...message, times: moments });
  const params = held[0]?.target.params ?? null;
  const shown = await contentOf(tx, projectId, { execution, message, params, defaultFrom });
  const view = viewMessage(message);
  const told: Explained = {
    target: message.target,
    channel: view.message_type_name,
    message_type: message.messageType,
    message_id: message.id,
    outcome: view.outcome,
    reason: message.reason,
    steps: stepsOf(execution, { message, attempts, events }),
    waiting: isOpen(message) ? await waitingOf(tx, projectId, { scene, held, message, attempts }) : null,
    ...(message.status === STATUSES.skipped
      ? { content: null, rendered_now: false, problem: message.error }
      : shown),
  };
  return { told, attempts };
}

const isOpen = ({ status }: LoggedMessage): boolean =>
  status === STATUSES.queued || status === STATUSES.sending;

async function waitingOf(
  tx: Tx,
  projectId: number,
  at: { scene: Scene; held: readonly Held[]; message: LoggedMessage; attempts: readonly LoggedAttempt[] },
): Promise<Waiting | null> {
  const open = at.held.find(
    ({ chunk, target }) =>
      chunk.state !== 2 && (target.retried?.some(({ messageId }) => messageId === at.message.id) ?? true),
  );
  if (open === undefined) return null;
  const since = at.attempts.at(-1)?.at ?? at.message.createTime;
  const { execution, context } = at.scene;
  return await waitOf(tx, projectId, { ...open, execution, since, nowMs: context.clock.now() });
}

/** Channels of the target that have no row yet. */
async function notOpened(
  tx: Tx,
  projectId: number,
  { scene, rows }: { scene: Scene; rows: readonly Explained[] },
): Promise<Explained[]> {
  const { execution, context } = scene;
  const first = scene.held.find(({ chunk, target }) => chunk.state !== 2 && target.retried === null);
  if (first === undefined) return [];
  const since = execution.createTime;
  const waiting = await waitOf(tx, projectId, { ...first, execution, since, nowMs: context.clock.now() });
  const meant = first.target.only?.map(([type]) => type) ?? execution.channels;
  const missing = [...new Set(meant)].filter((type) => !rows.some((row) => row.message_type === type));
  const result = waiting.for === "worker_busy" ? "under_way" : "waiting";
  return missing.map((type) => ({
    target: first.target.key,
    channel: nameOfType(type),
    message_type: type,
    message_id: null,
    outcome: "queued",
    reason: null,
    steps: [acceptStep(execution), { step: "resolve", at: null, result, detail: waiting.detail }],
    waiting,
    content: null,
    rendered_now: false,
    problem: null,
  }));
}
