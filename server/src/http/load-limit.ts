/**
 * How many calls one process works on at once. Many at first: a burst of thousands is answered a little later, not
 * refused. Where more come than that and the event loop is late, few: whoever is turned away then hears so at once,
 * because the loop comes round again soon (reliability: A5).
 */

/** What a process accepts in about a second. */
const MOST = 3_000;
/** Enough that a commit (actions/executions/acceptor.ts) is worth its price. */
const LEAST = 128;
/** Above this, on average, an answer 503 takes longer than promised. */
const TOO_LATE_MS = 4;
/** The newest lateness's part of the average. */
const WEIGHT = 0.2;
/** One large body is no overload, however long it takes. */
const LONGEST_MS = 100;
const CHANGE_EVERY_MS = 50;
const SMALLER = 0.5;
const LARGER = 1.05;
/** While calls are turned away: near what it can bear, in small steps. */
const LITTLE_LARGER = 1.01;

export interface LoadLimit {
  /** Calls that may be under way. */
  readonly most: number;
  /**
   * @param at.lateMs how much later than planned the event loop came to this tick.
   * @param at.isFull whether calls were turned away since the last one.
   */
  tick(at: { nowMs: number; lateMs: number; isFull: boolean }): void;
}

export function createLoadLimit(): LoadLimit {
  let most = MOST;
  let averageMs = 0;
  let changedAtMs = Number.NEGATIVE_INFINITY;
  return {
    get most() {
      return most;
    },
    tick({ nowMs, lateMs, isFull }) {
      averageMs += (Math.min(lateMs, LONGEST_MS) - averageMs) * WEIGHT;
      if (nowMs - changedAtMs < CHANGE_EVERY_MS) return;
      changedAtMs = nowMs;
      if (averageMs <= TOO_LATE_MS)
        most = Math.min(MOST, Math.ceil(most * (isFull ? LITTLE_LARGER : LARGER)));
      else if (isFull) most = Math.max(LEAST, Math.floor(most * SMALLER));
    },
  };
}
