/**
 * A caller that keeps books: every request is on disk before it is sent, every answer as soon as it is there. It
 * retries as the contract's guideline says (a 5xx or a broken connection: once immediately, then after 30 s), with
 * the 30 s scaled down and repeated until there is an answer, always under the same Idempotency-Key.
 */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { Pool } from "undici";
import { bodyOf, type Channel, hashOf, type PlannedCall } from "./call-plan.ts";

export type LedgerLine =
  | {
      readonly event: "send";
      readonly at: number;
      readonly key: string;
      readonly hash: string;
      readonly targets: number;
    }
  | {
      readonly event: "answer";
      readonly at: number;
      readonly key: string;
      readonly status: number;
      readonly executionId: number | null;
      readonly accepted: number | null;
      readonly isReplay: boolean;
    }
  | { readonly event: "broken"; readonly at: number; readonly key: string; readonly error: string };

export interface LedgerClientOptions {
  readonly url: string;
  readonly apptoken: string;
  readonly campaigns: Readonly<Record<Channel, number>>;
  readonly log: string;
  /** Calls that may be under way at once. */
  readonly concurrency: number;
  /** The time over which the calls are spread. */
  readonly spreadMs: number;
}

/** The guideline's 30 s, twenty times faster. */
const RETRY_PAUSE_MS = 1_500;
/** Two minutes and more: longer than any recovery of the product, on a loaded machine too. */
const RETRY_LIMIT = 80;
const ANSWER_TIMEOUT_MS = 30_000;
/** Every so many calls gives up its first try within milliseconds: before, in or just after the server's commit. */
const IMPATIENT_EVERY = 4;

/** Makes all calls. Resolves when each has an answer that ends it, or has used up its tries. */
export async function runLedgerClient(
  calls: readonly PlannedCall[],
  options: LedgerClientOptions,
): Promise<void> {
  const file = openSync(options.log, "a");
  const write = (line: LedgerLine): void => {
    writeSync(file, `${JSON.stringify(line)}\n`);
  };
  const pool = new Pool(options.url, { connections: options.concurrency, pipelining: 1 });
  const startMs = performance.now();
  const waiting = calls.values();
  const run = async (): Promise<void> => {
    for (const call of waiting) {
      await pause(startMs + (call.no / calls.length) * options.spreadMs - performance.now());
      await makeCall(call, { pool, write, options });
    }
  };
  try {
    await Promise.all(Array.from({ length: options.concurrency }, run));
  } finally {
    await pool.destroy();
    closeSync(file);
  }
}

interface Desk {
  readonly pool: Pool;
  readonly write: (line: LedgerLine) => void;
  readonly options: LedgerClientOptions;
}

async function makeCall(call: PlannedCall, desk: Desk): Promise<void> {
  const { apptoken, campaigns } = desk.options;
  const body = bodyOf(call, { apptoken, campaignId: campaigns[call.channel] });
  for (let attempt = 0; attempt < RETRY_LIMIT; attempt += 1) {
    if (attempt > 1) await pause(RETRY_PAUSE_MS);
    desk.write({
      event: "send",
      at: Date.now(),
      key: call.key,
      hash: hashOf(body),
      targets: call.userIds.length,
    });
    const isImpatient = attempt === 0 && call.no % IMPATIENT_EVERY === 0;
    const status = await attemptOnce(call, { body, isImpatient }, desk);
    // 409: an earlier try of this very call is still running.
    if (status !== null && status < 500 && status !== 409) return;
  }
}

/** @returns the status, or null when there was no answer. */
async function attemptOnce(
  call: PlannedCall,
  { body, isImpatient }: { body: string; isImpatient: boolean },
  { pool, write }: Desk,
): Promise<number | null> {
  try {
    const answer = await pool.request({
      method: "POST",
      path: "/api/external/execute/campaign",
      headers: { "content-type": "application/json", "idempotency-key": call.key },
      body,
      signal: AbortSignal.timeout(isImpatient ? (call.no % 7) * 2 : ANSWER_TIMEOUT_MS),
      headersTimeout: ANSWER_TIMEOUT_MS,
      bodyTimeout: ANSWER_TIMEOUT_MS,
    });
    const text = await answer.body.text();
    const model = answer.statusCode === 200 ? (JSON.parse(text) as Accepted).model : null;
    write({
      event: "answer",
      at: Date.now(),
      key: call.key,
      status: answer.statusCode,
      executionId: model?.id ?? null,
      accepted: model?.accepted ?? null,
      isReplay: answer.headers["idempotent-replayed"] === "true",
    });
    return answer.statusCode;
  } catch (error) {
    write({ event: "broken", at: Date.now(), key: call.key, error: String(error) });
    return null;
  }
}

interface Accepted {
  readonly model: { readonly id: number; readonly accepted: number };
}

const pause = (ms: number): Promise<void> =>
  ms <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));

/** How a call stands in the books. */
export interface BookedCall {
  readonly key: string;
  readonly targets: number;
  readonly sends: number;
  /** acked: a 2xx came. ambiguous: sent, and no answer has ended it. refused: a 4xx, nothing may have happened. */
  readonly standing: "acked" | "ambiguous" | "refused";
  /** Ids of all 2xx answers: they must be one and the same. */
  readonly executionIds: readonly number[];
  readonly replays: number;
}

export function readBooks(file: string): Map<string, BookedCall> {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  const byKey = Map.groupBy(
    lines.map((line) => JSON.parse(line) as LedgerLine),
    (line) => line.key,
  );
  return new Map([...byKey].map(([key, entries]) => [key, bookOf(key, entries)]));
}

function bookOf(key: string, lines: readonly LedgerLine[]): BookedCall {
  const sends = lines.filter((line) => line.event === "send");
  const answers = lines.filter((line) => line.event === "answer");
  const isAcked = answers.some((line) => line.status === 200);
  const isRefused = answers.some((line) => line.status >= 400 && line.status < 500 && line.status !== 409);
  return {
    key,
    targets: sends[0]?.targets ?? 0,
    sends: sends.length,
    standing: isAcked ? "acked" : isRefused ? "refused" : "ambiguous",
    executionIds: [...new Set(answers.flatMap((line) => line.executionId ?? []))],
    replays: answers.filter((line) => line.isReplay).length,
  };
}
