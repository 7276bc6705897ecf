/**
 * Claimed events on their way through one sender. What became of them is written in groups, each in one commit:
 * at once after a failure, because others wait for what it says about the endpoint, else after a moment. A crash can
 * repeat no more than such a group.
 */
import type { Clock } from "../../base/clock.ts";
import { isRetriable } from "../../store/db.ts";
import type { ClaimedEvent } from "../../store/webhook-events.ts";
import type { Context } from "../context.ts";
import { type Settled, type Settlement, settlePosts, type TriedEvent } from "./settle-events.ts";

export interface HeldOptions extends Omit<Settlement, "tried" | "released"> {
  readonly context: Context;
  readonly projectId: number;
  readonly events: readonly ClaimedEvent[];
  /** On the monotonic clock: a settle after it would find nothing of ours. */
  readonly leaseEndMs: number;
  readonly onSettled: (settled: Settled) => void;
}

const GROUP_EVENTS = 64;
const GROUP_MS = 50;
/** The database may be away for a moment; the lease says for how long it is worth trying. */
const RETRY_MS = 250;

export class HeldEvents {
  /** Resolves when every event is settled, or is another worker's. Never rejects. */
  readonly done: Promise<void>;
  readonly #options: HeldOptions;
  readonly #clock: Clock;
  #open: number;
  #tried: TriedEvent[] = [];
  #released: ClaimedEvent[] = [];
  #added = Promise.withResolvers<void>();
  #urgent = new AbortController();

  constructor(options: HeldOptions) {
    this.#options = options;
    this.#clock = options.context.clock;
    this.#open = options.events.length;
    this.done = this.#settleAll();
  }

  /** One of the events was posted. */
  add(tried: TriedEvent): void {
    this.#tried.push(tried);
    this.#note(1, tried.delivery.outcome !== "delivered");
  }

  /** These were not tried: they go back as they are. */
  release(events: readonly ClaimedEvent[]): void {
    this.#released.push(...events);
    this.#note(events.length, true);
  }

  #note(count: number, isUrgent: boolean): void {
    this.#open -= count;
    if (isUrgent || this.#open === 0 || this.#tried.length >= GROUP_EVENTS) this.#urgent.abort();
    this.#added.resolve();
  }

  async #settleAll(): Promise<void> {
    while (this.#open > 0 || this.#tried.length + this.#released.length > 0) {
      await this.#added.promise;
      await this.#clock.sleep(GROUP_MS, this.#urgent.signal);
      const group = { tried: this.#tried, released: this.#released };
      this.#tried = [];
      this.#released = [];
      this.#added = Promise.withResolvers();
      this.#urgent = new AbortController();
      await this.#settle(group);
    }
  }

  async #settle(group: Pick<Settlement, "tried" | "released">): Promise<void> {
    const { context, projectId, leaseEndMs, onSettled, connectionId } = this.#options;
    const { log } = context;
    for (;;) {
      try {
        const settled = await settlePosts(context, projectId, { ...this.#options, ...group });
        if (settled.lost > 0)
          log.warn({ connectionId, lost: settled.lost }, "webhook events were no longer ours");
        return onSettled(settled);
      } catch (error) {
        const isOver = !isRetriable(error) || this.#clock.monotonicMs() + RETRY_MS > leaseEndMs;
        log.warn({ err: error, connectionId, isOver }, "webhook events could not be settled");
        if (isOver) return;
        await this.#clock.sleep(RETRY_MS);
      }
    }
  }
}
