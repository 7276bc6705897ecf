/**
 * Takes a CSV file in: into the database as it comes, then read once from end to end, so that what cannot be imported
 * is refused before anybody maps a column.
 */
import { CSV_DELIMITERS, type CsvDelimiter, CsvFault, guessDelimiter, readCsv } from "../../base/csv.ts";
import { AppError } from "../../base/errors.ts";
import { createTextIntake, EncodingFault } from "../../base/text-intake.ts";
import { type AttributeType, commonType } from "../../domain/attribute-value.ts";
import { headerFault, inferCellType, suggestAttribute, withoutTrailing } from "../../domain/csv-import.ts";
import { sentence } from "../../domain/field-label.ts";
import { inProject } from "../../store/db.ts";
import { completeImport, deleteImport, deleteOldImports, insertImport } from "../../store/imports.ts";
import { listAttributes } from "../../store/profiles.ts";
import type { Context } from "../context.ts";
import type { Actor } from "../tokens/audit-trail.ts";
import { createFileWriter, type FileColumn, readParts } from "./import-file.ts";

export interface UploadView {
  readonly id: number;
  readonly columns: readonly { header: string; sample: readonly string[]; suggestion: string | null }[];
  /** Records without the header. */
  readonly rows: number;
  readonly encoding: string;
  readonly delimiter: CsvDelimiter;
}

export interface Upload {
  readonly body: AsyncIterable<Buffer>;
  /** null: found out. */
  readonly delimiter: CsvDelimiter | null;
  readonly actor: Actor;
}

export const MAX_FILE_BYTES = 32 * 1_048_576;
/** What is too large is read on to its end where that is near: a browser hears the answer only after it has sent all. */
const DRAINED_BYTES = 4 * MAX_FILE_BYTES;
const HEAD_BYTES = 65_536;
const SAMPLES = 3;
const MAX_SAMPLE = 100;
/** A file that was uploaded and never run. */
const KEPT_MS = 7 * 86_400_000;

export const isDelimiter = (text: string): text is CsvDelimiter =>
  CSV_DELIMITERS.some((known) => known === text);

/** @throws AppError invalid or too_large; then nothing is kept of the file. */
export async function uploadImport(context: Context, projectId: number, upload: Upload): Promise<UploadView> {
  const nowMs = context.clock.now();
  const id = await inProject(context.app, projectId, async (tx) => {
    await deleteOldImports(tx, projectId, new Date(nowMs - KEPT_MS));
    return await insertImport(tx, projectId, { by: upload.actor.name, nowMs });
  });
  try {
    const encoding = await take(context, projectId, { id, upload });
    return await lookThrough(context, projectId, { id, encoding, delimiter: upload.delimiter });
  } catch (error) {
    await inProject(context.app, projectId, (tx) => deleteImport(tx, projectId, id));
    throw refusalOf(error);
  }
}

const refused = (predicate: string): AppError =>
  new AppError("invalid", {
    message: "The file is not taken",
    errors: { file: [sentence("file", predicate)] },
  });

const refusalOf = (error: unknown): unknown =>
  error instanceof CsvFault || error instanceof EncodingFault ? refused(error.predicate) : error;

/** @returns the encoding that it came in; it is kept in UTF-8. */
async function take(
  context: Context,
  projectId: number,
  { id, upload }: { id: number; upload: Upload },
): Promise<string> {
  const intake = createTextIntake();
  const writer = createFileWriter(context, projectId, id);
  let size = 0;
  for await (const bytes of whole(upload.body)) {
    size += bytes.length;
    if (size <= MAX_FILE_BYTES) await writer.write(intake.take(bytes));
    if (size > DRAINED_BYTES) break;
  }
  if (size > MAX_FILE_BYTES)
    throw new AppError("too_large", { message: "A file may have 32 MB: split it, or use import/profile." });
  await writer.write(intake.end());
  await writer.end();
  return intake.encoding;
}

/** A client that went away in the middle has sent no file. */
async function* whole(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw new AppError("malformed_body", { message: "The upload was cut off.", cause: error });
  }
}

async function lookThrough(
  context: Context,
  projectId: number,
  file: { id: number; encoding: string; delimiter: CsvDelimiter | null },
): Promise<UploadView> {
  const { id, encoding } = file;
  const delimiter = file.delimiter ?? guessDelimiter(await headOf(context, projectId, id));
  const reading = new FirstReading();
  for await (const { cells } of readCsv(readParts(context, projectId, id), delimiter)) reading.add(cells);
  if (reading.columns === null) throw refused("is empty");
  const { columns, rows } = reading;
  const known = await inProject(context.app, projectId, async (tx) => {
    const found = { id, encoding, delimiter, columns: JSON.stringify(columns), rows };
    await completeImport(tx, projectId, found);
    return (await listAttributes(tx, projectId)) as Map<string, AttributeType>;
  });
  const shown = columns.map(({ header, sample }) => ({
    header,
    sample,
    suggestion: suggestAttribute(header, known),
  }));
  return { id, columns: withoutTwins(shown), rows, encoding, delimiter };
}

/** Of two headers that seem to mean the same the first is suggested. */
function withoutTwins(columns: UploadView["columns"]): UploadView["columns"] {
  const taken = new Set<string>();
  return columns.map((column) => {
    const { suggestion } = column;
    if (suggestion === null || !taken.has(suggestion)) {
      if (suggestion !== null) taken.add(suggestion);
      return column;
    }
    return { ...column, suggestion: null };
  });
}

async function headOf(context: Context, projectId: number, id: number): Promise<string> {
  for await (const part of readParts(context, projectId, id)) {
    return part.subarray(0, HEAD_BYTES).toString("utf8");
  }
  return "";
}

/** Collects what is to be known of the columns from all records. */
class FirstReading {
  #headers: readonly string[] | null = null;
  #samples: string[][] = [];
  #types: (AttributeType | null)[] = [];
  rows = 0;

  add(cells: readonly string[]): void {
    if (this.#headers === null) {
      const headers = withoutTrailing(cells);
      const fault = headerFault(headers);
      if (fault !== null) throw refused(fault);
      this.#headers = headers;
      this.#samples = headers.map(() => []);
      this.#types = headers.map(() => null);
      return;
    }
    this.rows += 1;
    for (let i = 0; i < this.#headers.length; i += 1) {
      const cell = cells[i] ?? "";
      if (cell !== "") this.#meet(i, cell);
    }
  }

  #meet(i: number, cell: string): void {
    const samples = this.#samples[i] ?? [];
    if (samples.length < SAMPLES) samples.push(cell.slice(0, MAX_SAMPLE));
    const met = this.#types[i] ?? null;
    // Text holds everything: what is text stays text.
    if (met === "text") return;
    const own = inferCellType(cell);
    if (own !== null) this.#types[i] = met === null ? own : (commonType(met, own) ?? "text");
  }

  get columns(): FileColumn[] | null {
    return (
      this.#headers?.map((header, i) => ({
        header,
        sample: this.#samples[i] ?? [],
        type: this.#types[i] ?? null,
      })) ?? null
    );
  }
}
