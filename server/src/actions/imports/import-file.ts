/** The file of an import: written part by part as it comes in, read part by part by whoever works on it. */
import { type CsvDelimiter, type CsvRecord, readCsv } from "../../base/csv.ts";
import type { AttributeType } from "../../domain/attribute-value.ts";
import { inProject } from "../../store/db.ts";
import { findImportPart, insertImportPart } from "../../store/imports.ts";
import type { Context } from "../context.ts";

/** One column of a file, as its first reading found it. */
export interface FileColumn {
  readonly header: string;
  readonly sample: readonly string[];
  /** The type that holds all of its cells; null where all are empty. */
  readonly type: AttributeType | null;
}

/** Small enough to lie in memory several times, large enough that a file of 32 MB is a hundred statements. */
const PART_BYTES = 262_144;

export interface FileWriter {
  write(bytes: Buffer): Promise<void>;
  end(): Promise<void>;
}

/** Each part in a transaction of its own: none may stay open while a slow client sends. */
export function createFileWriter(context: Context, projectId: number, importId: number): FileWriter {
  let waiting: Buffer[] = [];
  let size = 0;
  let part = 0;
  async function flush(): Promise<void> {
    if (size === 0) return;
    const file = { importId, part, data: Buffer.concat(waiting) };
    await inProject(context.app, projectId, (tx) => insertImportPart(tx, projectId, file));
    part += 1;
    waiting = [];
    size = 0;
  }
  return {
    async write(bytes) {
      waiting.push(bytes);
      size += bytes.length;
      if (size >= PART_BYTES) await flush();
    },
    end: flush,
  };
}

export async function* readParts(
  context: Context,
  projectId: number,
  importId: number,
): AsyncGenerator<Buffer> {
  for (let part = 0; ; part += 1) {
    const at = { importId, part };
    const data = await inProject(context.app, projectId, (tx) => findImportPart(tx, projectId, at));
    if (data === null) return;
    yield data;
  }
}

/**
 * The records of a file without its header, in batches; `no` is how many rows are before the batch.
 * @param file.from rows that are passed over.
 */
export async function* readBatches(
  context: Context,
  projectId: number,
  file: { importId: number; delimiter: CsvDelimiter; from: number; size: number },
): AsyncGenerator<{ no: number; records: CsvRecord[] }> {
  const records = readCsv(readParts(context, projectId, file.importId), file.delimiter);
  let passed = 0;
  let batch: CsvRecord[] = [];
  let no = file.from;
  for await (const record of records) {
    passed += 1;
    // The first record is the header.
    if (passed <= file.from + 1) continue;
    batch.push(record);
    if (batch.length < file.size) continue;
    yield { no, records: batch };
    no += batch.length;
    batch = [];
  }
  if (batch.length > 0) yield { no, records: batch };
}
