/**
 * Reads and writes CSV (RFC 4180). The only importer of the parser. A file is read as a stream: a record may have a
 * mebibyte, so that an open quote at the start of a large file ends in a refusal and not in memory.
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parse } from "csv-parse";

export const CSV_DELIMITERS = [",", ";", "\t", "|"] as const;
export type CsvDelimiter = (typeof CSV_DELIMITERS)[number];

const MAX_RECORD_CHARS = 1_048_576;

export interface CsvRecord {
  readonly cells: readonly string[];
  /** Where it begins, from 1. */
  readonly line: number;
}

/** The file breaks the format; `predicate` as in "File ...". */
export class CsvFault extends Error {
  readonly predicate: string;

  constructor(predicate: string) {
    super(predicate);
    this.predicate = predicate;
  }
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Records one by one; blank lines are passed over. @throws CsvFault */
export async function* readCsv(
  parts: AsyncIterable<Uint8Array>,
  delimiter: CsvDelimiter,
): AsyncGenerator<CsvRecord> {
  const parser = parse({
    delimiter,
    encoding: "utf8",
    info: true,
    max_record_size: MAX_RECORD_CHARS,
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    skip_empty_lines: true,
  });
  // Its failure comes out of the loop below, which reads the same stream.
  pipeline(Readable.from(parts), parser).catch(() => {});
  let nextLine = 1;
  // The parser takes a CRLF inside quotes for two lines.
  let tooMany = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      tooMany += countIn(record, "\r\n");
      const lastLine = info.lines - tooMany;
      const breaks = countIn(record, "\r") + countIn(record, "\n") - countIn(record, "\r\n");
      yield { cells: record, line: lastLine - breaks };
      nextLine = lastLine + 1;
    }
  } catch (error) {
    throw faultOf(error, nextLine) ?? error;
  }
}

function countIn(cells: readonly string[], text: string): number {
  let count = 0;
  for (const cell of cells) if (cell.includes(text)) count += cell.split(text).length - 1;
  return count;
}

const FAULTS: Readonly<Record<string, string>> = {
  CSV_MAX_RECORD_SIZE: "has a record of more than 1 MB: a quote may be open",
  CSV_QUOTE_NOT_CLOSED: "ends inside quotes: a quote is open",
  INVALID_OPENING_QUOTE: "has a quote inside a cell that does not begin with one",
  CSV_INVALID_CLOSING_QUOTE: "has text after a closing quote",
};

function faultOf(error: unknown, line: number): CsvFault | null {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const predicate = FAULTS[code];
  return predicate === undefined
    ? null
    : new CsvFault(`${predicate} (in the record that begins at line ${line})`);
}

/** The delimiter that the first lines of a file agree on; the comma where none does. */
export function guessDelimiter(head: string): CsvDelimiter {
  const lines = head
    .replace(/"(?:[^"]|"")*"/g, "")
    .split(/\r\n|\n|\r/)
    .filter((line) => line !== "")
    .slice(0, 10);
  let best: { delimiter: CsvDelimiter; score: number } = { delimiter: ",", score: 0 };
  for (const delimiter of CSV_DELIMITERS) {
    const counts = lines.map((line) => line.split(delimiter).length - 1);
    const inHeader = counts[0] ?? 0;
    const agreeing = counts.filter((count) => count === inHeader).length / Math.max(1, counts.length);
    // What stands in every line equally often beats what stands often in one.
    const score = inHeader === 0 ? 0 : agreeing * 1_000 + inHeader;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

const NUMBER = /^-?\d+(?:[.,]\d+)?$/;

/**
 * One line of a CSV that a spreadsheet may open. A cell that it would take for a formula gets an apostrophe in front;
 * negative numbers stay numbers (OWASP ASVS 1.2.10).
 */
export function csvLine(cells: readonly (string | number)[]): string {
  const written = cells.map((cell) => {
    const text = String(cell);
    const safe = /^[=+\-@\t\r]/.test(text) && !NUMBER.test(text) ? `'${text}` : text;
    return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  });
  return `${written.join(",")}\r\n`;
}
