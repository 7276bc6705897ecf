/** What /metrics tells beyond its own process: the queue as it is now, and what the workers have counted. */
import type { Reading } from "../../base/metrics.ts";
import { channelName, type MessageType } from "../../domain/channel.ts";
import { ALL_LANES, LANES } from "../../domain/lane.ts";
import { outcomeOf } from "../../domain/message.ts";
import { countWaitingWebhooks, listQueueAges } from "../../store/queue-ages.ts";
import { listWorkers, oldestTransactionSeconds, type WorkerRow } from "../../store/workers.ts";
import type { Context } from "../context.ts";

export async function readFigures({ app, dispatch, clock }: Context): Promise<Reading[]> {
  const nowMs = clock.now();
  const [lanes, webhooks, oldestTransaction, workers] = await Promise.all([
    listQueueAges(dispatch, nowMs),
    countWaitingWebhooks(dispatch),
    oldestTransactionSeconds(app),
    listWorkers(app),
  ]);
  const ofLane = new Map(lanes.map((row) => [row.lane, row]));
  const byLane = (figure: (lane: number) => number) =>
    ALL_LANES.map((lane) => ({ labels: { lane: laneName(lane) }, value: figure(lane) }));
  const ageOf = (lane: number): number => {
    const oldest = ofLane.get(lane)?.oldest;
    return oldest === undefined ? 0 : Math.max(0, nowMs - oldest.getTime()) / 1000;
  };
  return [
    gauge("carillon_queue_targets", "Targets that are due and that no worker has taken.", {
      labelNames: ["lane"],
      values: byLane((lane) => ofLane.get(lane)?.waiting ?? 0),
    }),
    gauge("carillon_queue_oldest_seconds", "How long the oldest of them has been due.", {
      labelNames: ["lane"],
      values: byLane(ageOf),
    }),
    single("carillon_webhook_events_waiting", "Webhook events that are not delivered yet.", webhooks),
    single(
      "carillon_oldest_transaction_seconds",
      "Age of the oldest transaction of the database.",
      oldestTransaction,
    ),
    single(
      "carillon_workers",
      "Workers that gave a sign of life in the last half minute.",
      alive(workers, nowMs),
    ),
    {
      kind: "counter",
      name: "carillon_messages_total",
      help: "What became of messages, by the worker that wrote it.",
      labelNames: ["worker", "channel", "outcome"],
      values: workers.flatMap(messagesOf),
    },
  ];
}

const gauge = (name: string, help: string, rest: Pick<Reading, "labelNames" | "values">): Reading => ({
  kind: "gauge",
  name,
  help,
  ...rest,
});

const single = (name: string, help: string, value: number): Reading =>
  gauge(name, help, { labelNames: [], values: [{ labels: {}, value }] });

const laneName = (lane: number): string =>
  Object.entries(LANES).find(([, number]) => number === lane)?.[0] ?? String(lane);

const ALIVE_MS = 30_000;
const alive = (workers: readonly WorkerRow[], nowMs: number): number =>
  workers.filter((worker) => nowMs - worker.seenTime.getTime() < ALIVE_MS).length;

/** A worker's counts are keyed "type:status". */
function messagesOf(worker: WorkerRow): Reading["values"] {
  const counts = JSON.parse(worker.counters) as Record<string, number>;
  return Object.entries(counts).map(([key, value]) => {
    const [type = "", status = ""] = key.split(":");
    const channel = channelName(Number(type) as MessageType);
    return { labels: { worker: worker.name, channel, outcome: outcomeOf(Number(status)) }, value };
  });
}
