/** create/list, update/list and delete/list. */
import { AppError } from "../../base/errors.ts";
import { parseListChange, parseNewList } from "../../domain/user-list.ts";
import { inProject, type Tx } from "../../store/db.ts";
import {
  countListItems,
  deleteList,
  findListForUpdate,
  insertList,
  type ListRow,
  updateList,
} from "../../store/lists.ts";
import type { Context } from "../context.ts";

type Body = Readonly<Record<string, unknown>>;

export interface ListWithCount extends ListRow {
  readonly items: number;
}

/** @throws AppError invalid */
export async function createList(context: Context, projectId: number, body: Body): Promise<ListWithCount> {
  const parsed = parseNewList(body);
  if (!parsed.ok) throw new AppError("invalid", { message: "List is not created", errors: parsed.error });
  const nowMs = context.clock.now();
  const row = await inProject(context.app, projectId, (tx) => insertList(tx, projectId, parsed.value, nowMs));
  if (row === null) throw new AppError("internal");
  return { ...row, items: 0 };
}

/** @throws AppError not_found or invalid */
export async function changeList(
  context: Context,
  projectId: number,
  call: { id: number; body: Body },
): Promise<ListWithCount> {
  const nowMs = context.clock.now();
  return await inProject(context.app, projectId, async (tx) => {
    const list = await holdList(tx, projectId, call.id);
    const parsed = parseListChange(call.body, list.identifier);
    if (!parsed.ok) throw new AppError("invalid", { message: "List is not updated", errors: parsed.error });
    const { title } = parsed.value;
    await updateList(tx, projectId, { id: call.id, title, nowMs });
    const items = await countListItems(tx, projectId, call.id);
    return { ...list, title: title ?? list.title, updateTime: new Date(nowMs), items };
  });
}

/** Removes the list with all of its items. @throws AppError not_found */
export async function removeList(context: Context, projectId: number, id: number): Promise<void> {
  await inProject(context.app, projectId, async (tx) => {
    await holdList(tx, projectId, id);
    await deleteList(tx, projectId, id);
  });
}

/** The list, locked until the transaction ends. @throws AppError not_found */
export async function holdList(tx: Tx, projectId: number, id: number): Promise<ListRow> {
  const list = await findListForUpdate(tx, projectId, id);
  if (list === null) throw new AppError("not_found");
  return list;
}
