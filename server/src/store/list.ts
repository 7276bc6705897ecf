/**
 * Turns the typed query of list operations into SQL. Field names come from a registry in this folder, values travel
 * as parameters: no text of the caller becomes part of a statement.
 *
 * Pages are found by the index of their order: a condition on a derived value brings the stored columns along
 * (narrowings), times are compared as ranges of the column, and a page far down passes over keys, not over rows.
 */
import type { Condition } from "../domain/list-condition.ts";
import type { ListQuery } from "../domain/list-query.ts";
import { type Db, texts } from "./db.ts";

type Value = string | number;

/** Adds a parameter. @returns its place, `$3`. */
export type AddParameter = (value: Value) => string;

/** Rows that can have one of `values` in a field, in terms of indexed columns. `$1` is the project. */
export type Narrowing = (values: readonly Value[], add: AddParameter) => string;

/** What is listed: the rows' expressions by wire name, and where they come from. */
export interface ListSource {
  /** FROM; the alias of the main table is `t`. */
  readonly from: string;
  /** What each row has exactly one of, in other tables: joined only where something names its alias. */
  readonly joins?: readonly { readonly alias: string; readonly text: string }[];
  /** Wire name -> SQL expression of the answer's value. */
  readonly fields: Readonly<Record<string, string>>;
  /** Limits the rows beyond the project, for example to one kind. */
  readonly where?: string;
  /** By wire name: for `=` and IN, where the field's own expression has no index. */
  readonly narrowings?: Readonly<Record<string, Narrowing>>;
  /** Wire names of texts that are compared in any case: addresses are matched so everywhere else. */
  readonly caseless?: readonly string[];
  /** Where several rows come of one row of the main table: what tells them apart. Then its id is no place in the list. */
  readonly part?: string;
}

export interface Statement {
  readonly text: string;
  readonly values: readonly Value[];
}

export interface PageRequest {
  readonly source: ListSource;
  readonly query: ListQuery;
  /** Wire names to read; all are in `source.fields`. */
  readonly names: readonly string[];
  /** The id of the row before the page, where it is known: then `query.offset` is not counted out. */
  readonly after?: number;
}

export interface Page {
  readonly rows: Record<string, unknown>[];
  /** Of the last row; null where the list's order is not that of the main table's id. */
  readonly lastId: number | null;
}

/** Further down than this a page is found by its keys first. */
const DEEP_OFFSET = 1_000;

/** Casts by kind; times come as unix seconds. */
const CASTS = { int: "bigint", number: "numeric", text: "text", flag: "integer", time: "bigint" } as const;

/** PostgreSQL's own years, with room: a second beyond them would be an error and not an empty list. */
const FIRST_SECOND = -200_000_000_000;
const LAST_SECOND = 9_000_000_000_000;

/** A column of times as it is shown: in whole seconds. */
export const unixSeconds = (column: string): string => `floor(extract(epoch from ${column}))::bigint`;

class Builder {
  readonly values: Value[] = [];
  readonly #source: ListSource;

  constructor(source: ListSource, projectId: number) {
    this.#source = source;
    this.values.push(projectId);
  }

  readonly add: AddParameter = (value) => {
    this.values.push(value);
    return `$${this.values.length}`;
  };

  where(query: ListQuery): string {
    const { where } = this.#source;
    const parts = ["t.project_id = $1::integer"];
    if (where !== undefined) parts.push(where);
    if (query.condition !== null) parts.push(this.#condition(query.condition));
    return parts.join(" and ");
  }

  #condition(condition: Condition): string {
    switch (condition.test) {
      case "and":
      case "or":
        return `(${condition.parts.map((part) => this.#condition(part)).join(` ${condition.test} `)})`;
      case "compare":
        return condition.kind === "time" ? this.#compareTime(condition) : this.#compare(condition);
      case "in":
      case "not in":
        return this.#in(condition);
      default: {
        const blank = condition.kind === "text" ? ` or ${condition.column} = ''` : "";
        const isEmpty = `(${condition.column} is null${blank})`;
        return condition.test === "empty" ? isEmpty : `not ${isEmpty}`;
      }
    }
  }

  /** The column and the values as they are told apart: what is matched in any case is compared in lower case. */
  #matched(
    field: string,
    column: string,
    values: readonly Value[],
  ): [column: string, values: readonly Value[]] {
    if (this.#source.caseless?.includes(field) !== true) return [column, values];
    return [`lower(${column})`, values.map((value) => String(value).toLowerCase())];
  }

  #compare(condition: Extract<Condition, { test: "compare" }>): string {
    const { field, kind, comparator } = condition;
    const [column, [value = ""]] = this.#matched(field, condition.column, [condition.value]);
    const compared = `${this.add(value)}::${CASTS[kind]}`;
    if (comparator === "!=") return `${column} is distinct from ${compared}`;
    const test = `${column} ${comparator} ${compared}`;
    return comparator === "=" ? this.#narrowed(field, test, [value]) : test;
  }

  /** As whole seconds, because that is what is shown, but on the bare column, because that is what is indexed. */
  #compareTime({ column, comparator, value }: Extract<Condition, { test: "compare" }>): string {
    const second = Math.min(Math.max(Number(value), FIRST_SECOND), LAST_SECOND);
    const at = (seconds: number): string => `to_timestamp(${this.add(seconds)}::double precision)`;
    switch (comparator) {
      case "<":
        return `${column} < ${at(second)}`;
      case "<=":
        return `${column} < ${at(second + 1)}`;
      case ">":
        return `${column} >= ${at(second + 1)}`;
      case ">=":
        return `${column} >= ${at(second)}`;
      case "=":
        return `(${column} >= ${at(second)} and ${column} < ${at(second + 1)})`;
      default:
        return `(${column} is null or ${column} < ${at(second)} or ${column} >= ${at(second + 1)})`;
    }
  }

  #in(condition: Extract<Condition, { test: "in" | "not in" }>): string {
    const { test, field, kind } = condition;
    const [column, values] = this.#matched(field, condition.column, condition.values);
    if (values.length === 0) return test === "in" ? "false" : "true";
    // One parameter for all values: a statement carries 65,535 at the most.
    const list = `${this.add(texts(values.map(String)))}::${CASTS[kind]}[]`;
    const compared = kind === "time" ? unixSeconds(column) : column;
    return test === "in"
      ? this.#narrowed(field, `${compared} = any(${list})`, values)
      : `(${compared} <> all(${list}) or ${compared} is null)`;
  }

  #narrowed(field: string, test: string, values: readonly Value[]): string {
    const narrowing = this.#source.narrowings?.[field];
    return narrowing === undefined ? test : `(${test} and ${narrowing(values, this.add)})`;
  }
}

