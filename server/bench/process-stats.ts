/**
 * What the kernel knows of a process: parent, command, CPU time, peak memory (proc(5)). Linux only, like the
 * measurements that need it.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** USER_HZ: the unit of CPU times in /proc is 10 ms on every Linux that Node runs on. */
const TICK_MS = 10;

export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  /** User and system time, children that have ended and were waited for included. */
  readonly cpuMs: number;
}

/** Facts of a living process; null when it is gone or a zombie. */
export function findProcess(pid: number): ProcessFacts | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in brackets and may hold spaces: fields are counted from the last bracket on.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return null;
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return { pid, parent: Number(fields[1]), command, cpuMs: ticks * TICK_MS };
  } catch {
    return null;
  }
}

/** All living descendants of a process, parents before children; itself not among them. */
export function listDescendants(root: number): ProcessFacts[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => findProcess(Number(name)) ?? []);
  const byParent = Map.groupBy(all, (facts) => facts.parent);
  const found: ProcessFacts[] = [];
  const queue = [root];
  for (let pid = queue.shift(); pid !== undefined; pid = queue.shift()) {
    for (const child of byParent.get(pid) ?? []) {
      found.push(child);
      queue.push(child.pid);
    }
  }
  return found;
}

/** Largest resident memory since the start of the process or the last reset, in MB; 0 when it is gone. */
export function peakMemoryMb(pid: number): number {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(line?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Starts the peak anew (proc(5): clear_refs, 5). Without the right to do so the peak is that of the whole life. */
export function resetPeakMemory(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, "5");
  } catch {
    // The figure is then larger than the truth, never smaller.
  }
}

/** CPU time of the whole machine since its start, idle and waiting for disks left out (proc(5): /proc/stat). */
export function machineBusyMs(): number {
  const [first = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = first.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq) * TICK_MS;
}
