/**
 * Writes what became of posted events and what it says about their endpoint, in one transaction that checks the
 * claim. When the endpoint has come back, everything that waits for it is woken.
 */
import type { EndpointHealth } from "../../domain/connection.ts";
import { type Delivery, EVENT_STATES, turnAfterFailure } from "../../domain/webhook-retry.ts";
import { findHealthForUpdate, updateConnectionHealth } from "../../store/connections.ts";
import { inProject, type Tx } from "../../store/db.ts";
import {
  type ClaimedEvent,
  type EventEnd,
  type EventKey,
  notifyWebhooks,
  releaseEvents,
  settleEvents,
  wakeEvents,
} from "../../store/webhook-events.ts";
import type { Context } from "../context.ts";

export interface TriedEvent {
  readonly event: ClaimedEvent;
  readonly startedAtMs: number;
  readonly delivery: Delivery;
}

export interface Settlement {
  readonly connectionId: number;
  readonly token: number;
  readonly isProbe: boolean;
  /** In the order in which they ended. */
  readonly tried: readonly TriedEvent[];
  /** Claimed, but not tried. */
  readonly released: readonly EventKey[];
  /** The rule of webhooks/endpoint-health.ts, which this layer does not know. */
  readonly judge: (
    before: EndpointHealth,
    tries: { deliveries: readonly Delivery[]; isProbe: boolean; nowMs: number },
  ) => EndpointHealth;
  readonly random: () => number;
}

export interface Settled {
  /** Tried events that were no longer ours: another worker posts them again. */
  readonly lost: number;
  /** The endpoint has just come back, and what waited for it is due. */
  readonly isBack: boolean;
  /** The connection was disabled by these tries; why, as a sentence. */
  readonly disabledReason: string | null;
}

export async function settlePosts(context: Context, projectId: number, posts: Settlement): Promise<Settled> {
  const { connectionId, token, tried, released } = posts;
  const nowMs = context.clock.now();
  const ends = tried.map((one) => endOf(one, { nowMs, random: posts.random }));
  const settled = await inProject(context.app, projectId, async (tx) => {
    const [count] = await Promise.all([
      ends.length === 0 ? 0 : settleEvents(tx, projectId, { token, ends, nowMs }),
      released.length === 0 ? null : releaseEvents(tx, projectId, { token, events: released }),
    ]);
    return { count, ...(await settleHealth(tx, projectId, { posts, nowMs })) };
  });
  if (settled.isBack) await wakeAll(context, projectId, connectionId);
  const { isBack, disabledReason } = settled;
  return { lost: ends.length - settled.count, isBack, disabledReason };
}

async function settleHealth(
  tx: Tx,
  projectId: number,
  { posts, nowMs }: { readonly posts: Settlement; readonly nowMs: number },
): Promise<Omit<Settled, "lost">> {
  const nothing = { isBack: false, disabledReason: null };
  const { connectionId: id, isProbe } = posts;
  const deliveries = posts.tried.map((one) => one.delivery);
  if (deliveries.length === 0) return nothing;
  const isWell = deliveries.every((delivery) => delivery.outcome === "delivered");
  const before = await findHealthForUpdate(tx, projectId, { id, isWell });
  if (before === null) return nothing;
  const health = posts.judge(before, { deliveries, isProbe, nowMs });
  if (health === before) return nothing;
  await updateConnectionHealth(tx, projectId, { id, health });
  const isSameState = health.state === before.state;
  return {
    isBack: isSameState && before.holdUntilMs !== null && health.holdUntilMs === null,
    disabledReason: isSameState ? null : health.stateReason,
  };
}

function endOf(
  { event, startedAtMs, delivery }: TriedEvent,
  at: { nowMs: number; random: () => number },
): EventEnd {
  const { bucket, id } = event;
  const { status, detail, retryAfterMs } = delivery;
  const turn = { tries: event.tries, turnAtMs: event.turnAt.getTime() };
  if (delivery.outcome === "delivered") {
    return {
      bucket,
      id,
      state: EVENT_STATES.delivered,
      tries: turn.tries + 1,
      turnAtMs: turn.turnAtMs,
      status,
      detail,
    };
  }
  const next = turnAfterFailure({ turn, startedAtMs, retryAfterMs, ...at });
  const state = next.isLast ? EVENT_STATES.exhausted : EVENT_STATES.waiting;
  return { bucket, id, state, tries: next.tries, turnAtMs: next.turnAtMs, status, detail };
}

/** Keeps one statement short; a crash between two leaves the rest to their own turns. */
const WAKE_PAGE = 5_000;

async function wakeAll(context: Context, projectId: number, connectionId: number): Promise<void> {
  for (let woken = WAKE_PAGE; woken === WAKE_PAGE; ) {
    woken = await inProject(context.app, projectId, async (tx) => {
      const nowMs = context.clock.now();
      const count = await wakeEvents(tx, projectId, { connectionId, nowMs, limit: WAKE_PAGE });
      await notifyWebhooks(tx, projectId);
      return count;
    });
  }
}
