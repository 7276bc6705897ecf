/** How the work of a project stands: what waits, since when, who works, and which gateways rest. */
import { CONNECTION_STATES } from "../../domain/connection.ts";
import { ALL_LANES, LANES } from "../../domain/lane.ts";
import { secondsOf } from "../../domain/unix-time.ts";
import { inProject } from "../../store/db.ts";
import {
  listLaneAges,
  listWebhookAges,
  listWorkers,
  oldestTransactionSeconds,
  type WorkerRow,
} from "../../store/workers.ts";
import type { Context } from "../context.ts";

export interface HealthView {
  readonly database: { readonly ok: true; readonly oldest_transaction_seconds: number };
  readonly queue: readonly LaneView[];
  readonly workers: readonly WorkerView[];
  /** Breakers that are open now: the gateways that rest after a row of failures. */
  readonly breakers: readonly { readonly gateway: string; readonly worker: string; readonly until: number }[];
  readonly webhooks: readonly WebhookView[];
}

interface LaneView {
  readonly lane: number;
  readonly name: string;
  /** Targets that are due and that no worker has taken. */
  readonly waiting: number;
  readonly oldest_seconds: number;
}

interface WorkerView {
  readonly name: string;
  readonly version: string;
  readonly start_time: number;
  readonly last_seen_seconds: number;
  readonly alive: boolean;
}

interface WebhookView {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly waiting: number;
  readonly oldest_seconds: number;
}

/** Workers write every 5 s; three missed writes are no chance. */
const ALIVE_SECONDS = 20;

export async function viewHealth(context: Context, projectId: number): Promise<HealthView> {
  const nowMs = context.clock.now();
  const [lanes, webhooks, workers, oldest] = await inProject(context.app, projectId, async (tx) => [
    await listLaneAges(tx, projectId, nowMs),
    await listWebhookAges(tx, projectId),
    await listWorkers(tx),
    await oldestTransactionSeconds(tx),
  ]);
  const seconds = (since: Date | null): number =>
    since === null ? 0 : Math.max(0, Math.round((nowMs - since.getTime()) / 1000));
  return {
    database: { ok: true, oldest_transaction_seconds: Math.round(oldest) },
    queue: ALL_LANES.map((lane) => {
      const found = lanes.find((one) => one.lane === lane);
      const name = Object.entries(LANES).find(([, value]) => value === lane)?.[0] ?? String(lane);
      return { lane, name, waiting: found?.waiting ?? 0, oldest_seconds: seconds(found?.oldest ?? null) };
    }),
    workers: workers.map((worker) => ({
      name: worker.name,
      version: worker.version,
      start_time: secondsOf(worker.startTime),
      last_seen_seconds: seconds(worker.seenTime),
      alive: seconds(worker.seenTime) <= ALIVE_SECONDS,
    })),
    breakers: workers.flatMap((worker) => openBreakers(worker, { projectId, nowMs })),
    webhooks: webhooks.map(({ oldest: since, state, ...webhook }) => ({
      ...webhook,
      state: Object.entries(CONNECTION_STATES).find(([, value]) => value === state)?.[0] ?? String(state),
      oldest_seconds: seconds(since),
    })),
  };
}

/** The instance's gateways (by name) and this project's own (`project:type:version`), never another project's. */
function openBreakers(worker: WorkerRow, { projectId, nowMs }: { projectId: number; nowMs: number }) {
  const open = JSON.parse(worker.breakers) as Record<string, number>;
  return Object.entries(open)
    .filter(([name, untilMs]) => untilMs > nowMs && (!name.includes(":") || name.startsWith(`${projectId}:`)))
    .map(([gateway, untilMs]) => ({ gateway, worker: worker.name, until: Math.ceil(untilMs / 1000) }));
}
