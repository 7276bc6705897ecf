/** postmaster.pid, the server's own note of who runs it and how far it is (written by PostgreSQL, read by pg_ctl). */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

export interface PostmasterFile {
  readonly pid: number;
  /** 0 until the server listens. */
  readonly port: number;
  readonly status: "starting" | "stopping" | "ready" | "standby" | "unknown";
}

/** Null when there is none, or one that a full disk left empty. */
export function readPostmasterFile(cluster: string): PostmasterFile | null {
  let lines: string[];
  try {
    lines = readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  const pid = Number.parseInt(lines[0] ?? "", 10);
  if (!(pid > 0)) return null;
  const word = lines[7]?.trim() ?? "";
  const status = (["starting", "stopping", "ready", "standby"] as const).find((known) => known === word);
  return { pid, port: Number.parseInt(lines[3] ?? "0", 10) || 0, status: status ?? "unknown" };
}

/** Only for a file whose server is certainly dead with all its children: the file is PostgreSQL's own guard. */
export function removePostmasterFile(cluster: string): void {
  rmSync(join(cluster, "postmaster.pid"), { force: true });
}
