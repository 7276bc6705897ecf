/** What a mapping makes of an uploaded file: tried without writing anything, or queued as a task. */
import type { CsvDelimiter } from "../../base/csv.ts";
import { AppError } from "../../base/errors.ts";
import type { AttributeType } from "../../domain/attribute-value.ts";
import { type CellError, type CsvPlan, planCsv, readCsvRow } from "../../domain/csv-import.ts";
import { sentence } from "../../domain/field-label.ts";
import { bucketOf } from "../../domain/ids.ts";
import { emailKey, KEY_KINDS } from "../../domain/profile.ts";
import type { ImportRow } from "../../domain/profile-import.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { findImport, findImportForUpdate, type ImportRecord, linkImportTask } from "../../store/imports.ts";
import {
  listAttributes,
  listByLookupKey,
  listProfilesByUserId,
  registerAttributes,
} from "../../store/profiles.ts";
import { insertTask, notifyTask } from "../../store/tasks.ts";
import { refusalOfNewIn } from "../attributes/admit-attributes.ts";
import type { Context } from "../context.ts";
import { type Actor, recordAudit } from "../tokens/audit-trail.ts";
import { type FileColumn, readBatches } from "./import-file.ts";

export interface RowError extends CellError {
  readonly line: number;
}

export interface DryRun {
  readonly rows: number;
  readonly valid: number;
  readonly invalid: number;
  /** People that do not exist yet; `updated` are the other valid rows. */
  readonly created: number;
  readonly updated: number;
  /** The first hundred. */
  readonly errors: readonly RowError[];
}

/** What the caller says about the columns. */
export interface Mapping {
  readonly mapping: unknown;
  readonly constants: unknown;
}

/** The stored input of the task. */
export interface CsvTaskInput extends Mapping {
  readonly import_id: number;
  /** Custom attributes that came with this import: their cells are looked at more closely. */
  readonly new_names: readonly string[];
}

export const CSV_TASK = "csv_import";
const BATCH = 1000;
const MAX_SHOWN_ERRORS = 100;

/** @throws AppError not_found, conflict when it was run, invalid when the mapping is wrong. */
export async function dryRunImport(
  context: Context,
  projectId: number,
  { id, ...mapping }: Mapping & { id: number },
): Promise<DryRun> {
  const { file, plan } = await inProject(context.app, projectId, async (tx) => {
    const record = await findImport(tx, projectId, id);
    return await planIn(tx, projectId, { record, mapping });
  });
  const seen = new Set<string>();
  const counts = { rows: 0, valid: 0, invalid: 0, created: 0 };
  const errors: RowError[] = [];
  const asked = { importId: id, delimiter: file.delimiter, from: 0, size: BATCH };
  for await (const { records } of readBatches(context, projectId, asked)) {
    const read = readRecords(plan, records);
    counts.rows += records.length;
    counts.valid += read.rows.length;
    counts.invalid += records.length - read.rows.length;
    counts.created += await inProject(context.app, projectId, (tx) =>
      countNew(tx, projectId, { rows: read.rows, seen }),
    );
    errors.push(...read.errors.slice(0, MAX_SHOWN_ERRORS - errors.length));
  }
  return { ...counts, updated: counts.valid - counts.created, errors };
}

/** @throws AppError not_found, conflict when it was run already, invalid when the mapping is wrong. */
export async function runImport(
  context: Context,
  projectId: number,
  { id, actor, ...mapping }: Mapping & { id: number; actor: Actor },
): Promise<number> {
  const nowMs = context.clock.now();
  return await inProject(context.app, projectId, async (tx) => {
    const record = await findImportForUpdate(tx, projectId, id);
    const { file, plan } = await planIn(tx, projectId, { record, mapping });
    const names = [...plan.isNew].map((name) => ({ name, type: plan.types.get(name) ?? "text" }));
    if (names.length > 0) await registerAttributes(tx, projectId, names, nowMs);
    const input: CsvTaskInput = { import_id: id, new_names: [...plan.isNew], ...mapping };
    const task = { identifier: CSV_TASK, total: file.rows, input: JSON.stringify(input), nowMs };
    const taskId = await insertTask(tx, projectId, task);
    await linkImportTask(tx, projectId, { id, taskId });
    const change = {
      action: "import.run",
      object: `import:${id}`,
      after: { task_id: taskId, rows: file.rows },
    };
    await recordAudit(tx, projectId, { actor, nowMs, change });
    await notifyTask(tx);
    return taskId;
  });
}

