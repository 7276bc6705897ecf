/**
 * The product as an operator starts it: `carillon start` in a process of its own, with its supervisor, its
 * PostgreSQL, its API and its workers. Used by the bench and by the chaos battery, which measure and harm it only
 * from outside.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { findFreePort } from "../src/base/embedded-postgres/free-port.ts";
import { findProcess, listDescendants, type ProcessFacts } from "./process-stats.ts";

const MAIN = resolve(import.meta.dirname, "../src/main.ts");
/** A first start makes a database cluster: about 3 s on an idle machine with two cores. */
const START_TIMEOUT_MS = 150_000;
/** Above SHUTDOWN_SECONDS (25) and PostgreSQL's own bounds, and what a loaded machine adds. */
const STOP_TIMEOUT_MS = 90_000;
/** Between the choice of a port and its use somebody else may take it. */
const START_TRIES = 3;

export interface DemoFacts {
  readonly project: { readonly id: number; readonly apptoken: string };
  readonly campaigns: { readonly sms: number; readonly email: number };
}

export interface ProductProcesses {
  readonly supervisor: ProcessFacts[];
  readonly api: ProcessFacts[];
  readonly workers: ProcessFacts[];
  /** The postmaster first, then its children. */
  readonly postgres: ProcessFacts[];
}

export interface Product {
  readonly url: string;
  readonly dataDir: string;
  readonly demo: DemoFacts;
  /** The superuser's URL. Read from the files that the launcher keeps in the data directory. */
  readonly databaseUrl: string;
  /** Those that run now. */
  processes(): ProductProcesses;
  /** Everything that the product has logged so far. */
  readLog(): string;
  /** Ends it calmly, removes the data directory. @returns the exit code; null when it had to be killed. */
  stop(): Promise<number | null>;
}

export interface ProductOptions {
  readonly workers: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of Node for every process of the product, such as --cpu-prof. */
  readonly nodeFlags?: readonly string[];
}

/** Starts a fresh instance in a directory of its own. Resolves when API and workers are ready. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryToStart(options);
    } catch (error) {
      if (tries === START_TRIES || !String(error).includes("EADDRINUSE")) throw error;
    }
  }
}

async function tryToStart(options: ProductOptions): Promise<Product> {
  const dataDir = mkdtempSync(join(tmpdir(), "carillon-run-"));
  const port = await findFreePort();
  const logFile = join(dataDir, "product.log");
  const child = spawnProduct(options, { dataDir, port, logFile });
  const ended = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
  const readLog = (): string => readFileSync(logFile, "utf8");
  const forget = endWithThisProcess(child, ended, dataDir);
  try {
    await untilReady(child, ended);
  } catch (error) {
    forget();
    await end(child, ended);
    const tail = readLog().slice(-2_000);
    removeDirectory(dataDir);
    throw new Error(`the product did not start: ${String(error)}\n${tail}`);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    dataDir,
    demo: JSON.parse(readFileSync(join(dataDir, "demo.json"), "utf8")) as DemoFacts,
    databaseUrl: databaseUrlOf(dataDir),
    processes: () => processesOf(child.pid ?? 0),
    readLog,
    async stop() {
      forget();
      const code = await end(child, ended);
      removeDirectory(dataDir);
      return code;
    },
  };
}

/** The last process of PostgreSQL may still write there. */
const removeDirectory = (path: string): void =>
  rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });

function spawnProduct(
  options: ProductOptions,
  at: { dataDir: string; port: number; logFile: string },
): ChildProcess {
  const flags = ["--port", String(at.port), "--data", at.dataDir];
  const child = spawn(process.execPath, [...(options.nodeFlags ?? []), MAIN, "start", ...flags], {
    cwd: at.dataDir,
    env: { ...plainEnvironment(), LOG_LEVEL: "warn", WORKERS: String(options.workers), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stderr?.pipe(createWriteStream(at.logFile));
  return child;
}

/** A run that is broken off must not leave a product behind. @returns the function that takes the handlers away. */
function endWithThisProcess(child: ChildProcess, ended: Promise<unknown>, dataDir: string): () => void {
  const onSignal = (): void => {
    void end(child, ended).then(() => {
      removeDirectory(dataDir);
      process.exit(1);
    });
  };
  // After an exception there is no time to wait: it ends by itself, its directory stays.
  const onExit = (): void => void child.kill("SIGTERM");
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.once(signal, onSignal);
  process.once("exit", onExit);
  return () => {
    for (const signal of signals) process.removeListener(signal, onSignal);
    process.removeListener("exit", onExit);
  };
}

/** Nothing of the caller's own settings: an EMAIL_URL in the shell must never get the messages of a measurement. */
function plainEnvironment(): Record<string, string> {
  const names = ["PATH", "HOME", "TMPDIR", "LANG"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

async function untilReady(child: ChildProcess, ended: Promise<number | null>): Promise<void> {
  let said = "";
  const ready = new Promise<void>((done) => {
    child.stdout?.on("data", (bytes: Buffer) => {
      said = (said + bytes.toString("utf8")).slice(-10_000);
      if (said.includes("Carillon is ready")) done();
    });
  });
  const gone = ended.then((code) => Promise.reject(new Error(`it ended with ${code}`)));
  const late = AbortSignal.timeout(START_TIMEOUT_MS);
  const tooLate = new Promise<never>((_, reject) => {
    late.addEventListener("abort", () => reject(new Error("it took too long")), { once: true });
  });
  await Promise.race([ready, gone, tooLate]);
}

/** The launcher keeps the superuser's password and the port in files that only its owner can read. */
function databaseUrlOf(dataDir: string): string {
  const read = (name: string): string => readFileSync(join(dataDir, "postgres", name), "utf8").trim();
  return `postgres://carillon:${read("password")}@127.0.0.1:${read("port")}/carillon`;
}

function processesOf(pid: number): ProductProcesses {
  const all = listDescendants(pid);
  const supervisor = findProcess(pid);
  const isRole = (facts: ProcessFacts, role: string): boolean => facts.command.includes(`main.ts ${role} `);
  return {
    supervisor: supervisor === null ? [] : [supervisor],
    api: all.filter((facts) => isRole(facts, "api")),
    workers: all.filter((facts) => isRole(facts, "worker")),
    postgres: all.filter((facts) => /native\/bin\/postgres |^postgres: /.test(facts.command)),
  };
}

async function end<T>(child: ChildProcess, ended: Promise<T>): Promise<T | null> {
  const pid = child.pid ?? 0;
  const late = AbortSignal.timeout(STOP_TIMEOUT_MS);
  const tooLate = new Promise<"late">((done) =>
    late.addEventListener("abort", () => done("late"), { once: true }),
  );
  child.kill("SIGTERM");
  const first = await Promise.race([ended, tooLate]);
  if (first !== "late") return first;
  // Children run in sessions of their own, so each is ended by its pid.
  const rest = [...listDescendants(pid).map((facts) => facts.pid), pid];
  for (const left of rest) tryKill(left);
  await ended;
  return null;
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone by itself in the meantime.
  }
}
