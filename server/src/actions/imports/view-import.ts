/** An uploaded file as it was taken in, for who comes back to it: its columns to map, or the task that it became. */

import type { AttributeType } from "../../domain/attribute-value.ts";
import { inProject } from "../../store/db.ts";
import { findImport } from "../../store/imports.ts";
import { listAttributes } from "../../store/profiles.ts";
import type { Context } from "../context.ts";
import { factsOf } from "./plan-import.ts";
import { type UploadView, viewColumns } from "./upload-import.ts";

export interface ImportView extends UploadView {
  /** null until it is run. */
  readonly task_id: number | null;
}

/** @throws AppError not_found */
export async function viewImport(context: Context, projectId: number, id: number): Promise<ImportView> {
  return await inProject(context.app, projectId, async (tx) => {
    const record = await findImport(tx, projectId, id);
    const { columns, rows, delimiter } = factsOf(record);
    const known = (await listAttributes(tx, projectId)) as Map<string, AttributeType>;
    const shown = viewColumns(columns, known);
    return {
      id,
      columns: shown,
      rows,
      encoding: record?.encoding ?? "",
      delimiter,
      task_id: record?.taskId ?? null,
    };
  });
}
