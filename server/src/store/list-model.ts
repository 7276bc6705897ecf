/** How a list is described: wire names with their kind, and the expressions that are filtered, sorted and answered. */
import type { FieldRegistry, ListField, ListFieldKind } from "../domain/list-field.ts";
import { type ListSource, unixSeconds } from "./list.ts";

export interface ListModel {
  readonly source: ListSource;
  readonly registry: FieldRegistry;
}

/** [wire name, kind, expression, answered expression where it differs] */
export type Entry = readonly [name: string, kind: ListFieldKind, column: string, answer?: string];

interface Extra extends Pick<ListSource, "narrowings" | "where" | "part" | "joins" | "caseless"> {
  /** By wire name: the columns that stand for an expression when it is sorted by. */
  readonly orderBy?: Readonly<Record<string, readonly string[]>>;
}

export function modelOf(
  from: string,
  entries: readonly Entry[],
  { orderBy = {}, ...extra }: Extra = {},
): ListModel {
  const registry = new Map<string, ListField>(
    entries.map(([name, kind, column]) => [
      name,
      {
        kind,
        column,
        sortable: true,
        filterable: true,
        ...(orderBy[name] === undefined ? {} : { orderBy: orderBy[name] }),
      },
    ]),
  );
  const fields = Object.fromEntries(
    entries.map(([name, kind, column, answer]) => [
      name,
      // Whole seconds: what a caller reads in one answer is found by the next question, which the query sees to.
      answer ?? (kind === "time" ? unixSeconds(column) : column),
    ]),
  );
  return { source: { from, fields, ...extra }, registry };
}

/** The campaign of a row that names one. */
export const CAMPAIGN_JOIN = {
  alias: "c",
  text: "join campaigns c on c.project_id = t.project_id and c.id = t.campaign_id",
};
/** The person of a row that names one. */
export const PROFILE_JOIN = {
  alias: "p",
  text: "join profiles p on p.project_id = t.project_id and p.bucket = t.bucket and p.id = t.profile_id",
};
