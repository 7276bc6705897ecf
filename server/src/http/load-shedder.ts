/**
 * Sheds load early: where this process is behind, or the database is, a call of the External API is answered 503
 * before its body is read, so that those that were taken on keep their time (reliability: A5). Retrying is safe:
 * nothing was done.
 */
import type { FastifyInstance } from "fastify";
import type { Context } from "../actions/context.ts";
import { AppError } from "../base/errors.ts";
import { isReachable } from "../store/db.ts";

/** Calls under way in one process: what it accepts in one to two seconds. */
const MAX_UNDER_WAY = 4_000;
const TICK_MS = 25;
/** The event loop is behind when this many ticks in a row came late by so much. One large body is no overload. */
const LATE_TICKS = 4;
const LATE_MS = 70;
/** How often the database is asked how long it takes to get a connection and an answer, while calls are under way. */
const PROBE_EVERY_MS = 250;
/** Longer than a restart of PostgreSQL, shorter than a caller's patience. */
const DATABASE_PATIENCE_MS = 3_000;
const RETRY_AFTER_SECONDS = 2;

export interface LoadShedder {
  stop(): void;
}

export function shedLoad(app: FastifyInstance, context: Context, prefix: string): LoadShedder {
  const { clock, log } = context;
  let underWay = 0;
  let lateTicks = 0;
  let tickedAtMs = clock.monotonicMs();
  let warnedAtMs = Number.NEGATIVE_INFINITY;
  const database = watchDatabase(context, () => underWay > 0);

  function tick(): void {
    const nowMs = clock.monotonicMs();
    const isLate = nowMs - tickedAtMs - TICK_MS > LATE_MS;
    lateTicks = isLate ? lateTicks + 1 : 0;
    tickedAtMs = nowMs;
  }

  function fault(): string | null {
    if (underWay >= MAX_UNDER_WAY) return "too many calls are under way";
    if (lateTicks >= LATE_TICKS) return "the event loop is behind";
    return database.isBehind() ? "the database is behind" : null;
  }

  app.addHook("onRequest", (request, reply, done) => {
    if (!request.url.startsWith(prefix)) return done();
    const reason = fault();
    if (reason !== null) {
      if (clock.monotonicMs() - warnedAtMs > 1_000) {
        warnedAtMs = clock.monotonicMs();
        log.warn({ reason, underWay }, "calls are turned away");
      }
      return done(new AppError("unavailable", { retryAfterSeconds: RETRY_AFTER_SECONDS }));
    }
    underWay += 1;
    database.wake();
    reply.raw.once("close", () => {
      underWay -= 1;
    });
    return done();
  });
  const timer = setInterval(tick, TICK_MS);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      database.stop();
    },
  };
}

interface DatabaseWatch {
  isBehind(): boolean;
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
    isBehind: () => timer !== null && clock.monotonicMs() - wellAtMs > DATABASE_PATIENCE_MS,
    wake() {
      if (timer !== null) return;
      wellAtMs = clock.monotonicMs();
      timer = setInterval(() => void probe(), PROBE_EVERY_MS);
      timer.unref();
    },
    stop: sleep,
  };
}
