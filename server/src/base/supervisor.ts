/**
 * Keeps child processes running: starts them stage by stage, restarts those that die, stops the stages in reverse.
 * Knows nothing of what they do. Children run in sessions of their own: a Ctrl-C in the terminal reaches the
 * supervisor only, and so the order of stopping holds.
 * A child calls `sayReady` when it works, and `onParentGone`: the children of a supervisor that was killed must end,
 * or two sets of them run after its restart.
 */
import { type ChildProcess, fork } from "node:child_process";
import { backoffMs } from "./backoff.ts";
import type { Log } from "./log.ts";

export interface ChildSpec {
  /** Unique; for the log: "api", "worker-1". */
  readonly name: string;
  /** Absolute path of the module that is run. */
  readonly module: string;
  readonly args?: readonly string[];
  /** The child's whole environment; that of this process when not given. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ChildExit {
  readonly pid: number;
  readonly name: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Nobody had asked it to stop. */
  readonly unexpected: boolean;
}

export interface SupervisorOptions {
  readonly log: Log;
  /** Each entry is a stage: the next one starts when it is ready. A list is a stage of several. */
  readonly children: readonly (ChildSpec | readonly ChildSpec[])[];
  /** Told of every end of a child. Its restart does not wait; what is thrown is logged and hinders nothing. */
  readonly onExit?: (exit: ChildExit) => void | Promise<void>;
  /** How long a child may take to get ready; then it is killed and started again. Default 60 s. */
  readonly readyTimeoutMs?: number;
  /** From stop() on, children that have not ended by then get SIGKILL; a late stage has 2 s all the same. Default 25 s. */
  readonly stopTimeoutMs?: number;
  /** Waits between restarts; the defaults are the product's, tests shorten them. */
  readonly restart?: Partial<RestartTimes>;
}

export interface RestartTimes {
  /** The wait before the second restart in a row; the first is at once. Then it doubles. Default 0.5 s. */
  readonly baseMs: number;
  /** Default 10 s. */
  readonly maxMs: number;
  /** A child that has lived this long starts with a clean slate. Default 30 s. */
  readonly resetMs: number;
}

export interface Supervisor {
  /** Resolves when all are ready. Rejects when one dies four times before it was ever ready, or when stopped. */
  start(): Promise<void>;
  /** Resolves when no child is left. Any number of calls. */
  stop(): Promise<void>;
  /** Pids of the children that run now, by name. */
  pids(): Map<string, number>;
}

const DEFAULT_RESTART: RestartTimes = { baseMs: 500, maxMs: 10_000, resetMs: 30_000 };
/** Deaths before the first readiness after which the start fails: wrong settings do not mend themselves. */
const START_TRIES = 4;
const LEAST_STOP_MS = 2_000;

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const stages = options.children.map((stage) => [stage].flat().map((spec) => new Keeper(spec, options)));
  let stopping: Promise<void> | undefined;
  return {
    async start() {
      for (const stage of stages) {
        if (stopping !== undefined) throw new Error("stopped before all children were ready");
        await Promise.all(stage.map((keeper) => keeper.start()));
      }
    },
    stop() {
      stopping ??= stopInReverse(stages, options.stopTimeoutMs ?? 25_000);
      return stopping;
    },
    pids: () => new Map(stages.flat().flatMap((keeper) => keeper.running())),
  };
}

async function stopInReverse(stages: readonly Keeper[][], timeoutMs: number): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  for (const stage of stages.toReversed()) {
    const leftMs = Math.max(LEAST_STOP_MS, endMs - performance.now());
    await Promise.all(stage.map((keeper) => keeper.stop(leftMs)));
  }
}

/** Looks after one child through all its lives. */
class Keeper {
  readonly #spec: ChildSpec;
  readonly #options: SupervisorOptions;
  readonly #restart: RestartTimes;
  readonly #firstReady = Promise.withResolvers<void>();
  readonly #gone = Promise.withResolvers<void>();
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isStopping = false;
  #wasReady = false;
  #deathsInRow = 0;

  constructor(spec: ChildSpec, options: SupervisorOptions) {
    this.#spec = spec;
    this.#options = options;
    this.#restart = { ...DEFAULT_RESTART, ...options.restart };
    // The start may have been given up by then; whoever waits for it still sees the rejection.
    this.#firstReady.promise.catch(() => undefined);
  }

