/**
 * Finds, inside the accepting transaction, the calls of a batch that repeat an earlier one without a key whose answer
 * was lost (reliability: A3). A call whose answer arrived is nobody's twin: asked twice, it is done twice.
 */
import { eventsHeard } from "../../base/event-loop.ts";
import type { Tx } from "../../store/db.ts";
import {
  ANSWER_STATES,
  listUnkeyedCalls,
  lockUnkeyedCalls,
  takeUnkeyedCall,
  type UnkeyedRow,
} from "../../store/unkeyed-calls.ts";
import type { AcceptedAnswer } from "./decide-execution.ts";
import type { ExecuteCall, UnkeyedCall } from "./execute-call.ts";

/** How long a repetition is known. */
export const REPEAT_MS = 120_000;
/** Longer than any process leaves the fate of an answer open. */
const DECIDED_MS = 1_500;
/** The same for a call that waits for its outcome first. */
const DECIDED_WITH_OUTCOME_MS = 35_000;
/** Processes' clocks differ by so much: a call that came still later than another one is not what that one repeats. */
const ARRIVAL_SLACK_MS = 50;
/** A busy process hears of a call late: its caller may have gone, come again elsewhere and been served before that. */
const HEARD_LATE_MS = 2_000;

/** What this process knows of its own calls. */
export interface OwnFates {
  /** undefined: not a call of this process, or one that is settled. */
  fateOf(executionId: number): "open" | "lost" | undefined;
}

/**
 * What a call of the batch is: `earlier` repeats a call whose answer was lost and takes its place; `done` has lost
 * its own caller, who has come again and been served; `same` likewise, with the call at that place of this batch;
 * for `wait` only another process knows, and will have said so in a moment.
 */
export type Repetition =
  | { readonly kind: "earlier"; readonly answer: AcceptedAnswer; readonly takenAtMs: number }
  | { readonly kind: "done"; readonly answer: AcceptedAnswer }
  | { readonly kind: "same"; readonly place: number }
  | { readonly kind: "wait" };

export const decideByMs = (call: ExecuteCall, nowMs: number): number =>
  nowMs + (call.request.async ? DECIDED_MS : DECIDED_WITH_OUTCOME_MS);

interface Search {
  readonly calls: readonly ExecuteCall[];
  readonly own: OwnFates;
  readonly nowMs: number;
}

/** @returns what was found, by the call's place in the batch. */
export async function findRepetitions(
  tx: Tx,
  projectId: number,
  search: Search,
): Promise<Map<number, Repetition>> {
  const found = new Map<number, Repetition>();
  const places = Map.groupBy(
    [...search.calls.keys()].filter((i) => search.calls[i]?.unkeyed !== null),
    (i) => search.calls[i]?.unkeyed?.fingerprint ?? "",
  );
  if (places.size === 0) return found;
  const fingerprints = [...places.keys()];
  const gone = search.calls.flatMap(({ unkeyed }) => (unkeyed?.watch.isLost() ? servedSinceMs(unkeyed) : []));
  const asked = {
    fingerprints,
    sinceMs: search.nowMs - REPEAT_MS,
    allSinceMs: Math.min(search.nowMs + REPEAT_MS, ...gone),
  };
  // Sent in one go, done in this order: what is read is what stands once the lock is got.
  const [, rows] = await Promise.all([
    lockUnkeyedCalls(tx, projectId, fingerprints),
    listUnkeyedCalls(tx, projectId, asked),
  ]);
  // The answer of the database may be read before the reset of a caller who went earlier, came again and was served.
  if (rows.length > 0) await eventsHeard();
  const rowsOf = Map.groupBy(rows, (row) => row.fingerprint);
  for (const [fingerprint, twins] of places) {
    if (twins.length === 1 && !rowsOf.has(fingerprint)) continue;
    const group = { projectId, search, rows: new Set(rowsOf.get(fingerprint)), found };
    await judgeGroup(tx, group, twins);
  }
  return found;
}

interface Group {
  readonly projectId: number;
  readonly search: Search;
  /** Those that no call of the batch has taken. */
  readonly rows: Set<UnkeyedRow>;
  readonly found: Map<number, Repetition>;
}

/**
 * Those whose callers are there go first. A call whose caller has gone is what the first of them repeats: it shares
 * that one's fate, whatever it is.
 */
async function judgeGroup(tx: Tx, group: Group, places: readonly number[]): Promise<void> {
  const isGone = (i: number): boolean => group.search.calls[i]?.unkeyed?.watch.isLost() ?? false;
  let first: Repetition | null = null;
  for (const i of [...places].sort((a, b) => Number(isGone(a)) - Number(isGone(b)))) {
    const call = group.search.calls[i];
    if (call === undefined) continue;
    const shared: Repetition | null = isGone(i) ? (doneFor(call, group) ?? first) : null;
    const judged: Repetition | null = shared ?? (await judge(tx, call, group));
    if (judged !== null) group.found.set(i, judged);
    first ??= judged === null ? { kind: "same", place: i } : sharedBy(judged);
  }
}

/** What one call has taken, another one can only be told. */
const sharedBy = (judged: Repetition): Repetition =>
  judged.kind === "earlier" ? { kind: "done", answer: judged.answer } : judged;

/** The caller has gone, came again and was accepted elsewhere, before this first call of his got its turn. */
function doneFor(call: ExecuteCall, { rows }: Group): Repetition | null {
  const sinceMs = call.unkeyed === null ? 0 : servedSinceMs(call.unkeyed);
  const later = [...rows].find((row) => row.state !== ANSWER_STATES.lost && row.createdAtMs >= sinceMs);
  return later === undefined ? null : { kind: "done", answer: answerOf(later) };
}

const servedSinceMs = (call: UnkeyedCall): number => call.arrivedAtMs - HEARD_LATE_MS;
const answerOf = (row: UnkeyedRow): AcceptedAnswer => JSON.parse(row.answer) as AcceptedAnswer;

async function judge(tx: Tx, call: ExecuteCall, group: Group): Promise<Repetition | null> {
  const { projectId, search, rows } = group;
  const { nowMs } = search;
  const lost = [...rows].find((row) => verdictOn(row, search) === "lost");
  if (lost !== undefined) {
    rows.delete(lost);
    const takenAtMs = Math.max(call.unkeyed?.arrivedAtMs ?? 0, lost.createdAtMs + 1);
    const times = { takenAtMs, decideByMs: decideByMs(call, nowMs) };
    const isTaken = await takeUnkeyedCall(tx, projectId, { row: lost, ...times });
    return isTaken ? { kind: "earlier", answer: answerOf(lost), takenAtMs } : null;
  }
  // What came later is not what this call repeats; else a caller who asks the same on and on would wait for ever.
  const untilMs = (call.unkeyed?.arrivedAtMs ?? 0) + ARRIVAL_SLACK_MS;
  const isOpen = [...rows].some((row) => row.createdAtMs <= untilMs && verdictOn(row, search) === "wait");
  return isOpen ? { kind: "wait" } : null;
}

function verdictOn(row: UnkeyedRow, { own, nowMs }: Search): "lost" | "open" | "wait" {
  if (row.state === ANSWER_STATES.lost) return "lost";
  if (row.state === ANSWER_STATES.delivered) return "open";
  const fate = own.fateOf(row.executionId);
  if (fate !== undefined) return fate;
  if (nowMs >= row.decideByMs) return "lost";
  // Its caller still waits for the outcome: whoever asks the same beside it means it.
  return row.decideByMs - nowMs > DECIDED_MS ? "open" : "wait";
}
