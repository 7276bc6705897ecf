/**
 * The door to PostgreSQL: the only importer of the driver. Three kinds of connection, by role:
 * - owner: migrations, partitions and seeding of an empty instance;
 * - app: everything inside one project, under row-level security;
 * - dispatch: what must look across projects (claims, credentials), limited to those columns.
 */
import postgres from "postgres";

export type Sql = postgres.Sql<{ bigint: number }>;
export type Tx = postgres.TransactionSql<{ bigint: number }>;
/** A connection or a transaction: what a read may run on. */
export type Db = Sql | Tx;

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
 * bigint columns hold ids below 2^53 (docs/concepts/data.md), so they are numbers here. Sixty seconds of
 * idle_in_transaction_session_timeout: one old snapshot makes every claim slower (1 -> 18 ms in 80 s).
 */
export function connect(options: ConnectOptions): Sql {
  const role = ROLE_NAMES[options.role];
  return postgres(options.url, {
    max: options.max,
    idle_timeout: 0,
    connect_timeout: 10,
    max_lifetime: null,
    onnotice: (notice) => options.onNotice?.(String(notice.message)),
    connection: {
      application_name: options.name,
      idle_in_transaction_session_timeout: 60_000,
      ...(role === null ? {} : { role }),
    },
    // Short and capped: a restarting server is back within a second or two, and callers have deadlines.
    backoff: (retries: number) => Math.min(0.05 * 2 ** retries, 1),
    types: {
      bigint: { to: 20, from: [20], parse: Number, serialize: String },
      // Dates as ISO text: a `date` has no zone, and a Date object would be given one.
      day: { to: 1082, from: [1082], parse: (text: string) => text, serialize: (text: string) => text },
    },
  }) as unknown as Sql;
}

/**
 * Runs `work` in one transaction that sees and writes one project only. The setting is a checked integer in
 * SET LOCAL: set_config() is silently lost on a distributed database.
 */
export async function inProject<T>(sql: Sql, projectId: number, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (!Number.isSafeInteger(projectId) || projectId < 1)
    throw new RangeError("a project id is a positive integer");
  const result = await sql.begin(async (tx) => {
    // Sent at once but not awaited on its own: it travels with the first statement, which saves a round trip.
    const context = tx.unsafe(`set local app.project_id = ${projectId}`).execute();
    const [, value] = await Promise.all([context, work(tx)]);
    return { value };
  });
  return (result as { value: T }).value;
}

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

/** Classes of SQLSTATE after which the same batch may be tried again: connection, serialisation, shutdown. */
const RETRIABLE = /^(08|40001|40P01|57P0|53300|CONNECTION_|ECONN|EPIPE|ENOENT)/;

export function isRetriable(error: unknown): boolean {
  return RETRIABLE.test(sqlState(error));
}

/** Disk or memory is full there, or the disk fails: nothing was committed, and later it may work. */
export const isOutOfSpace = (error: unknown): boolean => /^(53|58030)/.test(sqlState(error));

export function sqlState(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return String(error.code);
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
