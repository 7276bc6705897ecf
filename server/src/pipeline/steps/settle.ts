/**
 * Step 6: what became of the slice, in the form that one transaction writes. Pure but for ids: outcome by outcome,
 * what ends ends, and what may be tried again is cut into retry chunks.
 */
import { type ChunkTarget, type RetriedMessage, writeTargets } from "../../domain/chunk.ts";
import { STATUSES } from "../../domain/message.ts";
import { nextTry, windowEnd } from "../../domain/retry.ts";
import type { SendOutcome } from "../../gateways/gateway.ts";
import type { NewChunk } from "../../store/chunks.ts";
import { bucketedId } from "../../store/id-blocks.ts";
import type { AttemptRow, MessageEnd } from "../../store/messages.ts";
import type { NewWebhookEvent } from "../../store/webhook-events.ts";
import type { HaulScene } from "../delivery.ts";
import type { Draft } from "../haul.ts";
import { eventsOf } from "./events.ts";

export interface Settlement {
  readonly ends: readonly MessageEnd[];
  readonly attempts: readonly AttemptRow[];
  readonly retryChunks: readonly NewChunk[];
  readonly events: readonly NewWebhookEvent[];
  readonly isEmpty: boolean;
  /** The same as `ends`, for the worker's own counts. */
  readonly verdicts: readonly { readonly draft: Draft; readonly status: number }[];
}

/** A draft's new row, and when it is tried again if it waits. */
interface Verdict {
  readonly draft: Draft;
  readonly status: number;
  readonly reason: string | null;
  readonly error: string | null;
  readonly providerId: string | null;
  readonly retryAtMs: number | null;
}

export async function settlementOf(slice: readonly Draft[], scene: HaulScene): Promise<Settlement> {
  const nowMs = scene.context.clock.now();
  const verdicts = slice.flatMap((draft) => verdictOf(draft, { scene, nowMs }) ?? []);
  const retries = verdicts.filter((verdict) => verdict.retryAtMs !== null);
  const events = await eventsOf(scene, verdicts);
  return {
    ends: verdicts.map(endOf),
    attempts: verdicts.flatMap(attemptOf),
    retryChunks: await retryChunksOf(scene, retries),
    events: events.map((entry) => entry.event),
    isEmpty: verdicts.length === 0,
    verdicts,
  };
}

function verdictOf(draft: Draft, at: { scene: HaulScene; nowMs: number }): Verdict | null {
  if (draft.end !== null && draft.state === "waiting") {
    const { outcome, reason, error } = draft.end;
    return { draft, status: STATUSES[outcome], reason, error, providerId: null, retryAtMs: null };
  }
  if (draft.state !== "open" || draft.outcome === null) return null;
  return verdictOnOutcome(draft, draft.outcome, at);
}

function verdictOnOutcome(
  draft: Draft,
  outcome: SendOutcome,
  at: { scene: HaulScene; nowMs: number },
): Verdict {
  const base = { draft, reason: null, error: null, providerId: null, retryAtMs: null };
  switch (outcome.kind) {
    case "accepted": {
      const status = outcome.delivered === true ? STATUSES.delivered : STATUSES.sent;
      return { ...base, status, providerId: outcome.providerId ?? null };
    }
    case "rejected":
      return { ...base, status: STATUSES.failed, reason: "rejected", error: outcome.detail };
    case "later":
      return later(draft, { ...at, detail: outcome.detail, afterSeconds: outcome.afterSeconds });
    case "unknown":
      return mayBeSentAgain(draft)
        ? later(draft, { ...at, detail: outcome.detail, afterSeconds: undefined })
        : { ...base, status: STATUSES.unknown, error: outcome.detail };
  }
}

/** An answer was lost: a keyed gateway drops the twin; for another one the campaign's owner chose. */
const mayBeSentAgain = (draft: Draft): boolean =>
  draft.gateway.ability === "keyed" || draft.held.execution.campaign.onUnknown === "retry";

interface Again {
  readonly scene: HaulScene;
  readonly nowMs: number;
  readonly detail: string;
  readonly afterSeconds: number | undefined;
}

function later(draft: Draft, { scene, nowMs, detail, afterSeconds }: Again): Verdict {
  const { execution } = draft.held;
  const base = { draft, reason: null, error: detail, providerId: null };
  // A calm stop hands back what was not sent: it is due at once and the next worker looks at the campaign's state.
  if (scene.signal.aborted) return { ...base, status: STATUSES.queued, retryAtMs: nowMs };
  const retryAtMs = nextTry({
    nowMs,
    tries: draft.tries,
    afterSeconds,
    windowEndMs: windowEnd(execution.sendAt.getTime(), execution.expireAt?.getTime() ?? null),
    random: scene.random,
  });
  return { ...base, status: retryAtMs === null ? STATUSES.expired : STATUSES.queued, retryAtMs };
}

const endOf = (verdict: Verdict): MessageEnd => ({
  bucket: verdict.draft.bucket,
  id: verdict.draft.messageId,
  status: verdict.status,
  reason: verdict.reason,
  error: verdict.error,
  providerId: verdict.providerId,
});

/** Tries that ended well at once are told by the message row alone. */
function attemptOf(verdict: Verdict): AttemptRow[] {
  const { draft, error } = verdict;
  if (draft.outcome === null || draft.outcome.kind === "accepted") return [];
  const outcome = draft.outcome.kind;
  const { bucket, messageId, tries: no, gateway } = draft;
  return [{ bucket, messageId, no, gateway: gateway.name, outcome, detail: error ?? "" }];
}

/** One retry chunk for each execution and second: what failed together is tried again together. */
async function retryChunksOf(scene: HaulScene, retries: readonly Verdict[]): Promise<NewChunk[]> {
  const groups = Map.groupBy(
    retries,
    ({ draft, retryAtMs }) => `${draft.held.execution.id} ${Math.ceil((retryAtMs ?? 0) / 1000)}`,
  );
  const numbers = await scene.context.ids.take("chunk_ids", groups.size);
  return [...groups.values()].map((group, i) => {
    const { bucket, executionId } = (group[0] as Verdict).draft.held.chunk;
    const targets = retryTargets(group);
    return {
      id: bucketedId(numbers[i] ?? 0, bucket),
      bucket,
      executionId,
      lane: scene.haul.lane,
      runAtMs: Math.max(...group.map((verdict) => verdict.retryAtMs ?? 0)),
      targetCount: targets.length,
      targets: writeTargets(targets),
    };
  });
}

function retryTargets(group: readonly Verdict[]): ChunkTarget[] {
  const byTarget = Map.groupBy(group, (verdict) => verdict.draft.held.no);
  return [...byTarget.values()].map((verdicts) => {
    const { held } = (verdicts[0] as Verdict).draft;
    const retried = verdicts.map(
      ({ draft }): RetriedMessage => ({
        messageId: draft.messageId,
        type: draft.type,
        tries: draft.tries,
        recipient: draft.recipient,
      }),
    );
    return { no: held.no, key: held.key, params: held.params, retried };
  });
}
