/**
 * Questions about processes that are not our children. A pid alone proves nothing: pids are used again, and a
 * container often gives the same pid to the same program after a restart. So a process is known by pid and start.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { platform } from "node:process";

const hasProc = platform === "linux";

/** Does this process run? A zombie does not: nobody may be there to reap it in a container without an init. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return !hasProc || statFields(pid)?.[0] !== "Z";
}

/** A text that differs between two processes that had the same pid, also across reboots; null when it is gone. */
export function startOf(pid: number): string | null {
  if (hasProc) {
    const ticks = statFields(pid)?.[19]; // starttime, proc(5) field 22
    return ticks === undefined ? null : `${bootId()}/${ticks}`;
  }
  return psColumn(pid, "lstart");
}

/** Is this a PostgreSQL process of the cluster in `directory`? All of them have it as working directory. */
export function isPostgresIn(pid: number, directory: string): boolean {
  if (hasProc) return workingDirectory(pid) === directory && commandName(pid) === "postgres";
  return (
    /postgres/.test(psColumn(pid, "comm") ?? "") && (psColumn(pid, "command")?.includes(directory) ?? false)
  );
}

/** All living PostgreSQL processes of the cluster. Only Linux can tell; elsewhere the list is empty. */
export function listPostgresIn(directory: string): number[] {
  if (!hasProc) return [];
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => isPostgresIn(pid, directory) && isAlive(pid));
}

/** Sends a signal; false when the process is gone. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

function statFields(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name stands in brackets and may hold spaces and brackets itself.
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

function commandName(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return null;
  }
}

function workingDirectory(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null; // gone, or of a user that we may not look at and so none of ours
  }
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

function psColumn(pid: number, column: string): string | null {
  try {
    const text = execFileSync("/bin/ps", ["-ww", "-o", `${column}=`, "-p", String(pid)], {
      encoding: "utf8",
      env: { LC_ALL: "C" },
      stdio: ["ignore", "pipe", "ignore"],
    });
    return text.trim() === "" ? null : text.trim();
  } catch {
    return null;
  }
}
