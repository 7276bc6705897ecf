/**
 * Works a CSV import off: batch by batch, each with its progress and its refused rows in one transaction, so that a
 * worker that takes it over goes on where the last batch ended and no row is applied twice.
 */
import type { CsvRecord } from "../../base/csv.ts";
import type { AttributeType } from "../../domain/attribute-value.ts";
import type { CsvPlan } from "../../domain/csv-import.ts";
import { inProject } from "../../store/db.ts";
import { deleteImportFile, findImport, insertImportErrors } from "../../store/imports.ts";
import { listAttributes, refreshStatistics } from "../../store/profiles.ts";
import { addTaskErrors, type ClaimedTask, settleTask, updateTaskProgress } from "../../store/tasks.ts";
import type { Context } from "../context.ts";
import { persistently } from "../profiles/persistently.ts";
import { MANY_ROWS, upsertIn } from "../profiles/upsert-profiles.ts";
import { readBatches } from "./import-file.ts";
import { type CsvTaskInput, type FileFacts, factsOf, makePlan, readRecords } from "./plan-import.ts";

const BATCH = 1000;
const COMPLETED = 2;
const FAILED = 3;

export interface CsvRun {
  readonly task: ClaimedTask;
  readonly input: CsvTaskInput;
  /** Rows that are done. */
  readonly from: number;
  readonly leaseSeconds: number;
  readonly signal: AbortSignal;
}

export async function runCsvImport(context: Context, run: CsvRun): Promise<void> {
  const { projectId } = run.task;
  const { file, plan } = await load(context, run);
  const importId = run.input.import_id;
  const asked = { importId, delimiter: file.delimiter, from: run.from, size: BATCH };
  for await (const { no, records } of readBatches(context, projectId, asked)) {
    if (run.signal.aborted || !(await applyBatch(context, run, { plan, no, records }))) return;
  }
  if (!run.signal.aborted) await finish(context, run, file);
}

async function load(context: Context, { task, input }: CsvRun): Promise<{ file: FileFacts; plan: CsvPlan }> {
  const { projectId } = task;
  return await inProject(context.app, projectId, async (tx) => {
    const file = factsOf(await findImport(tx, projectId, input.import_id));
    const known = (await listAttributes(tx, projectId)) as Map<string, AttributeType>;
    // By now its new attributes are registered; their cells are read as in the dry run.
    return { file, plan: { ...makePlan(file, known, input), isNew: new Set(input.new_names) } };
  });
}

/** @returns false when the task is no longer held. */
async function applyBatch(
  context: Context,
  { task, input, leaseSeconds }: CsvRun,
  batch: { plan: CsvPlan; no: number; records: readonly CsvRecord[] },
): Promise<boolean> {
  const { projectId, id, token } = task;
  const { rows, errors } = readRecords(batch.plan, batch.records);
  const progress = batch.no + batch.records.length;
  return await persistently(context, projectId, async (tx) => {
    const step = { id, token, progress, leaseSeconds, nowMs: context.clock.now() };
    if (!(await updateTaskProgress(tx, projectId, step))) return false;
    const upserts = rows.map(({ userId, change }) => {
      const email = typeof change.system.email === "string" ? change.system.email : null;
      return { userId, email, change };
    });
    if (upserts.length > 0) await upsertIn(context, tx, { projectId, rows: upserts });
    if (errors.length > 0) {
      const found = { importId: input.import_id, batch: batch.no, errors: JSON.stringify(errors) };
      await insertImportErrors(tx, projectId, found);
      await addTaskErrors(tx, projectId, { id, token, count: batch.records.length - rows.length });
    }
    return true;
  });
}

async function finish(context: Context, { task, input }: CsvRun, file: FileFacts): Promise<void> {
  const { projectId, id, token } = task;
  const isEmpty = file.rows === 0;
  const end = { state: isEmpty ? FAILED : COMPLETED, error: isEmpty ? "The file has no rows." : null };
  await persistently(context, projectId, async (tx) => {
    if (file.rows >= MANY_ROWS) await refreshStatistics(tx);
    await deleteImportFile(tx, projectId, input.import_id);
    await settleTask(tx, projectId, { id, token, ...end, nowMs: context.clock.now() });
  });
}
