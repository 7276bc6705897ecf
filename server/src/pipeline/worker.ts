/**
 * The worker role: claims hauls and runs them side by side, keeps their leases alive, and takes over what dead
 * workers held. NOTIFY wakes it; a poll each second is the backstop, so a lost notification costs latency and never
 * work. It stops calmly: no new claims, what is under way is settled.
 */
import type { Context } from "../actions/context.ts";
import { giveBack } from "../actions/messages/release-haul.ts";
import { ALL_LANES, type Lane } from "../domain/lane.ts";
import { endPassedCampaigns, STOP_CHANNEL } from "../store/campaigns.ts";
import {
  claimChunks,
  endHangingSessions,
  listReadyLanes,
  type ReadyLane,
  renewLeases,
  requeueHauls,
  WORK_CHANNEL,
} from "../store/chunks.ts";
import type { Haul } from "./haul.ts";
import { COALESCE_MS, HaulSlots } from "./haul-slots.ts";
import { createReadyLanes, type ReadyPick } from "./ready-lanes.ts";
import { createWatchdog } from "./watchdog.ts";

export interface WorkerOptions {
  readonly context: Context;
  /** Unique among the workers of the database. */
  readonly name: string;
  readonly leaseSeconds: number;
  /** Hauls at once. */
  readonly slots: number;
  readonly maxTargets: number;
  readonly runHaul: (haul: Haul, signal: AbortSignal) => Promise<void>;
  /** Told of each stop of a campaign, so that hauls under way can end what they have not handed over. */
  readonly onCampaignStopped: (projectId: number, campaignId: number) => void;
  /** Told when something of this worker will not come back by itself: its process has to be started anew. */
  readonly onStuck: (what: string) => void;
}

const POLL_MS = 1000;
const SWEEP_MS = 2000;
const WATCH_MS = 5000;
/** Above the ten seconds that a gateway may take for what is under way when a haul is lost, and a statement or two. */
const WATCH_ROUNDS = 12;
/** After a failed query: long enough not to spin while the database restarts. */
const AFTER_FAILURE_MS = 250;
/** Before the work of a haul that ended with an error is taken up again. */
const AFTER_ERROR_MS = 1000;

