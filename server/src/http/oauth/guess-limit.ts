/**
 * Bounds wrong tries at the token endpoint: ten in five minutes for one client and one address of the network, so
 * that a stranger locks nobody out elsewhere. Right requests count nothing: a client may ask a thousand times a
 * second. Kept in this process: with several, each allows its own ten.
 */
import type { Clock } from "../../base/clock.ts";

const MAX_WRONG = 10;
const WINDOW_MS = 5 * 60_000;
/** Bounds the memory; beyond it the oldest pair is forgotten. */
const MAX_PAIRS = 10_000;
/** Beyond it a made-up client id is cut: it fills no memory. */
const MAX_KEY = 100;

export interface GuessLimit {
  /** Seconds to wait before this pair is judged again; null when it may try. */
  waitSeconds(ip: string, clientId: string): number | null;
  countWrong(ip: string, clientId: string): void;
}

export function createGuessLimit(clock: Clock): GuessLimit {
  const pairs = new Map<string, { wrong: number; endsMs: number }>();
  const keyOf = (ip: string, clientId: string): string => `${ip} ${clientId.slice(0, MAX_KEY)}`;
  return {
    waitSeconds(ip, clientId) {
      const pair = pairs.get(keyOf(ip, clientId));
      const leftMs = pair === undefined ? 0 : pair.endsMs - clock.monotonicMs();
      return pair !== undefined && leftMs > 0 && pair.wrong >= MAX_WRONG ? Math.ceil(leftMs / 1000) : null;
    },
    countWrong(ip, clientId) {
      const key = keyOf(ip, clientId);
      const nowMs = clock.monotonicMs();
      const known = pairs.get(key);
      const pair =
        known !== undefined && known.endsMs > nowMs ? known : { wrong: 0, endsMs: nowMs + WINDOW_MS };
      pair.wrong += 1;
      pairs.delete(key);
      pairs.set(key, pair);
      const [oldest] = pairs.keys();
      if (pairs.size > MAX_PAIRS && oldest !== undefined) pairs.delete(oldest);
    },
  };
}
