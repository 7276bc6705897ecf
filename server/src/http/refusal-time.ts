/**
 * A wrong credential is refused a fixed time after it was judged, so that the time does not tell what was wrong about
 * it. What is never ours costs no query, a row that is found costs a tenth of a millisecond more than none
 * (server/bench/token-timing.ts): of this time either is little.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";

const REFUSAL_MS = 20;

/** @param startMs monotonic, of when the credential was first looked at. */
export async function waitForRefusal(clock: Clock, startMs: number): Promise<void> {
  await sleep(Math.max(0, REFUSAL_MS - (clock.monotonicMs() - startMs)));
}