  start(): Promise<void> {
    if (this.#isStopping) this.#giveUp("was stopped before it was ready");
    else this.#spawn();
    return this.#firstReady.promise;
  }

  async stop(timeoutMs: number): Promise<void> {
    this.#isStopping = true;
    this.#giveUp("was stopped before it was ready");
    clearTimeout(this.#timer);
    if (this.#child === null) return;
    this.#child.kill("SIGTERM");
    this.#timer = setTimeout(() => this.#kill("does not stop"), timeoutMs);
    await this.#gone.promise;
  }

  running(): [string, number][] {
    return this.#child?.pid === undefined ? [] : [[this.#spec.name, this.#child.pid]];
  }

  #spawn(): void {
    const { name, module, args, env } = this.#spec;
    const child = fork(module, args ?? [], { detached: true, ...(env === undefined ? {} : { env }) });
    const bornMs = performance.now();
    this.#child = child;
    this.#timer = setTimeout(() => this.#kill("does not get ready"), this.#options.readyTimeoutMs ?? 60_000);
    this.#options.log.debug({ child: name, childPid: child.pid }, "child started");
    child.on("message", (message) => {
      if (isReady(message)) this.#onReady();
    });
    child.once("exit", (code, signal) => this.#onEnd({ child, bornMs, code, signal }));
    child.on("error", (error) => {
      this.#options.log.error({ child: name, err: error }, "child cannot be started or signalled");
      // Without a pid it never ran, and no exit event follows.
      if (child.pid === undefined) this.#onEnd({ child, bornMs, code: null, signal: null });
    });
  }

  #onReady(): void {
    if (this.#isStopping) return;
    clearTimeout(this.#timer);
    this.#wasReady = true;
    this.#firstReady.resolve();
    this.#options.log.info({ child: this.#spec.name, childPid: this.#child?.pid }, "child is ready");
  }

  #onEnd(end: ChildEnd): void {
    clearTimeout(this.#timer);
    this.#child = null;
    const exit = { pid: end.child.pid ?? 0, name: this.#spec.name, code: end.code, signal: end.signal };
    const unexpected = !this.#isStopping;
    this.#options.log[unexpected ? "error" : "info"](
      { child: exit.name, childPid: exit.pid, code: exit.code, signal: exit.signal },
      unexpected ? "child died" : "child stopped",
    );
    this.#tell({ ...exit, unexpected });
    if (unexpected) this.#restartOrGiveUp(end);
    else this.#gone.resolve();
  }

  #restartOrGiveUp(end: ChildEnd): void {
    const aliveMs = performance.now() - end.bornMs;
    this.#deathsInRow = aliveMs >= this.#restart.resetMs ? 1 : this.#deathsInRow + 1;
    if (!this.#wasReady && this.#deathsInRow >= START_TRIES) {
      this.#giveUp(`ended ${START_TRIES} times before it was ready (exit ${end.code ?? end.signal})`);
    } else this.#timer = setTimeout(() => this.#spawn(), this.#waitMs());
  }

  #waitMs(): number {
    const { baseMs, maxMs } = this.#restart;
    if (this.#deathsInRow <= 1) return 0;
    return backoffMs({ attempt: this.#deathsInRow - 1, baseMs, maxMs, jitter: 0, random: () => 0 });
  }

  #tell(exit: ChildExit): void {
    const onExit = async (): Promise<void> => this.#options.onExit?.(exit);
    onExit().catch((error: unknown) => {
      this.#options.log.error({ child: exit.name, err: error }, "the hook for a child's end failed");
    });
  }

  #giveUp(why: string): void {
    this.#firstReady.reject(new Error(`child ${this.#spec.name} ${why}`));
  }

  #kill(why: string): void {
    this.#options.log.error(
      { child: this.#spec.name, childPid: this.#child?.pid },
      `child ${why}; killing it`,
    );
    this.#child?.kill("SIGKILL");
  }
}

interface ChildEnd {
  readonly child: ChildProcess;
  readonly bornMs: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

function isReady(message: unknown): boolean {
  return typeof message === "object" && message !== null && "ready" in message && message.ready === true;
}

/** In a child: tells the supervisor that it works. Does nothing in a process that has no supervisor. */
export function sayReady(): void {
  process.send?.({ ready: true });
}

/**
 * In a child: calls back once when the supervisor is gone, whatever killed it. Does not keep the child alive. Does
 * nothing in a process that has no supervisor.
 */
export function onParentGone(callback: () => void): void {
  if (process.send === undefined) return;
  if (!process.connected) {
    callback();
    return;
  }
  process.once("disconnect", callback);
  // A listener holds the channel open, and the open channel would hold a child that has finished.
  process.channel?.unref();
}

/**
 * Calls back at the first SIGTERM, SIGINT or SIGHUP of this process; further ones are ignored, because a stop has
 * its own bound. Gives the function that takes the handlers away.
 */
export function onStopSignal(callback: (signal: NodeJS.Signals) => void): () => void {
  const signals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
  let isCalled = false;
  const handler = (signal: NodeJS.Signals): void => {
    if (isCalled) return;
    isCalled = true;
    callback(signal);
  };
  for (const signal of signals) process.on(signal, handler);
  return () => {
    for (const signal of signals) process.removeListener(signal, handler);
  };
}
