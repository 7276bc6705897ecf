/**
 * The product as somebody meets it who has just cloned it: `npm start` on an empty directory. All that a test knows of
 * it is what it prints.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { listDescendants } from "../bench/process-stats.ts";
import { findFreePort } from "../src/base/embedded-postgres/free-port.ts";
import { until } from "./stack.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** How soon a failure is told: it makes a database cluster and perhaps the dashboard's build, on a loaded machine. */
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 60_000;

export interface FirstStart {
  /** What stands on the terminal, whole. */
  readonly printed: string;
  readonly tookMs: number;
  /** Ends it as Ctrl-C does, and removes its data. */
  stop(): Promise<void>;
}

/** @param command as the page says it: "npm start". A port and a directory of its own are added. */
export async function startAsNewUser(command: string): Promise<FirstStart> {
  const dataDir = mkdtempSync(join(tmpdir(), "carillon-first-start-"));
  const [program = "", ...args] = command.split(" ");
  const flags = ["--", "--port", String(await findFreePort()), "--data", dataDir];
  const beganMs = performance.now();
  const child = spawn(program, [...args, ...flags], {
    cwd: ROOT,
    env: newUsersEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  let logged = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    logged = (logged + text).slice(-2_000);
  });
  let hasEnded = false;
  child.once("exit", () => {
    hasEnded = true;
  });
  const stop = async (): Promise<void> => {
    // Its own process and not npm's: the signal must arrive once, as a Ctrl-C does.
    const all = child.pid === undefined ? [] : listDescendants(child.pid);
    for (const { pid } of all.filter(isSupervisor)) endOne(pid, "SIGINT");
    await until(() => hasEnded, Boolean, STOP_TIMEOUT_MS).catch(() => {
      // Those of the beginning, whose parents may have gone, and those that came since.
      const since =
        child.pid === undefined ? [] : [child.pid, ...listDescendants(child.pid).map(({ pid }) => pid)];
      for (const pid of new Set([...all.map((one) => one.pid), ...since])) endOne(pid, "SIGKILL");
    });
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    await until(() => hasEnded || printed.includes("Ctrl-C"), Boolean, START_TIMEOUT_MS);
    if (hasEnded) throw new Error("it ended");
  } catch (error) {
    await stop();
    throw new Error(`${command} did not start: ${String(error)}\n${printed}\n${logged}`);
  }
  return { printed, tookMs: performance.now() - beganMs, stop };
}

/** Not what started it, whose command lines name it too. */
const isSupervisor = ({ command }: { readonly command: string }): boolean =>
  command.includes("src/main.ts start") && !command.includes("run.mjs");

function endOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone by itself in the meantime.
  }
}

/** Nothing of the tests' own settings. */
function newUsersEnvironment(): Record<string, string> {
  const names = ["PATH", "HOME", "TMPDIR", "LANG"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
