/**
 * Accepts calls of execute/campaign: idempotency row, execution and chunks in one transaction, then the answer. A
 * call without a key leaves a row by which its repetition is known.
 * Takes many calls at once, because a commit costs the same for one as for fifty.
 */
import { AppError } from "../../base/errors.ts";
import { type CampaignState, listCampaignStates, listCampaignVersions } from "../../store/campaigns.ts";
import { insertChunks, notifyWork } from "../../store/chunks.ts";
import { inProject, isRetriable, isTwin, type Tx } from "../../store/db.ts";
import { insertExecutions, listExistingExecutions } from "../../store/executions.ts";
import { insertIdempotencyKeys, type KeyedAnswer, listIdempotencyKeys } from "../../store/idempotency.ts";
import { ANSWER_STATES, type UnkeyedRow, writeUnkeyedCalls } from "../../store/unkeyed-calls.ts";
import { type Context, dayOf } from "../context.ts";
import { type ContentCache, contentKey } from "./content-cache.ts";
import { type AcceptedAnswer, type Decided, decide } from "./decide-execution.ts";
import type { ExecuteCall } from "./execute-call.ts";
import { decideByMs, findRepetitions, type OwnFates, type Repetition } from "./repeated-calls.ts";

export type AcceptOutcome =
  | {
      readonly kind: "accepted";
      readonly answer: AcceptedAnswer;
      /** The answer is an earlier call's, which had the same key or, without one, asked the same and got no answer. */
      readonly isReplay: boolean;
      /** By which a repetition of this call is known; null for a call with a key. */
      readonly unkeyed: UnkeyedRow | null;
    }
  /** To be asked again in a moment: another process is about to say whether its answer to the same call arrived. */
  | { readonly kind: "undecided" }
  | { readonly kind: "refused"; readonly error: AppError };

/** Part of the keys' uniqueness: the same key on another operation is another call. */
const METHOD = "execute/campaign";
/** Decisions: kept 30 days, for scheduled sends 30 days past the send time. */
const KEY_DAYS_MS = 30 * 86_400_000;
/** A restarting database is back within seconds; a caller's own timeout is rarely below ten. */
const PATIENCE_MS = 8_000;

/** @returns one outcome a call, in the order of the calls. @throws when the database stays away. */
export async function acceptExecutions(
  context: Context,
  cache: ContentCache,
  batch: { projectId: number; calls: readonly ExecuteCall[]; own: OwnFates },
): Promise<AcceptOutcome[]> {
  const { projectId, calls, own } = batch;
  const ids = await context.ids.take("execution_ids", calls.length);
  const giveUpAt = context.clock.monotonicMs() + PATIENCE_MS;
  let outcomes: AcceptOutcome[] | null = null;
  for (;;) {
    try {
      if (outcomes !== null && (await isCommitted(context, projectId, ids))) return outcomes;
      return await inProject(context.app, projectId, async (tx) => {
        outcomes = await acceptIn(context, tx, { cache, projectId, calls, ids, own });
        return outcomes;
      });
    } catch (error) {
      // Our own rows, of an attempt that we had given up: its COMMIT was still under way.
      const isOwnTwin = outcomes !== null && isTwin(error);
      if (!(isOwnTwin || isRetriable(error)) || context.clock.monotonicMs() > giveUpAt) throw error;
      await context.clock.sleep(100);
    }
  }
}

/** The connection broke around COMMIT: the rows themselves tell whether it took place. */
async function isCommitted(context: Context, projectId: number, ids: readonly number[]): Promise<boolean> {
  const found = await inProject(context.app, projectId, (tx) => listExistingExecutions(tx, projectId, ids));
  return found.size > 0;
}

interface AcceptJob {
  readonly cache: ContentCache;
  readonly projectId: number;
  readonly calls: readonly ExecuteCall[];
  readonly ids: readonly number[];
  readonly own: OwnFates;
}

