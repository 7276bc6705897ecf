/** Times are Unix seconds on the wire and in the query. */
export type ListFieldKind = "int" | "number" | "text" | "time" | "flag";

export interface ListField {
  readonly kind: ListFieldKind;
  /** The store's name for it. */
  readonly column: string;
  /** What it is sorted by, where that is more than one column or an index has another order. */
  readonly orderBy?: readonly string[];
  readonly sortable: boolean;
  readonly filterable: boolean;
}

export type FieldRegistry = ReadonlyMap<string, ListField>;
