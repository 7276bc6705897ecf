/**
 * Kills processes of the product with SIGKILL, by a schedule from the seed. Before a kill it notes what stands as
 * `sending` (only that may reach a dumb gateway twice), and of a worker which chunks it holds; afterwards it watches
 * how long those lie idle.
 */
import type { Product, ProductProcesses } from "../../bench/product.ts";
import type { Sql } from "../../src/store/db.ts";
import {
  describeChunks,
  type HeldChunk,
  listHeldBy,
  listSending,
  listSendingOf,
  listUnrecovered,
} from "./inspection.ts";
import type { Random } from "./random.ts";
import { until } from "./until.ts";

/** both: PostgreSQL, and a worker while it is away. */
export type Victim = "worker" | "api" | "postgres" | "both";

export interface KillRecord {
  readonly victim: Victim;
  /** Messages that stood as `sending`. */
  readonly inFlight: number;
  /** Chunks that the killed worker held. */
  readonly heldChunks: number;
  /** null: it held none, or `stuck` says more. */
  readonly recovery: Recovery | null;
  /** What is wrong where the wait was in vain, else null. */
  readonly stuck: string | null;
}

export interface KillerOptions {
  readonly product: Product;
  readonly sql: Sql;
  readonly random: Random;
  readonly kills: number;
}

export interface KillReport {
  readonly kills: readonly KillRecord[];
  /** All messages that stood as `sending` at some kill. */
  readonly inFlight: ReadonlySet<number>;
}

const ROUND: readonly Victim[] = ["worker", "api", "worker", "postgres", "both"];
/** Between two kills. The longest wait for a restart is the supervisor's 10 s, for chunks the lease of 20 s. */
const PAUSE_MS = { from: 1_000, to: 2_500 };
const BACK_TIMEOUT_MS = 120_000;
/** A worker that was just started again is ready after about a second; on a loaded machine after several. */
const BUSY_TIMEOUT_MS = 10_000;
/** Lease, sweep, and the restart of a worker that died several times, with time for a loaded machine. */
const RECOVERY_TIMEOUT_MS = 120_000;

/** Each round of five kills every kind, two workers among them. */
export function planKills(random: Random, kills: number): Victim[] {
  const rounds = Array.from({ length: Math.ceil(kills / ROUND.length) }, () => random.shuffled(ROUND));
  return rounds.flat().slice(0, kills);
}

/** Resolves when all kills are done and what the killed workers held is in other hands. */
export async function runKiller(options: KillerOptions): Promise<KillReport> {
  const inFlight = new Set<number>();
  const struck: Struck[] = [];
  for (const victim of planKills(options.random, options.kills)) {
    await new Promise((resolve) => setTimeout(resolve, options.random.whole(PAUSE_MS.from, PAUSE_MS.to)));
    await untilAllBack(options);
    struck.push(await strike(victim, options, inFlight));
  }
  return { kills: await Promise.all(struck.map(({ record }) => record)), inFlight };
}

/** The next kill meets a whole system, so that every one of them hits something. */
async function untilAllBack({ product, sql }: KillerOptions): Promise<void> {
  const isBack = async (): Promise<boolean> => {
    const { api, workers, postgres } = product.processes();
    await sql`select 1`;
    return api.length === 1 && workers.length === 2 && postgres.length > 1;
  };
  await until("all processes are back", isBack, BACK_TIMEOUT_MS);
}

interface Struck {
  /** Settles when what the killed worker held is in other hands; the next kill does not wait for it. */
  readonly record: Promise<KillRecord>;
}

