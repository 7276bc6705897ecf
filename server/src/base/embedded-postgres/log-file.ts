/**
 * The server's log. PostgreSQL writes straight into the file, so the log goes on when the launcher is killed, and
 * the launcher bounds it: at 10 MB the file is copied to `.1` and cut. The file is open for appending, so a cut is
 * safe; lines written between copy and cut are lost.
 */
import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import type { Log } from "../log.ts";

const MAX_BYTES = 10 * 1024 * 1024;
const LOOK_EVERY_MS = 10_000;
const TAIL_BYTES = 64 * 1024;

/** Opens for appending; must be closed. A link is refused: root may write here for a user that it need not trust. */
export function openLogFile(path: string): number {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  return openSync(path, O_APPEND | O_CREAT | O_WRONLY | (O_NOFOLLOW ?? 0), 0o600);
}

/** Looks at the size every ten seconds until the returned function is called. */
export function boundLogFile(path: string, log: Log, maxBytes: number = MAX_BYTES): () => void {
  const look = (): void => {
    try {
      cutLogFile(path, maxBytes);
    } catch (error) {
      log.warn({ err: error, path }, "cannot rotate the log of PostgreSQL");
    }
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Copies to `.1` and cuts when longer than `maxBytes`. */
export function cutLogFile(path: string, maxBytes: number): void {
  if (sizeOf(path) <= maxBytes) return;
  rmSync(`${path}.1`, { force: true }); // it may be root's, in a directory that is ours
  copyFileSync(path, `${path}.1`, constants.COPYFILE_EXCL);
  truncateSync(path, 0);
}

/** Size in bytes; 0 when there is no file. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** What was written from `offset` on, at most the last 64 KB of it. */
export function readFrom(path: string, offset: number): string {
  const file = openSync(path, "r");
  try {
    const size = fstatSync(file).size;
    const start = Math.max(offset > size ? 0 : offset, size - TAIL_BYTES);
    const bytes = Buffer.alloc(Math.max(0, size - start));
    readSync(file, bytes, 0, bytes.length, start);
    return bytes.toString("utf8");
  } finally {
    closeSync(file);
  }
}
