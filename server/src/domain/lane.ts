/**
 * Lanes: what waits for what. A higher lane goes first, and every lane that waits gets a share (weights), so that
 * a broadcast of a million never holds up a login code, nor login codes a broadcast for ever.
 */
export const LANES = { otp: 0, transactional: 1, triggered: 2, bulk: 3, imports: 4 } as const;
export type Lane = (typeof LANES)[keyof typeof LANES];

export const ALL_LANES: readonly Lane[] = [0, 1, 2, 3, 4];

/** Shares of the hauls when all lanes wait: 16 : 8 : 4 : 2 : 1. */
export const LANE_WEIGHTS: Readonly<Record<Lane, number>> = { 0: 16, 1: 8, 2: 4, 3: 2, 4: 1 };

/**
 * An execution of at most this many targets is somebody's transaction, a larger one is a mailing. The largest
 * peers cap a transactional call at 50 recipients.
 */
const TRANSACTIONAL_TARGETS = 50;

export const laneOfExecution = (targets: number): Lane =>
  targets <= TRANSACTIONAL_TARGETS ? LANES.transactional : LANES.bulk;
