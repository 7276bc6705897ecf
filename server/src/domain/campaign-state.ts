/**
 * The states of a campaign (wire: `status`; `active` is 1 exactly when live).
 *
 *   draft(0) ──start──▶ live(1) ──stop──▶ stopped(2)
 *                         ▲  │                │
 *                         │  └─end passed─▶ past(3)
 *                         └──────start────────┘
 *
 * A stopped campaign may be started again, a past one may not, unless it was stopped before its end (evidence:
 * start, section 9). Closed(4) belongs to journeys.
 */
export const CAMPAIGN_STATES = { draft: 0, live: 1, stopped: 2, past: 3, closed: 4 } as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[keyof typeof CAMPAIGN_STATES];

export type CampaignStateName = keyof typeof CAMPAIGN_STATES;

const NAMES = Object.keys(CAMPAIGN_STATES) as CampaignStateName[];

export const campaignStateName = (state: number): CampaignStateName => NAMES[state] ?? "closed";

export type CampaignMove = "start" | "stop";

const MOVES: Readonly<Record<CampaignMove, Readonly<Record<number, CampaignState>>>> = {
  start: { 0: CAMPAIGN_STATES.live, 2: CAMPAIGN_STATES.live },
  stop: { 1: CAMPAIGN_STATES.stopped },
};

/** @returns the state after the move, or null when the state forbids it. */
export const moveCampaign = (state: number, move: CampaignMove): CampaignState | null =>
  MOVES[move][state] ?? null;
