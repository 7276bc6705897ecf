/**
 * Posts waiting events to the customers' endpoints. Each connection is a flow of its own: a window of posts at
 * once that grows with success and halves with failure, and a queue of claimed events not much longer. So one bad
 * endpoint holds a few of the shared places for one timeout, and then it rests (webhooks/endpoint-health.ts).
 * NOTIFY wakes it, a poll each second is the backstop. No transaction is open while a post is on its way.
 */
import type { Context } from "../actions/context.ts";
import { HeldEvents } from "../actions/webhooks/held-events.ts";
import type { Settled } from "../actions/webhooks/settle-events.ts";
import {
  loadEndpoint,
  type OpenEndpoint,
  type TakenEvents,
  takeEvents,
} from "../actions/webhooks/take-events.ts";
import type { SafeFetch } from "../base/safe-fetch.ts";
import { listReadyConnections, type ReadyConnection } from "../store/connections.ts";
import { type ClaimedEvent, requeueExpiredEvents, WEBHOOK_CHANNEL } from "../store/webhook-events.ts";
import { deliverEvent } from "../webhooks/deliver-event.ts";
import { FAILURES_TO_REST, judgeEndpoint } from "../webhooks/endpoint-health.ts";

export interface WebhookSenderOptions {
  readonly context: Context;
  readonly safeFetch: SafeFetch;
  /** Gives numbers from 0 to below 1. */
  readonly random: () => number;
  /** Posts at once to one connection; 16 where not given. */
  readonly concurrency?: number;
  /** Posts at once in all, probes not counted; 64 where not given. */
  readonly totalConcurrency?: number;
  /** 15,000 where not given: what senders of webhooks have agreed on. */
  readonly timeoutMs?: number;
  /** Must exceed the time limit by more than five seconds; twice the limit and ten seconds where not given. */
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
/** Kept between the end of a post's time limit and the end of its lease. */
const SETTLE_MS = 5_000;
const FIRST_WINDOW = 4;
/** Claimed at once, in windows: enough to fill the time that a claim takes. */
const WINDOWS_CLAIMED = 8;
/** Bounds the bodies in memory, and how much of the work one process takes away from the others. */
const MAX_QUEUED = 2_048;
/** Probes have places of their own: a thousand dead endpoints must not crowd out the living. */
const MAX_PROBES = 16;
const RETRY_MS = 250;

export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  return new Sender(options);
}

interface Queued {
  readonly held: HeldEvents;
  readonly event: ClaimedEvent;
  /** Monotonic. After it the post may not begin, or the lease could end before it is settled. */
  readonly startUntilMs: number;
}

/** One connection, while it has something to do. */
interface Flow {
  readonly key: string;
  readonly projectId: number;
  readonly connectionId: number;
  queue: Queued[];
  endpoint: OpenEndpoint | null;
  endpointReadMs: number;
  /** Posts at once now. */
  window: number;
  posting: number;
  failuresInRow: number;
  /** Claims that are not settled to the end. */
  held: number;
  /** There may be more to claim. */
  hasMore: boolean;
  /** What is under way besides posts; one at a time of each. */
  readonly busy: Set<"claim" | "endpoint" | "probe">;
}

class Sender implements WebhookSender {
  readonly #options: Required<WebhookSenderOptions>;
  readonly #flows = new Map<string, Flow>();
  readonly #stopping = new AbortController();
  readonly #tasks = new Set<Promise<void>>();
  #announced: Set<number> | "all" = new Set();
  #wake = Promise.withResolvers<void>();
  #unlisten: () => Promise<void> = async () => {};
  #posting = 0;
  #probing = 0;
  #queued = 0;

  constructor(options: WebhookSenderOptions) {
    const timeoutMs = options.timeoutMs ?? 15_000;
    const leaseSeconds = 2 * Math.ceil(timeoutMs / 1000) + 10;
    if ((options.leaseSeconds ?? leaseSeconds) * 1000 <= timeoutMs + SETTLE_MS) {
      throw new RangeError("the lease must outlast a post and its settling");
    }
    this.#options = { concurrency: 16, totalConcurrency: 64, timeoutMs, leaseSeconds, ...options };
  }

