/**
 * The commands: start (everything on this machine) | api | worker | migrate. Each is a role of the same program;
 * processes meet in PostgreSQL only.
 */
import { setPriority } from "node:os";
import { createApi, createWorkerRole, type Role } from "./app.ts";
import { createLog } from "./base/log.ts";
import { onParentGone, onStopSignal, sayReady } from "./base/supervisor.ts";
import { type Config, configWarnings, readProcessConfig } from "./config.ts";
import { readInstanceKey } from "./instance.ts";
import { startEverything } from "./start.ts";
import { connect } from "./store/db.ts";
import { migrate } from "./store/migrate.ts";

const USAGE = `Usage: carillon <command> [--port N] [--host ADDRESS] [--data DIR]

  start     everything on this machine: PostgreSQL (unless DATABASE_URL is set), API and workers
  api       the API role, against DATABASE_URL
  worker    the worker role, against DATABASE_URL
  migrate   brings the database at DATABASE_URL to this version

All settings are in server/config.sample.env.
`;

async function main(): Promise<number> {
  const [command = "", ...args] = process.argv.slice(2);
  const commands: Readonly<Record<string, (config: Config) => Promise<void>>> = {
    start: startEverything,
    api: (config) => runRole(config, "api"),
    worker: (config) => runRole(config, "worker"),
    migrate: migrateOnly,
  };
  const run = commands[command];
  if (run === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const config = readProcessConfig(args);
  if (!config.ok) {
    process.stderr.write(`${config.error.join("\n")}\n`);
    return 2;
  }
  await run(config.value);
  return 0;
}

/** Runs one role until SIGTERM or SIGINT, or until the supervisor is gone. */
async function runRole(config: Config, name: "api" | "worker"): Promise<void> {
  const log = createLog({ level: config.logLevel, name });
  for (const warning of configWarnings(config)) log.warn(warning);
  const options = {
    config,
    databaseUrl: requireDatabase(config),
    sealingKey: readInstanceKey(config.dataDir, config.instanceKey?.reveal() ?? null),
    log,
    // What hangs cannot be stopped calmly. The supervisor starts it anew and gives back at once what it held.
    onStuck: () => process.exit(1),
  };
  // Where both want the processor, a call that waits for its answer goes before work that waits anyway.
  if (name === "worker") setPriority(WORKER_NICENESS);
  const role: Role = name === "api" ? createApi(options) : createWorkerRole(options, workerName());
  const stopped = Promise.withResolvers<void>();
  onStopSignal(() => stopped.resolve());
  onParentGone(() => stopped.resolve());
  // A dropped database connection surfaces on whatever was waiting for it; the loops try again, the process lives on.
  process.on("unhandledRejection", (error) => log.error({ err: error }, "unhandled rejection"));
  await role.start();
  sayReady();
  await stopped.promise;
  await role.stop();
  process.disconnect?.();
}

/** As start.ts computes it from the outside, so that the supervisor can give back a dead worker's work. */
function workerName(): string | undefined {
  const child = process.env.CARILLON_WORKER;
  return child === undefined ? undefined : `${child}@${process.ppid}-${process.pid}`;
}

/** Of 0 to 19. Ten or more would starve deliveries behind a busy API. */
const WORKER_NICENESS = 5;

function requireDatabase(config: Config): string {
  if (config.databaseUrl === null)
    throw new Error("DATABASE_URL is not set: only `start` brings its own PostgreSQL.");
  return config.databaseUrl.reveal();
}

async function migrateOnly(config: Config): Promise<void> {
  const owner = connect({ url: requireDatabase(config), role: "owner", max: 1, name: "carillon migrate" });
  const ran = await migrate(owner, Date.now());
  process.stdout.write(
    ran.length === 0 ? "The database is up to date.\n" : `Ran migrations ${ran.join(", ")}.\n`,
  );
  await owner.end();
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`carillon: ${error instanceof Error ? error.message : String(error)}\n`);
  // At once: what had begun before the failure would keep a process that does nothing alive, and its supervisor would
  // wait a minute for it to get ready. A worker that meets a database which is just recovering fails so.
  process.exit(1);
}