export class Worker {
  readonly #options: WorkerOptions;
  readonly #ready = createReadyLanes();
  readonly #stopping = new AbortController();
  readonly #slots: HaulSlots;
  #wake = Promise.withResolvers<void>();
  #loops: Promise<void>[] = [];
  #unlisten: (() => Promise<void>)[] = [];
  #beats = 0;
  #isBeating = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
    const { clock, log } = options.context;
    this.#slots = new HaulSlots({
      ...options,
      clock,
      log,
      stopping: this.#stopping.signal,
      giveBack: (haul) => this.#giveBack(haul),
      onEnd: () => this.#wake.resolve(),
    });
  }

  async start(): Promise<void> {
    const { dispatch } = this.#options.context;
    const poll = () => this.#poll();
    const work = await dispatch.listen(
      WORK_CHANNEL,
      (payload) => this.#onWork(payload),
      () => void this.#guard("poll", poll),
    );
    const stops = await dispatch.listen(STOP_CHANNEL, (payload) => this.#onStopped(payload));
    this.#unlisten = [() => work.unlisten(), () => stops.unlisten()];
    this.#loops = [
      this.#dispatch(),
      this.#every(POLL_MS, "poll", poll),
      this.#every(SWEEP_MS, "sweep", () => this.#sweep()),
      this.#every((this.#options.leaseSeconds * 1000) / 4, "heartbeat", () => this.#heartbeat()),
      this.#watch(),
    ];
  }

  /** Resolves when everything under way is settled. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.resolve();
    await Promise.allSettled(this.#loops);
    await this.#slots.idle();
    await Promise.allSettled(this.#unlisten.map((end) => end()));
  }

  #onWork(payload: string): void {
    const [projectId, lane] = payload.split(":").map(Number);
    if (projectId !== undefined && ALL_LANES.includes(lane as Lane))
      this.#announce([{ projectId, lane: lane as Lane }]);
  }

  #onStopped(payload: string): void {
    const [projectId, campaignId] = payload.split(":").map(Number);
    if (projectId !== undefined && campaignId !== undefined)
      this.#options.onCampaignStopped(projectId, campaignId);
  }

  #announce(lanes: readonly ReadyLane[]): void {
    for (const { projectId, lane } of lanes) this.#ready.add(projectId, lane as Lane);
    this.#wake.resolve();
  }

  async #dispatch(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#wake = Promise.withResolvers<void>();
      const pick = this.#slots.hasRoom
        ? this.#ready.pick((projectId, lane) => this.#slots.may({ projectId, lane }))
        : null;
      if (pick === null) await this.#rest();
      else await this.#guard("claim", () => this.#claim(pick));
    }
  }

  /** Until something happens; with a haul under way at most until the next may start beside it. */
  async #rest(): Promise<void> {
    const pause = new AbortController();
    const limitMs = this.#slots.running.size > 0 && this.#slots.hasRoom ? COALESCE_MS : POLL_MS;
    const signal = AbortSignal.any([pause.signal, this.#stopping.signal]);
    await Promise.race([this.#wake.promise, this.#options.context.clock.sleep(limitMs, signal)]);
    pause.abort();
  }

  async #claim(pick: ReadyPick): Promise<void> {
    const { context, name, leaseSeconds, maxTargets } = this.#options;
    const { projectId, lane } = pick;
    const nowMs = context.clock.now();
    const claim = await claimChunks(context.dispatch, {
      projectId,
      lane,
      worker: name,
      leaseSeconds,
      maxTargets,
      nowMs,
    });
    if (claim === null) this.#ready.forget(pick);
    else this.#slots.launch({ projectId, lane }, claim);
  }

  async #poll(): Promise<void> {
    const { dispatch, clock } = this.#options.context;
    this.#announce(await listReadyLanes(dispatch, ALL_LANES, clock.now()));
  }

  async #sweep(): Promise<void> {
    const { context, leaseSeconds } = this.#options;
    const { dispatch, log } = context;
    await endPassedCampaigns(dispatch, context.clock.now());
    this.#announce(await requeueHauls(dispatch, null));
    const ended = await endHangingSessions(dispatch, leaseSeconds);
    if (ended === 0) return;
    log.warn({ sessions: ended }, "ended database sessions of a process that hangs inside a transaction");
    this.#announce(await requeueHauls(dispatch, null));
  }

  async #heartbeat(): Promise<void> {
    this.#beats += 1;
    this.#isBeating = true;
    try {
      await this.#renewLeases();
    } finally {
      this.#isBeating = false;
    }
  }

  /**
   * A haul whose lease is gone is told so, and hands over nothing more. Gone is what was taken over: a lease that
   * merely ended, while nobody could look, is still its holder's.
   */
  async #renewLeases(): Promise<void> {
    const tokens = [...this.#slots.running.keys()];
    if (tokens.length === 0) return;
    const kept = new Set(
      await renewLeases(this.#options.context.dispatch, tokens, this.#options.leaseSeconds),
    );
    for (const token of tokens) if (!kept.has(token)) this.#slots.running.get(token)?.lost.abort();
  }

  /** A haul that was told of its loss comes back soon, and a heartbeat is answered or fails: else this worker hangs. */
  async #watch(): Promise<void> {
    const watchdog = createWatchdog(WATCH_ROUNDS);
    while (!this.#stopping.signal.aborted) {
      const stuck = watchdog.look(this.#suspects());
      if (stuck !== null) {
        this.#options.context.log.fatal({ stuck }, "this worker hangs and has to be started anew");
        this.#options.onStuck(stuck);
        return;
      }
      await this.#options.context.clock.sleep(WATCH_MS, this.#stopping.signal);
    }
  }

  #suspects(): Set<string> {
    const lost = [...this.#slots.running.values()].filter((haul) => haul.lost.signal.aborted);
    const suspects = new Set(lost.map((haul) => `lost haul ${haul.token}`));
    if (this.#isBeating) suspects.add(`heartbeat ${this.#beats}`);
    return suspects;
  }

  /** After an error: the work is tried again in a moment, and the try counts, so that it cannot go on for ever. */
  async #giveBack(haul: Haul): Promise<void> {
    const { context } = this.#options;
    const runAtMs = context.clock.now() + AFTER_ERROR_MS;
    await this.#guard("giving a haul back", () => giveBack(context, haul, { runAtMs, countsAsTry: true }));
  }

  async #every(ms: number, name: string, work: () => Promise<void>): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#guard(name, work);
      await this.#options.context.clock.sleep(ms, this.#stopping.signal);
    }
  }

  /** The database may be away for a while: what failed is tried again on the next round. */
  async #guard(name: string, work: () => Promise<void>): Promise<void> {
    const { log, clock } = this.#options.context;
    try {
      await work();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      log.warn({ err: error }, `${name} failed, trying again`);
      await clock.sleep(AFTER_FAILURE_MS, this.#stopping.signal);
    }
  }
}
