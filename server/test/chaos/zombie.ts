/**
 * A worker that is stopped for longer than its lease and then goes on as if nothing had happened: the other worker
 * has taken its chunks over and finished them, and whatever the one that comes back wants to write must find that
 * its claim is gone.
 */
import type { Sql } from "../../src/store/db.ts";
import { type PlannedCall, planCalls } from "./call-plan.ts";
import { check } from "./checker.ts";
import { countOpenChunks, listHeldBy, listMessageVersions, listSendingOf } from "./inspection.ts";
import { send, watchRecovery } from "./killer.ts";
import { readBooks, runLedgerClient } from "./ledger-client.ts";
import { createRandom, type Random } from "./random.ts";
import { type Stage, setStage } from "./stage.ts";
import { until } from "./until.ts";

export interface ZombieReport {
  readonly seed: number;
  readonly stoppedMs: number;
  readonly heldChunks: number;
  readonly inFlight: number;
  /** From the return of the worker until it had claimed new work. */
  readonly awakeMs: number;
  /** From the stop until the other worker had claimed all of it. */
  readonly takenOverMs: number;
  readonly doneBefore: boolean;
  /** Messages of the taken-over chunks that were written again after the return. */
  readonly changed: number;
  readonly duplicates: number;
  readonly twinsDropped: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
  readonly seconds: number;
}

const STOPPED_MS = 40_000;
/** From the return until it claims new work, which is called for in this time. */
const AWAKE_TIMEOUT_MS = 10_000;
const TARGETS = 3_000;
/** Slow enough that both workers still hold chunks when the first one is stopped. */
const SLOW_MS = { http: 150, smtp: 60 };

export async function runZombie(seed: number): Promise<ZombieReport> {
  const startMs = performance.now();
  const stage = await setStage();
  try {
    const report = await play(stage, createRandom(seed));
    return { ...report, seed, seconds: (performance.now() - startMs) / 1000 };
  } finally {
    await stage.strike();
  }
}

async function play(stage: Stage, random: Random): Promise<Omit<ZombieReport, "seed" | "seconds">> {
  const { product, sql } = stage;
  await stage.keyedSink.fault("http", [{ mode: "slow", ms: SLOW_MS.http }]);
  await stage.dumbSink.fault("smtp", [{ mode: "slow", ms: SLOW_MS.smtp }]);
  const first = await callAll(stage, { random, name: "first" });
  const zombie = product.processes().workers[0]?.pid ?? 0;
  await until("the worker is sending", async () => (await listSendingOf(sql, zombie)).length > 0, 10_000);
  send(zombie, "SIGSTOP");
  try {
    const stoppedAtMs = performance.now();
    const held = await listHeldBy(sql, zombie);
    const inFlight = await listSendingOf(sql, zombie);
    const takenOverMs = (await watchRecovery(sql, held, stoppedAtMs))?.claimedMs ?? 0;
    await pauseUntil(stoppedAtMs + STOPPED_MS);
    const doneBefore = (await countOpenChunks(sql)) === 0;
    const before = await listMessageVersions(sql);
    send(zombie, "SIGCONT");
    const [second, awakeMs] = await Promise.all([
      callAll(stage, { random, name: "second" }),
      untilAwake(sql, zombie),
    ]);
    await until("the queue is empty", async () => (await countOpenChunks(sql)) === 0, 60_000);
    const after = await listMessageVersions(sql);
    const changed = [...before].filter(([id, version]) => after.get(id) !== version).length;
    const facts = { heldChunks: held.length, doneBefore, changed };
    return {
      ...(await judge(stage, [...first, ...second], { inFlight, facts })),
      ...facts,
      stoppedMs: STOPPED_MS,
      inFlight: inFlight.length,
      takenOverMs,
      awakeMs,
    };
  } finally {
    send(zombie, "SIGCONT");
  }
}

async function callAll(stage: Stage, plan: { random: Random; name: string }): Promise<PlannedCall[]> {
  const { random, name } = plan;
  const calls = planCalls(random, { name, targets: TARGETS, channels: ["sms", "email"] });
  await runLedgerClient(calls, {
    url: stage.product.url,
    apptoken: stage.product.demo.project.apptoken,
    campaigns: stage.campaigns,
    log: stage.ledgerFile,
    concurrency: 8,
    spreadMs: 0,
  });
  return calls;
}

const pauseUntil = (atMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - performance.now())));

/**
 * That it claims new work proves that it goes on; by then it has tried to settle what it held. The same process: one
 * that ended and was started again would have another pid.
 * @returns how long it took.
 */
async function untilAwake(sql: Sql, zombie: number): Promise<number> {
  const startMs = performance.now();
  const isAwake = async (): Promise<boolean> => (await listHeldBy(sql, zombie)).length > 0;
  await until("the worker that came back claims new work", isAwake, AWAKE_TIMEOUT_MS);
  return performance.now() - startMs;
}

interface Judged {
  readonly inFlight: readonly number[];
  readonly facts: { readonly heldChunks: number; readonly doneBefore: boolean; readonly changed: number };
}

async function judge(stage: Stage, calls: readonly PlannedCall[], { inFlight, facts }: Judged) {
  const books = readBooks(stage.ledgerFile);
  const receipts = await stage.receipts();
  const { sql } = stage;
  const findings = await check({ sql, calls, books, receipts, inFlight: new Set(inFlight) });
  return {
    duplicates: findings.duplicates,
    twinsDropped: (await stage.keyedSink.stats("http")).twins,
    statuses: findings.statuses,
    violations: [
      ...findings.violations,
      ...(facts.heldChunks === 0 ? ["the worker held nothing when it was stopped: nothing was proved"] : []),
      ...(facts.doneBefore ? [] : ["its work was not finished by the other worker before it came back"]),
      ...(facts.changed === 0 ? [] : [`the worker that came back wrote ${facts.changed} messages`]),
    ],
  };
}
