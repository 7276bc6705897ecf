/**
 * Runs the packaged PostgreSQL 18: makes its data directory, starts it, adopts one that a killed launcher left
 * behind, waits for crash recovery, stops it. What holds: one launcher for each data directory, fsync always on,
 * reachable from this machine only and with a password, never as root. The url may change between two starts.
 */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { systemClock } from "./clock.ts";
import { type Address, askDataDirectory, ensureDatabase, urlOf } from "./embedded-postgres/ask.ts";
import { type Binaries, findBinaries } from "./embedded-postgres/binaries.ts";
import {
  checkVersion,
  DATABASE,
  type Layout,
  makeCluster,
  openLayout,
  readOrMakePassword,
  SUPERUSER,
  writeConf,
  writeDurably,
} from "./embedded-postgres/cluster.ts";
import { takeDirectoryLock } from "./embedded-postgres/directory-lock.ts";
import {
  classifyOutput,
  EmbeddedPostgresError,
  errorFromOutput,
  errorFromSystem,
} from "./embedded-postgres/error.ts";
import { findFreePort } from "./embedded-postgres/free-port.ts";
import { chooseIdentity, giveDirectory, type Identity } from "./embedded-postgres/identity.ts";
import { boundLogFile, readFrom, sizeOf } from "./embedded-postgres/log-file.ts";
import { readPostmasterFile, removePostmasterFile } from "./embedded-postgres/postmaster-file.ts";
import { isAlive, isPostgresIn, signal } from "./embedded-postgres/process-table.ts";
import {
  endLeftovers,
  type ServerProcess,
  spawnServer,
  stopServer,
  watchOrphan,
} from "./embedded-postgres/server-process.ts";
import type { Log } from "./log.ts";

export interface EmbeddedPostgresOptions {
  /** The directory for the cluster and all that belongs to it; made with mode 0700. */
  readonly dataDir: string;
  /** A plain file for PostgreSQL's log; `<dataDir>/postgres.log` when not given. */
  readonly logFile?: string;
  readonly log: Log;
  /** This port or an error. When not given, the last one that worked, or a free one. */
  readonly port?: number;
  /** Loads pg_stat_statements, for measurements. */
  readonly statementStats?: boolean;
}

export interface EmbeddedPostgresExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Nobody had called stop. */
  readonly unexpected: boolean;
}

export interface EmbeddedPostgres {
  /** postgres://... as superuser, over TCP on 127.0.0.1; holds the password. */
  readonly url: string;
  /** Of the postmaster. */
  readonly pid: number;
  /** It ran already, left behind by a killed launcher. */
  readonly adopted: boolean;
  /** Ends it within about 25 s; "immediate" skips the checkpoint, and the next start recovers. Any number of calls. */
  stop(mode?: "fast" | "immediate"): Promise<void>;
  /** Resolves when the postmaster is gone, expected or not. Then it may be started again. */
  readonly exited: Promise<EmbeddedPostgresExit>;
}

/** Resolves when it answers queries. Rejects with EmbeddedPostgresError only. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const place = resolve(options.dataDir);
  let releaseLock: (() => void) | undefined;
  try {
    const layout = openLayout(place);
    releaseLock = takeDirectoryLock(layout.lock);
    const launch = await prepare(options, layout);
    const orphan = await findOrphan(launch);
    const server = orphan ?? (await startServer(launch));
    const address = await verify(launch, server).catch(async (error: unknown) => {
      if (orphan === null) await stopServer(server, "immediate", options.log);
      throw error;
    });
    return present({ launch, server, address, adopted: orphan !== null, releaseLock });
  } catch (error) {
    releaseLock?.();
    throw errorFromSystem(error, place);
  }
}

interface Launch {
  readonly options: EmbeddedPostgresOptions;
  readonly log: Log;
  readonly layout: Layout;
  readonly logFile: string;
  readonly binaries: Binaries;
  readonly identity: Identity;
  readonly password: string;
}

async function prepare(options: EmbeddedPostgresOptions, layout: Layout): Promise<Launch> {
  const binaries = findBinaries({ linkDir: layout.links });
  checkVersion(layout, binaries.major);
  const identity = chooseIdentity(layout.root, binaries);
  const password = readOrMakePassword(layout);
  if (!existsSync(layout.cluster)) options.log.info({ dataDir: layout.root }, "making a new database");
  await makeCluster(layout, binaries, identity);
  const logFile = options.logFile ?? layout.log;
  return { options, log: options.log, layout, logFile, binaries, identity, password };
}

/** A postmaster that runs on this cluster already; waits for one that is starting or stopping. */
async function findOrphan(launch: Launch): Promise<ServerProcess | null> {
  const { layout, log } = launch;
  const start = systemClock.monotonicMs();
  for (;;) {
    const file = readPostmasterFile(layout.cluster);
    if (file === null || !isAlive(file.pid) || !isPostgresIn(file.pid, layout.cluster)) {
      await endLeftovers(layout.cluster, log);
      // PostgreSQL clears up a dead server's file itself, with more checks; but a process that has got the dead
      // one's pid it takes for a running server.
      if (file !== null && isAlive(file.pid)) removePostmasterFile(layout.cluster);
      return null;
    }
    if (file.status === "ready") {
      log.info({ postmasterPid: file.pid }, "adopting a running PostgreSQL");
      return watchOrphan(file.pid);
    }
    const waitedMs = systemClock.monotonicMs() - start;
    // A stop that hangs is ended; a start may be a long recovery.
    if (file.status === "stopping" && waitedMs > STOPPING_TIMEOUT_MS) signal(file.pid, "SIGQUIT");
    if (waitedMs > READY_TIMEOUT_MS) throw timeoutError(launch);
    await systemClock.sleep(POLL_MS);
  }
}

