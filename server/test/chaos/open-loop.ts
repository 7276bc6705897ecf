/**
 * node server/test/chaos/open-loop.ts < plan.json
 *
 * Calls at a fixed rate, whatever becomes of the answers, and keeps the time of each. It must not be what is slow:
 * no library, few objects a call, requests patched into prepared bytes.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { text } from "node:stream/consumers";
import { PEOPLE } from "./call-plan.ts";
import { type LineAnswer, LoadLine } from "./load-line.ts";
import { type LoadPhase, type LoadPlan, type LoadResult, type PhaseResult, quantiles } from "./load-plan.ts";
import { createRequests } from "./load-request.ts";

/** Longer than any answer may take that is not lost. */
const LAST_ANSWERS_MS = 20_000;
const TICK_MS = 1;
const OPENED_AT_ONCE = 20;

/** What is known of each call of a phase, by its place in it. */
interface Books {
  readonly phase: LoadPhase;
  readonly firstNo: number;
  readonly startMs: number;
  readonly size: number;
  readonly queuedMs: Float32Array;
  readonly answerMs: Float32Array;
  readonly statuses: Uint16Array;
  readonly ids: Float64Array;
  missingRetryAfter: number;
  answered: number;
  loopDelayP99Ms: number;
  clientCpu: number;
}

function openBooks(phase: LoadPhase, firstNo: number, startMs: number): Books {
  const size = Math.round(phase.callsPerSecond * phase.seconds);
  return {
    phase,
    firstNo,
    startMs,
    size,
    queuedMs: new Float32Array(size),
    answerMs: new Float32Array(size),
    statuses: new Uint16Array(size),
    ids: new Float64Array(size),
    missingRetryAfter: 0,
    answered: 0,
    loopDelayP99Ms: 0,
    clientCpu: 0,
  };
}

class Load {
  readonly #plan: LoadPlan;
  readonly #requests: (no: number) => Buffer;
  readonly #at: { host: string; port: number };
  readonly #books: Books[] = [];
  readonly #lines = new Set<LoadLine>();
  /** Longest idle first, so that all connections are used. */
  #idle: LoadLine[] = [];
  #idleFrom = 0;
  #waiting: number[] = [];
  #waitingFrom = 0;
  #waited = 0;
  #isOver = false;

  constructor(plan: LoadPlan) {
    const { hostname: host, port } = new URL(plan.url);
    this.#plan = plan;
    this.#at = { host, port: Number(port) };
    this.#requests = createRequests({ ...plan, host, people: PEOPLE });
  }

