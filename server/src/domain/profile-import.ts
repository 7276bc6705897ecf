/**
 * import/profile: columns and rows in, one change per profile out (evidence: data API, 8.1; decisions, section 8).
 * null leaves a value as it is, "" clears it. All rows are checked first; one that is wrong refuses the whole call,
 * so that a caller never has to find out which half was written.
 */
import { type FieldErrors, fail, ok, Refusals, type Result } from "../base/result.ts";
import { parseFlag } from "./address.ts";
import { type AttributeType, commonType, inferType } from "./attribute-value.ts";
import { EntryRefusals, type TooLarge } from "./entry-refusals.ts";
import { sentence } from "./field-label.ts";
import { type Cell, type Column, planColumns } from "./import-column.ts";
import type { ProfileChange } from "./profile.ts";

export const MAX_ROWS = 50_000;

export interface ImportRow {
  /** Its place in the call; of twins the last one's. */
  readonly no: number;
  /** null: the row names its profile by email alone. */
  readonly userId: string | null;
  /** Absent leaves, null clears; as `applyChange` reads it. */
  readonly change: ProfileChange;
}

export interface ProfileImport {
  /** No two with the same user id, nor, among those without one, with the same email. */
  readonly rows: readonly ImportRow[];
  /** The types of custom attributes that `known` does not have and some row sets. */
  readonly newAttributes: ReadonlyMap<string, AttributeType>;
  /** What the caller asked for; null leaves it to the number of rows. */
  readonly async: boolean | null;
  /** Sentences for the answer about what was merged or passed over. */
  readonly notes: readonly string[];
}

type Body = Readonly<Record<string, unknown>>;

/**
 * Reads the body of import/profile.
 * @param known the types of the project's custom attributes; others are created with a type inferred from all of
 *   their column's values.
 */
export function parseProfileImport(
  body: Body,
  known: ReadonlyMap<string, AttributeType> = new Map(),
): Result<ProfileImport, FieldErrors | TooLarge> {
  const refusals = new Refusals();
  const { rows } = body;
  if (Array.isArray(rows) && rows.length > MAX_ROWS) {
    return fail({ tooLarge: { rows: [sentence("rows", `must have at most ${MAX_ROWS} entries per call`)] } });
  }
  if (!Array.isArray(rows) || rows.length === 0) refusals.add("rows", sentence("rows", rowsFault(rows)));
  const planned = planColumns(body.columns);
  if (!planned.ok) refusals.add("columns", sentence("columns", planned.error));
  const async = (body.async ?? null) === null ? null : parseFlag(body.async);
  if (async?.ok === false) refusals.add("async", sentence("async", async.error));
  if (!refusals.isEmpty || !planned.ok || !Array.isArray(rows)) return fail(refusals.fields);
  const checked = readRows(planned.value, rows, known);
  if (!checked.ok) return checked;
  return ok({ ...checked.value, async: async?.ok === true ? async.value === 1 : null });
}

const rowsFault = (rows: unknown): string =>
  rows === undefined || rows === null || Array.isArray(rows) ? "cannot be blank" : "must be a list of lists";

function readRows(
  columns: readonly Column[],
  rows: readonly unknown[],
  known: ReadonlyMap<string, AttributeType>,
): Result<Omit<ProfileImport, "async">, FieldErrors> {
  const refused = new EntryRefusals();
  rows.forEach((row, no) => {
    if (!Array.isArray(row)) refused.add(`rows[${no}]`, "must be a list");
    else if (row.length !== columns.length) {
      refused.add(`rows[${no}]`, `must have ${columns.length} cells, as columns has, but has ${row.length}`);
    }
  });
  if (!refused.isEmpty) return fail(refused.fields);
  const cells = rows as readonly (readonly unknown[])[];
  const missing = missingSubscription(columns, cells);
  if (missing !== null) return fail({ columns: [sentence("columns", missing)] });
  const newAttributes = inferTypes(columns, cells, known);
  const types = new Map([...newAttributes, ...known]);
  const merged = new MergedRows();
  cells.forEach((row, no) => {
    const read = readRow(columns, row, types);
    if (read.ok) merged.add({ no, ...read.value });
    else for (const { name, predicate } of read.error) refused.add(`rows[${no}]${name}`, predicate);
  });
  if (!refused.isEmpty) return fail(refused.fields);
  const ignored = columns.filter(({ kind }) => kind === "ignored").map(({ name }) => `${name} was ignored.`);
  return ok({ rows: merged.rows, newAttributes, notes: [...merged.notes, ...ignored] });
}

