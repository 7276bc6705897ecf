/**
 * One endpoint's health, shared by all workers through its connection's row. Pure: the row before, what the posts
 * said, the row after.
 *
 *   on ──5 failures in a row, or a minute of nothing else──▶ resting ──time──▶ one probe ──success──▶ on
 *    │                                                          ▲                  │
 *    │                                                          └── failure: the rest doubles, to 60 s
 *    └──410 at any time, or 5 days of only failures──▶ disabled
 *
 * Nothing but the probe is posted to a resting endpoint, so an outage burns nobody's tries.
 */
import { CONNECTION_STATES, type EndpointHealth } from "../domain/connection.ts";
import type { Delivery } from "../domain/webhook-retry.ts";

/** Small enough that an outage burns a handful of tries, large enough that one bad event does not stop the rest. */
export const FAILURES_TO_REST = 5;
/** A quiet endpoint may take hours to five tries; after a minute of failures it is probed all the same. */
const FAILING_TO_REST_MS = 60_000;
const FIRST_REST_MS = 5_000;
/** A mended endpoint is noticed within this time. */
const LONGEST_REST_MS = 60_000;
/** Svix's figure. A long weekend is four. */
const FAILING_TO_DISABLE_MS = 5 * 24 * 3_600_000;
const MAX_REASON = 300;

export interface JudgedTries {
  /** In the order in which they ended. */
  readonly deliveries: readonly Delivery[];
  readonly isProbe: boolean;
  readonly nowMs: number;
}

/** @returns the health after these posts; the same object when nothing changed. */
export function judgeEndpoint(before: EndpointHealth, tries: JudgedTries): EndpointHealth {
  return tries.deliveries.reduce((health, delivery) => judgeOne(health, delivery, tries), before);
}

function judgeOne(health: EndpointHealth, delivery: Delivery, tries: JudgedTries): EndpointHealth {
  if (health.state !== CONNECTION_STATES.on) return health;
  switch (delivery.outcome) {
    case "delivered":
      return healed(health);
    case "gone":
      return disabled(health, "The endpoint answered 410 Gone.");
    case "failed":
      return failed(health, delivery, tries);
  }
}

function healed(health: EndpointHealth): EndpointHealth {
  if (health.failures === 0 && health.holdUntilMs === null) return health;
  return { ...health, failures: 0, failingSinceMs: null, holdUntilMs: null };
}

const disabled = (health: EndpointHealth, reason: string): EndpointHealth => ({
  ...health,
  state: CONNECTION_STATES.disabled,
  stateReason: reason.slice(0, MAX_REASON),
  holdUntilMs: null,
});

function failed(health: EndpointHealth, delivery: Delivery, { isProbe, nowMs }: JudgedTries): EndpointHealth {
  const isResting = health.holdUntilMs !== null;
  // It was on its way when the rest began, and tells nothing new.
  if (isResting && !isProbe) return health;
  const failingSinceMs = health.failingSinceMs ?? nowMs;
  const failingMs = nowMs - failingSinceMs;
  const failures = health.failures + 1;
  const next = { ...health, failures, failingSinceMs };
  if (failingMs >= FAILING_TO_DISABLE_MS && failures >= FAILURES_TO_REST) {
    return disabled(next, `Only failures for 5 days. The last: ${wordsOf(delivery)}`);
  }
  const mustRest = isResting || failures >= FAILURES_TO_REST || failingMs >= FAILING_TO_REST_MS;
  return mustRest ? resting(next, nowMs) : next;
}

/** From the fifth failure on each further one is a failed probe, so their number gives the length of the rest. */
function resting(health: EndpointHealth, nowMs: number): EndpointHealth {
  const failures = Math.max(health.failures, FAILURES_TO_REST);
  const doublings = Math.min(failures - FAILURES_TO_REST, 10);
  return {
    ...health,
    failures,
    holdUntilMs: nowMs + Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** doublings),
  };
}

const wordsOf = ({ status, detail }: Delivery): string =>
  [status, detail].filter((part) => part !== null).join(" ");
