/**
 * Slows down guessing: ten tries in five minutes for one address of the network and one email. By the pair, so that
 * a stranger elsewhere cannot lock somebody out. Kept in this process: with several, each allows its own ten.
 */
import type { Clock } from "../../base/clock.ts";

const MAX_TRIES = 10;
const WINDOW_MS = 5 * 60_000;
/** Bounds the memory; beyond it the oldest pair is forgotten. */
const MAX_PAIRS = 10_000;

/** In the place of the address, where what is guessed is counted alone. */
export const ANYWHERE = "anywhere";

/** One for each purpose: the flood of one must not push out what another remembers. */
export interface LoginThrottle {
  /** Counts a try before it is judged. @returns seconds to wait when it is one too many, else null. */
  take(ip: string, email: string): number | null;
  /** The right password was given: the pair is as new. */
  forget(ip: string, email: string): void;
}

export function createLoginThrottle(clock: Clock): LoginThrottle {
  const pairs = new Map<string, { tries: number; endsMs: number }>();
  const keyOf = (ip: string, email: string): string => `${ip} ${email}`;
  return {
    take(ip, email) {
      const key = keyOf(ip, email);
      const nowMs = clock.monotonicMs();
      const known = pairs.get(key);
      const pair =
        known !== undefined && known.endsMs > nowMs ? known : { tries: 0, endsMs: nowMs + WINDOW_MS };
      pair.tries += 1;
      pairs.delete(key);
      pairs.set(key, pair);
      const [oldest] = pairs.keys();
      if (pairs.size > MAX_PAIRS && oldest !== undefined) pairs.delete(oldest);
      return pair.tries > MAX_TRIES ? Math.max(1, Math.ceil((pair.endsMs - nowMs) / 1000)) : null;
    },
    forget(ip, email) {
      pairs.delete(keyOf(ip, email));
    },
  };
}
