/** The launcher's few questions to the server over SQL: is it ours, is our database there. */
import postgres from "postgres";

export interface Address {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

const CONNECT_SECONDS = 5;
/** Our questions take milliseconds; a server that is stopped (SIGSTOP) takes connections and never answers. */
const ANSWER_TIMEOUT_MS = 10_000;

/** postgres://... for clients on this machine. The password is URL-safe by construction. */
export function urlOf({ user, password, port, database }: Address): string {
  return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
}

/** The server's data directory: proves that it answers, takes our password and is the one that we mean. */
export async function askDataDirectory(address: Address): Promise<string> {
  return withConnection({ ...address, database: "postgres" }, async (sql) => {
    const [row] = await sql<{ data_directory: string }[]>`show data_directory`;
    return row?.data_directory ?? "";
  });
}

/** Makes the database of `address` when it is not there. */
export async function ensureDatabase(address: Address): Promise<void> {
  await withConnection({ ...address, database: "postgres" }, async (sql) => {
    const found = await sql`select 1 from pg_database where datname = ${address.database}`;
    if (found.length === 0) await sql`create database ${sql(address.database)}`;
  });
}

async function withConnection<T>(address: Address, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(urlOf(address), {
    max: 1,
    connect_timeout: CONNECT_SECONDS,
    onnotice: () => undefined,
    connection: { application_name: "carillon launcher" },
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("PostgreSQL does not answer")), ANSWER_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work(sql), tooLate]);
  } finally {
    clearTimeout(timer);
    await sql.end({ timeout: 1 });
  }
}
