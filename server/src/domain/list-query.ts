/**
 * The query language of list/*: `condition`, `order`, `limit`, `offset`, `select`, `count` (evidence: campaign API,
 * section 7; decisions, section 1). What comes out names fields of a registry and carries typed values; it holds no
 * text of the caller's that a statement could mistake for SQL, and no field that the registry does not list.
 */
import { type FieldErrors, fail, ok, Refusals, type Result } from "../base/result.ts";
import { parseFlag } from "./address.ts";
import { sentence } from "./field-label.ts";
import { type Condition, parseCondition } from "./list-condition.ts";
import type { FieldRegistry, ListField } from "./list-field.ts";

export interface ListOrder {
  readonly field: string;
  readonly column: string;
  readonly isDescending: boolean;
}

export interface ListQuery {
  /** null: no filter. */
  readonly condition: Condition | null;
  /** Ends with the id where the registry has one, so that pages do not overlap. */
  readonly order: readonly ListOrder[];
  readonly limit: number;
  readonly offset: number;
  /** null: all fields, as for an empty list. Unknown names are dropped. */
  readonly select: readonly string[] | null;
  readonly isCounted: boolean;
  /** Sentences for the answer, such as that the limit was capped. */
  readonly notices: readonly string[];
}

type Body = Readonly<Record<string, unknown>>;

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 5_000;
const MAX_ORDERS = 5;

/**
 * Reads a list body.
 * @param nestedNames names that `select` may keep although no column has them: fields inside `messages`.
 */
export function parseListQuery(
  body: Body,
  fields: FieldRegistry,
  nestedNames: ReadonlySet<string> = new Set(),
): Result<ListQuery, FieldErrors> {
  const refusals = new Refusals();
  const take = <T>(field: string, result: Result<T, string>): T | null => {
    if (result.ok) return result.value;
    refusals.add(field, sentence(field, result.error));
    return null;
  };
  const condition = take("condition", parseCondition(body.condition, fields));
  const order = take("order", parseOrder(body.order, fields));
  const limit = take("limit", parseCount(body.limit, DEFAULT_LIMIT, 1));
  const offset = take("offset", parseCount(body.offset, 0, 0));
  const select = take(
    "select",
    parseSelect(body.select, (name) => fields.has(name) || nestedNames.has(name)),
  );
  const isCounted =
    take("count", (body.count ?? null) === null ? ok(0 as const) : parseFlag(body.count)) === 1;
  if (!refusals.isEmpty || order === null || limit === null || offset === null) return fail(refusals.fields);
  const notices = limit > MAX_LIMIT ? [`limit was capped to ${MAX_LIMIT}.`] : [];
  return ok({ condition, order, limit: Math.min(limit, MAX_LIMIT), offset, select, isCounted, notices });
}

function parseCount(value: unknown, fallback: number, min: number): Result<number, string> {
  if (value === undefined || value === null) return ok(fallback);
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number) || number < min) {
    return fail(`must be a whole number, ${min} or more`);
  }
  return ok(number);
}

/** `["id DESC"]`, `["create_time"]`, or one of them as plain text; `id ASC` when nothing is said. */
function parseOrder(value: unknown, fields: FieldRegistry): Result<readonly ListOrder[], string> {
  const wanted = value === undefined || value === null ? [] : typeof value === "string" ? [value] : value;
  if (!Array.isArray(wanted)) return fail('must be a list such as ["id DESC"]');
  if (wanted.length > MAX_ORDERS) return fail(`must have at most ${MAX_ORDERS} entries`);
  const orders: ListOrder[] = [];
  for (const [index, entry] of wanted.entries()) {
    const parts = typeof entry === "string" ? /^(\w{1,64})(?: (asc|desc))?$/i.exec(entry) : null;
    if (parts === null) return fail(`entry ${index} must be a field, alone or with ASC or DESC behind it`);
    const known = fields.get(parts[1]!);
    if (known?.sortable !== true)
      return fail(`entry ${index} names a field that cannot be sorted by: ${parts[1]}`);
    const isDescending = parts[2]?.toLowerCase() === "desc";
    if (!orders.some(({ field }) => field === parts[1]))
      orders.push(...ordersBy(parts[1]!, known, isDescending));
  }
  const id = fields.get("id");
  const isUnique = id === undefined || orders.some(({ field }) => field === "id");
  if (!isUnique) orders.push(...ordersBy("id", id, orders.at(-1)?.isDescending ?? false));
  return ok(orders);
}

const ordersBy = (field: string, known: ListField, isDescending: boolean): ListOrder[] =>
  (known.orderBy ?? [known.column]).map((column) => ({ field, column, isDescending }));

function parseSelect(
  value: unknown,
  isKnown: (name: string) => boolean,
): Result<readonly string[] | null, string> {
  if (value === undefined || value === null) return ok(null);
  if (!Array.isArray(value) || !value.every((name) => typeof name === "string")) {
    return fail("must be a list of names");
  }
  // Callers that write every parameter write this one empty; rows without a field would serve nobody.
  if (value.length === 0) return ok(null);
  return ok([...new Set(value.filter(isKnown))]);
}
