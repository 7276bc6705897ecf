/**
 * A statement outside a transaction: it takes a session of the pool when it is awaited. Unawaited it may be a part of
 * another statement, as with the driver's own.
 */
import type { Pool } from "./pool.ts";
import type { Session, Statement, Tx } from "./session.ts";

export class PooledStatement {
  readonly #pool: Pool<Session>;
  readonly #build: (sql: Tx) => Statement<readonly object[]>;
  #result: Promise<unknown> | undefined;

  constructor(pool: Pool<Session>, build: (sql: Tx) => Statement<readonly object[]>) {
    this.#pool = pool;
    this.#build = build;
  }

  /** As a part of a statement that runs on this session. */
  on(sql: Tx): Statement<readonly object[]> {
    return this.#build(sql);
  }

  execute(): this {
    this.#start();
    return this;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is awaited like the driver's own
  then(onValue?: (value: unknown) => unknown, onError?: (error: unknown) => unknown): Promise<unknown> {
    return this.#start().then(onValue, onError);
  }

  catch(onError?: (error: unknown) => unknown): Promise<unknown> {
    return this.#start().catch(onError);
  }

  finally(onEnd?: () => void): Promise<unknown> {
    return this.#start().finally(onEnd);
  }

  #start(): Promise<unknown> {
    this.#result ??= this.#pool.use((session) => session.run(async (sql) => await this.#build(sql)));
    return this.#result;
  }
}

/** The parts of a statement in the form that its session understands. */
export const partsOn = (sql: Tx, parts: readonly unknown[]): unknown[] =>
  parts.map((part) => (part instanceof PooledStatement ? part.on(sql) : part));
