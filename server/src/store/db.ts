/**
 * The door to PostgreSQL. Three kinds of connection, by role:
 * - owner: migrations, partitions and seeding of an empty instance;
 * - app: everything inside one project, under row-level security;
 * - dispatch: what must look across projects (claims, credentials), limited to those columns.
 */
import { Pool } from "./pool.ts";
import { PooledStatement, partsOn } from "./pooled-statement.ts";
import {
  connectionError,
  isConnectionEnd,
  openListener,
  Session,
  type SessionOptions,
  sqlState,
  type Tx,
} from "./session.ts";

export type { Tx };
export { sqlState };

export interface Listening {
  unlisten(): Promise<void>;
}

/** A pool of sessions: each statement, and each transaction, gets one of its own. */
export interface Sql extends Tx {
  begin<R>(work: (tx: Tx) => R | Promise<R>): Promise<R>;
  /** Listens again after each loss of its connection, and then calls `onListening` again. */
  listen(channel: string, onPayload: (payload: string) => void, onListening?: () => void): Promise<Listening>;
  /** Lets what is under way finish. @param options.timeout in seconds; for as long as it takes when not given. */
  end(options?: { readonly timeout?: number }): Promise<void>;
}

/** A connection or a transaction: what a read may run on. */
export type Db = Tx;

export type Role = "owner" | "app" | "dispatch";

const ROLE_NAMES: Readonly<Record<Role, string | null>> = {
  owner: null,
  app: "carillon_app",
  dispatch: "carillon_dispatch",
};

export interface ConnectOptions {
  readonly url: string;
  readonly role: Role;
  /** Connections at the most. */
  readonly max: number;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  /** Called for connection errors outside a query, which would otherwise go unseen. */
  readonly onNotice?: (text: string) => void;
}

/**
 * One old snapshot makes every claim slower (1 -> 18 ms in 80 s). The backstop of `endHangingSessions`, which is
 * quicker where a worker is alive.
 */
const IDLE_IN_TRANSACTION_MS = 60_000;

/** bigint columns hold ids below 2^53 (docs/concepts/data.md), so they are numbers here. */
export function connect(options: ConnectOptions): Sql {
  const role = ROLE_NAMES[options.role];
  const sessionOptions: SessionOptions = {
    url: options.url,
    parameters: {
      application_name: options.name,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      ...(role === null ? {} : { role }),
    },
    onNotice: (text) => options.onNotice?.(text),
  };
  const pool = new Pool<Session>({
    max: options.max,
    open: (onSpent) => new Session(sessionOptions, onSpent),
    endedError: () => connectionError("CONNECTION_ENDED", "the pool has ended"),
  });
  let listener: ReturnType<typeof openListener> | undefined;
  const call = (template: TemplateStringsArray, ...parts: unknown[]) =>
    new PooledStatement(pool, (sql) => sql(template, ...(partsOn(sql, parts) as Parameters<Tx>[1][])));
  const rest: Pick<Sql, "unsafe" | "begin" | "listen" | "end"> = {
    unsafe: (text, parameters) => new PooledStatement(pool, (sql) => sql.unsafe(text, parameters)) as never,
    begin: (work) => pool.use((session) => session.begin(async (tx) => await work(tx))),
    async listen(channel, onPayload, onListening) {
      listener ??= openListener(sessionOptions);
      return await listener.listen(channel, onPayload, onListening);
    },
    async end({ timeout } = {}) {
      const timeoutMs = timeout === undefined ? Number.POSITIVE_INFINITY : timeout * 1000;
      await Promise.all([pool.end(timeoutMs), listener?.end({ timeout: 0 })]);
    },
  };
  return Object.assign(call, rest) as unknown as Sql;
}

/**
 * Runs `work` in one transaction that sees and writes one project only. The setting is a checked integer in
 * SET LOCAL: set_config() is silently lost on a distributed database.
 */
