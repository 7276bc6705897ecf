/**
 * What may go after a time. None of these tables has an index by age, which every insert would pay for: a sweep walks
 * along the primary key, page by page, and deletes what is old on each page.
 */
import type { Sql, Tx } from "./db.ts";

interface Source {
  readonly table: string;
  /** The two columns of the primary key behind project_id, with their types. */
  readonly key: readonly [column: string, type: string, secondColumn: string, secondType: string];
  /** Columns that `isOld` reads, besides the key. */
  readonly columns: string;
  /** SQL over one row, with $4 as the moment before which it may go. */
  readonly isOld: string;
}

const BUCKET_AND_ID = ["bucket", "smallint", "id", "bigint"] as const;

const SOURCES = {
  webhook_events: {
    table: "webhook_events",
    key: BUCKET_AND_ID,
    columns: "state, end_time",
    isOld: "state in (2, 3) and end_time < $4::timestamptz",
  },
  chunks: {
    table: "chunks",
    key: BUCKET_AND_ID,
    columns: "state, run_at",
    isOld: "state = 2 and run_at < $4::timestamptz",
  },
  sandbox_messages: {
    table: "sandbox_messages",
    key: BUCKET_AND_ID,
    columns: "at",
    isOld: "at < $4::timestamptz",
  },
  event_keys: {
    table: "event_keys",
    key: ["bucket", "smallint", "event_id", "text"],
    columns: "create_time",
    isOld: "create_time < $4::timestamptz",
  },
  idempotency_keys: {
    table: "idempotency_keys",
    key: ["method", "text", "key", "text"],
    columns: "valid_until",
    isOld: "valid_until < $4::timestamptz",
  },
} satisfies Record<string, Source>;

export type RetentionTable = keyof typeof SOURCES;

/** The key of the last row of a page. */
export type Cursor = readonly [string | number, string | number];

/** Before every key of the table. */
export const firstCursor = (table: RetentionTable): Cursor => {
  const [, type, , secondType] = SOURCES[table].key;
  return [type === "text" ? "" : -1, secondType === "text" ? "" : -1];
};

/** @returns how many rows went, and the cursor of the next page, null after the last. */
export async function deleteOldPage(
  tx: Tx,
  projectId: number,
  page: { table: RetentionTable; after: Cursor; beforeMs: number; size: number },
): Promise<{ deleted: number; next: Cursor | null }> {
  const { table, key, columns, isOld }: Source = SOURCES[page.table];
  const [a, aType, b, bType] = key;
  const [row] = await tx.unsafe<{ seen: number; deleted: number; a: string | number; b: string | number }[]>(
    `with page as materialized (
       select ${a}, ${b}, ${columns} from ${table}
       where project_id = $1::integer and (${a}, ${b}) > ($2::${aType}, $3::${bType})
       order by ${a}, ${b} limit $5::integer),
     old as materialized (select ${a}, ${b} from page where ${isOld}),
     gone as (
       delete from ${table} t using old
       where t.project_id = $1::integer and t.${a} = old.${a} and t.${b} = old.${b} returning 1),
     last as (select ${a}, ${b} from page order by ${a} desc, ${b} desc limit 1)
     select (select count(*) from page)::integer as seen, (select count(*) from gone)::integer as deleted,
       last.${a} as a, last.${b} as b from last`,
    [projectId, page.after[0], page.after[1], new Date(page.beforeMs), page.size],
  );
  if (row === undefined) return { deleted: 0, next: null };
  return { deleted: row.deleted, next: row.seen < page.size ? null : [row.a, row.b] };
}

export async function listProjectIds(dispatch: Sql): Promise<number[]> {
  const rows = await dispatch<{ id: number }[]>`select id from projects order by id`;
  return rows.map((row) => row.id);
}
