/** The receiving ends, in a process of their own that logs each receipt before it answers; steered over HTTP. */
import { spawn } from "node:child_process";
import { createReadStream, statSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Fault } from "../test/sinks/fault.ts";
import type { Received } from "../test/sinks/ledger.ts";

const MAIN = resolve(import.meta.dirname, "../test/sinks/main.ts");

export type SinkName = "smtp" | "http";

export interface SinkStats {
  readonly count: number;
  readonly twins: number;
  readonly faultHits: number;
  readonly connections: number;
}

export interface SinkProcess {
  readonly pid: number;
  readonly smtpUrl: string;
  readonly httpUrl: string;
  stats(name: SinkName): Promise<SinkStats>;
  fault(name: SinkName, faults: readonly Fault[]): Promise<void>;
  /** Forgets counts and faults; the log goes on. */
  reset(): Promise<void>;
  /** Where the log ends now, for `receipts`. */
  logEnd(): number;
  /** The receipts logged from byte `from` on. */
  receipts(from: number): Promise<Received[]>;
  stop(): Promise<void>;
}

export interface SinkProcessOptions {
  readonly log: string;
  readonly ability: "keyed" | "dumb";
  readonly keep: "none" | "body";
}

/** The line that the sinks print when all of them listen. */
type Ports = Readonly<Record<SinkName | "control", number>>;

export async function startSinkProcess(options: SinkProcessOptions): Promise<SinkProcess> {
  const ports = ["--smtp", "0", "--http", "0", "--control", "0"];
  const args = [...ports, "--log", options.log, "--ability", options.ability, "--keep", options.keep];
  // The pipe to its stdin closes with this process, and the sinks then end by themselves.
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const bound = await new Promise<Ports>((done, reject) => {
    createInterface(child.stdout).once("line", (line) => done(JSON.parse(line) as Ports));
    void ended.then(() => reject(new Error("the sinks did not start")));
  });
  const control = `http://127.0.0.1:${bound.control}`;
  return {
    pid: child.pid ?? 0,
    smtpUrl: `smtp://127.0.0.1:${bound.smtp}`,
    httpUrl: `http://127.0.0.1:${bound.http}`,
    async stats(name) {
      const answer = await fetch(`${control}/stats`);
      return ((await answer.json()) as Record<SinkName, SinkStats>)[name];
    },
    fault: (name, faults) => order(`${control}/fault`, { sink: name, faults }),
    reset: () => order(`${control}/reset`, {}),
    logEnd: () => statSync(options.log).size,
    receipts: (from) => readReceipts(options.log, from),
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function order(url: string, body: unknown): Promise<void> {
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`the sinks refused ${url}: ${await answer.text()}`);
}

async function readReceipts(file: string, from: number): Promise<Received[]> {
  const receipts: Received[] = [];
  const lines = createInterface({ input: createReadStream(file, { start: from }), crlfDelay: Infinity });
  for await (const line of lines) if (line !== "") receipts.push(JSON.parse(line) as Received);
  return receipts;
}
