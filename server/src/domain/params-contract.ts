/**
 * What a campaign's templates need to be told: each name that they read, of which type by the looks of its use, and
 * who supplies it. Read from the templates alone, so it is right for every version and never has to be written down.
 */
import type { AttributeType } from "./attribute-value.ts";
import { nearestName } from "./near-miss.ts";
import { SYSTEM_COLUMNS } from "./profile.ts";
import type { FoundUse } from "./template-check.ts";

export type ParamType = "text" | "number" | "list" | "object" | "boolean" | "date" | "unknown";

export interface ContractPlace {
  readonly field: string;
  readonly line: number;
  readonly column: number;
}

export interface ContractName {
  readonly name: string;
  readonly type: ParamType;
  /** The filters that its uses apply, in the order in which they are found. */
  readonly filters: readonly string[];
  /** profile: the platform's. either: a param wins over the profile's value. param: only the call has it. */
  readonly source: "profile" | "param" | "either";
  /** Nothing stands in where the call leaves it out. */
  readonly required: boolean;
  readonly used_in: readonly string[];
  readonly at: readonly ContractPlace[];
  /** Below an object, or below each entry of a list: names with their types. */
  readonly fields: Readonly<Record<string, ParamType>>;
}

export interface ParamsContract {
  readonly names: readonly ContractName[];
  readonly warnings: readonly { readonly name: string; readonly message: string }[];
}

export interface KnownSuppliers {
  /** Custom attributes of profiles with their types. */
  readonly attributes: ReadonlyMap<string, AttributeType | string>;
  /** Only calls bring params: without them every name must be the profile's. */
  readonly isApiTriggered: boolean;
}

/** The caller's reference for a message: never asked for by a template. */
const NOT_A_NAME = "external_message_id";
const IDENTITY: ReadonlySet<string> = new Set(["user_id", "profile_id"]);
const SYSTEM: ReadonlySet<string> = new Set(SYSTEM_COLUMNS);
/** Places that are listed for one name. */
const MAX_PLACES = 20;

export function paramsContract(uses: readonly FoundUse[], known: KnownSuppliers): ParamsContract {
  const groups = Map.groupBy(uses, (use) => use.name);
  groups.delete(NOT_A_NAME);
  const names = [...groups].map(([name, group]) => contractName(name, group, known));
  return { names, warnings: warningsOf(names, known) };
}

function contractName(name: string, uses: readonly FoundUse[], known: KnownSuppliers): ContractName {
  const source = sourceOf(name, known);
  const isGuarded = uses.some((use) => use.use === "test");
  const places = new Map(
    uses.map(({ field, line, column }) => [`${field}:${line}:${column}`, { field, line, column }]),
  );
  return {
    name,
    type: typeOf(name, uses, known),
    filters: [...new Set(uses.flatMap((use) => use.filters))],
    source,
    required: source === "param" && !isGuarded && uses.some((use) => !use.optional),
    used_in: [...new Set(uses.map((use) => use.field))],
    at: [...places.values()].slice(0, MAX_PLACES),
    fields: fieldsOf(uses),
  };
}

function sourceOf(name: string, { attributes }: KnownSuppliers): ContractName["source"] {
  if (IDENTITY.has(name)) return "profile";
  return SYSTEM.has(name) || attributes.has(name) ? "either" : "param";
}

const BY_ATTRIBUTE: Readonly<Record<string, ParamType>> = {
  string: "text",
  text: "text",
  number: "number",
  integer: "number",
  date: "date",
  boolean: "boolean",
};

function typeOf(name: string, uses: readonly FoundUse[], { attributes }: KnownSuppliers): ParamType {
  const seen = typeByUse(uses);
  // A declared type says more than a bare print does, and less than a loop.
  const declared = BY_ATTRIBUTE[attributes.get(name) ?? ""];
  return declared !== undefined && (seen === "unknown" || seen === "text") ? declared : seen;
}

/** Strongest first: a value that is printed and counted is a number, one that is walked through is a list. */
const STRENGTH: readonly ParamType[] = ["list", "object", "date", "number", "text", "boolean"];

function typeByUse(uses: readonly Pick<FoundUse, "path" | "filters" | "use">[]): ParamType {
  const seen = new Set(uses.map(typeOfUse));
  return STRENGTH.find((type) => seen.has(type)) ?? "unknown";
}

const FILTER_TYPES: Readonly<Record<string, ParamType>> = {
  ...Object.fromEntries(["number_format", "round", "abs"].map((name) => [name, "number" as const])),
  ...Object.fromEntries(["date", "date_modify"].map((name) => [name, "date" as const])),
  ...Object.fromEntries(
    ["join", "sort", "batch", "map", "filter", "reduce", "merge", "column"].map((name) => [
      name,
      "list" as const,
    ]),
  ),
  ...Object.fromEntries(
    ["upper", "lower", "capitalize", "title", "trim", "replace", "nl2br", "striptags", "split"].map(
      (name) => [name, "text" as const],
    ),
  ),
};

function typeOfUse({ path, filters, use }: Pick<FoundUse, "path" | "filters" | "use">): ParamType {
  if (path[0] === "*") return "list";
  if (path.length > 0) return "object";
  const telling = filters.find((filter) => FILTER_TYPES[filter] !== undefined);
  if (telling !== undefined) return FILTER_TYPES[telling]!;
  if (use === "loop") return "list";
  if (use === "test") return "boolean";
  return use === "text" ? "text" : "unknown";
}

/** One level down: what a list's entries or an object carry. */
function fieldsOf(uses: readonly FoundUse[]): Record<string, ParamType> {
  const below = uses.flatMap((use) => {
    const path = use.path[0] === "*" ? use.path.slice(1) : use.path;
    const [field, ...rest] = path;
    return field === undefined || field === "*" ? [] : [{ ...use, field, path: rest }];
  });
  const groups = Map.groupBy(below, (use) => use.field);
  return Object.fromEntries([...groups].map(([field, group]) => [field, typeByUse(group)]));
}

function warningsOf(names: readonly ContractName[], known: KnownSuppliers): ParamsContract["warnings"] {
  const supplied = [...SYSTEM, ...IDENTITY, ...known.attributes.keys()];
  return names
    .filter((one) => one.source === "param")
    .flatMap(({ name, required }) => {
      const near = nearestName(name, supplied);
      const meant = near === null ? "" : ` Do you mean ${near}?`;
      if (known.isApiTriggered && near === null) return [];
      if (known.isApiTriggered)
        return [{ name, message: `${name} is no attribute of a profile: the call must bring it.${meant}` }];
      const empty = required ? " and is empty for everybody" : "";
      return [{ name, message: `${name} is no attribute of a profile${empty}.${meant}` }];
    });
}
