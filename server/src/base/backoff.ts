/** How long to wait before the next try. Pure: chance is an argument, so that a schedule can be replayed. */
export interface BackoffOptions {
  /** The try that has just failed; the first is 1. */
  readonly attempt: number;
  /** Wait after the first failure. */
  readonly baseMs: number;
  /** No wait is longer than this. */
  readonly maxMs: number;
  /** The share of the wait that chance may take away, 0 (none) to 1 (all). */
  readonly jitter: number;
  /** Gives numbers from 0 to below 1, as Math.random does. */
  readonly random: () => number;
}

/**
 * Doubles with each attempt up to `maxMs`, then takes away up to `jitter` of it by chance, so that many clients
 * that failed together do not come back together. Whole milliseconds.
 */
export function backoffMs(options: BackoffOptions): number {
  const { attempt, baseMs, maxMs, jitter, random } = options;
  const doublings = Math.max(0, attempt - 1);
  const fullMs = Math.min(maxMs, baseMs * 2 ** doublings);
  return Math.round(fullMs * (1 - jitter * random()));
}
