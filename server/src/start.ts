/**
 * `carillon start`: PostgreSQL, migrations, the demo project of a first start, then the API and the workers under a
 * supervisor. Whatever dies is started again; what a dead worker held goes back to the queue at once.
 */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DemoFacts, seedDemo } from "./actions/projects/seed-demo.ts";
import { systemClock } from "./base/clock.ts";
import type { SealingKey } from "./base/crypto.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./base/embedded-postgres.ts";
import { createLog, type Log } from "./base/log.ts";
import { createSupervisor, onStopSignal } from "./base/supervisor.ts";
import { type Config, UNNAMED_REGION } from "./config.ts";
import { readInstanceKey } from "./instance.ts";
import { requeueHauls } from "./store/chunks.ts";
import { connect, isRetriable, type Sql } from "./store/db.ts";
import { createIdBlocks } from "./store/id-blocks.ts";
import { createPartitions, migrate } from "./store/migrate.ts";

export async function startEverything(config: Config): Promise<void> {
  const log = createLog({ level: config.logLevel, name: "carillon" });
  // As in a role: a database connection that drops while it is being opened must not end the supervisor.
  process.on("unhandledRejection", (error) => log.error({ err: error }, "unhandled rejection"));
  const stopping = new AbortController();
  const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener("abort", () => resolve()));
  // From the first moment on: a Ctrl-C while PostgreSQL starts must not leave it behind.
  onStopSignal(() => stopping.abort());
  const database = await openDatabase(config, log, stopping.signal);
  try {
    await superviseUntil(stopped, { config, log, database, signal: stopping.signal });
  } finally {
    stopping.abort();
    await database.stop();
  }
}

const BUILD_SCRIPT = join(import.meta.dirname, "../../scripts/build-dashboard.mjs");

/**
 * Makes the dashboard's build where it is missing or older than its sources. One that cannot be made stops nothing:
 * the API works without it, and its page says what to do. An image that brings the build along has no script.
 */
async function buildDashboard(log: Log): Promise<void> {
  if (!existsSync(BUILD_SCRIPT)) return;
  const child = spawn(process.execPath, [BUILD_SCRIPT, "--if-stale"], { stdio: ["ignore", 2, 2] });
  const code = await new Promise((resolve) => {
    child.once("error", resolve);
    child.once("exit", resolve);
  });
  if (code !== 0) log.warn({ code }, "the dashboard was not built");
}

async function superviseUntil(
  stopped: Promise<void>,
  at: { config: Config; log: Log; database: Database; signal: AbortSignal },
): Promise<void> {
  const { config, log, database } = at;
  const sealingKey = readInstanceKey(config.dataDir, config.instanceKey?.reveal() ?? null);
  const [url] = await Promise.all([prepare(config, { database, sealingKey }), buildDashboard(log)]);
  const dispatch = connect({ url: database.url, role: "dispatch", max: 1, name: "carillon supervisor" });
  const supervisor = createSupervisor({
    log,
    children: childrenOf(config, database.url),
    stopTimeoutMs: config.shutdownSeconds * 1000,
    onExit: async ({ name, pid, code }) => {
      // Who was asked to stop and did has given back its work: a Ctrl-C is no reason for a warning.
      const isCalm = at.signal.aborted && code === 0;
      if (name.startsWith("worker") && !isCalm)
        await takeBack(dispatch, workerNameOf(name, pid), { log, signal: at.signal });
    },
  });
  try {
    if (!at.signal.aborted) await Promise.race([supervisor.start(), stopped]);
    if (!at.signal.aborted) say(config, url);
    await Promise.all([stopped, renewPartitions(database.url, log, at.signal)]);
  } finally {
    await supervisor.stop();
    await dispatch.end({ timeout: 2 });
  }
}

interface Database {
  readonly url: string;
  stop(): Promise<void>;
}

/** Keeps the embedded server running: one that dies is started again on the same port. */
async function openDatabase(config: Config, log: Log, signal: AbortSignal): Promise<Database> {
  if (config.databaseUrl !== null) return { url: config.databaseUrl.reveal(), stop: async () => {} };
  const dataDir = join(config.dataDir, "postgres");
  const options = { dataDir, log, statementStats: process.env.CARILLON_STATEMENT_STATS === "1" };
  let server: EmbeddedPostgres = await startEmbeddedPostgres(options);
  const { url } = server;
  const keep = async (): Promise<void> => {
    while (!signal.aborted) {
      const exit = await server.exited;
      if (signal.aborted || !exit.unexpected) return;
      log.error({ code: exit.code, signal: exit.signal }, "PostgreSQL ended, starting it again");
      server = await startAgain(server, { ...options, port: Number(new URL(url).port) }, signal);
    }
  };
  void keep();
  return { url, stop: () => server.stop() };
}

async function startAgain(
  last: EmbeddedPostgres,
  options: Parameters<typeof startEmbeddedPostgres>[0],
  signal: AbortSignal,
): Promise<EmbeddedPostgres> {
  while (!signal.aborted) {
    try {
      return await startEmbeddedPostgres(options);
    } catch (error) {
      options.log.error({ err: error }, "PostgreSQL does not start, trying again");
      await systemClock.sleep(1000, signal);
    }
  }
  return last;
}

const listenUrl = (config: Config): string =>
  `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${config.port}`;