const POLL_MS = 20;
const STOPPING_TIMEOUT_MS = 20_000;
/** Recovery replays at most about 2 GB of log (max_wal_size): minutes on a slow disk. */
const READY_TIMEOUT_MS = 10 * 60_000;
const PORT_TRIES = 5;
const BUSY_TIMEOUT_MS = 30_000;

/** Tries ports and waits for dying leftovers; every other failure is final. */
async function startServer(launch: Launch): Promise<ServerProcess> {
  const { layout, options, log } = launch;
  const start = systemClock.monotonicMs();
  let port = options.port ?? readPort(layout) ?? (await findFreePort());
  for (let conflicts = 0; ; ) {
    const outcome = await tryStart(launch, port);
    if (typeof outcome !== "string") {
      writeDurably(layout.port, `${port}\n`);
      giveDirectory(layout.root, launch.identity);
      return outcome;
    }
    const reason = classifyOutput(outcome);
    if (reason === "busy" && systemClock.monotonicMs() - start < BUSY_TIMEOUT_MS) {
      await systemClock.sleep(250);
    } else if (reason === "port" && options.port === undefined && conflicts < PORT_TRIES) {
      conflicts += 1;
      log.warn({ port }, "the port of PostgreSQL is taken; choosing another one");
      port = await findFreePort();
    } else throw errorFromOutput(outcome, reason === "port" ? `127.0.0.1:${port}` : layout.root);
  }
}

/** The ready server, or what a failed one wrote. */
async function tryStart(launch: Launch, port: number): Promise<ServerProcess | string> {
  const { layout, options, identity, binaries, logFile } = launch;
  const statementStats = options.statementStats === true && binaries.hasStatementStats;
  writeConf(layout, { port, statementStats });
  giveDirectory(layout.root, identity);
  const offset = sizeOf(logFile);
  const server = await spawnServer({ binaries, identity, layout, logFile });
  const start = systemClock.monotonicMs();
  let isTold = false;
  while (server.isRunning()) {
    const file = readPostmasterFile(layout.cluster);
    if (file?.pid === server.pid && file.status === "ready") return server;
    const waitedMs = systemClock.monotonicMs() - start;
    if (waitedMs > 5_000 && !isTold) {
      isTold = true;
      launch.log.info(
        { postmasterPid: server.pid },
        "PostgreSQL is recovering from a crash; this can take minutes",
      );
    }
    if (waitedMs > READY_TIMEOUT_MS) {
      await stopServer(server, "immediate", launch.log);
      throw timeoutError(launch);
    }
    await systemClock.sleep(POLL_MS);
  }
  return readFrom(logFile, offset) || "it ended without a word";
}

function readPort(layout: Layout): number | null {
  if (!existsSync(layout.port)) return null;
  const port = Number(readFileSync(layout.port, "utf8").trim());
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
}

function timeoutError({ layout, logFile }: Launch): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    "timeout",
    `PostgreSQL on ${layout.root} did not become ready within ${READY_TIMEOUT_MS / 60_000} minutes; see ${logFile}.`,
  );
}

/** Asks over SQL whether this really is the server of our directory, and makes our database. */
async function verify(launch: Launch, server: ServerProcess): Promise<Address> {
  const { layout, password } = launch;
  const port = readPostmasterFile(layout.cluster)?.port ?? 0;
  const address: Address = { port, user: SUPERUSER, password, database: DATABASE };
  try {
    const served = await askDataDirectory(address);
    if (served !== layout.cluster) throw new Error(`it serves ${served}`);
    await ensureDatabase(address);
    return address;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EmbeddedPostgresError(
      "failed",
      `PostgreSQL (process ${server.pid}) runs on ${layout.root} but cannot be used: ${why}`,
      error,
    );
  }
}

interface Running {
  readonly launch: Launch;
  readonly server: ServerProcess;
  readonly address: Address;
  readonly adopted: boolean;
  readonly releaseLock: () => void;
}

function present({ launch, server, address, adopted, releaseLock }: Running): EmbeddedPostgres {
  const { log, logFile } = launch;
  const endRotation = boundLogFile(logFile, log);
  let stopping: Promise<void> | undefined;
  const exited = server.ended.then((end) => {
    endRotation();
    releaseLock();
    const unexpected = stopping === undefined;
    log[unexpected ? "error" : "info"]({ postmasterPid: server.pid, ...end }, "PostgreSQL has ended");
    return { ...end, unexpected };
  });
  log.info(
    { postmasterPid: server.pid, port: address.port, adopted, as: launch.identity.name },
    "PostgreSQL is ready",
  );
  return {
    url: urlOf(address),
    pid: server.pid,
    adopted,
    exited,
    stop(mode = "fast") {
      if (mode === "immediate" && server.isRunning()) signal(server.pid, "SIGQUIT");
      stopping ??= stopServer(server, mode, log).then(async () => {
        await exited;
      });
      return stopping;
    },
  };
}