  async start(): Promise<void> {
    const { dispatch } = this.#options.context;
    const listening = await dispatch.listen(WEBHOOK_CHANNEL, (payload) => this.#announce(Number(payload)));
    this.#unlisten = () => listening.unlisten();
    this.#track(this.#lookLoop());
    this.#track(this.#every(POLL_MS, async () => this.#announce("all")));
    this.#track(this.#every(SWEEP_MS, () => this.#sweep()));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.resolve();
    for (const flow of this.#flows.values()) this.#giveBack(flow);
    while (this.#tasks.size > 0) await Promise.allSettled(this.#tasks);
    await this.#unlisten().catch(() => undefined); // a lost connection listens to nothing any more
  }

  #announce(projectId: number | "all"): void {
    if (projectId === "all") this.#announced = "all";
    else if (this.#announced !== "all" && Number.isSafeInteger(projectId)) this.#announced.add(projectId);
    this.#wake.resolve();
  }

  /** Notifications that arrive during one look share the next. */
  async #lookLoop(): Promise<void> {
    for (;;) {
      await this.#wake.promise;
      if (this.#stopping.signal.aborted) return;
      const projectIds = this.#announced === "all" ? null : [...this.#announced];
      this.#wake = Promise.withResolvers();
      this.#announced = new Set();
      await this.#guard("the look for webhook events", () => this.#look(projectIds));
    }
  }

  async #look(projectIds: readonly number[] | null): Promise<void> {
    const { context } = this.#options;
    const ready = await listReadyConnections(context.dispatch, { projectIds, nowMs: context.clock.now() });
    for (const connection of ready) {
      const flow = this.#flowOf(connection);
      if (connection.isProbe) this.#startProbe(flow);
      else flow.hasMore = true;
    }
    this.#advance();
  }

  async #sweep(): Promise<void> {
    for (const projectId of await requeueExpiredEvents(this.#options.context.dispatch))
      this.#announce(projectId);
  }

  #flowOf({ projectId, connectionId }: ReadyConnection): Flow {
    const key = `${projectId}:${connectionId}`;
    const known = this.#flows.get(key);
    if (known !== undefined) return known;
    const window = Math.min(FIRST_WINDOW, this.#options.concurrency);
    const counts = { window, posting: 0, failuresInRow: 0, held: 0 };
    const endpoint = { endpoint: null, endpointReadMs: Number.NEGATIVE_INFINITY };
    const flow = {
      key,
      projectId,
      connectionId,
      queue: [],
      hasMore: false,
      busy: new Set<never>(),
      ...counts,
      ...endpoint,
    };
    this.#flows.set(key, flow);
    return flow;
  }

  /** Whatever may begin now begins. A flow that got something goes to the end of the line. */
  #advance(): void {
    for (const flow of this.#flows.values()) {
      if (this.#mayClaim(flow)) this.#startClaim(flow);
      else if (this.#startPost(flow)) this.#toTheEnd(flow);
      else if (flow.held === 0 && flow.busy.size === 0 && !flow.hasMore) this.#flows.delete(flow.key);
    }
  }

  #toTheEnd(flow: Flow): void {
    this.#flows.delete(flow.key);
    this.#flows.set(flow.key, flow);
  }

  #mayClaim(flow: Flow): boolean {
    if (!flow.hasMore || flow.busy.has("claim") || this.#stopping.signal.aborted) return false;
    // Whether the endpoint rests now is known when its last failures are settled.
    if (flow.failuresInRow >= FAILURES_TO_REST && flow.held > 0) return false;
    return flow.queue.length <= (flow.window * WINDOWS_CLAIMED) / 2 && this.#queued < MAX_QUEUED;
  }

  #startClaim(flow: Flow): void {
    this.#toTheEnd(flow);
    const limit = flow.window * WINDOWS_CLAIMED;
    this.#queued += limit; // reserved: many claims may be under way
    flow.hasMore = false; // before the claim: what is announced while it runs counts
    this.#run(flow, "claim", async () => {
      const count = await this.#take(flow, { limit, isProbe: false }).finally(() => {
        this.#queued -= limit;
      });
      if (count === limit) flow.hasMore = true;
    });
  }

  #startProbe(flow: Flow): void {
    if (this.#probing >= MAX_PROBES || flow.busy.has("probe") || this.#stopping.signal.aborted) return;
    this.#probing += 1;
    this.#run(flow, "probe", async () => {
      await this.#take(flow, { limit: 1, isProbe: true }).finally(() => {
        this.#probing -= 1;
      });
    });
  }

  /** Claims events and queues them up; a probe is posted here and now. @returns how many there were. */
  async #take(flow: Flow, { limit, isProbe }: { limit: number; isProbe: boolean }): Promise<number> {
    const { context, leaseSeconds, timeoutMs } = this.#options;
    const { projectId, connectionId } = flow;
    const leaseEndMs = context.clock.monotonicMs() + leaseSeconds * 1000;
    const request = { projectId, connectionId, leaseSeconds, limit, nowMs: context.clock.now() };
    const taken = await takeEvents(context, request, { isProbe });
    if (taken === null) return 0;
    const { endpoint, events } = taken;
    flow.endpoint = endpoint;
    flow.endpointReadMs = context.clock.monotonicMs();
    const held = this.#hold(flow, { ...taken, isProbe, leaseEndMs });
    const startUntilMs = leaseEndMs - timeoutMs - SETTLE_MS;
    const queued = events.map((event) => ({ held, event, startUntilMs }));
    if (isProbe && endpoint !== null && !this.#stopping.signal.aborted) {
      await Promise.all(queued.map((one) => this.#post(flow, one, endpoint)));
      return events.length;
    }
    flow.queue.push(...queued);
    this.#queued += events.length;
    if (isProbe || this.#stopping.signal.aborted) this.#giveBack(flow);
    return events.length;
  }

  #hold(flow: Flow, taken: TakenEvents & { isProbe: boolean; leaseEndMs: number }): HeldEvents {
    const { context, random } = this.#options;
    const { projectId, connectionId } = flow;
    const onSettled = ({ isBack, disabledReason: reason }: Settled): void => {
      if (isBack) flow.hasMore = true;
      if (reason !== null)
        context.log.warn({ projectId, connectionId, reason }, "a webhook connection was disabled");
    };
    const held = new HeldEvents({
      ...taken,
      context,
      projectId,
      connectionId,
      random,
      judge: judgeEndpoint,
      onSettled,
    });
    flow.held += 1;
    const done = held.done.then(() => {
      flow.held -= 1;
      this.#advance();
    });
    this.#track(done);
    return held;
  }

  /** Starts one post of this flow if it may. @returns whether it did. */
  #startPost(flow: Flow): boolean {
    const [next] = flow.queue;
    const isFull = this.#posting >= this.#options.totalConcurrency || flow.posting >= flow.window;
    if (next === undefined || isFull) return false;
    const nowMs = this.#options.context.clock.monotonicMs();
    if (nowMs - flow.endpointReadMs > ENDPOINT_MS) {
      this.#run(flow, "endpoint", () => this.#refresh(flow));
      return false;
    }
    const { endpoint } = flow;
    if (endpoint === null || !endpoint.isOpen || nowMs > next.startUntilMs) {
      this.#giveBack(flow);
      return false;
    }
    flow.queue.shift();
    flow.posting += 1;
    this.#queued -= 1;
    this.#posting += 1;
    const post = this.#post(flow, next, endpoint).finally(() => {
      flow.posting -= 1;
      this.#posting -= 1;
      this.#advance();
    });
    this.#track(post);
    return true;
  }

  async #refresh(flow: Flow): Promise<void> {
    const { context } = this.#options;
    flow.endpoint = await loadEndpoint(context, flow.projectId, flow.connectionId);
    flow.endpointReadMs = context.clock.monotonicMs();
  }

  async #post(flow: Flow, { held, event }: Queued, endpoint: OpenEndpoint): Promise<void> {
    const { context, safeFetch, timeoutMs, concurrency } = this.#options;
    const startedAtMs = context.clock.now();
    const tools = { safeFetch, timeoutMs, log: context.log };
    const delivery = await deliverEvent(tools, endpoint, {
      id: event.id,
      body: event.body,
      nowMs: startedAtMs,
    });
    const isWell = delivery.outcome === "delivered";
    flow.failuresInRow = isWell ? 0 : flow.failuresInRow + 1;
    flow.window = isWell ? Math.min(concurrency, flow.window + 1) : Math.max(1, Math.floor(flow.window / 2));
    held.add({ event, startedAtMs, delivery });
    // It may have to rest now, which is for the row to say: until it has spoken nothing more is posted.
    if (flow.failuresInRow >= FAILURES_TO_REST || delivery.outcome === "gone") this.#giveBack(flow);
  }

  /** Releases what is queued; it was not tried. */
  #giveBack(flow: Flow): void {
    const given = flow.queue;
    flow.queue = [];
    this.#queued -= given.length;
    if (given.length > 0) flow.hasMore = true;
    for (const [held, entries] of Map.groupBy(given, (entry) => entry.held)) {
      held.release(entries.map((entry) => entry.event));
    }
  }

  #run(flow: Flow, name: "claim" | "endpoint" | "probe", work: () => Promise<void>): void {
    if (flow.busy.has(name)) return;
    flow.busy.add(name);
    const done = this.#guard(`the ${name} of a webhook connection`, work).then(() => {
      flow.busy.delete(name);
      this.#advance();
    });
    this.#track(done);
  }

  #track(task: Promise<void>): void {
    this.#tasks.add(task);
    void task.finally(() => this.#tasks.delete(task));
  }

  async #every(ms: number, work: () => Promise<void>): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#guard("a round of the webhook sender", work);
      await this.#options.context.clock.sleep(ms, this.#stopping.signal);
    }
  }

  /** The database may be away for a while: what failed is tried again on the next round. */
  async #guard(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.context.log.warn({ err: error }, `${name} failed, trying again`);
      await this.#options.context.clock.sleep(RETRY_MS, this.#stopping.signal);
    }
  }
}