export interface FileFacts {
  readonly delimiter: CsvDelimiter;
  readonly rows: number;
  readonly columns: readonly FileColumn[];
}

/** @throws AppError not_found for what is not (yet) a whole file. */
export function factsOf(record: ImportRecord | null): FileFacts {
  if (record === null || record.columns === null) throw new AppError("not_found");
  return {
    delimiter: record.delimiter as CsvDelimiter,
    rows: record.rows ?? 0,
    columns: JSON.parse(record.columns) as FileColumn[],
  };
}

async function planIn(
  tx: Tx,
  projectId: number,
  { record, mapping }: { record: ImportRecord | null; mapping: Mapping },
): Promise<{ file: FileFacts; plan: CsvPlan }> {
  const file = factsOf(record);
  if ((record?.taskId ?? null) !== null)
    throw new AppError("conflict", { message: `The import was run already, as task ${record?.taskId}.` });
  const known = (await listAttributes(tx, projectId)) as Map<string, AttributeType>;
  const plan = makePlan(file, known, mapping);
  const refusal = await refusalOfNewIn(tx, projectId, { known, wanted: plan.isNew });
  if (refusal !== null)
    throw new AppError("invalid", { errors: { mapping: [sentence("mapping", refusal)] } });
  return { file, plan };
}

/** @throws AppError invalid */
export function makePlan(
  file: FileFacts,
  known: ReadonlyMap<string, AttributeType>,
  { mapping, constants }: Mapping,
): CsvPlan {
  const headers = file.columns.map(({ header }) => header);
  const inferred = new Map(file.columns.map(({ header, type }) => [header, type]));
  const planned = planCsv({ headers, inferred, known, mapping, constants });
  if (!planned.ok) throw new AppError("invalid", { errors: planned.error });
  return planned.value;
}

/** The sound rows of a batch, and what is wrong with the others. */
export function readRecords(
  plan: CsvPlan,
  records: readonly { cells: readonly string[]; line: number }[],
): { rows: Omit<ImportRow, "no">[]; errors: RowError[] } {
  const rows: Omit<ImportRow, "no">[] = [];
  const errors: RowError[] = [];
  for (const { cells, line } of records) {
    const read = readCsvRow(plan, cells);
    if (read.ok) rows.push(read.value);
    else errors.push(...read.error.map((error) => ({ line, ...error })));
  }
  return { rows, errors };
}

/** How many people the rows would make. @param at.seen those of earlier rows; the new ones are added. */
async function countNew(
  tx: Tx,
  projectId: number,
  { rows, seen }: { rows: readonly Omit<ImportRow, "no">[]; seen: Set<string> },
): Promise<number> {
  const userIds = [...new Set(rows.flatMap((row) => row.userId ?? []))];
  const emails = rows.flatMap(({ userId, change }) =>
    userId === null ? [emailKey(String(change.system.email))] : [],
  );
  const people = userIds.map((userId) => ({ userId, bucket: bucketOf(userId) }));
  const keys = [...new Set(emails)].map((key) => ({ kind: KEY_KINDS.email, key, bucket: bucketOf(key) }));
  const [byUser, byEmail] = await Promise.all([
    listProfilesByUserId(tx, projectId, people, false),
    listByLookupKey(tx, projectId, keys),
  ]);
  const there = new Set([
    ...byUser.map((profile) => `u:${profile.userId}`),
    ...byEmail.map(({ key }) => `e:${key}`),
  ]);
  const before = seen.size;
  for (const key of [...userIds.map((id) => `u:${id}`), ...keys.map(({ key }) => `e:${key}`)]) {
    if (!there.has(key)) seen.add(key);
  }
  return seen.size - before;
}
