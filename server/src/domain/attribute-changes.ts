/**
 * Attributes by name, as `user_attributes` of events and hit/attribute give them. Read in two passes: first all values
 * of a call are met, so that a new attribute gets a type that holds all of them; then each is read in that type.
 */
import { fail, ok, type Result } from "../base/result.ts";
import { type AttributeType, type AttributeValue, commonType, inferType } from "./attribute-value.ts";
import { type Column, columnFor } from "./import-column.ts";
import type { ProfileChange } from "./profile.ts";

type Given = Readonly<Record<string, unknown>>;

interface ReadValue {
  readonly kind: "system" | "attribute";
  readonly name: string;
  readonly value: AttributeValue | null;
}

const isSet = (value: unknown): boolean => value !== null && value !== undefined && value !== "";

export class AttributeChanges {
  readonly #known: ReadonlyMap<string, AttributeType>;
  readonly #types = new Map<string, AttributeType>();
  readonly #columns = new Map<string, Result<Column, string>>();

  constructor(known: ReadonlyMap<string, AttributeType>) {
    this.#known = known;
  }

  /** First pass. */
  meet(given: Given): void {
    for (const [name, value] of Object.entries(given)) {
      const column = this.#column(name);
      if (!column.ok || column.value.kind !== "attribute" || this.#known.has(name) || !isSet(value)) continue;
      const own = inferType(value);
      const met = this.#types.get(name);
      this.#types.set(name, met === undefined ? own : (commonType(met, own) ?? "json"));
    }
  }

  /**
   * Second pass. null leaves a value as it is, "" clears it. The error names each attribute
   * with a predicate. @returns null when nothing is to be written.
   */
  read(given: Given | null, userId: string): Result<ProfileChange | null, (readonly [string, string])[]> {
    const faults: (readonly [string, string])[] = [];
    const system: Record<string, string | number | null> = {};
    const attributes: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(given ?? {})) {
      const read = this.#readOne(name, value, userId);
      if (!read.ok) faults.push([name, read.error]);
      else if (read.value?.kind === "attribute") attributes[name] = read.value.value;
      else if (read.value !== null) system[read.value.name] = read.value.value as string | number | null;
    }
    if (faults.length > 0) return fail(faults);
    const isEmpty = Object.keys(system).length + Object.keys(attributes).length === 0;
    return ok(isEmpty ? null : { system, attributes });
  }

  /** Types of the attributes that `changes` set and the project does not know yet. */
  newTypes(changes: readonly (ProfileChange | null)[]): Map<string, AttributeType> {
    const names = new Set<string>();
    for (const change of changes) {
      for (const [name, value] of Object.entries(change?.attributes ?? {}))
        if (value !== null) names.add(name);
    }
    return new Map([...this.#types].filter(([name]) => names.has(name)));
  }

  #readOne(name: string, value: unknown, userId: string): Result<ReadValue | null, string> {
    const column = this.#column(name);
    if (!column.ok) return column;
    const { kind, parse, name: stored } = column.value;
    if (value === null || kind === "ignored") return ok(null);
    const cell = parse(value, this.#known.get(name) ?? this.#types.get(name) ?? "text");
    if (!cell.ok) return cell;
    if (kind !== "user_id") return ok({ kind, name: stored, value: cell.value });
    return cell.value === userId ? ok(null) : fail("must be the user_id beside it");
  }

  #column(name: string): Result<Column, string> {
    const column = this.#columns.get(name) ?? columnFor(name);
    this.#columns.set(name, column);
    return column;
  }
}
