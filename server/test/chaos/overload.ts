/**
 * Ten times more calls than the product can take, for minutes (reliability: A5). What it takes on it keeps and
 * delivers; the rest hears 503 with Retry-After at once; its memory stays where it is; and when the load stops it is
 * soon as quick as before. The calls come from a process of their own at a fixed rate, whatever the answers.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { isQueueEmpty, openDatabase } from "../../bench/database.ts";
import { makeCalls } from "../../bench/load-client.ts";
import { peakMemoryMb, resetPeakMemory } from "../../bench/process-stats.ts";
import { type Product, startProduct } from "../../bench/product.ts";
import type { Sql } from "../../src/store/db.ts";
import { PEOPLE } from "./call-plan.ts";
import type { LoadPlan, LoadResult, PhaseResult } from "./load-plan.ts";
import { bodyOf, isKeyed, markOf, type RequestSource } from "./load-request.ts";
import { type Kept, readKept } from "./overload-accounts.ts";
import { prepareCampaigns } from "./stage.ts";
import { until } from "./until.ts";

export interface OverloadOptions {
  readonly seconds: number;
  /** Times the rate that the product takes. */
  readonly factor: number;
}

export interface OverloadReport extends OverloadOptions {
  /** Calls a second that it takes and delivers from callers who wait for their answers. */
  readonly sustainable: number;
  readonly before: PhaseResult;
  readonly overload: PhaseResult;
  readonly after: PhaseResult;
  /** Calls that found all of the client's connections waiting. */
  readonly waited: number;
  readonly kept: Kept;
  /** Peaks of five seconds each during the load, in MB. */
  readonly apiMb: readonly number[];
  readonly workersMb: readonly number[];
  /** From the end of the load until accepted calls were as quick as before it; null: they did not get there. */
  readonly recoveredSeconds: number | null;
  /** From the end of all calls until everything accepted was delivered. */
  readonly drainSeconds: number;
  readonly logged: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}

const WARM_UP_CALLS = 1_500;
/** For the sustainable rate: some seconds of callers who wait for their answers. */
const MEASURED_CALLS = 15_000;
const CALLERS = 48;
/** Before and after: a share of what it can take, as on any day. */
const DAILY_SHARE = 0.1;
const DAILY_SECONDS = 13;
/** More than one process works on at once (http/load-limit.ts): else the client would be the queue. */
export const CONNECTIONS = 5_000;
const DRAIN_MS = 300_000;
const MEMORY_EVERY_MS = 5_000;