/** Migrates, seeds an empty instance, writes demo.json. @returns the address that is printed. */
async function prepare(
  config: Config,
  given: { database: Database; sealingKey: SealingKey },
): Promise<string> {
  const owner = connect({ url: given.database.url, role: "owner", max: 1, name: "carillon start" });
  const app = connect({ url: given.database.url, role: "app", max: 2, name: "carillon start" });
  const ids = connect({ url: given.database.url, role: "app", max: 1, name: "carillon start ids" });
  try {
    await migrate(owner, Date.now());
    const log = createLog({ level: "warn", name: "seed" });
    const context = {
      app,
      dispatch: app,
      ids: createIdBlocks(ids),
      clock: systemClock,
      log,
      sealingKey: given.sealingKey,
      region: config.region === UNNAMED_REGION ? undefined : config.region,
    };
    const facts = await seedDemo(context, owner);
    const url = listenUrl(config);
    if (facts !== null) writeDemo(config, { url, ...facts });
    else updateDemoUrl(config, url);
    return url;
  } finally {
    await Promise.all([owner, app, ids].map((sql) => sql.end()));
  }
}

const demoFile = (config: Config): string => join(config.dataDir, "demo.json");

function writeDemo(config: Config, facts: { url: string } & Partial<DemoFacts>): void {
  writeFileSync(demoFile(config), `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
  chmodSync(demoFile(config), 0o600);
}

/** A later start may listen elsewhere: the file keeps telling the truth. */
function updateDemoUrl(config: Config, url: string): void {
  const facts = readDemo(config);
  if (facts !== null && facts.url !== url) writeDemo(config, { ...facts, url });
}

function readDemo(config: Config): ({ url: string } & DemoFacts) | null {
  try {
    return JSON.parse(readFileSync(demoFile(config), "utf8")) as { url: string } & DemoFacts;
  } catch {
    return null;
  }
}

/** The name that a worker signs its hauls with: unique to this life of it. */
const workerNameOf = (child: string, pid: number): string => `${child}@${process.pid}-${pid}`;

/**
 * Gives back what a dead worker held, without waiting for its leases to end. PostgreSQL may be down at that moment,
 * so it is tried again for about as long as a lease lasts.
 */
async function takeBack(dispatch: Sql, worker: string, at: { log: Log; signal: AbortSignal }): Promise<void> {
  for (let attempt = 1; attempt <= TAKE_BACK_TRIES && !at.signal.aborted; attempt += 1) {
    try {
      await requeueHauls(dispatch, worker);
      return;
    } catch (error) {
      if (!isRetriable(error)) throw error;
      await systemClock.sleep(TAKE_BACK_PAUSE_MS, at.signal);
    }
  }
  at.log.warn({ worker }, "the work of a dead worker comes back when its leases end");
}

const TAKE_BACK_TRIES = 60;
const TAKE_BACK_PAUSE_MS = 250;

/**
 * V8 lets the space for new objects grow with the machine. Bounded to 16 MB it costs no time, and API and worker
 * together peaked at 454 MB instead of 663 MB (10,000 calls by email, on 24 GB).
 */
const SMALL_HEAP = "--max-semi-space-size=16";

function childrenOf(config: Config, databaseUrl: string) {
  const module = join(import.meta.dirname, "main.ts");
  const args = ["--port", String(config.port), "--host", config.host, "--data", config.dataDir];
  const env: Record<string, string> = {
    ...(process.env as Record<string, string>),
    DATABASE_URL: databaseUrl,
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} ${SMALL_HEAP}`.trim(),
  };
  const workers = Array.from({ length: config.workers }, (_, i) => `worker-${i + 1}`);
  const workerSpecs = workers.map((name) => ({
    name,
    module,
    args: ["worker", ...args],
    env: { ...env, CARILLON_WORKER: name },
  }));
  // The workers start and stop together, after and before the API.
  return [{ name: "api", module, args: ["api", ...args], env }, workerSpecs];
}

const DAY_MS = 86_400_000;

async function renewPartitions(url: string, log: Log, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await systemClock.sleep(DAY_MS / 2, signal);
    if (signal.aborted) return;
    const owner: Sql = connect({ url, role: "owner", max: 1, name: "carillon partitions" });
    await createPartitions(owner, Date.now()).catch((error: unknown) =>
      log.error({ err: error }, "partitions were not made"),
    );
    await owner.end();
  }
}

function say(config: Config, url: string): void {
  const demo = readDemo(config);
  const lines = [``, `Carillon is ready at ${url}`];
  if (demo?.project !== undefined) lines.push(...demoLines(url, demo, demoFile(config)));
  process.stdout.write(`${lines.join("\n")}\n`);
}

function demoLines(url: string, demo: DemoFacts, file: string): string[] {
  const body = {
    apptoken: demo.project.apptoken,
    id: demo.campaigns.sms,
    target_by: "user_id",
    target: [demo.user_ids[0]],
    params: { flight_num: "EI105", time: "10:30", gate_num: "B100" },
  };
  return [
    ``,
    `  Dashboard   ${url}`,
    `  Email       ${demo.dashboard.email}`,
    `  Password    ${demo.dashboard.password}`,
    `  Sandbox     ${url}/sandbox (without script)`,
    `  Facts       ${file}`,
    ``,
    `Send a first message (it lands in the sandbox):`,
    ``,
    `curl --request POST '${url}/api/external/execute/campaign' \\`,
    `  --header 'content-type: application/json' \\`,
    `  --data '${JSON.stringify(body)}'`,
    ``,
    `Stop with Ctrl-C.`,
  ];
}
