/**
 * One launcher for each data directory. PostgreSQL's own lock is not enough: a second launcher would find a running
 * server, take it for an orphan and adopt it, and whoever stops first takes it from the other.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { EmbeddedPostgresError } from "./error.ts";
import { isAlive, startOf } from "./process-table.ts";

interface Holder {
  readonly pid: number;
  readonly start: string | null;
}

/**
 * Takes the lock at `path` for this process; gives the function that releases it. A lock whose holder is dead is
 * taken over. Throws kind `held`, naming the holder, when it is alive.
 */
export function takeDirectoryLock(path: string): () => void {
  const mine = JSON.stringify({ pid: process.pid, start: startOf(process.pid) } satisfies Holder);
  // The lock appears by link(), whole or not at all: a crash cannot leave half a lock that nobody can read.
  const draft = `${path}.${process.pid}`;
  rmSync(draft, { force: true });
  writeFileSync(draft, mine, { mode: 0o600, flag: "wx" });
  try {
    for (let round = 0; round < 20; round += 1) {
      if (tryLink(draft, path)) return () => release(path, mine);
      const found = readOrNull(path);
      if (found !== null) removeWhenDead(path, found);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  throw new EmbeddedPostgresError("held", `Several processes fight for the lock ${path}; start one of them.`);
}

function removeWhenDead(path: string, found: string): void {
  const holder = parse(found);
  if (holder !== null && isAlive(holder.pid) && startOf(holder.pid) === holder.start) {
    throw new EmbeddedPostgresError(
      "held",
      `The data directory is in use by Carillon process ${holder.pid} (lock ${path}); stop that one first.`,
    );
  }
  // Of two that find the same dead lock, the slower may move the quicker one's new lock: then it puts it back.
  const aside = `${path}.${process.pid}.dead`;
  try {
    renameSync(path, aside);
  } catch {
    return; // the other one has moved it already
  }
  if (readOrNull(aside) !== found) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function release(path: string, mine: string): void {
  if (readOrNull(path) === mine) rmSync(path, { force: true });
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function parse(text: string): Holder | null {
  try {
    const value = JSON.parse(text) as Partial<Holder>;
    return typeof value.pid === "number" ? { pid: value.pid, start: value.start ?? null } : null;
  } catch {
    return null;
  }
}
