/**
 * Sheds load early: where this process is behind, or the database is, a call of the External API is answered 503
 * before anything else is done with it, so that those that were taken on keep their time (reliability: A5). Retrying
 * is safe: nothing was done.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Context } from "../actions/context.ts";
import { AppError } from "../base/errors.ts";
import type { Metrics } from "../base/metrics.ts";
import { isReachable } from "../store/db.ts";
import { JSON_TYPE } from "./bare-answers.ts";
import type { EarlyRefusal } from "./early-refusal.ts";
import { answerWasRead } from "./external/answer-watch.ts";
import { errorEnvelope } from "./external/envelope.ts";
import { createLoadLimit } from "./load-limit.ts";
import { requestIdFrom } from "./request-id.ts";

/** Calls that wait for an outcome, and hardly use the process. */
const MAX_STANDING_ASIDE = 4_000;
const TICK_MS = 25;
/** How often the database is asked how long it takes to get a connection and an answer, while calls are under way. */
const PROBE_EVERY_MS = 250;
/** Longer than a restart of PostgreSQL, shorter than a caller's patience. */
const DATABASE_PATIENCE_MS = 3_000;
/** The event loop later than this: the process itself stood still (a huge body, a machine that did other things). */
const STOOD_STILL_MS = 250;
const RETRY_AFTER_SECONDS = 2;
const WARN_EVERY_MS = 1_000;

export interface LoadShedder {
  /** Before anything else is done with a request. @returns true when it was answered here. */
  turnAway(request: IncomingMessage, response: ServerResponse): boolean;
  /** The same on the bare connection. */
  readonly early: EarlyRefusal;
  /** The call that waits for this makes room for another one meanwhile. */
  standAside<T>(wait: () => Promise<T>): Promise<T>;
  stop(): void;
}

export function createLoadShedder(context: Context, metrics: Metrics, prefix: string): LoadShedder {
  const { clock, log } = context;
  const limit = createLoadLimit();
  let underWay = 0;
  let standingAside = 0;
  /** Since the last tick. */
  let wasFull = false;
  let tickedAtMs = clock.monotonicMs();
  let warnedAtMs = Number.NEGATIVE_INFINITY;
  const database = watchDatabase(context, () => underWay > 0);

  function tick(): void {
    const nowMs = clock.monotonicMs();
    const lateMs = Math.max(0, nowMs - tickedAtMs - TICK_MS);
    limit.tick({ nowMs, lateMs, isFull: wasFull });
    if (lateMs > STOOD_STILL_MS) database.excuse(nowMs, lateMs);
    tickedAtMs = nowMs;
    wasFull = false;
  }

  function fault(): Fault | null {
    if (underWay >= limit.most || standingAside >= MAX_STANDING_ASIDE) return "calls";
    return database.isBehind(tickedAtMs) ? "database" : null;
  }

  function warn(reason: Fault): void {
    const nowMs = clock.monotonicMs();
    if (nowMs - warnedAtMs < WARN_EVERY_MS) return;
    warnedAtMs = nowMs;
    log.warn({ reason: REASONS[reason], underWay, most: limit.most }, "calls are turned away");
  }

  function isTurnedAway(socket: Socket): boolean {
    const reason = fault();
    if (reason === null) return false;
    wasFull = true;
    warn(reason);
    metrics.countTurnedAway(reason);
    answerWasRead(socket);
    return true;
  }

  const timer = setInterval(tick, TICK_MS);
  timer.unref();
  return {
    early: { prefix, isRefused: isTurnedAway, answer: bareAnswer },
    turnAway(request, response) {
      if (request.url?.startsWith(prefix) !== true) return false;
      if (isTurnedAway(request.socket)) {
        response.writeHead(503, [...HEADERS, ID, requestIdFrom(request.headers[ID])]);
        response.end(BODY);
        return true;
      }
      underWay += 1;
      database.wake();
      response.once("close", () => {
        underWay -= 1;
      });
      return false;
    },
    async standAside(wait) {
      underWay -= 1;
      standingAside += 1;
      try {
        return await wait();
      } finally {
        underWay += 1;
        standingAside -= 1;
      }
    },
    stop() {
      clearInterval(timer);
      database.stop();
    },
  };
}

type Fault = "calls" | "database";
const REASONS: Readonly<Record<Fault, string>> = {
  calls: "too many calls are under way",
  database: "the database is behind",
};

/** In an overload this goes out thousands of times a second: prepared, but for the request's id. */
const BODY = JSON.stringify(errorEnvelope(new AppError("unavailable")));
const ID = "x-request-id";
const HEADERS: readonly string[] = [
  ...["content-type", JSON_TYPE],
  ...["content-length", String(Buffer.byteLength(BODY))],
  ...["retry-after", String(RETRY_AFTER_SECONDS)],
  ...["cache-control", "no-store"],
  ...["x-content-type-options", "nosniff"],
];

const HEAD = `HTTP/1.1 503 Service Unavailable\r\n${linesOf(HEADERS)}`;

function linesOf(headers: readonly string[]): string {
  let lines = "";
  for (let i = 0; i < headers.length; i += 2) lines += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return lines;
}

const bareAnswer = (requestId: string | undefined): string =>
  `${HEAD}${ID}: ${requestIdFrom(requestId)}\r\n\r\n${BODY}`;

interface DatabaseWatch {
  /** @param atMs of the last tick: what this process did since then says nothing about the database. */
  isBehind(atMs: number): boolean;
  /** For so long nobody here could have heard of an answer. */
  excuse(nowMs: number, lateMs: number): void;
  /** A call came. */
  wake(): void;
  stop(): void;
}

/** Asks through the same connections as the calls: a probe that waits for its turn waits as long as they do. */
function watchDatabase(context: Context, isBusy: () => boolean): DatabaseWatch {
  const { clock } = context;
  let timer: NodeJS.Timeout | null = null;
  let wellAtMs = clock.monotonicMs();
  let isAsking = false;

  async function probe(): Promise<void> {
    if (!isBusy()) return sleep();
    if (isAsking) return;
    isAsking = true;
    const askedAtMs = clock.monotonicMs();
    // A question that is lost with its connection must not be the last one.
    const asked = await Promise.race([isReachable(context.app), clock.sleep(DATABASE_PATIENCE_MS)]);
    if (asked === true) wellAtMs = Math.max(wellAtMs, askedAtMs);
    isAsking = false;
  }

  function sleep(): void {
    if (timer !== null) clearInterval(timer);
    timer = null;
  }

  return {
    isBehind: (atMs) => timer !== null && atMs - wellAtMs > DATABASE_PATIENCE_MS,
    excuse(nowMs, lateMs) {
      wellAtMs = Math.min(nowMs, wellAtMs + lateMs);
    },
    wake() {
      if (timer !== null) return;
      wellAtMs = clock.monotonicMs();
      timer = setInterval(() => void probe(), PROBE_EVERY_MS);
      timer.unref();
    },
    stop: sleep,
  };
}
