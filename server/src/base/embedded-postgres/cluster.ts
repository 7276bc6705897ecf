/**
 * The data directory: `cluster` (PGDATA), `password`, `port`, the configuration and the log beside it. Nobody but
 * the owner may enter. initdb works in `cluster.new`, which is then renamed: a crash leaves no half cluster.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Binaries } from "./binaries.ts";
import { EmbeddedPostgresError, errorFromOutput } from "./error.ts";
import { giveDirectory, type Identity } from "./identity.ts";
import { HBA_CONF, type ServerSettings, serverConf } from "./settings.ts";

export interface Layout {
  /** Absolute and without symbolic links, as /proc shows it. */
  readonly root: string;
  readonly cluster: string;
  readonly password: string;
  readonly port: string;
  readonly conf: string;
  readonly hba: string;
  readonly lock: string;
  readonly links: string;
  readonly log: string;
}

export const SUPERUSER = "carillon";
export const DATABASE = "carillon";

/** Makes the directory if need be and refuses one that belongs to someone else. */
export function openLayout(dataDir: string): Layout {
  // The parents keep the usual mode: an ordinary user that PostgreSQL may have to run as must get through them.
  mkdirSync(dirname(dataDir), { recursive: true });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const root = realpathSync(dataDir);
  const uid = process.geteuid?.();
  const owner = statSync(root).uid;
  if (uid !== undefined && uid !== 0 && owner !== uid) {
    throw new EmbeddedPostgresError(
      "permission",
      `The data directory ${root} belongs to user ${owner}, not to ${uid}; start Carillon as its owner.`,
    );
  }
  chmodSync(root, 0o700);
  const at = (name: string): string => join(root, name);
  return {
    root,
    cluster: at("cluster"),
    password: at("password"),
    port: at("port"),
    conf: at("postgresql.conf"),
    hba: at("pg_hba.conf"),
    lock: at("launcher.lock"),
    links: at("libraries"),
    log: at("postgres.log"),
  };
}

/** Refuses a cluster of another major version: PostgreSQL cannot read it, and must not try. */
export function checkVersion(layout: Layout, binaryMajor: string): void {
  const file = join(layout.cluster, "PG_VERSION");
  if (!existsSync(layout.cluster)) return;
  const found = existsSync(file) ? readFileSync(file, "utf8").trim() : "unknown";
  if (found === binaryMajor) return;
  throw new EmbeddedPostgresError(
    "version",
    `The data directory ${layout.cluster} was made by PostgreSQL ${found}, and this is PostgreSQL ${binaryMajor}; ` +
      "go back to the Carillon version that made it, take a backup there and restore it here.",
  );
}

/** The superuser's password, made at the first start and kept in a file that only the owner can read. */
export function readOrMakePassword(layout: Layout): string {
  if (existsSync(layout.password)) return readFileSync(layout.password, "utf8").trim();
  if (existsSync(layout.cluster)) {
    throw new EmbeddedPostgresError(
      "failed",
      `The file ${layout.password} is missing, and without it the database cannot be opened; put it back.`,
    );
  }
  const password = randomBytes(32).toString("base64url");
  writeDurably(layout.password, `${password}\n`);
  return password;
}

/** Writes the configuration files. */
export function writeConf(layout: Layout, settings: ServerSettings): void {
  writeDurably(layout.conf, serverConf(settings));
  writeDurably(layout.hba, HBA_CONF);
}

/**
 * Makes the cluster when there is none. Encoding UTF8 with PostgreSQL's own locale C.UTF-8: text sorts by code
 * point, so no update of the system's C library can break an index, and upper() and lower() still know all letters.
 */
export async function makeCluster(layout: Layout, binaries: Binaries, identity: Identity): Promise<void> {
  if (existsSync(layout.cluster)) return;
  const draft = `${layout.cluster}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  giveDirectory(layout.root, identity);
  const output = await runInitdb({ layout, binaries, identity, draft });
  if (!existsSync(join(draft, "PG_VERSION")) || output.code !== 0) {
    rmSync(draft, { recursive: true, force: true });
    throw errorFromOutput(output.text, layout.root);
  }
  renameSync(draft, layout.cluster);
  syncDirectory(layout.root);
}

interface InitdbOptions {
  readonly layout: Layout;
  readonly binaries: Binaries;
  readonly identity: Identity;
  readonly draft: string;
}

function runInitdb(options: InitdbOptions): Promise<{ code: number | null; text: string }> {
  const { layout, binaries, identity, draft } = options;
  const { command, args, as } = identity.wrap(binaries.initdb, [
    ...["--pgdata", draft, "--username", SUPERUSER, "--pwfile", layout.password, "--auth", "scram-sha-256"],
    ...["--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"],
    // A new log file is filled with zeros before its first use, and every commit waits: 90 ms for the usual 16 MB,
    // every other second under load on a new cluster. Small files spread that out (p99 of a call 64 instead of 107 ms).
    ...["--data-checksums", "--no-instructions", "--wal-segsize=2"],
  ]);
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      ...as,
      cwd: "/",
      env: binaries.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
    }
    child.on("error", (error) => resolve({ code: null, text: error.message }));
    child.on("close", (code) => resolve({ code, text }));
  });
}

/**
 * Whole or not at all, also after a power cut. Never through a link: root may write here into a directory of a user
 * whom it need not trust.
 */
export function writeDurably(path: string, text: string): void {
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  const file = openSync(draft, "wx", 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
