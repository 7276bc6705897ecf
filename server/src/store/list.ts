/**
 * Turns the typed query of list operations into SQL. Field names come from a registry in this folder, values travel
 * as parameters: no text of the caller becomes part of a statement.
 */
import type { Condition } from "../domain/list-condition.ts";
import type { ListQuery } from "../domain/list-query.ts";
import { type Db, texts } from "./db.ts";

/** What is listed: the rows' expressions by wire name, and where they come from. */
export interface ListSource {
  /** FROM and joins; the alias of the main table is `t`. */
  readonly from: string;
  /** Wire name -> SQL expression of the answer's value. */
  readonly fields: Readonly<Record<string, string>>;
  /** Limits the rows beyond the project, for example to one kind. */
  readonly where?: string;
}

class Parameters {
  readonly values: (string | number)[] = [];
  add(value: string | number): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** Casts by kind; `column` is the registry's SQL expression, of times their unix seconds. */
const CASTS = { int: "bigint", number: "numeric", text: "text", flag: "integer", time: "bigint" } as const;

function sqlOf(condition: Condition, parameters: Parameters): string {
  switch (condition.test) {
    case "and":
    case "or":
      return `(${condition.parts.map((part) => sqlOf(part, parameters)).join(` ${condition.test} `)})`;
    case "compare": {
      const value = `${parameters.add(condition.value)}::${CASTS[condition.kind]}`;
      const comparator = condition.comparator === "!=" ? "is distinct from" : condition.comparator;
      return `${condition.column} ${comparator} ${value}`;
    }
    case "in":
    case "not in": {
      if (condition.values.length === 0) return condition.test === "in" ? "false" : "true";
      // One parameter for all values: a statement carries 65,535 at the most.
      const list = `${parameters.add(texts(condition.values.map(String)))}::${CASTS[condition.kind]}[]`;
      return condition.test === "in"
        ? `${condition.column} = any(${list})`
        : `(${condition.column} <> all(${list}) or ${condition.column} is null)`;
    }
    default: {
      const blank = condition.kind === "text" ? ` or ${condition.column} = ''` : "";
      const isEmpty = `(${condition.column} is null${blank})`;
      return condition.test === "empty" ? isEmpty : `not ${isEmpty}`;
    }
  }
}

function whereOf(source: ListSource, query: ListQuery, parameters: Parameters, projectId: number): string {
  const parts = [`t.project_id = ${parameters.add(projectId)}::integer`];
  if (source.where !== undefined) parts.push(source.where);
  if (query.condition !== null) parts.push(sqlOf(query.condition, parameters));
  return parts.join(" and ");
}

/** @param names the wire names to read; all are in `source.fields`. */
export async function listRows(
  db: Db,
  projectId: number,
  asked: { source: ListSource; query: ListQuery; names: readonly string[] },
): Promise<Record<string, unknown>[]> {
  const { source, query, names } = asked;
  const parameters = new Parameters();
  const where = whereOf(source, query, parameters, projectId);
  const columns = names.map((name) => `${source.fields[name]} as "${name}"`).join(", ");
  const order = query.order.map(({ column, isDescending }) => `${column} ${isDescending ? "desc" : "asc"}`);
  const rows = await db.unsafe<Record<string, unknown>[]>(
    `select ${columns || "1"} from ${source.from} where ${where}
     ${order.length > 0 ? `order by ${order.join(", ")}` : ""}
     limit ${parameters.add(query.limit)}::bigint offset ${parameters.add(query.offset)}::bigint`,
    parameters.values,
  );
  return names.length === 0 ? Array.from(rows, () => ({})) : [...rows];
}

export async function countRows(
  db: Db,
  projectId: number,
  asked: { source: ListSource; query: ListQuery },
): Promise<number> {
  const parameters = new Parameters();
  const where = whereOf(asked.source, asked.query, parameters, projectId);
  const [row] = await db.unsafe<{ n: number }[]>(
    `select count(*) as n from ${asked.source.from} where ${where}`,
    parameters.values,
  );
  return Number(row?.n ?? 0);
}
