/** CSV imports: the file in parts, what is known of it, and the rows that were refused. */
import { type Db, numbers, type Tx } from "./db.ts";

export interface ImportRecord {
  readonly id: number;
  readonly encoding: string | null;
  readonly delimiter: string | null;
  /** JSON, or null until the file is all here. */
  readonly columns: string | null;
  readonly rows: number | null;
  readonly taskId: number | null;
}

export async function insertImport(
  tx: Tx,
  projectId: number,
  created: { by: string; nowMs: number },
): Promise<number> {
  const [row] = await tx<{ id: number }[]>`
    insert into imports (project_id, created_by, create_time)
    values (${projectId}, ${created.by}, ${new Date(created.nowMs)}) returning id`;
  return row?.id ?? 0;
}

export async function insertImportPart(
  tx: Tx,
  projectId: number,
  file: { importId: number; part: number; data: Buffer },
): Promise<void> {
  await tx`
    insert into import_files (project_id, import_id, part, data)
    values (${projectId}, ${file.importId}, ${file.part}, ${file.data})`;
}

export async function findImportPart(
  db: Db,
  projectId: number,
  at: { importId: number; part: number },
): Promise<Buffer | null> {
  const [row] = await db<{ data: Buffer }[]>`
    select data from import_files
    where project_id = ${projectId} and import_id = ${at.importId} and part = ${at.part}`;
  return row?.data ?? null;
}

/** The file is here and was looked through. */
export async function completeImport(
  tx: Tx,
  projectId: number,
  found: { id: number; encoding: string; delimiter: string; columns: string; rows: number },
): Promise<void> {
  await tx`
    update imports set encoding = ${found.encoding}, delimiter = ${found.delimiter}, columns = ${found.columns},
      rows = ${found.rows}
    where project_id = ${projectId} and id = ${found.id}`;
}

export async function findImport(db: Db, projectId: number, id: number): Promise<ImportRecord | null> {
  const [row] = await db<ImportRecord[]>`
    select id, encoding, delimiter, columns, rows, task_id as "taskId" from imports
    where project_id = ${projectId} and id = ${id}`;
  return row ?? null;
}

/** Locks an import that is to be run, so that of two runs one sees the other. */
export async function findImportForUpdate(
  tx: Tx,
  projectId: number,
  id: number,
): Promise<ImportRecord | null> {
  const [row] = await tx<ImportRecord[]>`
    select id, encoding, delimiter, columns, rows, task_id as "taskId" from imports
    where project_id = ${projectId} and id = ${id} for update`;
  return row ?? null;
}

/** Which imports the tasks run. */
export async function listImportsOfTasks(
  db: Db,
  projectId: number,
  taskIds: readonly number[],
): Promise<{ id: number; taskId: number }[]> {
  return await db<{ id: number; taskId: number }[]>`
    select id, task_id as "taskId" from imports
    where project_id = ${projectId} and task_id = any(${numbers(taskIds)}::bigint[])`;
}

export async function linkImportTask(
  tx: Tx,
  projectId: number,
  link: { id: number; taskId: number },
): Promise<void> {
  await tx`update imports set task_id = ${link.taskId} where project_id = ${projectId} and id = ${link.id}`;
}

/** The file goes: it holds people's data and is of no further use. */
export async function deleteImportFile(tx: Tx, projectId: number, importId: number): Promise<void> {
  await tx`delete from import_files where project_id = ${projectId} and import_id = ${importId}`;
}

/** An upload that came to nothing. */
export async function deleteImport(tx: Tx, projectId: number, id: number): Promise<void> {
  await deleteImportFile(tx, projectId, id);
  await tx`delete from imports where project_id = ${projectId} and id = ${id}`;
}

/** Files that nobody ran, or whose upload a crash cut off. */
export async function deleteOldImports(tx: Tx, projectId: number, before: Date): Promise<void> {
  await tx`
    delete from import_files f using imports i
    where f.project_id = ${projectId} and i.project_id = ${projectId} and i.id = f.import_id and i.task_id is null
      and i.create_time < ${before}`;
  await tx`
    delete from imports where project_id = ${projectId} and task_id is null and create_time < ${before}`;
}

export async function insertImportErrors(
  tx: Tx,
  projectId: number,
  found: { importId: number; batch: number; errors: string },
): Promise<void> {
  await tx`
    insert into import_errors (project_id, import_id, batch, errors)
    values (${projectId}, ${found.importId}, ${found.batch}, ${found.errors})`;
}

/** The errors of the next batch that has some, as JSON. */
export async function findImportErrors(
  db: Db,
  projectId: number,
  after: { importId: number; batch: number },
): Promise<{ batch: number; errors: string } | null> {
  const [row] = await db<{ batch: number; errors: string }[]>`
    select batch, errors from import_errors
    where project_id = ${projectId} and import_id = ${after.importId} and batch > ${after.batch}
    order by batch limit 1`;
  return row ?? null;
}
