/**
 * Hands out what is costly to open, one caller at a time. What has ended is thrown away and never handed out again;
 * the next caller gets a new one. Knows nothing of databases.
 */
export interface Pooled {
  /** It has ended: of no use to anybody. */
  readonly isSpent: boolean;
  close(timeoutMs: number): Promise<void>;
}

export interface PoolOptions<T> {
  readonly max: number;
  /** Must not fail: opening happens at the first use. Calls `onSpent` when it ends, in use or not. */
  readonly open: (onSpent: () => void) => T;
  /** What a caller is told that comes after the end. */
  readonly endedError: () => Error;
}

export class Pool<T extends Pooled> {
  readonly #options: PoolOptions<T>;
  readonly #all = new Set<T>();
  /** The last one used is used first, so that few stay warm instead of many lukewarm. */
  readonly #idle: T[] = [];
  readonly #waiting: PromiseWithResolvers<T>[] = [];
  readonly #drained = Promise.withResolvers<void>();
  #ending: Promise<void> | undefined;

  constructor(options: PoolOptions<T>) {
    this.#options = options;
  }

  async use<R>(work: (member: T) => Promise<R>): Promise<R> {
    const member = await this.#take();
    try {
      return await work(member);
    } finally {
      this.#giveBack(member);
    }
  }

  /** Lets what is under way finish, within `timeoutMs`. Any number of calls. */
  async end(timeoutMs: number): Promise<void> {
    this.#ending ??= this.#end(timeoutMs);
    await this.#ending;
  }

  async #end(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      if (Number.isFinite(timeoutMs)) timer = setTimeout(resolve, timeoutMs);
    });
    if (this.#isQuiet()) this.#drained.resolve();
    await Promise.race([this.#drained.promise, late]);
    clearTimeout(timer);
    for (const waiter of this.#waiting.splice(0)) waiter.reject(this.#options.endedError());
    await Promise.all([...this.#all].map((member) => member.close(0)));
  }

  #isQuiet(): boolean {
    return this.#idle.length === this.#all.size && this.#waiting.length === 0;
  }

  async #take(): Promise<T> {
    if (this.#ending !== undefined) throw this.#options.endedError();
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#all.size < this.#options.max) return this.#open();
    const turn = Promise.withResolvers<T>();
    this.#waiting.push(turn);
    return await turn.promise;
  }

  #open(): T {
    const member = this.#options.open(() => this.#onSpent(member));
    this.#all.add(member);
    return member;
  }

  #giveBack(member: T): void {
    if (member.isSpent) {
      this.#forget(member);
      // Somebody may have been waiting for just this one.
      if (this.#waiting.length > 0 && this.#all.size < this.#options.max)
        this.#waiting.shift()?.resolve(this.#open());
    } else if (this.#waiting.length > 0) this.#waiting.shift()?.resolve(member);
    else this.#idle.push(member);
    if (this.#ending !== undefined && this.#isQuiet()) this.#drained.resolve();
  }

  /** One that is in use is forgotten when its user gives it back. */
  #onSpent(member: T): void {
    const place = this.#idle.indexOf(member);
    if (place === -1) return;
    this.#idle.splice(place, 1);
    this.#forget(member);
  }

  #forget(member: T): void {
    if (this.#all.delete(member)) void member.close(0).catch(() => undefined);
  }
}
