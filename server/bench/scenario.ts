/**
 * One measured run: calls in, messages out, and what both cost. The time runs from the first byte of the first
 * request to the last receipt (sandbox: to the moment at which the queue is empty).
 */
import type { Sql } from "../src/store/db.ts";
import {
  clearSandbox,
  isQueueEmpty,
  listSandbox,
  readStatementStats,
  resetStatementStats,
  type Statements,
} from "./database.ts";
import { type Answer, type Call, makeCalls } from "./load-client.ts";
import { type Channel, paramsOf, userId } from "./material.ts";
import {
  findProcess,
  machineBusyMs,
  type ProcessFacts,
  peakMemoryMb,
  resetPeakMemory,
} from "./process-stats.ts";
import type { Product } from "./product.ts";
import type { SinkProcess } from "./sink-process.ts";
import { type Arrival, arrivalOfReceipt, arrivalOfSandbox, judge, type Verdict } from "./verify.ts";

/** a: one call with all targets. b: one call a target. */
export type Shape = "a" | "b";
export type Way = "sandbox" | "http" | "smtp";

export interface Scene {
  readonly product: Product;
  readonly sql: Sql;
  readonly sink: SinkProcess;
  readonly way: Way;
  readonly campaignId: number;
  readonly connections: number;
}

export interface Job {
  readonly shape: Shape;
  /** Number of the first person; nobody is written to twice in one instance. */
  readonly first: number;
  readonly count: number;
}

/** `others`: the rest of the machine, which is nobody's part in this run. */
export type CpuMs = Readonly<
  Record<"api" | "workers" | "postgres" | "supervisor" | "sink" | "client" | "others", number>
>;

export interface Measured {
  readonly shape: Shape;
  readonly way: Way;
  readonly messages: number;
  readonly calls: number;
  /** Calls answered a second, and targets taken a second. */
  readonly callsPerSecond: number;
  readonly acceptedPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly deliveredPerSecond: number;
  readonly seconds: number;
  /** CPU time a message. */
  readonly cpuMs: CpuMs;
  readonly statements: Statements;
  readonly statementsPerMessage: number;
  /** Peaks of the API process, and of the workers together. */
  readonly apiMb: number;
  readonly workersMb: number;
  /** Mean size of what arrived; 0 for the sandbox. */
  readonly sizeBytes: number;
  readonly verdict: Verdict;
}

const channelOf = (way: Way): Channel => (way === "smtp" ? "email" : "sms");

/** Longest wait for the last message. The targets allow 10 s for 10,000; a run this slow is broken. */
const DELIVERY_TIMEOUT_MS = 120_000;
const LOOK_MS = 10;

export async function measure(scene: Scene, job: Job): Promise<Measured> {
  const { product, sql, sink } = scene;
  const calls = callsOf(scene, job);
  await clearSandbox(sql);
  await sink.reset();
  const logStart = sink.logEnd();
  const { api, workers } = product.processes();
  for (const { pid } of [...api, ...workers]) resetPeakMemory(pid);
  await resetStatementStats(sql);
  const before = cpuOf(scene);
  const startWallMs = Date.now();
  const startMs = performance.now();
  const answers = await makeCalls(product.url, calls, scene.connections);
  const answeredMs = performance.now() - startMs;
  await untilDelivered(scene, job.count);
  const emptyMs = performance.now() - startMs;
  const after = cpuOf(scene);
  const statements = await readStatementStats(sql, 12);
  const [apiMb, workersMb] = [peakOf(api), peakOf(workers)];
  checkAnswers(answers, job);
  const { arrivals, lastAt, sizeBytes } = await gather(scene, logStart);
  const seconds = (scene.way === "sandbox" ? emptyMs : lastAt - startWallMs) / 1000;
  const times = answers.map((answer) => answer.ms).sort((x, y) => x - y);
  return {
    shape: job.shape,
    way: scene.way,
    messages: job.count,
    calls: calls.length,
    callsPerSecond: (calls.length / answeredMs) * 1000,
    acceptedPerSecond: (job.count / answeredMs) * 1000,
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    deliveredPerSecond: job.count / seconds,
    seconds,
    cpuMs: perMessage(before, after, job.count),
    statements,
    statementsPerMessage: statements.calls / job.count,
    apiMb,
    workersMb,
    sizeBytes,
    verdict: judge(channelOf(scene.way), job, arrivals),
  };
}