export async function inProject<T>(sql: Sql, projectId: number, work: (tx: Tx) => Promise<T>): Promise<T> {
  const setting = projectSetting(projectId);
  const result = await sql.begin(async (tx) => {
    // Sent at once but not awaited on its own: it travels with the first statement, which saves a round trip.
    const context = tx.unsafe(setting).execute();
    const [, value] = await Promise.all([context, work(tx)]);
    return { value };
  });
  return (result as { value: T }).value;
}

/**
 * One transaction over one project after another, for what a user does about themselves: `work` outside of any, where
 * no tenant's row is seen, then `inEach` inside each.
 */
export async function throughProjects<T>(
  sql: Sql,
  projectIds: readonly number[],
  steps: { work: (tx: Tx) => Promise<T>; inEach: (tx: Tx, projectId: number, done: T) => Promise<void> },
): Promise<T> {
  const result = await sql.begin(async (tx) => {
    const value = await steps.work(tx);
    for (const projectId of projectIds) {
      await tx.unsafe(projectSetting(projectId));
      await steps.inEach(tx, projectId, value);
    }
    return { value };
  });
  return (result as { value: T }).value;
}

function projectSetting(projectId: number): string {
  if (!Number.isSafeInteger(projectId) || projectId < 1)
    throw new RangeError("a project id is a positive integer");
  return `set local app.project_id = ${projectId}`;
}

/** After which the same batch may be tried again: the connection ended, a serialisation failure, too many sessions. */
const RETRIABLE = /^(40001|40P01|53300)/;

export const isRetriable = (error: unknown): boolean =>
  isConnectionEnd(error) || RETRIABLE.test(sqlState(error));

/** Disk or memory is full there, or the disk fails: nothing was committed, and later it may work. */
export const isOutOfSpace = (error: unknown): boolean => /^(53|58030)/.test(sqlState(error));

/**
 * A door into a transaction that is already open: what goes through it stands or falls with that transaction, and
 * sees its project only. Nothing can be undone on its own in there, so after a failure the door stays shut.
 */
export function joined(tx: Tx): Sql {
  let fault: { readonly error: unknown } | null = null;
  const begin = async <T>(work: (inner: Tx) => Promise<T>): Promise<T> => {
    if (fault !== null) throw fault.error;
    try {
      return await work(tx);
    } catch (error) {
      fault ??= { error };
      throw error;
    }
  };
  const get = (target: Tx, name: string | symbol): unknown =>
    name === "begin" ? begin : Reflect.get(target, name);
  return new Proxy(tx, { get }) as unknown as Sql;
}

/** lock_not_available: what was wanted is held by somebody else for too long. */
export const isLockTimeout = (error: unknown): boolean => sqlState(error) === "55P03";

/** unique_violation */
export const isTwin = (error: unknown): boolean => sqlState(error) === "23505";

/**
 * Arrays for `unnest` are handed over as array literals: building the literal for numbers is a join, and the
 * driver passes a text through unchanged.
 */
export const numbers = (values: readonly (number | null)[]): string =>
  `{${values.map((value) => (value === null ? "NULL" : value)).join(",")}}`;

const NEEDS_QUOTES = /[\\"]/;

/** A text[] literal; null stays null. */
export function texts(values: readonly (string | null)[]): string {
  const parts = values.map((value) => {
    if (value === null) return "NULL";
    return NEEDS_QUOTES.test(value) ? `"${value.replace(/[\\"]/g, "\\$&")}"` : `"${value}"`;
  });
  return `{${parts.join(",")}}`;
}

/** A timestamptz[] literal from unix milliseconds. */
export const times = (values: readonly (number | null)[]): string =>
  `{${values.map((value) => (value === null ? "NULL" : `"${new Date(value).toISOString()}"`)).join(",")}}`;

/** Does the database answer a query? */
export async function isReachable(sql: Sql): Promise<boolean> {
  try {
    await sql`select 1`;
    return true;
  } catch {
    return false;
  }
}
