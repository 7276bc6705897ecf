/**
 * Figures for Prometheus, and the only importer of its client. What this process counts lives in one registry; what
 * is read elsewhere at the moment of asking is laid beside it.
 */
import { Counter, Gauge, Histogram, Registry } from "prom-client";

export interface Metrics {
  /** One answered request. */
  observeRequest(labels: { method: string; route: string; status: number }, seconds: number): void;
  countAccepted(targets: number): void;
  /** One call that was answered 503 unread. */
  countTurnedAway(reason: string): void;
  /** The text that Prometheus reads, with what was read just now. */
  render(read: readonly Reading[]): Promise<string>;
}

/** One figure with all its label sets. A counter's values are totals. */
export interface Reading {
  readonly kind: "gauge" | "counter";
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly values: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/** From what an idle process needs to what a caller's patience ends at. */
const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    name: "carillon_http_request_seconds",
    help: "Time from a request's headers to the end of its answer.",
    labelNames: ["method", "route", "status"],
    buckets: SECONDS,
    registers,
  });
  const executions = new Counter({
    name: "carillon_accepted_executions_total",
    help: "Executions that were accepted, replays left out.",
    registers,
  });
  const targets = new Counter({
    name: "carillon_accepted_targets_total",
    help: "Targets of the accepted executions.",
    registers,
  });
  const turnedAway = new Counter({
    name: "carillon_turned_away_total",
    help: "Calls of the External API that were answered 503 before they were read.",
    labelNames: ["reason"],
    registers,
  });
  return {
    observeRequest({ method, route, status }, seconds) {
      requests.observe({ method, route, status }, seconds);
    },
    countAccepted(count) {
      executions.inc();
      targets.inc(count);
    },
    countTurnedAway(reason) {
      turnedAway.inc({ reason });
    },
    async render(read) {
      const parts = await Promise.all([registry.metrics(), renderReadings(read)]);
      return parts.filter((part) => part !== "").join("\n");
    },
  };
}

async function renderReadings(read: readonly Reading[]): Promise<string> {
  const registry = new Registry();
  for (const { kind, name, help, labelNames, values } of read) {
    const options = { name, help, labelNames: [...labelNames], registers: [registry] };
    if (kind === "counter") {
      const counter = new Counter(options);
      for (const { labels, value } of values) counter.inc(labels, value);
    } else {
      const gauge = new Gauge(options);
      for (const { labels, value } of values) gauge.set(labels, value);
    }
  }
  return await registry.metrics();
}
