/**
 * Runs slices with one bound on how many messages are under way, over all slices at once. A slice of a lower lane
 * goes first, and projects take turns message by message: 3,000 messages of a broadcast that wait for the gateway
 * hold up neither a login code nor another project's broadcast. Keeps the gateway contract for every gateway: outcomes in order, one a message, never a rejection; an abort ends what has not
 * begun as `later` and gives what is under way a while for its real outcome.
 */
import type { OutgoingMessage, SendOutcome } from "./gateway.ts";
import { later, unknown } from "./outcomes.ts";

export interface SliceRunnerOptions {
  readonly concurrency: number;
  /** How long a message under way may go on after an abort before it ends as `unknown`. */
  readonly graceMs?: number;
  /** Hands one message over. What it throws counts as `unknown`: it may have been sent. */
  readonly sendOne: (message: OutgoingMessage) => Promise<SendOutcome>;
}

export type RunSlice = (slice: readonly OutgoingMessage[], signal: AbortSignal) => Promise<SendOutcome[]>;

/** A shutdown has 25 s in all; settling what this ends needs some of it. */
const DEFAULT_GRACE_MS = 10_000;

/** Makes the function that is a gateway's `send`. */
export function createSliceRunner(options: SliceRunnerOptions): RunSlice {
  const { concurrency, sendOne, graceMs = DEFAULT_GRACE_MS } = options;
  const waiting = new Turns();
  let underWay = 0;

  const pump = (): void => {
    while (underWay < concurrency) {
      const turn = waiting.next();
      if (turn === null) return;
      start(turn.run, turn.index);
    }
  };

  const start = (run: Run, index: number): void => {
    underWay += 1;
    void attempt(sendOne, run.slice[index]!).then((outcome) => {
      underWay -= 1;
      run.settle(index, outcome);
      pump();
    });
  };

  return (slice, signal) =>
    new Promise((resolve) => {
      if (slice.length === 0) {
        resolve([]);
        return;
      }
      waiting.add(new Run({ slice, signal, graceMs, resolve }));
      pump();
    });
}

/**
 * The slices that have messages left to begin, by lane and project. A project's slices go one after the other: what
 * a crash can repeat is what was handed over of slices that are not settled, so only one of them should be half done.
 */
class Turns {
  readonly #lanes = new Map<number, Map<number, Run[]>>();

  add(run: Run): void {
    const [first] = run.slice;
    const projects = getOrAdd(this.#lanes, first?.lane ?? 0, () => new Map<number, Run[]>());
    getOrAdd(projects, first?.projectId ?? 0, () => [] as Run[]).push(run);
  }

  /** The next message of the lowest lane; its project goes to the end of the lane's turns. */
  next(): { run: Run; index: number } | null {
    while (this.#lanes.size > 0) {
      const lane = Math.min(...this.#lanes.keys());
      const turn = nextOf(this.#lanes.get(lane) ?? new Map());
      if (turn !== null) return turn;
      this.#lanes.delete(lane);
    }
    return null;
  }
}

function nextOf(projects: Map<number, Run[]>): { run: Run; index: number } | null {
  for (const [projectId, runs] of projects) {
    projects.delete(projectId);
    for (let [run] = runs; run !== undefined; [run] = runs) {
      const index = run.begin();
      if (index === null) {
        runs.shift();
        continue;
      }
      projects.set(projectId, runs);
      return { run, index };
    }
  }
  return null;
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

async function attempt(
  sendOne: SliceRunnerOptions["sendOne"],
  message: OutgoingMessage,
): Promise<SendOutcome> {
  try {
    return await sendOne(message);
  } catch (error) {
    return unknown(String(error));
  }
}

interface RunOptions {
  readonly slice: readonly OutgoingMessage[];
  readonly signal: AbortSignal;
  readonly graceMs: number;
  readonly resolve: (outcomes: SendOutcome[]) => void;
}

/** One slice on its way. */
class Run {
  readonly slice: readonly OutgoingMessage[];
  readonly #options: RunOptions;
  readonly #outcomes: (SendOutcome | undefined)[];
  #next = 0;
  #left: number;
  #graceTimer: NodeJS.Timeout | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
    this.slice = options.slice;
    this.#outcomes = new Array(options.slice.length);
    this.#left = options.slice.length;
    if (options.signal.aborted) this.#abort();
    else options.signal.addEventListener("abort", this.#abort, { once: true });
  }

  /** The index of the message that is to begin now; null when none is left. */
  begin(): number | null {
    if (this.#next >= this.slice.length) return null;
    this.#next += 1;
    return this.#next - 1;
  }

  /** Takes the outcome of a message. One that comes after the grace has ended is dropped. */
  settle(index: number, outcome: SendOutcome): void {
    if (this.#outcomes[index] !== undefined) return;
    this.#outcomes[index] = outcome;
    this.#left -= 1;
    if (this.#left > 0) return;
    clearTimeout(this.#graceTimer);
    this.#options.signal.removeEventListener("abort", this.#abort);
    this.#options.resolve(this.#outcomes as SendOutcome[]);
  }

  readonly #abort = (): void => {
    const begun = this.#next;
    this.#next = this.slice.length;
    if (begun > 0) this.#graceTimer = setTimeout(() => this.#giveUp(begun), this.#options.graceMs);
    for (let index = begun; index < this.slice.length; index += 1) {
      this.settle(index, later("stopped before it was handed over", { brokenGateway: false }));
    }
  };

  #giveUp(begun: number): void {
    for (let index = 0; index < begun; index += 1)
      this.settle(index, unknown("stopped while it was handed over"));
  }
}
