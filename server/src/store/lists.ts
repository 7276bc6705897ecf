/** User lists and their items. */
import type { ListIdentifier, NewList } from "../domain/user-list.ts";
import { type Db, numbers, type Tx, texts } from "./db.ts";

export interface ListRow {
  readonly id: number;
  readonly title: string;
  readonly identifier: ListIdentifier;
  readonly createTime: Date;
  readonly updateTime: Date;
}

export async function insertList(
  tx: Tx,
  projectId: number,
  list: NewList,
  nowMs: number,
): Promise<ListRow | null> {
  const now = new Date(nowMs);
  const [row] = await tx<ListRow[]>`
    insert into lists (project_id, title, identifier, create_time, update_time)
    values (${projectId}, ${list.title}, ${list.identifier}, ${now}, ${now})
    returning id, title, identifier, create_time as "createTime", update_time as "updateTime"`;
  return row ?? null;
}

/** The list, locked: imports into one list and its end take turns. */
export async function findListForUpdate(tx: Tx, projectId: number, id: number): Promise<ListRow | null> {
  const [row] = await tx<ListRow[]>`
    select id, title, identifier, create_time as "createTime", update_time as "updateTime"
    from lists where project_id = ${projectId} and id = ${id} for update`;
  return row ?? null;
}

/** @param title null leaves it. */
export async function updateList(
  tx: Tx,
  projectId: number,
  change: { id: number; title: string | null; nowMs: number },
): Promise<void> {
  await tx`
    update lists set title = coalesce(${change.title}::text, title), update_time = ${new Date(change.nowMs)}
    where project_id = ${projectId} and id = ${change.id}`;
}

/** The caller holds the list's lock. */
export async function deleteList(tx: Tx, projectId: number, id: number): Promise<void> {
  await tx`delete from list_items where project_id = ${projectId} and list_id = ${id}`;
  await tx`delete from lists where project_id = ${projectId} and id = ${id}`;
}

export async function countListItems(db: Db, projectId: number, listId: number): Promise<number> {
  const [row] = await db<{ n: number }[]>`
    select count(*) as n from list_items where project_id = ${projectId} and list_id = ${listId}`;
  return Number(row?.n ?? 0);
}

export interface NewListItem {
  readonly id: number;
  /** The item's. */
  readonly bucket: number;
  readonly item: string;
}

/** @returns how many were not in the list. */
export async function insertListItems(
  tx: Tx,
  projectId: number,
  batch: { listId: number; rows: readonly NewListItem[]; nowMs: number },
): Promise<number> {
  const { rows } = batch;
  const result = await tx`
    insert into list_items (project_id, list_id, create_time, bucket, item, id)
    select ${projectId}, ${batch.listId}, ${new Date(batch.nowMs)}, u.* from
      unnest(${numbers(rows.map((r) => r.bucket))}::smallint[], ${texts(rows.map((r) => r.item))}::text[],
        ${numbers(rows.map((r) => r.id))}::bigint[]) as u
    on conflict (project_id, bucket, list_id, item) do nothing`;
  return result.count;
}

/** @returns how many were in the list. */
export async function deleteListItems(
  tx: Tx,
  projectId: number,
  batch: { listId: number; rows: readonly { bucket: number; item: string }[] },
): Promise<number> {
  const result = await tx`
    delete from list_items t
    using unnest(${numbers(batch.rows.map((r) => r.bucket))}::smallint[],
      ${texts(batch.rows.map((r) => r.item))}::text[]) as u (bucket, item)
    where t.project_id = ${projectId} and t.list_id = ${batch.listId} and t.bucket = u.bucket and t.item = u.item`;
  return result.count;
}

/** Removes what is not among `items`. @returns how many went. */
export async function deleteOtherListItems(
  tx: Tx,
  projectId: number,
  keep: { listId: number; items: readonly string[] },
): Promise<number> {
  const result = await tx`
    delete from list_items t where t.project_id = ${projectId} and t.list_id = ${keep.listId}
      and not exists (select from unnest(${texts(keep.items)}::text[]) as u (item) where u.item = t.item)`;
  return result.count;
}
