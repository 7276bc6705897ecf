/**
 * One run of the battery: calls in, kills (or faults of the gateways) while they are worked on, then the wait until
 * the queue is empty, then the verdict. The sinks answer slowly enough that something is in flight at every kill.
 */
import type { Fault } from "../sinks/fault.ts";
import { type Channel, type PlannedCall, planCalls } from "./call-plan.ts";
import { check, type Findings } from "./checker.ts";
import { countOpenChunks } from "./inspection.ts";
import { type KillReport, runKiller } from "./killer.ts";
import { type BookedCall, readBooks, runLedgerClient } from "./ledger-client.ts";
import { createRandom } from "./random.ts";
import { startSampler } from "./sampler.ts";
import { type Stage, setStage } from "./stage.ts";
import { until } from "./until.ts";

export interface BatteryOptions {
  readonly seed: number;
  readonly kills: number;
  readonly targets: number;
  /** keyed: SMS only; dumb: email only. */
  readonly sink: "keyed" | "dumb" | "both";
  /** A quarter of the sends goes wrong on its first try. */
  readonly withFaults: boolean;
}

export interface BatteryReport extends Findings {
  readonly options: BatteryOptions;
  readonly calls: number;
  readonly targets: number;
  readonly acked: number;
  readonly ackedTargets: number;
  readonly ambiguousCalls: number;
  readonly retries: number;
  readonly replays: number;
  readonly kills: KillReport["kills"];
  readonly inFlight: number;
  /** Twins that the keyed sink dropped. */
  readonly twinsDropped: number;
  readonly faultHits: number;
  readonly samples: number;
  readonly drainMs: number;
  readonly seconds: number;
  readonly exitCode: number | null;
}

const CHANNELS: Readonly<Record<BatteryOptions["sink"], readonly Channel[]>> = {
  keyed: ["sms"],
  dumb: ["email"],
  both: ["sms", "email"],
};

/** A kill with its pause and the restarts takes about this long. */
const KILL_MS = 2_300;
/** Without kills the calls are spread over this time. */
const QUIET_MS = 8_000;
/** Lease (20 s), the longest wait between two tries of the first minutes, the rest of the work, and a loaded machine. */
const DRAIN_TIMEOUT_MS = 240_000;

export async function runBattery(options: BatteryOptions): Promise<BatteryReport> {
  const startMs = performance.now();
  const random = createRandom(options.seed);
  const { targets } = options;
  const calls = planCalls(random, { name: `s${options.seed}`, targets, channels: CHANNELS[options.sink] });
  const windowMs = options.kills === 0 ? QUIET_MS : options.kills * KILL_MS;
  const stage = await setStage();
  let exitCode: number | null = null;
  let isStruck = false;
  try {
    await slowDown(stage, { calls, windowMs, withFaults: options.withFaults });
    const sampler = startSampler(stage.sql);
    const [report] = await Promise.all([
      runKiller({ product: stage.product, sql: stage.sql, random, kills: options.kills }),
      runLedgerClient(calls, clientOptions(stage, windowMs)),
    ]);
    const drainStartMs = performance.now();
    await drain(stage);
    const drainMs = performance.now() - drainStartMs;
    await sampler.stop();
    const books = readBooks(stage.ledgerFile);
    const { sql } = stage;
    const receipts = await stage.receipts();
    const findings = await check({ sql, calls, books, receipts, inFlight: report.inFlight });
    const stats = { keyed: await stage.keyedSink.stats("http"), dumb: await stage.dumbSink.stats("smtp") };
    isStruck = true;
    exitCode = await stage.strike();
    return {
      ...findings,
      ...countCalls([...books.values()], calls),
      violations: [
        ...findings.violations,
        ...sampler.violations,
        ...silences(books),
        ...misses(report),
        ...exitViolations(exitCode),
      ],
      options,
      kills: report.kills,
      inFlight: report.inFlight.size,
      twinsDropped: stats.keyed.twins,
      faultHits: stats.keyed.faultHits + stats.dumb.faultHits,
      samples: sampler.samples,
      drainMs,
      seconds: (performance.now() - startMs) / 1000,
      exitCode,
    };
  } finally {
    if (!isStruck) await stage.strike();
  }
}

