/** import/list: adds, removes or replaces a list's items, all in one transaction under the list's lock. */
import { AppError } from "../../base/errors.ts";
import type { FieldErrors } from "../../base/result.ts";
import { isTooLarge } from "../../domain/entry-refusals.ts";
import { bucketOf } from "../../domain/ids.ts";
import { type ListAction, parseItems, parseItemsCall } from "../../domain/user-list.ts";
import type { Tx } from "../../store/db.ts";
import { bucketedId } from "../../store/id-blocks.ts";
import {
  countListItems,
  deleteListItems,
  deleteOtherListItems,
  insertListItems,
  updateList,
} from "../../store/lists.ts";
import type { Context } from "../context.ts";
import { persistently } from "../profiles/persistently.ts";
import { holdList } from "./save-list.ts";

/** Rows of one statement. */
const BATCH = 5_000;
const MESSAGE = "List is not imported";

export interface ListImported {
  readonly added: number;
  readonly removed: number;
  /** How many the list has now. */
  readonly items: number;
}

const invalid = (errors: FieldErrors): AppError => new AppError("invalid", { message: MESSAGE, errors });

/** @throws AppError invalid, too_large or not_found; then nothing was written. */
export async function importList(
  context: Context,
  projectId: number,
  call: { id: number; body: Readonly<Record<string, unknown>> },
): Promise<ListImported> {
  const parsed = parseItemsCall(call.body);
  if (!parsed.ok) {
    if (isTooLarge(parsed.error))
      throw new AppError("too_large", { message: MESSAGE, errors: parsed.error.tooLarge });
    throw invalid(parsed.error);
  }
  const nowMs = context.clock.now();
  return await persistently(context, projectId, async (tx) => {
    const list = await holdList(tx, projectId, call.id);
    const items = parseItems(list.identifier, parsed.value.items);
    if (!items.ok) throw invalid(items.error);
    const job = { projectId, listId: list.id, items: items.value, action: parsed.value.action, nowMs };
    const changed = await apply(context, tx, job);
    await updateList(tx, projectId, { id: list.id, title: null, nowMs });
    return { ...changed, items: await countListItems(tx, projectId, list.id) };
  });
}

interface Job {
  readonly projectId: number;
  readonly listId: number;
  readonly items: readonly string[];
  readonly action: ListAction;
  readonly nowMs: number;
}

async function apply(context: Context, tx: Tx, job: Job): Promise<{ added: number; removed: number }> {
  const { projectId, listId, items, action, nowMs } = job;
  let [added, removed] = [0, 0];
  if (action === "replace") removed += await deleteOtherListItems(tx, projectId, { listId, items });
  for (let from = 0; from < items.length; from += BATCH) {
    const batch = items.slice(from, from + BATCH).map((item) => ({ item, bucket: bucketOf(item) }));
    if (action === "remove") {
      removed += await deleteListItems(tx, projectId, { listId, rows: batch });
      continue;
    }
    const numbers = await context.ids.take("list_item_ids", batch.length);
    const rows = batch.map((row, i) => ({ ...row, id: bucketedId(numbers[i] ?? 0, row.bucket) }));
    added += await insertListItems(tx, projectId, { listId, rows, nowMs });
  }
  return { added, removed };
}
