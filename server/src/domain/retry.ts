/**
 * When a message that could not be handed over is tried again, and when that ends. Waiting is a state with a time:
 * the message lies in a retry chunk, no worker sleeps for it.
 */
import { backoffMs } from "../base/backoff.ts";

/** Without retry_for a message is tried for a day: greylisting and an outage overnight fit into it. */
export const DEFAULT_WINDOW_MS = 24 * 3_600_000;

const FIRST_WAIT_MS = 1_000;
/** A quarter of an hour between the later tries: what providers and RFC 5321 (4.5.4.1) call patient. */
const LONGEST_WAIT_MS = 15 * 60_000;
/** Up to a fifth earlier, so that what failed together does not come back together. */
const JITTER = 0.2;

export interface RetryQuestion {
  readonly nowMs: number;
  /** Tries so far, this one included. */
  readonly tries: number;
  /** What the provider asked for. */
  readonly afterSeconds: number | undefined;
  readonly windowEndMs: number;
  readonly random: () => number;
}

/** @returns when to try again in unix ms, or null when the window would be over by then. */
export function nextTry(question: RetryQuestion): number | null {
  const { nowMs, tries, afterSeconds, windowEndMs, random } = question;
  const waitMs =
    afterSeconds === undefined
      ? backoffMs({ attempt: tries, baseMs: FIRST_WAIT_MS, maxMs: LONGEST_WAIT_MS, jitter: JITTER, random })
      : afterSeconds * 1000 * (1 + JITTER * random());
  const atMs = nowMs + Math.round(waitMs);
  return atMs > windowEndMs ? null : atMs;
}

export const windowEnd = (sendAtMs: number, expireAtMs: number | null): number =>
  expireAtMs ?? sendAtMs + DEFAULT_WINDOW_MS;
