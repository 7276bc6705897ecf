/**
 * Posts waiting events to the customers' endpoints. Each connection is a flow of its own: a window of posts at once
 * that grows with success and halves with failure, and a queue of claimed events not much longer than the window. So
 * one bad endpoint holds a few of the shared places for one timeout, and then it rests (webhooks/endpoint-health.ts).
 * NOTIFY wakes it, a poll each second is the backstop. No transaction is open while a post is on its way.
 */
import type { Context } from "../actions/context.ts";
import { loadClaim, loadEndpoint, type OpenEndpoint } from "../actions/webhooks/load-claim.ts";
import { settlePosts, type TriedEvent } from "../actions/webhooks/settle-events.ts";
import type { SafeFetch } from "../base/safe-fetch.ts";
import { listReadyConnections, type ReadyConnection } from "../store/connections.ts";
import { isRetriable } from "../store/db.ts";
import {
  type ClaimedEvent,
  claimEvents,
  claimProbe,
  type EventClaim,
  requeueExpiredEvents,
  WEBHOOK_CHANNEL,
} from "../store/webhook-events.ts";
import { deliverEvent } from "../webhooks/deliver-event.ts";
import { FAILURES_TO_REST, judgeEndpoint } from "../webhooks/endpoint-health.ts";

export interface WebhookSenderOptions {
  readonly context: Context;
  readonly safeFetch: SafeFetch;
  readonly random: () => number;
  /** Posts at once to one connection; 16 where not given. */
  readonly concurrency?: number;
  /** Posts at once in all, probes not counted; 64 where not given. */
  readonly totalConcurrency?: number;
  /** 15,000 where not given, as Svix and Standard Webhooks have it. */
  readonly timeoutMs?: number;
  /** Twice `timeoutMs` and ten seconds where not given; must be more than `timeoutMs` and five seconds. */
  readonly leaseSeconds?: number;
}

export interface WebhookSender {
  start(): Promise<void>;
  /** Calm: nothing new is posted, what is on its way is waited for and settled, the rest is given back. */
  stop(): Promise<void>;
}

const POLL_MS = 1_000;
const SWEEP_MS = 2_000;
/** A rotated secret, a changed address or a rest that another worker began is seen within this time. */
const ENDPOINT_MS = 250;
/** A commit for so many posts or after so long: what a crash can make us post twice is no more than this. */
const SETTLE_EVENTS = 64;
const SETTLE_MS = 50;
/** Kept between the end of a post's time limit and the end of its lease. */
const SETTLE_SECONDS = 5;
const FIRST_WINDOW = 4;
/** Claimed at once, in windows: enough to fill the time that a claim takes. */
const WINDOWS_CLAIMED = 8;
/** Bounds the bodies in memory, and how much of the work one process takes away from the others. */
const MAX_QUEUED = 2_048;
/** Probes have places of their own: a thousand dead endpoints must not crowd out the living. */
const MAX_PROBES = 16;
const SETTLE_RETRY_MS = 250;

export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  return new Sender(options);
}

/** Claimed events under one token, until all of them are settled. */
interface Held {
  readonly flow: Flow;
  readonly token: number;
  readonly isProbe: boolean;
  /** Monotonic. After it no post may begin, or the lease could end before the post is settled. */
  readonly startUntilMs: number;
  readonly leaseEndMs: number;
  /** Neither tried nor released. */
  open: number;
  tried: TriedEvent[];
  released: ClaimedEvent[];
  isSettling: boolean;
  isTimed: boolean;
}

/** One connection, while it has something to do. */
interface Flow {
  readonly projectId: number;
  readonly connectionId: number;
  readonly queue: { readonly held: Held; readonly event: ClaimedEvent }[];
  endpoint: OpenEndpoint | null;
  endpointReadMs: number;
  window: number;
  posting: number;
  failuresInRow: number;
  /** There may be more to claim. */
  hasMore: boolean;
  /** A claim, a look at the endpoint or a probe is under way; one at a time each. */
  readonly busy: Set<"claim" | "endpoint" | "probe">;
}

class Sender implements WebhookSender {
  readonly #options: Required<WebhookSenderOptions>;
  readonly #flows = new Map<string, Flow>();
  readonly #stopping = new AbortController();
  readonly #tasks = new Set<Promise<void>>();
  #announced = new Set<number>();
  #wake = Promise.withResolvers<void>();
  #isPolling = false;
  #unlisten: () => Promise<void> = async () => {};
  #posting = 0;
  #probing = 0;
  #queued = 0;