const clientOptions = (stage: Stage, windowMs: number) => ({
  url: stage.product.url,
  apptoken: stage.product.demo.project.apptoken,
  campaigns: stage.campaigns,
  log: stage.ledgerFile,
  concurrency: 8,
  // The last third of the kills finds the queue full and no client.
  spreadMs: windowMs * 0.7,
});

/** Connections of both workers to each sink: EMAIL_CONNECTIONS and SMS_CONCURRENCY times two. */
const CONNECTIONS: Readonly<Record<Channel, number>> = { email: 20, sms: 64 };

/** The workers are away for about a third of the time; what is left should suffice for all messages. */
const BUSY_SHARE = 0.6;

/** Slow answers, so that the work lasts about as long as the kills; and the faults in front of them. */
async function slowDown(
  stage: Stage,
  run: { calls: readonly PlannedCall[]; windowMs: number; withFaults: boolean },
): Promise<void> {
  const slow = (channel: Channel): Fault => {
    const targets = run.calls.reduce(
      (sum, call) => sum + (call.channel === channel ? call.userIds.length : 0),
      0,
    );
    const ms = Math.round((BUSY_SHARE * CONNECTIONS[channel] * run.windowMs) / Math.max(1, targets));
    return { mode: "slow", ms: Math.max(2, Math.min(400, ms)) };
  };
  const faults = run.withFaults ? FAULTS : { http: [], smtp: [] };
  await stage.keyedSink.fault("http", [...faults.http, slow("sms")]);
  await stage.dumbSink.fault("smtp", [...faults.smtp, slow("email")]);
}

/** A quarter of the keys, each on its first sight by each fault: a message may meet three of them in a row. */
const FAULTS: Readonly<Record<"http" | "smtp", readonly Fault[]>> = {
  http: [
    { mode: "effect-then-reset", share: 0.08, firstTryOnly: true },
    { mode: "status", code: 429, retryAfter: 1, share: 0.16, firstTryOnly: true },
    { mode: "status", code: 500, share: 0.25, firstTryOnly: true },
  ],
  smtp: [
    { mode: "reply", code: 451, at: "body", text: "4.7.1 come back later", share: 0.25, firstTryOnly: true },
  ],
};

async function drain(stage: Stage): Promise<void> {
  const isEmpty = async (): Promise<boolean> => (await countOpenChunks(stage.sql)) === 0;
  // What is not done in time is the checker's to say.
  await until("the queue is empty", isEmpty, DRAIN_TIMEOUT_MS).catch(() => undefined);
}

function countCalls(books: readonly BookedCall[], calls: readonly PlannedCall[]) {
  const acked = books.filter((book) => book.standing === "acked");
  return {
    calls: calls.length,
    targets: calls.reduce((sum, call) => sum + call.userIds.length, 0),
    acked: acked.length,
    ackedTargets: acked.reduce((sum, book) => sum + book.targets, 0),
    ambiguousCalls: books.filter((book) => book.standing === "ambiguous").length,
    retries: books.reduce((sum, book) => sum + book.sends - 1, 0),
    replays: books.reduce((sum, book) => sum + book.replays, 0),
  };
}

/** A system that is up again answers: a call that never got a 2xx is a fault, and a run without any proves nothing. */
const silences = (books: ReadonlyMap<string, BookedCall>): string[] =>
  [...books.values()]
    .filter((book) => book.standing !== "acked")
    .map((book) => `call ${book.key} was tried ${book.sends} times and is ${book.standing}`);

/** Kills of idle workers prove nothing; and what a killed worker held must come into other hands. */
function misses({ kills }: KillReport): string[] {
  const workers = kills.filter((kill) => kill.victim === "worker" || kill.victim === "both");
  const hits = workers.filter((kill) => kill.heldChunks > 0).length;
  const nothing = workers.length > 0 && hits === 0 ? ["no kill hit a worker that held work"] : [];
  return [...nothing, ...kills.flatMap((kill) => kill.stuck ?? [])];
}

/** After everything that was done to it, a stop must still be calm. */
const exitViolations = (code: number | null): string[] =>
  code === 0 ? [] : [`the product did not stop calmly: exit code ${code ?? "none, it was killed"}`];
