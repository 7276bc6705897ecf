/**
 * What the database holds, as one number a table: the proof that a refused call changed nothing. And a row in every
 * tenant table, for tests that try each of them. Tables are found in the catalogue, so that one which a later
 * migration adds is watched and tried without being named here.
 */
import type { Sql, Tx } from "../src/store/db.ts";

/** Table name -> rows and a sum over their hashes, which does not depend on their order. */
export type Checksums = ReadonlyMap<string, string>;

interface TableSum {
  readonly name: string;
  readonly sum: string;
}

/**
 * Sums up every table of the public schema, partitions by themselves; nothing is left out.
 * @param owner the owner's connection: a role under row security would see a part only.
 * @param projectId counts the rows of one project only, and tables that have such rows.
 */
export async function tableChecksums(owner: Sql, projectId?: number): Promise<Checksums> {
  const tables = await owner<{ name: string; hasProject: boolean }[]>`
    select c.relname as name,
      exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'project_id') as "hasProject"
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by c.relname`;
  const watched = projectId === undefined ? tables : tables.filter((table) => table.hasProject);
  const sums = await owner.unsafe<TableSum[]>(
    watched.map(({ name }) => sumOf(name, projectId)).join(" union all "),
  );
  return new Map(sums.map(({ name, sum }) => [name, sum]));
}

// Whole rows as text: a change of any column changes the hash. 64 bits: a chance twin in a test is out of the question.
const sumOf = (table: string, projectId: number | undefined): string =>
  `select '${table}' as name, count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as sum
   from "${table}" t ${projectId === undefined ? "" : `where t.project_id = ${projectId}`}`;

/**
 * What changes by itself: calls are counted, refused ones too; what became of an answer is written down a moment after
 * it; a worker beside the test says every five seconds that it lives.
 */
const OF_THEMSELVES: readonly string[] = ["request_quotas", "unkeyed_calls", "workers"];

/** The tables in which the two differ, by name; without those that change by themselves. */
export const changedTables = (before: Checksums, after: Checksums): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name) && !OF_THEMSELVES.includes(name),
  );

/** Does `work` and names the tables that are not as they were. Nobody else may write meanwhile. */
export async function watchTables<T>(
  owner: Sql,
  work: () => Promise<T>,
): Promise<{ value: T; changed: string[] }> {
  const before = await tableChecksums(owner);
  const value = await work();
  return { value, changed: changedTables(before, await tableChecksums(owner)) };
}

/** Tables that have a project, without their partitions, by name. */
export async function tenantTables(owner: Sql): Promise<string[]> {
  const rows = await owner<{ name: string }[]>`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'project_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`;
  return rows.map(({ name }) => name);
}

/** By type of column; the whole number stands in every one that can hold it. */
const made = (number: number): Readonly<Record<string, unknown>> => ({
  smallint: 1,
  integer: number,
  bigint: number,
  text: "canary",
  bytea: "\\x00",
  boolean: false,
  date: "2026-01-01",
  jsonb: {},
  // So far ahead that no worker finds a lease ended or a turn come.
  "timestamp with time zone": "2099-01-01T00:00:00Z",
  "text[]": [],
  "smallint[]": [],
});

/** Writes a row of `projectId` into each tenant table that has none, whatever it would be in real life. */
export async function fillTenantTables(owner: Sql, projectId: number, number: number): Promise<void> {
  const values = made(number);
  for (const table of await tenantTables(owner)) {
    const columns = await owner<{ name: string; type: string }[]>`
      select attname as name, format_type(atttypid, null) as type from pg_attribute
      where attrelid = ${table}::regclass and attnum > 0 and attnotnull`;
    const row = Object.fromEntries(columns.map(({ name, type }) => [name, values[type]]));
    await withoutForeignKeys(owner, (tx) =>
      tx.unsafe(
        `insert into ${table} overriding system value select (jsonb_populate_record(null::${table}, $1::text::jsonb)).*
         where not exists (select from ${table} where project_id = $2::integer)`,
        [JSON.stringify({ ...row, project_id: projectId }), projectId],
      ),
    );
  }
}

/** Copies every row of one project to another that lacks it. */
export async function copyProject(owner: Sql, fromId: number, toId: number): Promise<void> {
  for (const table of await tenantTables(owner)) {
    await withoutForeignKeys(owner, (tx) =>
      tx.unsafe(
        `insert into ${table} overriding system value
         select (jsonb_populate_record(t, jsonb_build_object('project_id', $2::integer))).*
         from ${table} t where project_id = $1::integer on conflict do nothing`,
        [fromId, toId],
      ),
    );
  }
}

// Rows come table by table, in no order that a foreign key would allow.
async function withoutForeignKeys(owner: Sql, work: (tx: Tx) => Promise<unknown>): Promise<void> {
  await owner.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await work(tx);
  });
}
