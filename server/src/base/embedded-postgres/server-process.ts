/** The running postmaster: our child or an adopted orphan, seen through one face; and how it is stopped. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { systemClock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Binaries } from "./binaries.ts";
import type { Layout } from "./cluster.ts";
import type { Identity } from "./identity.ts";
import { openLogFile } from "./log-file.ts";
import { isAlive, listPostgresIn, signal } from "./process-table.ts";
import { FIXED_SETTINGS } from "./settings.ts";

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServerProcess {
  readonly pid: number;
  readonly isRunning: () => boolean;
  /** Resolves once. Of an orphan neither code nor signal can be known: both are null. */
  readonly ended: Promise<ProcessEnd>;
}

const LOOK_AFTER_ORPHAN_MS = 200;
/** A fast stop writes a checkpoint; on a slow disk with 2 GB of log that takes a while. */
const FAST_STOP_MS = 15_000;
const IMMEDIATE_STOP_MS = 5_000;

export interface SpawnOptions {
  readonly binaries: Binaries;
  readonly identity: Identity;
  readonly layout: Layout;
  readonly logFile: string;
}

/**
 * Starts a postmaster in a session of its own: a Ctrl-C in the terminal must reach the launcher only, which stops
 * the users of the database first.
 */
export function spawnServer(options: SpawnOptions): Promise<ServerProcess> {
  const { binaries, identity, layout, logFile } = options;
  const fixed = FIXED_SETTINGS.flatMap((setting) => ["-c", setting]);
  const files = ["-c", `config_file=${layout.conf}`, "-c", `hba_file=${layout.hba}`];
  const wrapped = identity.wrap(binaries.postgres, ["-D", layout.cluster, ...files, ...fixed]);
  const log = openLogFile(logFile);
  try {
    const child = spawn(wrapped.command, wrapped.args, {
      ...wrapped.as,
      cwd: "/",
      env: binaries.env,
      detached: true,
      stdio: ["ignore", log, log],
    });
    return started(child);
  } finally {
    closeSync(log);
  }
}

function started(child: ChildProcess): Promise<ServerProcess> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => {
      const ended = new Promise<ProcessEnd>((done) => {
        child.once("exit", (code, by) => done({ code, signal: by }));
      });
      const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
      resolve({ pid: child.pid!, isRunning, ended });
    });
  });
}

/** A postmaster that another process has started and left behind. Its end is found by looking. */
export function watchOrphan(pid: number): ServerProcess {
  const ended = new Promise<ProcessEnd>((done) => {
    const timer = setInterval(() => {
      if (isAlive(pid)) return;
      clearInterval(timer);
      done({ code: null, signal: null });
    }, LOOK_AFTER_ORPHAN_MS);
  });
  return { pid, isRunning: () => isAlive(pid), ended };
}

/** Fast, then immediate, then SIGKILL, each with a bound (signals: PostgreSQL manual, "Shutting Down the Server"). */
export async function stopServer(server: ServerProcess, mode: "fast" | "immediate", log: Log): Promise<void> {
  const steps: [NodeJS.Signals, number][] = [
    ...(mode === "fast" ? ([["SIGINT", FAST_STOP_MS]] as [NodeJS.Signals, number][]) : []),
    ["SIGQUIT", IMMEDIATE_STOP_MS],
    ["SIGKILL", IMMEDIATE_STOP_MS],
  ];
  for (const [name, boundMs] of steps) {
    if (!server.isRunning()) break;
    signal(server.pid, name);
    if (await endedWithin(server, boundMs)) break;
    log.warn(
      { postmasterPid: server.pid, signal: name, boundMs },
      "PostgreSQL does not stop; going on harder",
    );
  }
}

async function endedWithin(server: ServerProcess, boundMs: number): Promise<boolean> {
  const enough = new AbortController();
  const end = server.ended.then(() => enough.abort());
  await Promise.race([end, systemClock.sleep(boundMs, enough.signal)]);
  const isOver = enough.signal.aborted;
  enough.abort();
  return isOver;
}

const LEFTOVERS_END_MS = 3_000;
const LOOK_AT_LEFTOVERS_MS = 50;

/**
 * Waits until no PostgreSQL process works in the cluster's directory. After a kill -9 of the postmaster its children notice
 * and end by themselves, but one that computes notices late. Two servers on one cluster destroy it, so those that
 * stay are killed: crash recovery is needed anyway.
 */
export async function endLeftovers(cluster: string, log: Log): Promise<void> {
  const start = systemClock.monotonicMs();
  let isKilling = false;
  for (let left = listPostgresIn(cluster); left.length > 0; left = listPostgresIn(cluster)) {
    const waitedMs = systemClock.monotonicMs() - start;
    if (waitedMs > LEFTOVERS_END_MS) {
      if (!isKilling) log.warn({ pids: left }, "killing what a dead PostgreSQL left behind");
      isKilling = true;
      for (const pid of left) signal(pid, "SIGKILL");
    }
    if (waitedMs > 3 * LEFTOVERS_END_MS) return; // PostgreSQL's own check of its shared memory decides
    await systemClock.sleep(LOOK_AT_LEFTOVERS_MS);
  }
}
