/**
 * import/profile: small imports are done before the answer, in one transaction; from 100 rows on they become a task
 * (evidence: data API, 8.1).
 */
import { AppError } from "../../base/errors.ts";
import type { AttributeType } from "../../domain/attribute-value.ts";
import { sentence } from "../../domain/field-label.ts";
import { type ImportRow, type ProfileImport, parseProfileImport } from "../../domain/profile-import.ts";
import { isTooLarge } from "../../domain/target-list.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { listAttributes, refreshStatistics, registerAttributes } from "../../store/profiles.ts";
import {
  type ClaimedTask,
  insertTask,
  notifyTask,
  settleTask,
  updateTaskProgress,
} from "../../store/tasks.ts";
import { refusalOfNew } from "../attributes/admit-attributes.ts";
import type { Context } from "../context.ts";
import { MANY_ROWS, type ProfileUpsert, upsertIn } from "./upsert-profiles.ts";

export type Imported =
  | { readonly kind: "done"; readonly rows: number; readonly notes: readonly string[] }
  | { readonly kind: "task"; readonly taskId: number; readonly notes: readonly string[] };

const TASK_FROM = 100;
/** Rows of one transaction: about 50 ms of locks. */
const BATCH = 1000;

const MESSAGE = "Profiles are not imported";

/** @throws AppError invalid or too_large, with the errors by field and row; then nothing was written. */
export async function importProfiles(
  context: Context,
  projectId: number,
  body: Readonly<Record<string, unknown>>,
): Promise<Imported> {
  const known = await inProject(context.app, projectId, (tx) => listAttributes(tx, projectId));
  const parsed = parseProfileImport(body, known as ReadonlyMap<string, AttributeType>);
  if (!parsed.ok) {
    if (isTooLarge(parsed.error))
      throw new AppError("too_large", { message: MESSAGE, errors: parsed.error.tooLarge });
    throw new AppError("invalid", { message: MESSAGE, errors: parsed.error });
  }
  const wanted = parsed.value;
  const refusal = await refusalOfNew(context, projectId, { known, wanted: wanted.newAttributes.keys() });
  if (refusal !== null)
    throw new AppError("invalid", { message: MESSAGE, errors: { columns: [sentence("columns", refusal)] } });
  const isTask = wanted.async ?? (body.rows as readonly unknown[]).length >= TASK_FROM;
  return isTask ? await queue(context, projectId, wanted) : await importNow(context, projectId, wanted);
}

async function queue(context: Context, projectId: number, wanted: ProfileImport): Promise<Imported> {
  const nowMs = context.clock.now();
  const taskId = await inProject(context.app, projectId, async (tx) => {
    await register(tx, projectId, { wanted, nowMs });
    const input = JSON.stringify(wanted.rows);
    const id = await insertTask(tx, projectId, {
      identifier: "profile_import",
      total: wanted.rows.length,
      input,
      nowMs,
    });
    await notifyTask(tx);
    return id;
  });
  return { kind: "task", taskId, notes: wanted.notes };
}

async function importNow(context: Context, projectId: number, wanted: ProfileImport): Promise<Imported> {
  const nowMs = context.clock.now();
  await inProject(context.app, projectId, async (tx) => {
    await register(tx, projectId, { wanted, nowMs });
    for (let from = 0; from < wanted.rows.length; from += BATCH) {
      const rows = wanted.rows.slice(from, from + BATCH).map(upsertOf);
      await upsertIn(context, tx, { projectId, rows });
    }
  });
  return { kind: "done", rows: wanted.rows.length, notes: wanted.notes };
}

async function register(
  tx: Tx,
  projectId: number,
  { wanted, nowMs }: { wanted: ProfileImport; nowMs: number },
): Promise<void> {
  const names = [...wanted.newAttributes].map(([name, type]) => ({ name, type }));
  if (names.length > 0) await registerAttributes(tx, projectId, names, nowMs);
}

const upsertOf = ({ userId, change }: ImportRow): ProfileUpsert => ({
  userId,
  email: typeof change.system.email === "string" ? change.system.email : null,
  change,
});

/**
 * One batch of a queued import, with its progress, in one transaction.
 * @returns where the next batch begins, or null when the task is done or no longer held.
 */
export async function importBatch(
  context: Context,
  task: ClaimedTask,
  at: { rows: readonly ImportRow[]; from: number; leaseSeconds: number },
): Promise<number | null> {
  const { projectId, id, token } = task;
  const progress = Math.min(at.rows.length, at.from + BATCH);
  const nowMs = context.clock.now();
  const step = { id, token, progress, nowMs, leaseSeconds: at.leaseSeconds };
  const isDone = progress === at.rows.length;
  const isHeld = await inProject(context.app, projectId, async (tx) => {
    if (!(await updateTaskProgress(tx, projectId, step))) return false;
    await upsertIn(context, tx, { projectId, rows: at.rows.slice(at.from, progress).map(upsertOf) });
    if (isDone && at.rows.length >= MANY_ROWS) await refreshStatistics(tx);
    if (isDone) await settleTask(tx, projectId, { id, token, state: 2, error: null, nowMs });
    return true;
  });
  return isDone || !isHeld ? null : progress;
}
