/** The rows that an import had to pass over, as a CSV that a spreadsheet can open without running anything in it. */
import { csvLine } from "../../base/csv.ts";
import { AppError } from "../../base/errors.ts";
import { inProject } from "../../store/db.ts";
import { findImport, findImportErrors } from "../../store/imports.ts";
import type { Context } from "../context.ts";
import type { RowError } from "./plan-import.ts";

/** @throws AppError not_found; conflict before it was run. */
export async function checkWasRun(context: Context, projectId: number, id: number): Promise<void> {
  const found = await inProject(context.app, projectId, (tx) => findImport(tx, projectId, id));
  if (found === null) throw new AppError("not_found");
  if (found.taskId === null) throw new AppError("conflict", { message: "The import has not been run." });
}

/** Part by part, in the order of the file. */
export async function* importErrorLines(
  context: Context,
  projectId: number,
  importId: number,
): AsyncGenerator<string> {
  yield csvLine(["line", "column", "message", "value"]);
  for (let batch = -1; ; ) {
    const after = { importId, batch };
    const found = await inProject(context.app, projectId, (tx) => findImportErrors(tx, projectId, after));
    if (found === null) return;
    batch = found.batch;
    const errors = JSON.parse(found.errors) as RowError[];
    yield errors
      .map(({ line, column, message, value }) => csvLine([line, column, message, value ?? ""]))
      .join("");
  }
}
