/**
 * What the database holds, as one number a table: the proof that a refused call changed nothing. Tables are found in
 * the catalogue, so that one which a later migration adds is watched without being named here.
 */
import type { Sql } from "../src/store/db.ts";

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

/** The tables in which the two differ, by name. */
export const changedTables = (before: Checksums, after: Checksums): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));

/** Does `work` and names the tables that are not as they were. Nobody else may write meanwhile. */
export async function watchTables<T>(
  owner: Sql,
  work: () => Promise<T>,
): Promise<{ value: T; changed: string[] }> {
  const before = await tableChecksums(owner);
  const value = await work();
  return { value, changed: changedTables(before, await tableChecksums(owner)) };
}