/** The vendor's rule: who gives an address also says whether it may be used (evidence: data API, 8.1). */
const CONSENTS = [
  ["email", "email_subscription"],
  ["mobile_number", "sms_subscription"],
] as const;

function missingSubscription(
  columns: readonly Column[],
  rows: readonly (readonly unknown[])[],
): string | null {
  for (const [address, consent] of CONSENTS) {
    const at = columns.findIndex(({ name }) => name === address);
    if (at === -1 || columns.some(({ name }) => name === consent)) continue;
    const hasValue = rows.some((row) => row[at] !== null && row[at] !== "");
    if (hasValue) return `must contain ${consent}, because ${address} has values`;
  }
  return null;
}

const isSet = (value: unknown): boolean => value !== null && value !== undefined && value !== "";

/** New attributes with the type that holds all values of their column; `json` where none does, to name the rows. */
function inferTypes(
  columns: readonly Column[],
  rows: readonly (readonly unknown[])[],
  known: ReadonlyMap<string, AttributeType>,
): Map<string, AttributeType> {
  const types = new Map<string, AttributeType>();
  columns.forEach(({ name, kind }, at) => {
    if (kind !== "attribute" || known.has(name)) return;
    let type: AttributeType | null = null;
    for (const row of rows) {
      if (!isSet(row[at])) continue;
      const own = inferType(row[at]);
      type = type === null ? own : (commonType(type, own) ?? "json");
    }
    if (type !== null) types.set(name, type);
  });
  return types;
}

export interface CellFault {
  /** `.email`, or "" for the row itself. */
  readonly name: string;
  readonly predicate: string;
}

/** One row under its columns; the cells are as many as the columns. */
export function readRow(
  columns: readonly Column[],
  row: readonly unknown[],
  types: ReadonlyMap<string, AttributeType>,
): Result<Omit<ImportRow, "no">, CellFault[]> {
  const faults: CellFault[] = [];
  const system: Record<string, string | number | null> = {};
  const attributes: Record<string, unknown> = {};
  let userId: string | null = null;
  columns.forEach(({ name, kind, parse }, at) => {
    const value = row[at];
    if (value === null || value === undefined || kind === "ignored") return;
    const cell: Cell = parse(value, types.get(name) ?? "text");
    if (!cell.ok) faults.push({ name: `.${name}`, predicate: cell.error });
    else if (kind === "user_id") userId = cell.value as string;
    else if (kind === "attribute") attributes[name] = cell.value;
    else system[name] = cell.value as string | number | null;
  });
  if (faults.length === 0 && userId === null && typeof system.email !== "string") {
    faults.push({ name: "", predicate: "must have a user_id or an email" });
  }
  return faults.length > 0 ? fail(faults) : ok({ userId, change: { system, attributes } });
}

/** One entry per profile: of twins the later cells win, as if the rows were written one after the other. */
class MergedRows {
  readonly #byKey = new Map<string, ImportRow>();
  #twins = 0;

  add(row: ImportRow): void {
    // The prefix keeps a user id that looks like an email apart from an email.
    const key =
      row.userId === null ? `e:${String(row.change.system.email).toLowerCase()}` : `u:${row.userId}`;
    const earlier = this.#byKey.get(key);
    if (earlier !== undefined) this.#twins += 1;
    this.#byKey.set(
      key,
      earlier === undefined ? row : { ...row, change: together(earlier.change, row.change) },
    );
  }

  get rows(): ImportRow[] {
    return [...this.#byKey.values()];
  }

  get notes(): string[] {
    return this.#twins === 0
      ? []
      : [`${this.#twins} duplicate rows were merged; the last value of each cell won.`];
  }
}

const together = (first: ProfileChange, second: ProfileChange): ProfileChange => ({
  system: { ...first.system, ...second.system },
  attributes: { ...first.attributes, ...second.attributes },
});