  async run(): Promise<LoadResult> {
    await this.#openAll();
    let firstNo = this.#plan.firstNo;
    for (const phase of this.#plan.phases) {
      const books = openBooks(phase, firstNo, performance.now());
      this.#books.push(books);
      await this.#play(books);
      firstNo += books.size;
    }
    const endMs = performance.now() + LAST_ANSWERS_MS;
    while (this.#books.some((books) => books.answered < books.size) && performance.now() < endMs)
      await new Promise((resolve) => setTimeout(resolve, 50));
    this.#isOver = true;
    for (const line of this.#lines) line.close();
    this.#writeAccepted();
    return { phases: this.#books.map(resultOf), waited: this.#waited };
  }

  /** Makes each call when it is due; all that have become due since the last look go out at once. */
  #play(books: Books): Promise<void> {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const cpu = process.cpuUsage();
    const everyMs = 1000 / books.phase.callsPerSecond;
    let next = 0;
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        const due = Math.min(books.size, Math.floor((performance.now() - books.startMs) / everyMs) + 1);
        for (; next < due; next += 1) this.#send(books.firstNo + next);
        if (performance.now() - books.startMs < books.phase.seconds * 1000) return;
        clearInterval(timer);
        delay.disable();
        const { user, system } = process.cpuUsage(cpu);
        books.loopDelayP99Ms = delay.percentile(99) / 1e6 - TICK_MS;
        books.clientCpu = (user + system) / 1000 / (performance.now() - books.startMs);
        resolve();
      }, TICK_MS);
    });
  }

  /** A few at a time: this is not yet the load. */
  async #openAll(): Promise<void> {
    for (let i = 0; i < this.#plan.connections; i += 1) {
      this.#idle.push(this.#open());
      if (i % OPENED_AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
  }

  #open(): LoadLine {
    const line = new LoadLine(this.#at, {
      answered: (from, no, answer) => this.#answered(from, no, answer),
      closed: (gone) => {
        this.#lines.delete(gone);
        if (!this.#isOver) this.#free(this.#open());
      },
    });
    this.#lines.add(line);
    return line;
  }

  #send(no: number): void {
    const books = this.#booksOf(no);
    const place = no - books.firstNo;
    const nowMs = performance.now() - books.startMs;
    books.queuedMs[place] = nowMs - (place * 1000) / books.phase.callsPerSecond;
    // When the client came to it; the answer turns that into what the answer took.
    books.answerMs[place] = nowMs;
    const line = this.#takeIdle();
    if (line !== null) line.call(no, this.#requests(no));
    else {
      this.#waited += 1;
      this.#waiting.push(no);
    }
  }

  #takeIdle(): LoadLine | null {
    while (this.#idleFrom < this.#idle.length) {
      const line = this.#idle[this.#idleFrom++];
      if (this.#idleFrom > 10_000) {
        this.#idle = this.#idle.slice(this.#idleFrom);
        this.#idleFrom = 0;
      }
      if (line !== undefined && this.#lines.has(line)) return line;
    }
    return null;
  }

  #answered(line: LoadLine, no: number, answer: LineAnswer | null): void {
    const books = this.#booksOf(no);
    const place = no - books.firstNo;
    books.answered += 1;
    books.answerMs[place] = performance.now() - books.startMs - (books.answerMs[place] ?? 0);
    books.statuses[place] = answer?.status ?? 0;
    books.ids[place] = answer?.id ?? 0;
    if (answer?.status === 503 && !answer.hasRetryAfter) books.missingRetryAfter += 1;
    if (answer !== null) this.#free(line);
  }

  #free(line: LoadLine): void {
    const next = this.#waiting[this.#waitingFrom];
    if (next === undefined) {
      this.#idle.push(line);
      return;
    }
    this.#waitingFrom += 1;
    line.call(next, this.#requests(next));
  }

  #booksOf(no: number): Books {
    const books = this.#books.find(({ firstNo, size }) => no < firstNo + size);
    if (books === undefined) throw new Error(`call ${no} is in no phase`);
    return books;
  }

  #writeAccepted(): void {
    const file = openSync(this.#plan.acceptedFile, "w");
    for (const { statuses, ids, firstNo } of this.#books) {
      const lines: string[] = [];
      for (const [place, status] of statuses.entries())
        if (status === 200) lines.push(`${firstNo + place} ${ids[place]}\n`);
      writeSync(file, lines.join(""));
    }
    closeSync(file);
  }
}

function resultOf(books: Books): PhaseResult {
  const { phase, statuses, queuedMs, size } = books;
  const counts: Record<string, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  const accepted = timesOf(books, 200);
  const refused = timesOf(books, 503);
  return {
    ...phase,
    calls: size,
    statuses: counts,
    missingRetryAfter: books.missingRetryAfter,
    accepted: quantiles(accepted.flat()),
    refused: quantiles(refused.flat()),
    queued: quantiles(queuedMs),
    loopDelayP99Ms: books.loopDelayP99Ms,
    clientCpu: books.clientCpu,
    acceptedP99Ms: accepted.map((second) => quantiles(second).p99Ms),
    refusedP99Ms: refused.map((second) => quantiles(second).p99Ms),
    queuedP99Ms: refused.map((_, second) => {
      const from = second * phase.callsPerSecond;
      return quantiles(queuedMs.subarray(from, from + phase.callsPerSecond)).p99Ms;
    }),
  };
}

/** @returns what the answers with this status took, by the second in which the calls were due. */
function timesOf({ phase, statuses, answerMs }: Books, wanted: number): number[][] {
  const bySecond: number[][] = Array.from({ length: phase.seconds }, () => []);
  for (const [place, status] of statuses.entries())
    if (status === wanted) bySecond[Math.floor(place / phase.callsPerSecond)]?.push(answerMs[place] ?? 0);
  return bySecond;
}

const plan = JSON.parse(await text(process.stdin)) as LoadPlan;
process.stdout.write(JSON.stringify(await new Load(plan).run()));
