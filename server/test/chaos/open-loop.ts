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
  #most = 0;

  constructor(plan: LoadPlan) {
    const { hostname: host, port } = new URL(plan.url);
    this.#plan = plan;
    this.#at = { host, port: Number(port) };
    this.#requests = createRequests({ ...plan, host, people: PEOPLE });
  }

  async run(): Promise<LoadResult> {
    for (let i = 0; i < this.#plan.connections; i += 1) this.#idle.push(this.#open());
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
    for (const line of this.#lines) line.close();
    this.#writeAccepted();
    return { phases: this.#books.map(resultOf), connections: this.#most };
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

  #open(): LoadLine {
    const line = new LoadLine(this.#at, {
      answered: (from, no, answer) => this.#answered(from, no, answer),
      closed: (gone) => this.#lines.delete(gone),
    });
    this.#lines.add(line);
    this.#most = Math.max(this.#most, this.#lines.size);
    return line;
  }

  #send(no: number): void {
    const line = this.#takeIdle() ?? (this.#lines.size < this.#plan.maxConnections ? this.#open() : null);
    if (line === null) this.#waiting.push(no);
    else this.#call(line, no);
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

  #call(line: LoadLine, no: number): void {
    const books = this.#booksOf(no);
    const place = no - books.firstNo;
    const nowMs = performance.now() - books.startMs;
    books.queuedMs[place] = nowMs - (place * 1000) / books.phase.callsPerSecond;
    // Its way out, until the answer turns it into what the answer took.
    books.answerMs[place] = nowMs;
    line.call(no, this.#requests(no));
  }

  #answered(line: LoadLine, no: number, answer: LineAnswer | null): void {
    const books = this.#booksOf(no);
    const place = no - books.firstNo;
    books.answered += 1;
    books.answerMs[place] = performance.now() - books.startMs - (books.answerMs[place] ?? 0);
    books.statuses[place] = answer?.status ?? 0;
    books.ids[place] = answer?.id ?? 0;
    if (answer?.status === 503 && !answer.hasRetryAfter) books.missingRetryAfter += 1;
    if (answer === null) return;
    const next = this.#waiting[this.#waitingFrom];
    if (next === undefined) {
      this.#idle.push(line);
      return;
    }
    this.#waitingFrom += 1;
    this.#call(line, next);
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
  const { phase, statuses, answerMs, queuedMs, size } = books;
  const counts: Record<string, number> = {};
  const times: { accepted: number[]; refused: number[] } = { accepted: [], refused: [] };
  const bySecond: number[][] = Array.from({ length: phase.seconds }, () => []);
  for (const [place, status] of statuses.entries()) {
    counts[status] = (counts[status] ?? 0) + 1;
    const ms = answerMs[place] ?? 0;
    if (status === 503) times.refused.push(ms);
    if (status !== 200) continue;
    times.accepted.push(ms);
    bySecond[Math.floor(place / phase.callsPerSecond)]?.push(ms);
  }
  return {
    ...phase,
    calls: size,
    statuses: counts,
    missingRetryAfter: books.missingRetryAfter,
    accepted: quantiles(times.accepted),
    refused: quantiles(times.refused),
    queued: quantiles(queuedMs),
    loopDelayP99Ms: books.loopDelayP99Ms,
    clientCpu: books.clientCpu,
    p99MsBySecond: bySecond.map((second) => quantiles(second).p99Ms),
  };
}

const plan = JSON.parse(await text(process.stdin)) as LoadPlan;
process.stdout.write(JSON.stringify(await new Load(plan).run()));
