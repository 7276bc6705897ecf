/**
 * When an event that a customer's endpoint did not take is posted again, and when that ends. Ten tries over 75 hours
 * and a half: a weekend's outage fits into it (decisions: webhooks out).
 *
 *   waiting ──claim──▶ claimed ──2xx──▶ delivered
 *      ▲                  ├──not taken, a turn is left──▶ waiting
 *      │                  └──not taken, tenth turn──▶ exhausted
 *      └── lease ended, recovered or replayed
 *
 * A try ahead of the event's turn (an endpoint is probed, or has just come back) is free: it burns no turn. So an
 * endpoint that comes and goes every minute cannot use up in ten minutes what should last three days.
 */
export const EVENT_STATES = { waiting: 0, claimed: 1, delivered: 2, exhausted: 3 } as const;

/** What became of one post. `gone` is a 410: the endpoint asks for no more. */
export interface Delivery {
  readonly outcome: "delivered" | "failed" | "gone";
  /** HTTP status; null where no answer came. */
  readonly status: number | null;
  /** The answer's body, or why there was none; null for a success. */
  readonly detail: string | null;
  /** What the endpoint asked us to wait, on a 429 or 503 only. */
  readonly retryAfterMs: number | null;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The waits between the ten tries, as Standard Webhooks 1.0 lists them. */
const WAITS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

export const MAX_WEBHOOK_TRIES = WAITS_MS.length + 1;

/** Either way, so that what failed together does not come back together. */
const JITTER = 0.2;

export interface Turn {
  /** Tries on schedule so far. */
  readonly tries: number;
  /** When the next one is due, in unix ms. */
  readonly turnAtMs: number;
}

export interface FailedTry {
  /** The event's turn before this try. */
  readonly turn: Turn;
  /** When the try began; before `turn.turnAtMs` it is free. */
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly retryAfterMs: number | null;
  /** Gives numbers from 0 to below 1. */
  readonly random: () => number;
}

/** @returns the turn after a try that failed, with `isLast` when there is none: the event is exhausted. */
export function turnAfterFailure(failed: FailedTry): Turn & { readonly isLast: boolean } {
  const { turn, startedAtMs, nowMs } = failed;
  if (startedAtMs < turn.turnAtMs) return { ...turn, isLast: false };
  const tries = turn.tries + 1;
  const stepMs = WAITS_MS[tries - 1];
  if (stepMs === undefined) return { tries, turnAtMs: nowMs, isLast: true };
  return { tries, turnAtMs: nowMs + waitMs(stepMs, failed), isLast: false };
}

/** An endpoint's wish counts between one and two steps: it can slow us down, not put us off for good. */
function waitMs(stepMs: number, { retryAfterMs, random }: FailedTry): number {
  if (retryAfterMs === null) return Math.round(stepMs * (1 - JITTER + 2 * JITTER * random()));
  const wishedMs = Math.max(stepMs, retryAfterMs) * (1 + JITTER * random());
  return Math.round(Math.min(2 * stepMs, wishedMs));
}

/** Retry-After as whole seconds or an HTTP date (RFC 9110, 10.2.3); null for anything else. Never negative. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | null {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * SECOND_MS;
  // Date.parse takes nearly anything ("abc 1"), so the shape is looked at first: Sun, 06 Nov 1994 08:49:37 GMT.
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return null;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}

/** The id that the receiver sees and tells twins by: the same for every try of an event. */
export const webhookId = (eventId: number): string => `evt_${eventId.toString(36)}`;
