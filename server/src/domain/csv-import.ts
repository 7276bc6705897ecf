/**
 * A CSV file's columns and rows as an import of profiles. The rules of a cell are those of import/profile; what is
 * here comes of files: headers that people wrote, cells that are all text, and what spreadsheets do to numbers.
 */
import { type FieldErrors, fail, ok, type Result } from "../base/result.ts";
import { parseEmail, parsePhone } from "./address.ts";
import { type AttributeType, attributeNameFault, inferType } from "./attribute-value.ts";
import { isRecord, keyPath, sentence } from "./field-label.ts";
import { type Column, planColumns } from "./import-column.ts";
import { SYSTEM_COLUMNS } from "./profile.ts";
import { type ImportRow, readRow } from "./profile-import.ts";
import { findFault } from "./storable-value.ts";

const MAX_HEADERS = 500;

/** Why a first line cannot be the header; null when it can. A predicate for the file. */
export function headerFault(headers: readonly string[]): string | null {
  if (headers.length > MAX_HEADERS) return `has more than ${MAX_HEADERS} columns`;
  const seen = new Set<string>();
  for (const [at, header] of headers.entries()) {
    if (header.trim() === "") return `has no name for column ${at + 1}`;
    if (header === "__proto__") return "has a column named __proto__";
    if (seen.has(header)) return `names the column ${header.slice(0, 64)} twice`;
    if (parseEmail(header).ok || parsePhone(header).ok) return "must name its columns in the first line";
    seen.add(header);
  }
  return null;
}

/** What people call the columns, in lower case with `_` between words. */
const SYNONYMS: Readonly<Record<string, string>> = {
  id: "user_id",
  userid: "user_id",
  customer_id: "user_id",
  external_id: "user_id",
  e_mail: "email",
  mail: "email",
  email_address: "email",
  email_opt_in: "email_subscription",
  email_consent: "email_subscription",
  mobile: "mobile_number",
  mobile_phone: "mobile_number",
  phone: "mobile_number",
  phone_number: "mobile_number",
  msisdn: "mobile_number",
  sms_opt_in: "sms_subscription",
  sms_consent: "sms_subscription",
  mobile_subscription: "sms_subscription",
  whatsapp: "whatsapp_number",
  firstname: "first_name",
  given_name: "first_name",
  lastname: "last_name",
  surname: "last_name",
  family_name: "last_name",
  lang: "language",
  locale: "language",
  time_zone: "timezone",
};

/** The attribute that a header seems to mean; null where no attribute can have its name. */
export function suggestAttribute(header: string, known: ReadonlyMap<string, AttributeType>): string | null {
  if (known.has(header)) return header;
  const name = header
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  const meant = Object.hasOwn(SYNONYMS, name) ? (SYNONYMS[name] ?? name) : name;
  if (meant === "user_id" || SYSTEM_COLUMNS.some((column) => column === meant)) return meant;
  return attributeNameFault(meant) === null ? meant : null;
}

/** A whole or decimal number as a program writes it: no leading zeros, which belong to codes, nor separators. */
const PLAIN_NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?$/;

/**
 * The type of a new attribute with this cell. Cells are text, so numbers and truths are recognised by their form.
 * @returns null for a cell that is refused anyway: one that a spreadsheet changed must not make numbers texts.
 */
export function inferCellType(cell: string): AttributeType | null {
  if (EXPONENT.test(cell) || SEPARATED.test(cell) || TWO_WAY_DATE.test(cell)) return null;
  if (PLAIN_NUMBER.test(cell)) return "number";
  if (/^(?:true|false)$/i.test(cell)) return "boolean";
  return inferType(cell);
}

export interface CsvPlan {
  readonly headers: readonly string[];
  readonly columns: readonly Column[];
  /** For each of `columns` its place in a record; for a constant its value. */
  readonly sources: readonly (number | string)[];
  readonly types: ReadonlyMap<string, AttributeType>;
  /** Custom attributes that the project does not have yet. */
  readonly isNew: ReadonlySet<string>;
}

