/** import/suppression: adds or removes addresses, all in one transaction. In force for every haul that loads after it. */
import { randomBytes } from "node:crypto";
import { AppError } from "../../base/errors.ts";
import { isTooLarge } from "../../domain/entry-refusals.ts";
import { bucketOf } from "../../domain/ids.ts";
import { parseSuppression } from "../../domain/suppression.ts";
import { deleteSuppressions, ensureSalt, insertSuppressions } from "../../store/suppressions.ts";
import type { Context } from "../context.ts";
import { persistently } from "../profiles/persistently.ts";

const SALT_BYTES = 32;
/** Rows of one statement. */
const BATCH = 5_000;
const MESSAGE = "Suppression is not imported";

export interface SuppressionImported {
  readonly action: "add" | "remove";
  /** Different addresses in the call. */
  readonly rows: number;
  /** Those that were added or removed now. */
  readonly changed: number;
}

/** @throws AppError invalid or too_large, with the errors by field and row; then nothing was written. */
export async function importSuppression(
  context: Context,
  projectId: number,
  body: Readonly<Record<string, unknown>>,
): Promise<SuppressionImported> {
  const parsed = parseSuppression(body);
  if (!parsed.ok) {
    if (isTooLarge(parsed.error))
      throw new AppError("too_large", { message: MESSAGE, errors: parsed.error.tooLarge });
    throw new AppError("invalid", { message: MESSAGE, errors: parsed.error });
  }
  const { action } = parsed.value;
  const rows = parsed.value.rows.map((row) => ({ ...row, bucket: bucketOf(row.key) }));
  const nowMs = context.clock.now();
  const changed = await persistently(context, projectId, async (tx) => {
    if (action === "add") await ensureSalt(tx, projectId, randomBytes(SALT_BYTES));
    let count = 0;
    for (let from = 0; from < rows.length; from += BATCH) {
      const batch = rows.slice(from, from + BATCH);
      count +=
        action === "add"
          ? await insertSuppressions(tx, projectId, batch, nowMs)
          : await deleteSuppressions(tx, projectId, batch);
    }
    return count;
  });
  return { action, rows: rows.length, changed };
}
