/**
 * What the overload run's client is told, and what it tells in the end. It runs in a process of its own; the two
 * speak JSON over its standard input and output.
 */
export interface LoadPhase {
  readonly name: string;
  readonly callsPerSecond: number;
  readonly seconds: number;
}

export interface LoadPlan {
  readonly url: string;
  readonly apptoken: string;
  readonly campaignId: number;
  /** Number of the first call; every call of an instance has its own. */
  readonly firstNo: number;
  readonly phases: readonly LoadPhase[];
  /** Open from the start; one that breaks is replaced. When all wait for answers, calls wait for the first of them. */
  readonly connections: number;
  /** Gets a line `number execution-id` for each call that was answered 200. */
  readonly acceptedFile: string;
}

export interface Quantiles {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface PhaseResult extends LoadPhase {
  readonly calls: number;
  /** Answers by status; 0: the connection ended without one, or none came in time. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly missingRetryAfter: number;
  /** From the moment at which the client came to the call, a wait for a free connection included. */
  readonly accepted: Quantiles;
  readonly refused: Quantiles;
  /** From the moment at which a call was due until the client came to it: the client's own part. */
  readonly queued: Quantiles;
  /** How late the client's event loop was: what an answer may have waited there unread. */
  readonly loopDelayP99Ms: number;
  /** Share of one core that the client used. */
  readonly clientCpu: number;
  /** By the second in which the calls were due. */
  readonly acceptedP99Ms: readonly number[];
  readonly refusedP99Ms: readonly number[];
  readonly queuedP99Ms: readonly number[];
}

export interface LoadResult {
  readonly phases: readonly PhaseResult[];
  /** Calls that found no free connection. */
  readonly waited: number;
}

export function quantiles(values: readonly number[] | Float32Array): Quantiles {
  const sorted = Float32Array.from(values).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}