export async function runOverload(options: OverloadOptions): Promise<OverloadReport> {
  const folder = mkdtempSync(join(tmpdir(), "carillon-overload-"));
  // No quota: what is looked at is the process's own limit.
  const product = await startProduct({ workers: 1, env: { QUOTA_CALLS_PER_SECOND: "0" } });
  const sql = openDatabase(product.databaseUrl);
  try {
    return await play({ product, sql, acceptedFile: join(folder, "accepted") }, options);
  } finally {
    await sql.end({ timeout: 2 });
    await product.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Stage {
  readonly product: Product;
  readonly sql: Sql;
  readonly acceptedFile: string;
}

async function play(stage: Stage, options: OverloadOptions): Promise<OverloadReport> {
  const { product, sql, acceptedFile } = stage;
  const campaigns = await prepareCampaigns(product);
  const { apptoken } = product.demo.project;
  const source = { apptoken, campaignId: campaigns.sms, people: PEOPLE };
  await callAll(stage, source, { from: 0, count: WARM_UP_CALLS });
  const sustainable = await callAll(stage, source, { from: WARM_UP_CALLS, count: MEASURED_CALLS });
  const daily = Math.max(20, Math.round(sustainable * DAILY_SHARE));
  const phase = { callsPerSecond: daily, seconds: DAILY_SECONDS };
  const load = { callsPerSecond: Math.round(sustainable * options.factor), seconds: options.seconds };
  const firstNo = WARM_UP_CALLS + MEASURED_CALLS;
  const plan: LoadPlan = {
    url: product.url,
    apptoken,
    campaignId: campaigns.sms,
    firstNo,
    phases: [
      { ...phase, name: "before" },
      { ...load, name: "overload" },
      { ...phase, name: "after" },
    ],
    connections: CONNECTIONS,
    acceptedFile,
  };
  const memory = watchMemory(product);
  const { phases, waited } = await runClient(plan);
  const { apiMb, workersMb } = memory.stop();
  const [before, overload, after] = phases as [PhaseResult, PhaseResult, PhaseResult];
  const endMs = performance.now();
  await until("the queue is empty", () => isQueueEmpty(sql), DRAIN_MS);
  const drainSeconds = (performance.now() - endMs) / 1000;
  const facts = {
    ...options,
    ...{ sustainable, before, overload, after, waited, apiMb, workersMb, drainSeconds },
    kept: await readKept(sql, { acceptedFile, firstNo }),
    recoveredSeconds: recoveredAfter(before, after),
    logged: countLogged(product.readLog()),
  };
  return { ...facts, violations: judge(facts) };
}

/** @returns calls a second, until the last one was delivered. */
async function callAll(
  { product, sql }: Stage,
  source: RequestSource,
  { from, count }: { from: number; count: number },
): Promise<number> {
  const calls = Array.from({ length: count }, (_, i) => ({
    path: "/api/external/execute/campaign",
    body: bodyOf(from + i, source),
    ...(isKeyed(from + i) ? { headers: { "Idempotency-Key": `overload-${markOf(from + i)}` } } : {}),
  }));
  const startMs = performance.now();
  const answers = await makeCalls(product.url, calls, CALLERS);
  const refused = answers.find(({ status }) => status !== 200);
  if (refused !== undefined) throw new Error(`a call was refused: ${refused.body.slice(0, 500)}`);
  await until("the queue is empty", () => isQueueEmpty(sql), DRAIN_MS);
  return (count / (performance.now() - startMs)) * 1000;
}

async function runClient(plan: LoadPlan): Promise<LoadResult> {
  const main = resolve(import.meta.dirname, "open-loop.ts");
  const child = spawn(process.execPath, [main], { stdio: ["pipe", "pipe", "inherit"] });
  const stopChild = (): void => void child.kill();
  process.once("exit", stopChild);
  child.stdin.end(JSON.stringify(plan));
  const told = await text(child.stdout);
  process.off("exit", stopChild);
  if (told === "") throw new Error("the client ended without a word");
  return JSON.parse(told) as LoadResult;
}

/** The peaks of API and workers, of a few seconds each. */
function watchMemory(product: Product): { stop(): { apiMb: number[]; workersMb: number[] } } {
  const { api, workers } = product.processes();
  const peaks: { apiMb: number[]; workersMb: number[] } = { apiMb: [], workersMb: [] };
  const look = (): void => {
    peaks.apiMb.push(api.reduce((sum, { pid }) => sum + peakMemoryMb(pid), 0));
    peaks.workersMb.push(workers.reduce((sum, { pid }) => sum + peakMemoryMb(pid), 0));
    for (const { pid } of [...api, ...workers]) resetPeakMemory(pid);
  };
  look();
  const timer = setInterval(look, MEMORY_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      look();
      return { apiMb: peaks.apiMb.slice(1), workersMb: peaks.workersMb.slice(1) };
    },
  };
}

/** Normal: no slower than the worst second before the load, with a fifth more (as in A6). */
const NORMAL_FACTOR = 1.2;
/** Seconds on end that have to be normal. */
const STEADY_SECONDS = 3;

/** @returns the seconds after the load until it was normal and stayed so, or null. */
export function recoveredAfter(before: PhaseResult, after: PhaseResult): number | null {
  const normalMs = Math.max(...before.acceptedP99Ms) * NORMAL_FACTOR;
  const isNormal = after.acceptedP99Ms.map((ms) => ms <= normalMs);
  const second = isNormal.findIndex((_, i) => {
    const next = isNormal.slice(i, i + STEADY_SECONDS);
    return next.length === STEADY_SECONDS && next.every(Boolean);
  });
  return second === -1 ? null : second;
}

const REFUSED_P99_MS = 50;
const RECOVERY_SECONDS = 10;
/** API and workers together: what the bench allows, and a tenth of a megabyte for each connection. */
const MEMORY_MB = 600 + CONNECTIONS / 10;
/** The load's last third against what came before: garbage is collected in its own time. */
const GROWTH = 1.25;

type Facts = Omit<OverloadReport, "violations">;

export function judge(facts: Facts): string[] {
  const { before, overload, after, kept, recoveredSeconds } = facts;
  const found: string[] = [...judgeMemory(facts)];
  const check = (isKept: boolean, text: string): void => {
    if (!isKept) found.push(text);
  };
  check(kept.missing === 0, `${kept.missing} accepted calls have no execution`);
  check(kept.undelivered === 0, `${kept.undelivered} accepted calls were not delivered`);
  check(kept.twice === 0, `${kept.twice} calls were delivered more than once`);
  check(kept.unasked === 0, `${kept.unasked} calls were done although their answer was not 200`);
  for (const phase of [before, overload, after]) {
    const others = Object.entries(phase.statuses).filter(([status]) => status !== "200" && status !== "503");
    check(others.length === 0, `${phase.name}: answers other than 200 and 503: ${JSON.stringify(others)}`);
    check(phase.missingRetryAfter === 0, `${phase.missingRetryAfter} answers 503 without Retry-After`);
  }
  check(overload.accepted.count > 0, "nothing was accepted during the load");
  const { p99Ms } = overload.refused;
  check(p99Ms <= REFUSED_P99_MS, `p99 of the 503s is ${p99Ms.toFixed(1)} ms, promised ${REFUSED_P99_MS}`);
  check(
    recoveredSeconds !== null && recoveredSeconds <= RECOVERY_SECONDS,
    `not as quick as before within ${RECOVERY_SECONDS} s`,
  );
  return found;
}

function judgeMemory({ apiMb, workersMb }: Facts): string[] {
  const together = apiMb.map((mb, i) => mb + (workersMb[i] ?? 0));
  const third = Math.ceil((together.length * 2) / 3);
  const [early, late] = [Math.max(...together.slice(0, third)), Math.max(...together.slice(third))];
  const shown = (mb: number): string => `${Math.round(mb)} MB`;
  return [
    ...(Math.max(...together) < MEMORY_MB
      ? []
      : [`API and workers had ${shown(Math.max(...together))}, promised below ${MEMORY_MB}`]),
    ...(late <= early * GROWTH
      ? []
      : [`memory grew from ${shown(early)} to ${shown(late)} in the last third`]),
  ];
}

/** What the product complained about, by its words. */
function countLogged(log: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of log.split("\n")) {
    const words = /"msg":"([^"]*)"/.exec(line)?.[1] ?? (line === "" ? undefined : line.slice(0, 100));
    if (words !== undefined) counts[words] = (counts[words] ?? 0) + 1;
  }
  return counts;
}
