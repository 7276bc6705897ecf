/**
 * SQL from outside, as the superuser of the product's own PostgreSQL: what was written, and what it cost. Every
 * statement from here carries a mark, so that the measurement does not count itself.
 */
import { connect, type Sql } from "../src/store/db.ts";

export interface StatementCost {
  readonly calls: number;
  readonly ms: number;
  readonly query: string;
}

export interface Statements {
  /** Of all processes of the product, BEGIN, SET and COMMIT included. */
  readonly calls: number;
  /** Time in execution on the server, summed over its processes. */
  readonly ms: number;
  readonly top: readonly StatementCost[];
}

export const openDatabase = (url: string): Sql =>
  connect({ url, role: "owner", max: 2, name: "carillon bench" });

/** Needs a server that was started with CARILLON_STATEMENT_STATS=1. */
export async function prepareStatementStats(sql: Sql): Promise<void> {
  await sql`create extension if not exists pg_stat_statements`;
}

export async function resetStatementStats(sql: Sql): Promise<void> {
  await sql`select /* bench */ pg_stat_statements_reset()`;
}

/** What ran since the reset. @param most how many of the costliest statements are named. */
export async function readStatementStats(sql: Sql, most: number): Promise<Statements> {
  const rows = await sql<{ calls: number; ms: number; query: string }[]>`
    select /* bench */ sum(calls)::float8 as calls, sum(total_exec_time)::float8 as ms, query
    from pg_stat_statements where query not like '%/* bench */%'
    group by query order by 2 desc`;
  const top = rows.slice(0, most).map((row) => ({
    calls: row.calls,
    ms: Math.round(row.ms),
    query: row.query.replaceAll(/\s+/g, " ").trim().slice(0, 110),
  }));
  return {
    calls: rows.reduce((sum, row) => sum + row.calls, 0),
    ms: Math.round(rows.reduce((sum, row) => sum + row.ms, 0)),
    top,
  };
}

/** Is anything left in the queue, waiting or claimed? Two probes of partial indexes. */
export async function isQueueEmpty(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ empty: boolean }[]>`
    select /* bench */ not exists (select from chunks where state = 0)
      and not exists (select from chunks where state = 1) as empty`;
  return row?.empty ?? false;
}

export interface SandboxRow {
  readonly address: string;
  readonly content: string;
}

/** What the sandbox keeps, for the check of the sandbox scenarios. */
export async function listSandbox(sql: Sql): Promise<SandboxRow[]> {
  return await sql<SandboxRow[]>`select /* bench */ address, content from sandbox_messages`;
}

export async function clearSandbox(sql: Sql): Promise<void> {
  await sql`truncate /* bench */ sandbox_messages`;
}
