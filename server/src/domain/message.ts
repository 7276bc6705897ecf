/**
 * The life of a message, and what becomes of every target (the closed set of the product's promises):
 *
 *   queued ──▶ sending ──▶ sent ──▶ delivered ──▶ opened ──▶ clicked
 *     │           │  ▲       │
 *     │           │  └─ later (waits in a retry chunk, status queued)
 *     │           ├──▶ failed(reason)     the gateway refused it, or the tries are used up
 *     │           ├──▶ expired            its retry window ended
 *     │           └──▶ unknown            handed over, answer lost, the gateway cannot be asked, owner chose to hold
 *     ├──▶ skipped(reason)                never handed over
 *     └──▶ cancelled                      the campaign was stopped
 *                            sent ──▶ bounced
 */
export const STATUSES = {
  queued: 0,
  sending: 1,
  sent: 2,
  delivered: 3,
  opened: 4,
  clicked: 5,
  failed: 6,
  bounced: 7,
  expired: 8,
  cancelled: 9,
  unknown: 10,
  skipped: 11,
} as const;

export type Outcome = keyof typeof STATUSES;
export type Status = (typeof STATUSES)[Outcome];

/** In the order of their numbers. */
export const OUTCOMES = Object.keys(STATUSES) as Outcome[];

export function outcomeOf(status: number): Outcome {
  const outcome = OUTCOMES[status];
  if (outcome === undefined) throw new RangeError(`no message status ${status}`);
  return outcome;
}

/** Why a message was never handed over. */
const SKIP_REASONS = [
  "unknown_target",
  "not_in_segment",
  "no_address",
  "unsubscribed",
  "suppressed",
  "capped",
  "quiet_hours_expired",
  "control_group",
  "duplicate",
  "invalid_content",
  "template_budget",
  "erased",
  "channel_off",
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** Why a message that was due to be sent failed: the provider refused it, or workers kept dying on it. */
const FAIL_REASONS = ["rejected", "gave_up"] as const;
export type FailReason = (typeof FAIL_REASONS)[number];
