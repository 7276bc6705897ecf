/**
 * The quota of calls that a project has, exact over all processes: each takes calls from the project's row in blocks
 * of a hundredth of what is left, so that a busy process asks rarely and an idle one holds little back. Far from the
 * end a call does not wait for its block; near it every call does.
 */
import { QUOTA_WINDOW_MS } from "../../domain/call-limits.ts";
import { inProject } from "../../store/db.ts";
import { takeCalls } from "../../store/request-quotas.ts";
import type { Context } from "../context.ts";

export interface Admission {
  readonly isAllowed: boolean;
  readonly limit: number;
  /** As far as this process knows: within one in a hundred. */
  readonly remaining: number;
  /** Unix seconds at which the window ends. */
  readonly resetAt: number;
  readonly retryAfterSeconds: number;
}

export interface Quota {
  /** Counts one call. A call that is not allowed counts nothing. */
  admit(projectId: number, limit: number): Promise<Admission>;
}

/** Into how many blocks what is left is cut. */
const BLOCKS = 100;
/** With a smaller part of the quota left, calls wait for their block; before, they are taken on trust. */
const TRUST = 0.1;
/** Smaller quotas are never on trust: a call or two would be more than one in a hundred. */
const LEAST_TRUSTED = 1_000;
const MAX_PROJECTS = 10_000;

interface Window {
  startMs: number;
  readonly limit: number;
  /** Calls that are taken and not used yet; below zero for those on trust. */
  held: number;
  /** What all processes together have left to take. */
  left: number;
  taking: Promise<void> | null;
}

export function createQuota(context: Context): Quota {
  const windows = new Map<number, Window>();
  const { clock, log } = context;

  function windowOf(projectId: number, limit: number): Window {
    const startMs = Math.floor(clock.now() / QUOTA_WINDOW_MS) * QUOTA_WINDOW_MS;
    const known = windows.get(projectId);
    if (known !== undefined && known.startMs >= startMs && known.limit === limit) return known;
    const fresh: Window = { startMs, limit, held: 0, left: limit, taking: null };
    if (windows.size >= MAX_PROJECTS) windows.clear();
    windows.set(projectId, fresh);
    return fresh;
  }

  async function takeBlock(projectId: number, window: Window): Promise<void> {
    const count = Math.max(0, -window.held) + Math.max(1, Math.floor(window.left / BLOCKS));
    const wanted = { windowStartMs: window.startMs, count };
    const taken = await inProject(context.app, projectId, (tx) => takeCalls(tx, projectId, wanted));
    // A process whose clock is ahead may have begun the next window: then it has begun here too.
    window.startMs = Math.max(window.startMs, taken.windowStartMs);
    const before = taken.used - count;
    window.held += Math.min(count, Math.max(0, window.limit - before));
    window.left = Math.max(0, window.limit - taken.used);
  }

  /** One at a time: calls that wait share the block that is under way. */
  function block(projectId: number, window: Window): Promise<void> {
    window.taking ??= takeBlock(projectId, window).finally(() => {
      window.taking = null;
    });
    return window.taking;
  }

  function admission(window: Window, isAllowed: boolean): Admission {
    const endMs = window.startMs + QUOTA_WINDOW_MS;
    return {
      isAllowed,
      limit: window.limit,
      remaining: isAllowed ? Math.max(0, window.left + window.held) : 0,
      resetAt: Math.ceil(endMs / 1000),
      retryAfterSeconds: Math.max(1, Math.ceil((endMs - clock.now()) / 1000)),
    };
  }

  return {
    async admit(projectId, limit) {
      const window = windowOf(projectId, limit);
      if (window.held <= 0 && limit >= LEAST_TRUSTED && window.left > limit * TRUST) {
        window.held -= 1;
        // Without a database the call itself will say so.
        block(projectId, window).catch((error: unknown) => log.debug({ err: error }, "no block of calls"));
        return admission(window, true);
      }
      while (window.held <= 0 && window.left > 0) await block(projectId, window);
      if (window.held <= 0) return admission(window, false);
      window.held -= 1;
      return admission(window, true);
    },
  };
}