  constructor(options: WebhookSenderOptions) {
    const timeoutMs = options.timeoutMs ?? 15_000;
    const leaseSeconds = 2 * Math.ceil(timeoutMs / 1000) + 10;
    this.#options = { concurrency: 16, totalConcurrency: 64, timeoutMs, leaseSeconds, ...options };
  }

  async start(): Promise<void> {
    const { dispatch } = this.#options.context;
    const listening = await dispatch.listen(WEBHOOK_CHANNEL, (payload) => this.#announce(Number(payload)));
    this.#unlisten = () => listening.unlisten();
    this.#track(this.#lookLoop());
    this.#track(this.#every(POLL_MS, async () => this.#announceAll()));
    this.#track(this.#every(SWEEP_MS, () => this.#sweep()));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.resolve();
    for (const flow of this.#flows.values()) this.#giveBack(flow);
    while (this.#tasks.size > 0) await Promise.allSettled(this.#tasks);
    await this.#unlisten().catch(() => undefined); // a lost connection listens to nothing any more
  }

  // --- What is there to do ----------------------------------------------------------------------------------

  #announce(projectId: number): void {
    if (Number.isSafeInteger(projectId)) this.#announced.add(projectId);
    this.#wake.resolve();
  }

  #announceAll(): void {
    this.#isPolling = true;
    this.#wake.resolve();
  }

  /** Notifications that arrive during one look share the next. */
  async #lookLoop(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#wake.promise;
      this.#wake = Promise.withResolvers<void>();
      const projectIds = this.#isPolling ? null : [...this.#announced];
      this.#isPolling = false;
      this.#announced = new Set();
      await this.#guard("the look for webhook events", () => this.#look(projectIds));
    }
  }

  async #look(projectIds: readonly number[] | null): Promise<void> {
    if (projectIds?.length === 0 || this.#stopping.signal.aborted) return;
    const { context } = this.#options;
    const ready = await listReadyConnections(context.dispatch, { projectIds, nowMs: context.clock.now() });
    for (const connection of ready) {
      const flow = this.#flowOf(connection);
      if (connection.isProbe) this.#probe(flow);
      else flow.hasMore = true;
    }
    this.#advance();
  }

  async #sweep(): Promise<void> {
    for (const projectId of await requeueExpiredEvents(this.#options.context.dispatch)) this.#announce(projectId);
  }

  #flowOf({ projectId, connectionId }: ReadyConnection): Flow {
    const key = `${projectId}:${connectionId}`;
    const known = this.#flows.get(key);
    if (known !== undefined) return known;
    const flow: Flow = {
      projectId,
      connectionId,
      queue: [],
      endpoint: null,
      endpointReadMs: 0,
      window: Math.min(FIRST_WINDOW, this.#options.concurrency),
      posting: 0,
      failuresInRow: 0,
      hasMore: false,
      busy: new Set(),
    };
    this.#flows.set(key, flow);
    return flow;
  }

  // --- Claim ------------------------------------------------------------------------------------------------

  /** Whatever may begin now begins: claims for short queues, posts for free places. Turn by turn, so it is fair. */
  #advance(): void {
    for (const [key, flow] of this.#flows) {
      if (this.#wantsClaim(flow)) this.#run(flow, "claim", () => this.#claim(flow));
      const isIdle = flow.posting === 0 && flow.queue.length === 0 && flow.busy.size === 0 && !flow.hasMore;
      if (isIdle) this.#flows.delete(key);
    }
    for (let isMoving = true; isMoving; ) {
      isMoving = false;
      for (const flow of this.#flows.values()) isMoving = this.#postNext(flow) || isMoving;
    }
  }

  #wantsClaim(flow: Flow): boolean {
    if (!flow.hasMore || flow.busy.has("claim") || this.#stopping.signal.aborted) return false;
    // The last failures may not be settled yet: only the settled row knows whether the endpoint rests.
    if (flow.failuresInRow >= FAILURES_TO_REST && flow.posting > 0) return false;
    return flow.queue.length <= (flow.window * WINDOWS_CLAIMED) / 2 && this.#queued < MAX_QUEUED;
  }

  async #claim(flow: Flow): Promise<void> {
    const limit = flow.window * WINDOWS_CLAIMED;
    const request = this.#requestFor(flow, limit);
    const startMs = this.#options.context.clock.monotonicMs();
    const claim = await claimEvents(this.#options.context.dispatch, request);
    flow.hasMore = claim !== null && claim.events.length === limit;
    if (claim !== null) await this.#take(flow, { claim, isProbe: false, startMs });
  }

  #probe(flow: Flow): void {
    if (this.#probing >= MAX_PROBES || this.#stopping.signal.aborted) return;
    this.#run(flow, "probe", async () => {
      this.#probing += 1;
      try {
        const { context, leaseSeconds } = this.#options;
        const startMs = context.clock.monotonicMs();
        const request = { ...this.#requestFor(flow, 1), probeMs: leaseSeconds * 1000 };
        const claim = await claimProbe(context.dispatch, request);
        if (claim !== null) await this.#take(flow, { claim, isProbe: true, startMs });
      } finally {
        this.#probing -= 1;
      }
    });
  }

  #requestFor({ projectId, connectionId }: Flow, limit: number) {
    const { context, leaseSeconds } = this.#options;
    return { projectId, connectionId, leaseSeconds, limit, nowMs: context.clock.now() };
  }

  /** Reads what was claimed. A probe is posted here and now; other events queue up. */
  async #take(flow: Flow, got: { claim: EventClaim; isProbe: boolean; startMs: number }): Promise<void> {
    const { context, leaseSeconds, timeoutMs } = this.#options;
    const { connectionId, projectId } = flow;
    const { endpoint, events } = await loadClaim(context, projectId, { connectionId, claim: got.claim });
    flow.endpoint = endpoint;
    flow.endpointReadMs = context.clock.monotonicMs();
    const leaseEndMs = got.startMs + leaseSeconds * 1000;
    const held: Held = {
      flow,
      token: got.claim.token,
      isProbe: got.isProbe,
      startUntilMs: leaseEndMs - timeoutMs - SETTLE_SECONDS * 1000,
      leaseEndMs,
      open: events.length,
      tried: [],
      released: [],
      isSettling: false,
      isTimed: false,
    };
    if (got.isProbe && events[0] !== undefined && endpoint !== null) return await this.#post(held, events[0], endpoint);
    for (const event of events) flow.queue.push({ held, event });
    this.#queued += events.length;
    if (this.#stopping.signal.aborted) this.#giveBack(flow);
  }

  // --- Post -------------------------------------------------------------------------------------------------

  /** Starts one post of this flow if it may. @returns whether it did. */
  #postNext(flow: Flow): boolean {
    const { totalConcurrency } = this.#options;
    if (flow.queue.length === 0 || this.#posting >= totalConcurrency || flow.posting >= flow.window) return false;
    const nowMs = this.#options.context.clock.monotonicMs();
    if (nowMs - flow.endpointReadMs > ENDPOINT_MS) {
      this.#run(flow, "endpoint", () => this.#refresh(flow));
      return false;
    }
    const { endpoint } = flow;
    const [next] = flow.queue;
    if (endpoint === null || !endpoint.isOpen || next === undefined || nowMs > next.held.startUntilMs) {
      this.#giveBack(flow);
      return false;
    }
    flow.queue.shift();
    this.#queued -= 1;
    flow.posting += 1;
    this.#posting += 1;
    this.#track(
      this.#post(next.held, next.event, endpoint).finally(() => {
        flow.posting -= 1;
        this.#posting -= 1;
        this.#advance();
      }),
    );
    return true;
  }

  async #refresh(flow: Flow): Promise<void> {
    const { context } = this.#options;
    flow.endpoint = await loadEndpoint(context, flow.projectId, flow.connectionId);
    flow.endpointReadMs = context.clock.monotonicMs();
  }

  async #post(held: Held, event: ClaimedEvent, endpoint: OpenEndpoint): Promise<void> {
    const { context, safeFetch, timeoutMs, concurrency } = this.#options;
    const { flow } = held;
    const startedAtMs = context.clock.now();
    const tools = { safeFetch, timeoutMs, log: context.log };
    const delivery = await deliverEvent(tools, endpoint, { id: event.id, body: event.body, nowMs: startedAtMs });
    held.tried.push({ event, startedAtMs, delivery });
    held.open -= 1;
    const isWell = delivery.outcome === "delivered";
    flow.failuresInRow = isWell ? 0 : flow.failuresInRow + 1;
    flow.window = isWell ? Math.min(concurrency, flow.window + 1) : Math.max(1, Math.floor(flow.window / 2));
    // Whether it must rest is for the row to say; until it has spoken nothing more is posted.
    if (flow.failuresInRow >= FAILURES_TO_REST || delivery.outcome === "gone") this.#giveBack(flow);
    this.#settleSoon(held, !isWell);
  }

  /** Releases what is queued; it was not tried. */
  #giveBack(flow: Flow): void {
    const given = flow.queue.splice(0);
    this.#queued -= given.length;
    if (given.length > 0) flow.hasMore = true;
    for (const { held, event } of given) {
      held.released.push(event);
      held.open -= 1;
    }
    for (const held of new Set(given.map((entry) => entry.held))) this.#settleSoon(held, true);
  }
}
