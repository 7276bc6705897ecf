/**
 * Sessions that the server ends, as it does with those of a process that hangs: whoever was at work is told at once,
 * and the next caller finds a pool that works. Each of these once left connections behind that never answered, or
 * ended the process.
 */
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { connect, isRetriable, type Sql, sqlState } from "./db.ts";

vi.setConfig({ testTimeout: 120_000 });

let database: TestDatabase;
let owner: Sql;
let sql: Sql;
/** What would have ended the process. */
const uncaught: unknown[] = [];
const onUncaught = (error: unknown): void => void uncaught.push(error);

beforeAll(async () => {
  database = await createTestDatabase();
  owner = connect({ url: database.url, role: "owner", max: 1, name: "killer" });
  sql = connect({ url: database.url, role: "owner", max: 4, name: "victim" });
  process.on("uncaughtException", onUncaught);
});
afterAll(async () => {
  process.removeListener("uncaughtException", onUncaught);
  await Promise.all([sql.end(), owner.end()]);
  await database.close();
});
afterEach(() => {
  expect(uncaught).toEqual([]);
});

const endSessions = (): Promise<unknown> => owner`
  select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'victim'`;

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** One that were not ended would go on sleeping for longer than the test may take. */
async function untilAsleep(count: number): Promise<void> {
  const asleep = async (): Promise<number> => {
    const rows = await owner`
      select from pg_stat_activity where application_name = 'victim' and wait_event = 'PgSleep'`;
    return rows.length;
  };
  await expect.poll(asleep, { timeout: 60_000, interval: 20 }).toBe(count);
}

/** On a busy machine the end of a session may reach us after the next statement; asked again, that meets a new one. */
async function persistently<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isRetriable(error)) throw error;
    return await ask();
  }
}

async function expectWhole(): Promise<void> {
  const startMs = performance.now();
  const seen = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((n) =>
      persistently(async () => await sql<{ n: number }[]>`select ${n}::integer as n`),
    ),
  );
  expect(seen.map(([row]) => row?.n)).toEqual([1, 2, 3, 4, 5, 6]);
  const sums = [1, 2, 3, 4].map((n) =>
    persistently(() =>
      sql.begin(async (tx) => {
        const [row] = await tx<{ n: number }[]>`select ${n}::integer + 1 as n`;
        return row?.n;
      }),
    ),
  );
  expect(await Promise.all(sums)).toEqual([2, 3, 4, 5]);
  // Below the connect timeout of 10 s: whoever waited for a session that is gone waited for that.
  expect(performance.now() - startMs).toBeLessThan(9_500);
}

test("idle sessions that were ended are not met again", async () => {
  await expectWhole();
  await endSessions();
  await expectWhole();
});

test("a transaction whose connection ends between two statements is over at once, and its work is refused", async () => {
  const entered = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const after = Promise.withResolvers<string>();
  const transaction = sql.begin(async (tx) => {
    await tx`select 1`;
    entered.resolve();
    await goOn.promise;
    await tx`select 2`.then(
      () => after.resolve("ran"),
      (error: unknown) => after.resolve(sqlState(error)),
    );
  });
  await entered.promise;
  const refused = expect(transaction).rejects.toSatisfy(isRetriable);
  await endSessions();
  await refused;
  goOn.resolve();
  expect(await after.promise).toBe("CONNECTION_CLOSED");
  await expectWhole();
});

test("a transaction whose connection ends in the middle of its statements is over at once", async () => {
  const many = Array.from({ length: 8 }, (_, i) =>
    sql.begin((tx) =>
      Promise.all([tx`select ${i}::integer`, tx`select pg_sleep(600)`, tx`select ${i}::text`]),
    ),
  );
  const refused = Promise.allSettled(many.slice(0, 4));
  await untilAsleep(4);
  await endSessions();
  for (const end of await refused) {
    expect(end.status).toBe("rejected");
    if (end.status === "rejected") expect(isRetriable(end.reason)).toBe(true);
  }
  // Those that waited for a session have new ones by now.
  const rest = Promise.allSettled(many.slice(4));
  await untilAsleep(4);
  await endSessions();
  for (const end of await rest) expect(end.status).toBe("rejected");
  await expectWhole();
});

test("sessions that end while new statements are being written to them", async () => {
  for (let round = 0; round < 10; round += 1) {
    await expectWhole();
    const ended = endSessions();
    const bursts: Promise<unknown>[] = [];
    for (let i = 0; i < 20; i += 1) {
      bursts.push(
        sql.begin(async (tx) => await tx`select ${i}::integer, ${"x".repeat(i * 100)}::text`),
        sql`select ${i}::integer`.execute(),
      );
      await turn();
    }
    const results = await Promise.allSettled(bursts);
    await ended;
    for (const end of results) if (end.status === "rejected") expect(isRetriable(end.reason)).toBe(true);
  }
  await expectWhole();
});

test("an error of a statement leaves its session in use, and a transaction is rolled back", async () => {
  const [before] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  await expect(sql`select 1 / 0`).rejects.toMatchObject({ code: "22012" });
  await expect(
    sql.begin(async (tx) => {
      await tx`create table never (n integer)`;
      throw new Error("changed my mind");
    }),
  ).rejects.toThrow("changed my mind");
  const [after] = await sql<{ pid: number; never: string | null }[]>`
    select pg_backend_pid() as pid, to_regclass('never')::text as never`;
  expect(after).toEqual({ pid: before?.pid, never: null });
});

test("a statement may be a part of another one", async () => {
  const columns = sql.unsafe("1 as one, 2 as two");
  expect([...(await sql`select ${columns}`)]).toEqual([{ one: 1, two: 2 }]);
});