export interface PlanQuestion {
  readonly headers: readonly string[];
  /** Of each header, should it become a new attribute. */
  readonly inferred: ReadonlyMap<string, AttributeType | null>;
  readonly known: ReadonlyMap<string, AttributeType>;
  /** Header -> attribute or null. */
  readonly mapping: unknown;
  /** Attribute -> text that every row gets. */
  readonly constants: unknown;
}

/** Checks a mapping. The errors name its entries. */
export function planCsv(asked: PlanQuestion): Result<CsvPlan, FieldErrors> {
  const { headers, inferred, known } = asked;
  const mapping = readPairs("mapping", asked.mapping ?? {});
  const constants = readPairs("constants", asked.constants ?? {});
  if (!mapping.ok) return mapping;
  if (!constants.ok) return constants;
  const stranger = [...mapping.value.keys()].find((header) => !headers.includes(header));
  if (stranger !== undefined)
    return fail({ mapping: [sentence(keyPath("mapping", stranger), "is not a column of the file")] });
  const used = headers.filter((header) => mapping.value.has(header));
  const names = [...used.map((header) => mapping.value.get(header) ?? ""), ...constants.value.keys()];
  const planned = planColumns(names);
  if (!planned.ok) return fail({ mapping: [sentence("mapping", planned.error)] });
  const columns = planned.value;
  const missing = missingConsent(columns);
  if (missing !== null) return fail({ mapping: [sentence("mapping", missing)] });
  const types = new Map(known);
  const isNew = new Set<string>();
  columns.forEach(({ name, kind }, i) => {
    if (kind !== "attribute" || known.has(name)) return;
    const type =
      i < used.length ? inferred.get(used[i] ?? "") : inferCellType(constants.value.get(name) ?? "");
    isNew.add(name);
    types.set(name, type ?? "text");
  });
  const sources = [...used.map((header) => headers.indexOf(header)), ...constants.value.values()];
  return ok({ headers, columns, sources, types, isNew });
}

/** An object of texts; null and "" mean that there is none. */
function readPairs(field: string, value: unknown): Result<Map<string, string>, FieldErrors> {
  if (!isRecord(value)) return fail({ [field]: [sentence(field, "must be an object")] });
  const pairs = new Map<string, string>();
  for (const [name, given] of Object.entries(value)) {
    const text = typeof given === "number" || typeof given === "boolean" ? String(given) : given;
    if (text === null || text === "") continue;
    const path = keyPath(field, name);
    const fault = findFault(text, path);
    if (typeof text !== "string") return fail({ [field]: [sentence(path, "must be a name or null")] });
    if (fault !== null) return fail({ [field]: [sentence(path, fault.predicate)] });
    pairs.set(name, text);
  }
  return ok(pairs);
}

const CONSENTS = [
  ["email", "email_subscription"],
  ["mobile_number", "sms_subscription"],
] as const;

function missingConsent(columns: readonly Column[]): string | null {
  const has = (wanted: string): boolean => columns.some(({ name }) => name === wanted);
  for (const [address, consent] of CONSENTS) {
    if (has(address) && !has(consent))
      return `must name ${consent} beside ${address}; constants can say it for all rows`;
  }
  return null;
}

export interface CellError {
  /** The header; "" for the row itself. */
  readonly column: string;
  readonly message: string;
  /** The cell, cut to what can be shown. */
  readonly value?: string;
}

