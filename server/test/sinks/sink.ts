/** What every sink offers to tests, whatever protocol it speaks. */
import type { Fault, FaultPlan } from "./fault.ts";
import type { Ledger, LedgerOptions, Received } from "./ledger.ts";

export interface SinkOptions extends Omit<LedgerOptions, "keyed"> {
  /** Name in the log; the protocol where not given. */
  readonly name?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** keyed drops twins by the key and counts them; dumb, the default, takes everything. */
  readonly ability?: "keyed" | "dumb";
}

export interface Sink {
  readonly name: string;
  readonly port: number;
  readonly url: string;
  /** Replaces all faults of before; none, or mode "ok", makes the sink well again. */
  fault(...faults: Fault[]): void;
  readonly received: readonly Received[];
  count(): number;
  /** Receipts that a keyed sink dropped because their key was known. */
  twins(): number;
  /** How often a fault was played. */
  faultHits(): number;
  /** Answers that a `hold` keeps back now. */
  held(): number;
  /** Connections accepted since the start. */
  connections(): number;
  /** Connections open now. */
  openConnections(): number;
  waitFor(check: (sink: Sink) => boolean, timeoutMs: number): Promise<void>;
  /** Forgets receipts and faults. */
  reset(): void;
  /** Ends all connections and closes the port and the log. */
  close(): Promise<void>;
}

/** What a protocol has to give; the rest of a sink is the same for all. */
export interface SinkParts {
  readonly name: string;
  readonly port: number;
  readonly url: string;
  readonly ledger: Ledger;
  readonly plan: FaultPlan;
  readonly connections: () => number;
  readonly openConnections: () => number;
  readonly stop: () => Promise<void>;
}

export function assembleSink(parts: SinkParts): Sink {
  const { ledger, plan } = parts;
  const sink: Sink = {
    name: parts.name,
    port: parts.port,
    url: parts.url,
    received: ledger.received,
    fault: (...faults) => plan.set(faults),
    count: () => ledger.count(),
    twins: () => ledger.twins(),
    faultHits: () => plan.hits,
    held: () => plan.heldCount(),
    connections: parts.connections,
    openConnections: parts.openConnections,
    waitFor: (check, timeoutMs) => ledger.waitFor(() => check(sink), timeoutMs),
    reset: () => {
      plan.set([]);
      ledger.clear();
    },
    close: async () => {
      await parts.stop();
      ledger.close();
    },
  };
  return sink;
}
