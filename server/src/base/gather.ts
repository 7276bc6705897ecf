/**
 * Does together what is asked one by one. Questions under one key that come while work for it is under way wait and
 * are answered by the next work, so that each is answered by work that began after it was asked. Without other
 * callers nothing waits.
 */
import { setImmediate as endOfTurn } from "node:timers/promises";
import { AppError } from "./errors.ts";

export interface GatherOptions<Q, A> {
  /** Answers in the order of the questions, which are one at least. What it throws goes to each of them. */
  readonly work: (questions: readonly Q[]) => Promise<readonly A[]>;
  /** Questions of one work at the most. */
  readonly maxTogether: number;
  /** Questions under one key that wait at the most. */
  readonly maxWaiting: number;
}

/** @throws AppError unavailable when too many wait under this key. */
export type Gathered<Q, A> = (key: string, question: Q) => Promise<A>;

interface Waiting<Q, A> {
  readonly question: Q;
  readonly done: PromiseWithResolvers<A>;
}

const RETRY_AFTER_SECONDS = 2;

export function gather<Q, A>({ work, maxTogether, maxWaiting }: GatherOptions<Q, A>): Gathered<Q, A> {
  /** Only those with work under way. */
  const lines = new Map<string, Waiting<Q, A>[]>();

  async function answer(batch: readonly Waiting<Q, A>[]): Promise<void> {
    try {
      const answers = await work(batch.map(({ question }) => question));
      if (answers.length !== batch.length) throw new AppError("internal");
      for (const [i, { done }] of batch.entries()) done.resolve(answers[i] as A);
    } catch (error) {
      for (const { done } of batch) done.reject(error);
    }
  }

  async function empty(key: string, line: Waiting<Q, A>[]): Promise<void> {
    // What other sockets bring in the same turn of the event loop comes along.
    await endOfTurn();
    while (line.length > 0) await answer(line.splice(0, maxTogether));
    lines.delete(key);
  }

  return async (key, question) => {
    const known = lines.get(key);
    const line = known ?? [];
    if (line.length >= maxWaiting)
      throw new AppError("unavailable", { retryAfterSeconds: RETRY_AFTER_SECONDS });
    const done = Promise.withResolvers<A>();
    line.push({ question, done });
    if (known === undefined) {
      lines.set(key, line);
      void empty(key, line);
    }
    return await done.promise;
  };
}