/** Sends without measuring, so that nothing is compiled or cached for the first time under the clock. */
export async function warmUp(scene: Scene, first: number, count: number): Promise<void> {
  const { product, sink } = scene;
  await sink.reset();
  const half = Math.floor(count / 2);
  const calls = [
    ...callsOf(scene, { shape: "a", first, count: half }),
    ...callsOf(scene, { shape: "b", first: first + half, count: count - half }),
  ];
  const answers = await makeCalls(product.url, calls, scene.connections);
  const refused = answers.find((answer) => answer.status !== 200);
  if (refused !== undefined) throw new Error(`the warm-up was refused: ${refused.body.slice(0, 500)}`);
  await untilDelivered(scene, count);
}

function callsOf(scene: Scene, { shape, first, count }: Job): Call[] {
  const numbers = Array.from({ length: count }, (_, i) => first + i);
  const groups = shape === "a" ? [numbers] : numbers.map((n) => [n]);
  const base = { apptoken: scene.product.demo.project.apptoken, id: scene.campaignId, target_by: "user_id" };
  const channel = channelOf(scene.way);
  return groups.map((group) => {
    const targets = Object.fromEntries(group.map((n) => [userId(n), paramsOf(channel, n)]));
    const body = JSON.stringify({ ...base, target_with_params: targets });
    return { path: "/api/external/execute/campaign", body };
  });
}

function checkAnswers(answers: readonly Answer[], job: Job): void {
  const refused = answers.filter((answer) => answer.status !== 200);
  if (refused.length === 0) return;
  throw new Error(`${refused.length} of ${job.count} calls were refused: ${refused[0]?.body.slice(0, 500)}`);
}

async function untilDelivered(scene: Scene, count: number): Promise<void> {
  const endMs = performance.now() + DELIVERY_TIMEOUT_MS;
  const hasArrived = async (): Promise<boolean> =>
    scene.way === "sandbox" || (await scene.sink.stats(scene.way)).count >= count;
  while (!((await hasArrived()) && (await isQueueEmpty(scene.sql)))) {
    if (performance.now() > endMs) throw new Error(`not all of ${count} messages came within two minutes`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

interface Gathered {
  readonly arrivals: Arrival[];
  readonly lastAt: number;
  readonly sizeBytes: number;
}

async function gather(scene: Scene, logStart: number): Promise<Gathered> {
  if (scene.way === "sandbox") {
    return { arrivals: (await listSandbox(scene.sql)).map(arrivalOfSandbox), lastAt: 0, sizeBytes: 0 };
  }
  const arrivals: Arrival[] = [];
  let lastAt = 0;
  let bytes = 0;
  for (const receipt of await scene.sink.receipts(logStart)) {
    arrivals.push(arrivalOfReceipt(receipt));
    lastAt = Math.max(lastAt, receipt.at);
    bytes += receipt.sizeBytes;
  }
  return { arrivals, lastAt, sizeBytes: Math.round(bytes / Math.max(1, arrivals.length)) };
}

const peakOf = (processes: readonly ProcessFacts[]): number =>
  processes.reduce((sum, { pid }) => sum + peakMemoryMb(pid), 0);

/** Includes processes that ended in between: their parent has their time (see process-stats). */
function cpuOf({ product, sink }: Scene): CpuMs {
  const { api, workers, postgres, supervisor } = product.processes();
  const sum = (facts: readonly (ProcessFacts | null)[]): number =>
    facts.reduce((total, one) => total + (one?.cpuMs ?? 0), 0);
  const ours = {
    api: sum(api),
    workers: sum(workers),
    postgres: sum(postgres),
    supervisor: sum(supervisor),
    sink: sum([findProcess(sink.pid)]),
    client: sum([findProcess(process.pid)]),
  };
  return { ...ours, others: machineBusyMs() - Object.values(ours).reduce((total, ms) => total + ms, 0) };
}

function perMessage(before: CpuMs, after: CpuMs, count: number): CpuMs {
  const entries = Object.entries(after) as [keyof CpuMs, number][];
  return Object.fromEntries(entries.map(([name, ms]) => [name, (ms - before[name]) / count])) as CpuMs;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