async function acceptIn(context: Context, tx: Tx, job: AcceptJob): Promise<AcceptOutcome[]> {
  const { projectId, calls } = job;
  const nowMs = context.clock.now();
  const stored = await storedAnswers(tx, job);
  const [repeated, states] = await Promise.all([
    findRepetitions(tx, projectId, { calls, own: job.own, nowMs }),
    statesOf(tx, job),
  ]);
  await loadContents(tx, job, states.values());
  const decided: (Decided | null)[] = [];
  for (const [i, call] of calls.entries()) {
    const isKnown = repeated.has(i) || (call.keyed !== null && stored.has(call.keyed.key));
    const { campaignId } = call.request;
    const state = states.get(campaignId) ?? null;
    const content = state === null ? null : job.cache.get(contentKey(projectId, campaignId, state.version));
    const id = job.ids[i] ?? 0;
    decided.push(isKnown ? null : await decide(context, { call, id, state, content, nowMs }));
  }
  const owners = await claimKeys(tx, job, { decided, nowMs, stored });
  const own = calls.map((call, i) =>
    outcomeOf(call, { decided: decided[i] ?? null, stored, owns: owners.has(i), nowMs }),
  );
  const outcomes = own.map((outcome, i) => {
    const repetition = repeated.get(i);
    return repetition === undefined ? outcome : repetitionOf(calls[i], { repetition, own, nowMs });
  });
  const accepted = decided.flatMap((entry, i) => {
    const outcome = outcomes[i];
    return entry?.kind === "accepted" && outcome?.kind === "accepted" && !outcome.isReplay ? [entry] : [];
  });
  const unkeyed = outcomes.flatMap((outcome) =>
    outcome.kind === "accepted" && !outcome.isReplay ? (outcome.unkeyed ?? []) : [],
  );
  if (accepted.length > 0) await write(tx, projectId, { accepted, unkeyed, nowMs });
  return outcomes;
}

async function statesOf(tx: Tx, { projectId, calls }: AcceptJob): Promise<Map<number, CampaignState>> {
  const ids = [...new Set(calls.map((call) => call.request.campaignId))];
  return new Map((await listCampaignStates(tx, projectId, ids)).map((state) => [state.id, state]));
}

/** Contents of versions that this process has not seen yet. */
async function loadContents(tx: Tx, job: AcceptJob, states: Iterable<CampaignState>): Promise<void> {
  const wanted = [...states]
    .filter(({ id, version }) => job.cache.get(contentKey(job.projectId, id, version)) === null)
    .map(({ id, version }) => ({ campaignId: id, version }));
  if (wanted.length === 0) return;
  for (const row of await listCampaignVersions(tx, job.projectId, wanted)) {
    job.cache.set(contentKey(job.projectId, row.campaignId, row.version), row.content);
  }
}

async function storedAnswers(tx: Tx, { projectId, calls }: AcceptJob): Promise<Map<string, KeyedAnswer>> {
  const keys = [...new Set(calls.flatMap((call) => call.keyed?.key ?? []))];
  return keys.length === 0 ? new Map() : await listIdempotencyKeys(tx, projectId, { method: METHOD, keys });
}

/**
 * Writes the keys of accepted calls. A key that another process claimed in between is read again, so that its call
 * becomes a replay. @returns the calls (by place) that own their key or have none.
 */
async function claimKeys(
  tx: Tx,
  job: AcceptJob,
  at: { decided: readonly (Decided | null)[]; nowMs: number; stored: Map<string, KeyedAnswer> },
): Promise<Set<number>> {
  const owners = new Map<string, number>();
  const rows: (KeyedAnswer & { untilMs: number })[] = [];
  const owning = new Set<number>();
  for (const [i, call] of job.calls.entries()) {
    const entry = at.decided[i];
    if (entry?.kind !== "accepted") continue;
    if (call.keyed === null) owning.add(i);
    else if (!owners.has(call.keyed.key)) {
      owners.set(call.keyed.key, i);
      rows.push({
        ...call.keyed,
        answer: JSON.stringify(entry.answer),
        untilMs: entry.execution.sendAtMs + KEY_DAYS_MS,
      });
    }
  }
  if (rows.length === 0) return owning;
  const validUntilMs = rows.map((row) => row.untilMs);
  const written = await insertIdempotencyKeys(tx, job.projectId, {
    method: METHOD,
    rows,
    nowMs: at.nowMs,
    validUntilMs,
  });
  for (const [key, i] of owners) if (written.has(key)) owning.add(i);
  for (const row of rows) if (written.has(row.key)) at.stored.set(row.key, row);
  const raced = rows.filter((row) => !written.has(row.key)).map((row) => row.key);
  if (raced.length > 0) {
    const found = await listIdempotencyKeys(tx, job.projectId, { method: METHOD, keys: raced });
    for (const [key, answer] of found) at.stored.set(key, answer);
  }
  return owning;
}