/** A record under the plan. An empty cell leaves a value as it is: spreadsheets are full of them. */
export function readCsvRow(
  plan: CsvPlan,
  cells: readonly string[],
): Result<Omit<ImportRow, "no">, CellError[]> {
  const width = plan.headers.length;
  // A comma at the end of every line makes one more empty cell.
  const isRagged = cells.length !== width && !(cells.length === width + 1 && cells[width] === "");
  if (isRagged) {
    const message = `The row has ${cells.length} cells, the header has ${width}.`;
    return fail([{ column: "", message }]);
  }
  const row = plan.sources.map((source) => (typeof source === "number" ? (cells[source] ?? "") : source));
  const faults = plan.columns.flatMap((column, i) => cellFault(plan, column, row[i] ?? "") ?? []);
  if (faults.length > 0) return fail(faults);
  const values = plan.columns.map((column, i) => cellOf(column, row[i] ?? ""));
  const read = readRow(plan.columns, values, plan.types);
  if (read.ok) return read;
  return fail(
    read.error.map(({ name, predicate }) => {
      const i = plan.columns.findIndex((column) => `.${column.name}` === name);
      return i === -1
        ? { column: "", message: sentence("row", predicate) }
        : errorAt(plan, i, { predicate, cell: row[i] ?? "" });
    }),
  );
}

/** Flags as spreadsheets write them, in capitals. */
function cellOf({ name }: Column, cell: string): string | null {
  if (cell === "") return null;
  return name.endsWith("_subscription") ? cell.trim().toLowerCase() : cell;
}

const MAX_SHOWN = 200;

function errorAt(plan: CsvPlan, i: number, at: { predicate: string; cell: string }): CellError {
  const source = plan.sources[i];
  const header = typeof source === "number" ? (plan.headers[source] ?? "") : (plan.columns[i]?.name ?? "");
  const hint = hintOf(at.cell);
  const shown = header.length > 64 ? `${header.slice(0, 64)}…` : header;
  const message = `${shown} ${at.predicate}${hint === null ? "" : ` (${hint})`}.`;
  return { column: header, message, value: at.cell.slice(0, MAX_SHOWN) };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
/** They make a name read as something else. */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/;
const EXPONENT = /^-?\d(?:[.,]\d+)?e\+?\d+$/i;
const SEPARATED = /^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const TWO_WAY_DATE = /^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}$/;

/** What is wrong with a cell whatever its column's rules say. */
function cellFault(plan: CsvPlan, column: Column, cell: string): CellError | null {
  if (cell === "" || column.kind === "ignored") return null;
  const predicate = textFault(cell) ?? changedFault(plan, column, cell);
  return predicate === null ? null : errorAt(plan, plan.columns.indexOf(column), { predicate, cell });
}

function textFault(cell: string): string | null {
  if (CONTROLS.test(cell)) return "contains control characters";
  if (BIDI.test(cell)) return "contains characters that turn the direction of text";
  return null;
}

/** Where a column's own rules would take the cell as it is. */
function changedFault(plan: CsvPlan, column: Column, cell: string): string | null {
  if (EXPONENT.test(cell))
    return "was changed by a spreadsheet: format the column as text and export it again";
  if (column.kind !== "attribute" || !plan.isNew.has(column.name)) return null;
  if (SEPARATED.test(cell)) return "is a number with separators";
  return TWO_WAY_DATE.test(cell) ? "is a date that can be read in two ways" : null;
}

/** How a cell that was refused may have come about. */
function hintOf(cell: string): string | null {
  if (cell.startsWith("'")) return "the apostrophe in front comes from a spreadsheet";
  if (/^00[1-9]\d{6,}$/.test(cell)) return "write + and the country code instead of 00";
  if (/^0\d{6,}$/.test(cell)) return "the country code is missing";
  if (SEPARATED.test(cell)) return "a spreadsheet changed this number: 1,234.5 is written 1234.5";
  if (TWO_WAY_DATE.test(cell)) return "write dates as 2026-11-12";
  return null;
}

/** A comma at the end of the first line makes one more empty name. */
export const withoutTrailing = (headers: readonly string[]): readonly string[] =>
  headers.length > 1 && headers.at(-1) === "" ? headers.slice(0, -1) : headers;
