/**
 * As whom PostgreSQL runs. It refuses to run as root, and many containers and small servers have only root. Then, in
 * this order: the owner of the data directory, if that is someone else, and nobody but him; a user namespace in which
 * root appears as an ordinary user (files stay root's, nothing on the machine changes); an existing ordinary user.
 */
import { spawnSync } from "node:child_process";
import { lchownSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { platform } from "node:process";
import type { Binaries } from "./binaries.ts";
import { EmbeddedPostgresError, errorFromOutput } from "./error.ts";

export interface Identity {
  /** For the log: "this user", "user namespace (nobody)", "user postgres". */
  readonly name: string;
  /** Who owns the files, as seen from outside. */
  readonly uid: number;
  readonly gid: number;
  /** How to start a program as this identity. */
  wrap(command: string, args: readonly string[]): WrappedCommand;
}

export interface WrappedCommand {
  readonly command: string;
  readonly args: string[];
  /** For the options of spawn. */
  readonly as: { uid?: number; gid?: number };
}

/**
 * The first candidate that can enter the data directory and run the binaries. Throws kind `root` when there is none,
 * `no_binaries` when the binaries do not run at all.
 */
export function chooseIdentity(
  directory: string,
  binaries: Binaries,
  candidates: readonly Identity[] = listCandidates(directory),
): Identity {
  const failures: string[] = [];
  for (const candidate of candidates) {
    const failure = probe(candidate, directory, binaries);
    if (failure === null) return candidate;
    failures.push(`${candidate.name}: ${failure}`);
  }
  if (process.geteuid?.() !== 0) throw errorFromOutput(failures.join("; "), binaries.postgres);
  throw new EmbeddedPostgresError(
    "root",
    "PostgreSQL refuses to run as root, and no other way works here; start Carillon as an ordinary user, or put " +
      `the clone and the data directory ${directory} where an unprivileged user may read them ` +
      `(tried ${failures.join("; ")}).`,
  );
}

/** In the order in which they are tried; for an ordinary user only itself. */
function listCandidates(directory: string): Identity[] {
  const self = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  if (platform === "win32" || self.uid !== 0) return [asSelf(self)];
  const owner = statSync(directory);
  if (owner.uid !== 0) return [asUser({ name: `${owner.uid} (the owner)`, uid: owner.uid, gid: owner.gid })];
  const users = readUsers();
  const named = ["carillon", "postgres", "nobody"].flatMap(
    (name) => users.find((user) => user.name === name) ?? [],
  );
  const mapped = named.at(-1) ?? users.find((user) => user.uid !== 0);
  return [...(platform === "linux" && mapped ? [inNamespace(mapped)] : []), ...named.map(asUser)];
}

interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

function asSelf({ uid, gid }: { uid: number; gid: number }): Identity {
  return { name: "this user", uid, gid, wrap: (command, args) => ({ command, args: [...args], as: {} }) };
}

function asUser({ name, uid, gid }: User): Identity {
  const wrap: Identity["wrap"] = (command, args) => ({ command, args: [...args], as: { uid, gid } });
  return { name: `user ${name}`, uid, gid, wrap };
}

/** Inside, root's processes and files carry the ids of `user`; initdb wants that id to be in /etc/passwd. */
function inNamespace(user: User): Identity {
  const map = ["-U", `--map-user=${user.uid}`, `--map-group=${user.gid}`, "--"];
  const wrap: Identity["wrap"] = (command, args) => {
    return { command: "unshare", args: [...map, command, ...args], as: {} };
  };
  return { name: `user namespace (${user.name})`, uid: 0, gid: 0, wrap };
}

function readUsers(): User[] {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  return lines.flatMap((line) => {
    const [name, , uid, gid] = line.split(":");
    return name && /^\d+$/.test(uid ?? "") ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}

/** Null when it works, otherwise what went wrong. Runs as the candidate: only the system knows all its rules. */
function probe(candidate: Identity, directory: string, binaries: Binaries): string | null {
  // A directory that is still to be given need only be reachable.
  const isOwner = statSync(directory).uid === candidate.uid;
  const enter = isOwner ? 'cd "$1" && test -w .' : 'cd "$1"';
  const place = isOwner ? directory : dirname(directory);
  const script = `${enter} && exec "$2" -V`;
  const { command, args, as } = candidate.wrap("/bin/sh", ["-c", script, "sh", place, binaries.postgres]);
  const run = spawnSync(command, args, { ...as, env: binaries.env, encoding: "utf8", timeout: 20_000 });
  if (run.status === 0) return null;
  return (run.stderr || run.error?.message || "no access").trim().split("\n").at(-1) ?? "no access";
}

/**
 * Gives what root has made in the directory to the identity. Only root's own entries change hands and links are not
 * followed: the directory may belong to a user whom root need not trust. A whole cluster is walked only once, when
 * its own top still is root's.
 */
export function giveDirectory(directory: string, identity: Identity): void {
  if (process.geteuid?.() !== 0 || identity.uid === 0) return;
  giveEntry(directory, identity);
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    if (giveEntry(path, identity)) giveAllIn(path, identity);
  }
}

function giveAllIn(path: string, identity: Identity): void {
  if (!lstatSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) {
    giveEntry(join(path, name), identity);
    giveAllIn(join(path, name), identity);
  }
}

function giveEntry(path: string, identity: Identity): boolean {
  if (lstatSync(path).uid !== 0) return false;
  lchownSync(path, identity.uid, identity.gid);
  return true;
}
