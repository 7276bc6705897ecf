/**
 * One session with PostgreSQL, used by one caller at a time, and the only importer of the driver. A session whose
 * connection ended is spent: the driver (3.4.9) would connect the same object again with the remains of its last life,
 * such as a write that never left and holds back the next start-up packet, so that every query waits for the connect
 * timeout; and whatever is written to a closed connection, its own `rollback` too, throws where nobody can catch it
 * and ends the process.
 */
import postgres from "postgres";

type Driver = postgres.Sql<{ bigint: number }>;

/** Runs when it is awaited or executed; unawaited it may be a part of another statement. */
export interface Statement<T extends readonly (object | undefined)[]> extends Promise<postgres.RowList<T>> {
  execute(): this;
}

type Parameter = postgres.SerializableParameter<number>;
type Part = Parameter | { execute(): unknown };

/** What statements are run on: a transaction, or a pool that gives each statement a session. */
export interface Tx {
  <T extends readonly (object | undefined)[] = postgres.Row[]>(
    template: TemplateStringsArray,
    ...parts: readonly Part[]
  ): Statement<T>;
  unsafe<T extends readonly object[] = (postgres.Row & Iterable<postgres.Row>)[]>(
    text: string,
    parameters?: readonly Parameter[],
  ): Statement<T>;
}

export interface SessionOptions {
  readonly url: string;
  /** Run-time parameters of the session. */
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly onNotice: (text: string) => void;
}

const driverOptions = (options: SessionOptions) => ({
  max: 1,
  idle_timeout: 0,
  connect_timeout: 10,
  max_lifetime: null,
  onnotice: (notice: postgres.Notice) => options.onNotice(String(notice.message)),
  connection: options.parameters,
  // Short and capped: a restarting server is back within a second or two, and callers have deadlines.
  backoff: (retries: number) => Math.min(0.05 * 2 ** retries, 1),
  types: {
    bigint: { to: 20, from: [20], parse: Number, serialize: String },
    // Dates as ISO text: a `date` has no zone, and a Date object would be given one.
    day: { to: 1082, from: [1082], parse: (text: string) => text, serialize: (text: string) => text },
  },
});

/** A driver of its own for LISTEN, which connects again and listens again by itself. */
export const openListener = (options: SessionOptions): Driver =>
  postgres(options.url, driverOptions(options)) as unknown as Driver;

/** SQLSTATEs and codes that come with the end of a connection: lost, refused, or ended by the server. */
const CONNECTION_ENDED = /^(08|57P0|25P0[34]|CONNECT|ECONN|EPIPE|ENOENT|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_)/;

/** What ended with an error of this kind was not answered: nothing is known of a commit. */
export const isConnectionEnd = (error: unknown): boolean => CONNECTION_ENDED.test(sqlState(error));

export function sqlState(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return String(error.code);
}

export class Session {
  readonly #driver: Driver;
  #wasOpen = false;
  #isSpent = false;
  #closes = 0;

  /** Connects at its first use. @param onSpent called when its connection has ended. */
  constructor(options: SessionOptions, onSpent: () => void) {
    this.#driver = postgres(options.url, {
      ...driverOptions(options),
      // The first word of a server that has let us in.
      onparameter: () => {
        this.#wasOpen = true;
      },
      onclose: () => {
        this.#closes += 1;
        // One that was never open keeps the driver's pauses between its attempts to connect.
        if (!this.#wasOpen) return;
        this.#isSpent = true;
        onSpent();
      },
    }) as unknown as Driver;
  }

  get isSpent(): boolean {
    return this.#isSpent;
  }

  async run<R>(work: (sql: Tx) => Promise<R>): Promise<R> {
    return await this.#watch(() => work(this.#driver as unknown as Tx));
  }

  /**
   * Runs `work` in a transaction. When the connection ends, the transaction is over at once; what `work` still does
   * is refused and its end is nobody's concern.
   */
  async begin<R>(work: (tx: Tx) => Promise<R>): Promise<R> {
    return await this.#watch(async () => {
      const result = await this.#driver.begin((tx) => {
        const life = this.#closes;
        const isLost = (): boolean => this.#closes !== life;
        // Left open when it is lost: the driver would write its rollback or commit to the closed connection.
        return new Promise<{ value: R }>((resolve, reject) => {
          work(refusing(tx as unknown as Tx, isLost)).then(
            (value) => (isLost() ? undefined : resolve({ value })),
            (error) => (isLost() ? undefined : reject(error)),
          );
        });
      });
      return (result as { value: R }).value;
    });
  }

  /** @param timeoutMs what is under way by then is rejected. */
  async close(timeoutMs: number): Promise<void> {
    await this.#driver.end({ timeout: timeoutMs / 1000 });
  }

  /** The error of a broken connection comes a moment before its end is seen: nobody may get it in between. */
  async #watch<R>(work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } catch (error) {
      if (this.#wasOpen && isConnectionEnd(error)) this.#isSpent = true;
      throw error;
    }
  }
}

/** The transaction's statements as long as its connection lives; afterwards each is rejected. */
function refusing(tx: Tx, isLost: () => boolean): Tx {
  const call = (...args: Parameters<Tx>) => (isLost() ? refused() : tx(...args));
  const unsafe = (...args: Parameters<Tx["unsafe"]>) => (isLost() ? refused() : tx.unsafe(...args));
  return Object.assign(call, { unsafe }) as unknown as Tx;
}

function refused(): Promise<never> {
  const refusal = Promise.reject(
    connectionError("CONNECTION_CLOSED", "the transaction's connection has ended"),
  );
  // Work that nobody waits for any more may not look at it either.
  refusal.catch(() => undefined);
  return refusal;
}

export const connectionError = (code: string, message: string): Error =>
  Object.assign(new Error(message), { code });
