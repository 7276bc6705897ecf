/**
 * Asks the product thousands of things that nobody would ask and looks at each answer: no 5xx, no crash, no hang,
 * always the documented form, and nothing changed by what was refused.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../chaos/random.ts";
import { ask } from "../raw-http.ts";
import { answerFaults } from "./answer-faults.ts";
import { type FuzzStage, setFuzzStage } from "./fuzz-stage.ts";
import { findChanging } from "./refusal-check.ts";
import { type FuzzRequest, makeRequest } from "./requests.ts";

export interface FuzzOptions {
  readonly seed: number;
  readonly seconds: number;
}

export interface Failure {
  readonly faults: readonly string[];
  readonly label: string;
  readonly curl: string;
}

export interface FuzzReport extends FuzzOptions {
  readonly requests: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Labels that were answered with a 2xx at least once: where the fuzz got past the front door. */
  readonly taken: number;
  readonly labels: number;
  /** Refused requests that were asked again between two sums over all tables. */
  readonly checked: number;
  readonly slowestMs: number;
  readonly p99Ms: number;
  readonly failures: readonly Failure[];
  readonly exitCode: number | null;
}

const CONCURRENCY = 8;
const BATCH = 160;
/** On a machine that is too slow for more in its time: fewer prove nothing. */
const LEAST_BATCHES = 3;
/** Of one kind more are not told: the first ones lead to the cause. */
const MOST_FAILURES = 40;

export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const stage = await setFuzzStage();
  const run = new FuzzRun(stage, options);
  let exitCode: number | null = null;
  try {
    await run.work();
  } finally {
    exitCode = await stage.strike();
  }
  return run.report(exitCode);
}

class FuzzRun {
  readonly #stage: FuzzStage;
  readonly #options: FuzzOptions;
  readonly #statuses = new Map<string, number>();
  readonly #labels = new Map<string, boolean>();
  readonly #times: number[] = [];
  readonly #failures = new Map<string, Failure>();
  #checked = 0;

  constructor(stage: FuzzStage, options: FuzzOptions) {
    this.#stage = stage;
    this.#options = options;
  }

  async work(): Promise<void> {
    const { owner, names, callers, product } = this.#stage;
    const random = createRandom(this.#options.seed);
    const pidsBefore = pidsOf(product);
    const endMs = performance.now() + this.#options.seconds * 1000;
    const send = async (request: FuzzRequest): Promise<number> => await this.#send(request);
    const isOver = (batches: number): boolean => performance.now() >= endMs && batches >= LEAST_BATCHES;
    for (let batches = 0; !isOver(batches) && this.#failures.size < MOST_FAILURES; batches += 1) {
      const batch = Array.from({ length: BATCH }, () => makeRequest({ random, names, callers }));
      const refused = await this.#sendAll(batch);
      const { changed, checked } = await findChanging({ owner, send }, refused);
      this.#checked += checked;
      for (const { request, tables } of changed)
        this.#fail(request, [`a refused call changed ${tables.join(", ")}`]);
    }
    // The supervisor starts anew what has ended; it must not have had to.
    if (pidsOf(product) !== pidsBefore) {
      const faults = ["a process of the product ended and was started anew", product.readLog().slice(-1_000)];
      this.#failures.set("crash", { faults, label: "crash", curl: "" });
    }
  }

  /** @returns those that were refused. */
  async #sendAll(batch: readonly FuzzRequest[]): Promise<FuzzRequest[]> {
    const refused: FuzzRequest[] = [];
    const waiting = batch.values();
    const line = async (): Promise<void> => {
      for (const request of waiting) {
        const status = await this.#send(request);
        if (status >= 400 && status < 500) refused.push(request);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, line));
    return refused;
  }

  async #send(request: FuzzRequest): Promise<number> {
    const { url } = this.#stage.product;
    try {
      const answer = await ask(url, request);
      const { status } = answer;
      this.#times.push(answer.elapsedMs);
      this.#statuses.set(String(status), (this.#statuses.get(String(status)) ?? 0) + 1);
      this.#labels.set(request.label, this.#labels.get(request.label) === true || status < 300);
      const isHeadless = request.method === "HEAD";
      const faults = isHeadless ? [] : answerFaults(request, answer);
      if (faults.length > 0) this.#fail(request, faults);
      return status;
    } catch (error) {
      this.#fail(request, [String(error).slice(0, 500)]);
      return 0;
    }
  }

  #fail(request: FuzzRequest, faults: readonly string[]): void {
    const key = `${request.label} ${faults[0]}`;
    if (this.#failures.has(key) || this.#failures.size >= MOST_FAILURES) return;
    this.#failures.set(key, { faults, label: request.label, curl: curlOf(this.#stage.product.url, request) });
  }

  report(exitCode: number | null): FuzzReport {
    const times = this.#times.toSorted((x, y) => x - y);
    return {
      ...this.#options,
      requests: times.length,
      statuses: Object.fromEntries([...this.#statuses].sort()),
      taken: [...this.#labels.values()].filter(Boolean).length,
      labels: this.#labels.size,
      checked: this.#checked,
      slowestMs: times.at(-1) ?? 0,
      p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
      failures: [...this.#failures.values()],
      exitCode,
    };
  }
}

const pidsOf = (product: FuzzStage["product"]): string => {
  const { api, workers } = product.processes();
  return [...api, ...workers].map(({ pid }) => pid).join();
};

const SHORT_BODY = 4_000;
let folder: string | undefined;

/** The request as a line for a shell; a body that is no plain text comes by way of base64 or of a file. */
export function curlOf(url: string, { method = "POST", path, headers = {}, body = "" }: FuzzRequest): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  const given = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  const line = ["curl -sS --path-as-is -X", method, ...given, "--data-binary"].join(" ");
  const bytes = Buffer.from(body);
  const end = quoted(`${url}${path}`);
  if (bytes.length <= SHORT_BODY && /^[\x20-\x7e]*$/.test(bytes.toString("latin1")))
    return `${line} ${quoted(bytes.toString("latin1"))} ${end}`;
  if (bytes.length <= SHORT_BODY) return `echo ${bytes.toString("base64")} | base64 -d | ${line} @- ${end}`;
  folder ??= mkdtempSync(join(tmpdir(), "carillon-fuzz-"));
  const file = join(folder, `body-${Date.now()}-${bytes.length}`);
  writeFileSync(file, bytes);
  return `${line} @${file} ${end}`;
}
