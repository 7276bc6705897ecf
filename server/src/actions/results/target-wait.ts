/** What a target that is not done waits for, since when and until when, in words. */
import type { ChunkTarget } from "../../domain/chunk.ts";
import { LANES } from "../../domain/lane.ts";
import { secondsOf } from "../../domain/unix-time.ts";
import type { Db } from "../../store/db.ts";
import type { LoggedExecution } from "../../store/execution-log.ts";
import { countChunksBefore, type HoldingChunk } from "../../store/explain.ts";

/** Times are unix seconds. */
export interface Waiting {
  /** `gateway`: its gateway rests because it failed again and again; `worker_busy`: a worker has it. */
  readonly for: "send_time" | "retry" | "gateway" | "turn" | "worker_busy";
  readonly since: number;
  /** When it runs next; null when it is its turn or a worker has it. */
  readonly until: number | null;
  readonly lane: string;
  readonly detail: string;
}

export interface WaitQuestion {
  readonly execution: LoggedExecution;
  readonly chunk: HoldingChunk;
  readonly target: ChunkTarget;
  readonly since: Date;
  readonly nowMs: number;
}

/** More than this need not be counted to say that the queue is long. */
const COUNTED_AT_MOST = 10_000;
const CLAIMED = 1;
const LIVE = 1;

/** In the order of their numbers. */
const LANE_NAMES = Object.keys(LANES);

export async function waitOf(db: Db, projectId: number, asked: WaitQuestion): Promise<Waiting> {
  const { chunk, execution, nowMs } = asked;
  const base = { since: secondsOf(asked.since), lane: LANE_NAMES[chunk.lane] ?? "other" };
  const stopped =
    execution.campaignState === LIVE ? "" : " The campaign is not live: it will be cancelled then.";
  if (chunk.state === CLAIMED) {
    return { ...base, for: "worker_busy", until: null, detail: `A worker is on it.${stopped}` };
  }
  const until = secondsOf(chunk.runAt);
  if (chunk.runAt.getTime() > nowMs) {
    const [kind, what] = reasonOf(asked);
    return { ...base, for: kind, until, detail: `${what} ${chunk.runAt.toISOString()}.${stopped}` };
  }
  const before = await countChunksBefore(db, projectId, { ...chunk, atMost: COUNTED_AT_MOST });
  const count = before === COUNTED_AT_MOST ? `${COUNTED_AT_MOST} or more` : String(before);
  const detail = `It is due in the lane ${base.lane}, ${count} chunks of the project's are before it.${stopped}`;
  return { ...base, for: "turn", until: null, detail };
}

/** Why a chunk lies in the queue for later. */
function reasonOf({ chunk, target, execution }: WaitQuestion): readonly [Waiting["for"], string] {
  if (target.retried !== null) return ["retry", "It is tried again at"];
  // What was accepted for later still has its first time; what was given back has another.
  return chunk.runAt.getTime() <= execution.sendAt.getTime()
    ? ["send_time", "It is to be sent at"]
    : ["gateway", "Its gateway rests until"];
}