async function strike(victim: Victim, options: KillerOptions, inFlight: Set<number>): Promise<Struck> {
  const { product, sql, random } = options;
  const withChildren = random.next() < 0.5;
  const hit = victim === "worker" || victim === "both" ? await chooseWorker(options) : null;
  const processes = product.processes();
  const { held, sending } = await takeNotes(sql, victim, hit);
  for (const id of sending) inFlight.add(id);
  const atMs = performance.now();
  for (const pid of pidsOf(victim, { processes, withChildren })) send(pid, "SIGKILL");
  if (hit !== null) send(hit, "SIGKILL");
  const base = { victim, inFlight: sending.length, heldChunks: held.length };
  const record = watchRecovery(sql, held, atMs).then(
    (recovery) => ({ ...base, recovery, stuck: null }),
    (error: unknown) => ({ ...base, recovery: null, stuck: String(error) }),
  );
  return { record };
}

interface Notes {
  readonly held: readonly HeldChunk[];
  readonly sending: readonly number[];
}

/** The worker is stopped first: between the notes and the kill it can open nothing new. */
async function takeNotes(sql: Sql, victim: Victim, hit: number | null): Promise<Notes> {
  // A dead API hands over nothing; a dead PostgreSQL concerns what all workers have opened.
  if (hit === null) return { held: [], sending: victim === "api" ? [] : await listSending(sql) };
  send(hit, "SIGSTOP");
  try {
    const sending = victim === "both" ? await listSending(sql) : await listSendingOf(sql, hit);
    return { held: await listHeldBy(sql, hit), sending };
  } catch (error) {
    send(hit, "SIGCONT");
    throw error;
  }
}

/** A worker that holds chunks; after a while any, because there may be no work left. */
async function chooseWorker({ product, sql, random }: KillerOptions): Promise<number> {
  let candidates: number[] = [];
  const isOneBusy = async (): Promise<boolean> => {
    const pids = product.processes().workers.map(({ pid }) => pid);
    const held = await Promise.all(pids.map((pid) => listHeldBy(sql, pid)));
    const busy = pids.filter((_, i) => (held[i]?.length ?? 0) > 0);
    candidates = busy.length > 0 ? busy : pids;
    return busy.length > 0;
  };
  await until("a worker holds chunks", isOneBusy, BUSY_TIMEOUT_MS).catch(() => undefined);
  return candidates[random.whole(0, candidates.length - 1)] ?? 0;
}

/** The API's pid, or the postmaster's with or without its children; a worker is dealt with by the caller. */
function pidsOf(
  victim: Victim,
  at: { processes: ProductProcesses; withChildren: boolean },
): readonly number[] {
  const { api, postgres } = at.processes;
  if (victim === "api") return api.map(({ pid }) => pid);
  if (victim === "worker") return [];
  const pids = postgres.map(({ pid }) => pid);
  return at.withChildren ? pids : pids.slice(0, 1);
}

export function send(pid: number, signal: NodeJS.Signals): void {
  // 0 would mean every process of this group.
  if (pid <= 0) return;
  try {
    process.kill(pid, signal);
  } catch {
    // A child of a killed postmaster may be gone already.
  }
}

export interface Recovery {
  /** From the kill until the last of the held chunks was back in the queue. */
  readonly freedMs: number;
  /** ... and until the last was claimed again or done: it may have had to wait for a worker with a free hand. */
  readonly claimedMs: number;
}

/** @returns null when nothing was held. @throws when nobody takes the chunks up. */
export async function watchRecovery(
  sql: Sql,
  held: readonly HeldChunk[],
  atMs: number,
): Promise<Recovery | null> {
  if (held.length === 0) return null;
  let left = held;
  let freedMs: number | null = null;
  const isRecovered = async (): Promise<boolean> => {
    const { stillHeld, unclaimed } = await listUnrecovered(sql, left);
    if (stillHeld.length === 0) freedMs ??= performance.now() - atMs;
    left = unclaimed;
    return left.length === 0;
  };
  try {
    await until("a killed worker's chunks are claimed again", isRecovered, RECOVERY_TIMEOUT_MS);
  } catch (error) {
    const states = await describeChunks(sql, left).catch(() => "the database does not answer");
    throw new Error(`${String(error)}; left are ${states}`);
  }
  const claimedMs = performance.now() - atMs;
  return { freedMs: freedMs ?? claimedMs, claimedMs };
}