/** Whether a place in the list is an id of the main table: `id ASC`, `id DESC`, or nothing said. */
export const isById = ({ source, query }: Pick<PageRequest, "source" | "query">): boolean =>
  source.part === undefined && query.order.length === 1 && query.order[0]?.column === "t.id";

/** The joins that `text` needs: a count or a deep offset goes through the main table alone. */
const joinsFor = ({ joins = [] }: ListSource, text: string): string =>
  joins
    .filter(({ alias }) => new RegExp(`\\b${alias}\\.`).test(text))
    .map((join) => join.text)
    .join(" ");

const fromOf = (source: ListSource, text: string): string => `${source.from} ${joinsFor(source, text)}`;

const orderOf = ({ order }: ListQuery): string =>
  order.length === 0
    ? ""
    : `order by ${order.map(({ column, isDescending }) => `${column} ${isDescending ? "desc" : "asc"}`).join(", ")}`;

interface PageParts {
  readonly list: string;
  readonly where: string;
  readonly ordered: string;
  /** LIMIT and OFFSET. */
  readonly page: string;
  readonly isDeep: boolean;
}

/**
 * Deep pages are found by their keys, which the index holds, before any row is read. What is joined is joined to the
 * page: a planner that sees a join with 5,000 rows wanted reads both tables whole (a million rows: 1.3 s).
 */
function pageText(source: ListSource, { list, where, ordered, page, isDeep }: PageParts): string {
  const found = fromOf(source, `${where} ${ordered}`);
  const whole = fromOf(source, `${list} ${where} ${ordered}`);
  if (source.part !== undefined)
    return `with page as materialized (
        select t.id, ${source.part} as part from ${found} where ${where} ${ordered} ${page})
      select ${list} from ${whole} where t.project_id = $1::integer and t.id = any(array(select id from page))
        and exists (select from page where page.id = t.id and page.part = ${source.part}) ${ordered}`;
  if (!isDeep && found === whole) return `select ${list} from ${whole} where ${where} ${ordered} ${page}`;
  if (!isDeep)
    return `select ${list} from (select t.* from ${found} where ${where} ${ordered} ${page}) as t
      ${joinsFor(source, `${list} ${ordered}`)} ${ordered}`;
  return `select ${list} from ${whole} where t.project_id = $1::integer and t.id = any(array(
    select t.id from ${found} where ${where} ${ordered} ${page})) ${ordered}`;
}

/** The statement of a page; the bench asks PostgreSQL how it would run it. */
export function pageStatement(projectId: number, asked: PageRequest): Statement {
  const { source, query, names } = asked;
  const builder = new Builder(source, projectId);
  const parts = [builder.where(query)];
  const ordered = orderOf(query);
  if (asked.after !== undefined)
    parts.push(
      `t.id ${query.order[0]?.isDescending === true ? "<" : ">"} ${builder.add(asked.after)}::bigint`,
    );
  const where = parts.join(" and ");
  const columns = names.map((name) => `${source.fields[name]} as "${name}"`);
  // An unselected id under a name that no field has.
  if (isById(asked)) columns.push(`t.id as "#"`);
  const offset = asked.after === undefined ? query.offset : 0;
  const page = `limit ${builder.add(query.limit)}::bigint offset ${builder.add(offset)}::bigint`;
  const text = pageText(source, {
    list: columns.join(", ") || "1",
    where,
    ordered,
    page,
    isDeep: offset >= DEEP_OFFSET,
  });
  return { text, values: builder.values };
}

export async function listPage(db: Db, projectId: number, asked: PageRequest): Promise<Page> {
  const { text, values } = pageStatement(projectId, asked);
  const found = await db.unsafe<Record<string, unknown>[]>(text, [...values]);
  const last = found.at(-1)?.["#"];
  // Rows are built anew: the driver's list carries more, and the place is nobody's field.
  const rows = found.map((row) => Object.fromEntries(asked.names.map((name) => [name, row[name]])));
  return { rows, lastId: typeof last === "number" ? last : null };
}

export function countStatement(
  projectId: number,
  { source, query }: { source: ListSource; query: ListQuery },
): Statement {
  const builder = new Builder(source, projectId);
  const where = builder.where(query);
  return {
    text: `select count(*) as n from ${fromOf(source, where)} where ${where}`,
    values: builder.values,
  };
}

export async function countRows(
  db: Db,
  projectId: number,
  asked: { source: ListSource; query: ListQuery },
): Promise<number> {
  const { text, values } = countStatement(projectId, asked);
  const [row] = await db.unsafe<{ n: number }[]>(text, [...values]);
  return Number(row?.n ?? 0);
}

/** A list of a big table that no index serves ends here, and the caller hears that it is too much (503). */
export async function limitListTime(db: Db): Promise<void> {
  await db.unsafe("set local statement_timeout = '20s'");
}
