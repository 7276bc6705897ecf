/**
 * The hauls that a worker has under way: how many at once, which may start beside which. Many small executions that
 * arrive one by one are taken together, because a haul costs the same for one target as for hundreds.
 */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { LANES } from "../domain/lane.ts";
import type { Claim } from "../store/chunks.ts";
import type { Haul } from "./haul.ts";

export interface HaulSlotsOptions {
  /** Hauls at once. */
  readonly slots: number;
  readonly maxTargets: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly runHaul: (haul: Haul, signal: AbortSignal) => Promise<void>;
  /** Aborted when the worker stops. */
  readonly stopping: AbortSignal;
  readonly onEnd: () => void;
  /** What a haul held when it ended with an error goes back to the queue; must not reject. */
  readonly giveBack: (haul: Haul) => Promise<void>;
}

/** A second haul of the same project and lane waits this long for the first, unless the first was full. */
export const COALESCE_MS = 50;

/**
 * Hauls of one project and lane at once. A slow gateway keeps a haul for minutes: the other slots stay for those whose
 * gateway is well.
 */
const MAX_OF_FLOW = 3;

interface Flow {
  startedMs: number;
  wasFull: boolean;
  count: number;
}

type Place = { readonly projectId: number; readonly lane: number };
const keyOf = ({ projectId, lane }: Place): string => `${projectId}:${lane}`;

export class HaulSlots {
  /** By claim token: for the heartbeat. */
  readonly running = new Map<number, Haul>();
  readonly #options: HaulSlotsOptions;
  readonly #flows = new Map<string, Flow>();
  readonly #ends = new Set<Promise<void>>();

  constructor(options: HaulSlotsOptions) {
    this.#options = options;
  }

  get hasRoom(): boolean {
    return this.running.size < this.#options.slots;
  }

  /** May a haul of this project and lane start now? One slot is kept free of mailings. */
  may(place: Place): boolean {
    const isMailing = place.lane >= LANES.bulk;
    if (isMailing && this.#mailings() >= Math.max(1, this.#options.slots - 1)) return false;
    const flow = this.#flows.get(keyOf(place));
    if (flow === undefined) return true;
    if (flow.count >= MAX_OF_FLOW) return false;
    if (flow.wasFull) return true;
    return this.#options.clock.monotonicMs() - flow.startedMs > COALESCE_MS;
  }

  #mailings(): number {
    let count = 0;
    for (const haul of this.running.values()) if (haul.lane >= LANES.bulk) count += 1;
    return count;
  }

  launch(place: Place, claim: Claim): void {
    const haul: Haul = { ...place, token: claim.token, chunks: claim.chunks, lost: new AbortController() };
    this.running.set(haul.token, haul);
    this.#enter(place, claim);
    const done = this.#run(haul).finally(() => {
      this.running.delete(haul.token);
      this.#ends.delete(done);
      this.#leave(place);
      this.#options.onEnd();
    });
    this.#ends.add(done);
  }

  async #run(haul: Haul): Promise<void> {
    const { runHaul, stopping, log, giveBack } = this.#options;
    try {
      await runHaul(haul, AbortSignal.any([haul.lost.signal, stopping]));
    } catch (error) {
      log.error({ err: error, project: haul.projectId }, "a haul ended with an error");
      // What was sent stands in the message rows; who takes it up next goes by them. Else the lease would have to end.
      await giveBack(haul);
    }
  }

  #enter(place: Place, claim: Claim): void {
    const targets = claim.chunks.reduce((sum, chunk) => sum + chunk.targetCount, 0);
    const count = (this.#flows.get(keyOf(place))?.count ?? 0) + 1;
    const startedMs = this.#options.clock.monotonicMs();
    this.#flows.set(keyOf(place), { startedMs, wasFull: targets >= this.#options.maxTargets / 2, count });
  }

  #leave(place: Place): void {
    const flow = this.#flows.get(keyOf(place));
    if (flow === undefined) return;
    flow.count -= 1;
    if (flow.count === 0) this.#flows.delete(keyOf(place));
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.allSettled([...this.#ends]);
  }
}