function repetitionOf(
  call: ExecuteCall | undefined,
  at: { repetition: Repetition; own: readonly AcceptOutcome[]; nowMs: number },
): AcceptOutcome {
  const { repetition, nowMs } = at;
  if (repetition.kind === "wait") return { kind: "undecided" };
  if (repetition.kind === "same") {
    const outcome = at.own[repetition.place] ?? { kind: "undecided" };
    return outcome.kind === "accepted" ? { ...outcome, isReplay: true, unkeyed: null } : outcome;
  }
  const { answer } = repetition;
  const own = call === undefined ? null : unkeyedRow(call, { answer, nowMs });
  const isHeir = repetition.kind === "earlier" && own !== null;
  const unkeyed = isHeir ? { ...own, createdAtMs: repetition.takenAtMs } : null;
  return { kind: "accepted", answer, isReplay: true, unkeyed };
}

function unkeyedRow(
  call: ExecuteCall,
  { answer, nowMs }: { answer: AcceptedAnswer; nowMs: number },
): UnkeyedRow | null {
  if (call.unkeyed === null) return null;
  return {
    fingerprint: call.unkeyed.fingerprint,
    executionId: answer.id,
    // Of a caller who has gone already: heard of late, it may have come after the repetition, which waits only for what
    // came before it.
    state: call.unkeyed.watch.isLost() ? ANSWER_STATES.lost : ANSWER_STATES.open,
    answer: JSON.stringify(answer),
    createdAtMs: call.unkeyed.arrivedAtMs,
    decideByMs: decideByMs(call, nowMs),
  };
}

function outcomeOf(
  call: ExecuteCall,
  at: {
    decided: Decided | null;
    stored: ReadonlyMap<string, KeyedAnswer>;
    owns: boolean;
    nowMs: number;
  },
): AcceptOutcome {
  if (at.owns && at.decided?.kind === "accepted") {
    const { answer } = at.decided;
    const unkeyed = unkeyedRow(call, { answer, nowMs: at.nowMs });
    return { kind: "accepted", answer, isReplay: false, unkeyed };
  }
  if (at.decided?.kind === "refused") return at.decided;
  const stored = call.keyed === null ? undefined : at.stored.get(call.keyed.key);
  if (stored === undefined) return { kind: "refused", error: new AppError("twin_running") };
  if (stored.fingerprint !== call.keyed?.fingerprint)
    return { kind: "refused", error: new AppError("key_reused") };
  const answer = JSON.parse(stored.answer) as AcceptedAnswer;
  return { kind: "accepted", answer, isReplay: true, unkeyed: null };
}

type Accepted = Extract<Decided, { kind: "accepted" }>;

async function write(
  tx: Tx,
  projectId: number,
  at: { accepted: readonly Accepted[]; unkeyed: readonly UnkeyedRow[]; nowMs: number },
): Promise<void> {
  const { accepted, unkeyed, nowMs } = at;
  const day = dayOf(nowMs);
  const chunks = accepted.flatMap((entry) => entry.chunks);
  const lanes = new Set(chunks.filter((chunk) => chunk.runAtMs <= nowMs).map((chunk) => chunk.lane));
  await Promise.all([
    insertExecutions(
      tx,
      projectId,
      accepted.map((entry) => ({ ...entry.execution, day })),
    ),
    insertChunks(tx, projectId, chunks),
    ...(unkeyed.length > 0 ? [writeUnkeyedCalls(tx, projectId, unkeyed)] : []),
    ...[...lanes].map((lane) => notifyWork(tx, projectId, lane)),
  ]);
}
