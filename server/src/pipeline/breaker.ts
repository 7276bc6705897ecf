/**
 * One breaker a gateway: after a row of failures that are the gateway's own fault its work rests for a while, and
 * nobody's tries are burnt. Then one haul goes through as the probe; a success closes the breaker.
 *
 *   closed ──20 faults in a row──▶ open(until) ──time──▶ half-open ──success──▶ closed
 *                                     ▲                      │
 *                                     └───────fault──────────┘
 */
import type { Clock } from "../base/clock.ts";
import type { Gateway } from "../gateways/gateway.ts";

/** In a row, so a gateway that refuses every second message still works. */
const FAULTS_TO_OPEN = 20;
const FIRST_REST_MS = 1_000;
/** A mended gateway is noticed within this time. */
const LONGEST_REST_MS = 30_000;

export interface Breakers {
  record(gateway: string, isFault: boolean): void;
  /** When all of these gateways rest: until when (unix ms). null: at least one may be tried. */
  restUntil(gateways: readonly string[]): number | null;
  /** Those that are open, with their end in unix ms. */
  listOpen(): Record<string, number>;
}

/** The breaker that a gateway's faults count on. */
export const breakerOf = (gateway: Gateway): string => gateway.breaker ?? gateway.name;

interface State {
  faults: number;
  restMs: number;
  untilMs: number;
}

export function createBreakers(clock: Clock): Breakers {
  const states = new Map<string, State>();

  function open(state: State): void {
    state.restMs = Math.min(LONGEST_REST_MS, state.restMs === 0 ? FIRST_REST_MS : state.restMs * 2);
    state.untilMs = clock.now() + state.restMs;
  }

  return {
    record(gateway, isFault) {
      const state = states.get(gateway) ?? { faults: 0, restMs: 0, untilMs: 0 };
      states.set(gateway, state);
      if (!isFault) {
        state.faults = 0;
        state.restMs = 0;
        state.untilMs = 0;
        return;
      }
      state.faults += 1;
      if (state.faults >= FAULTS_TO_OPEN && state.untilMs <= clock.now()) open(state);
    },
    listOpen() {
      const now = clock.now();
      const open = [...states].filter(([, state]) => state.untilMs > now);
      return Object.fromEntries(open.map(([name, state]) => [name, state.untilMs]));
    },
    restUntil(gateways) {
      if (gateways.length === 0) return null;
      const ends = [...new Set(gateways)].map((name) => states.get(name)?.untilMs ?? 0);
      const now = clock.now();
      return ends.every((endMs) => endMs > now) ? Math.min(...ends) : null;
    },
  };
}
