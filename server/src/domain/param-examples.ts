/** Example values for a campaign's params, by type and name: for code that can be pasted and for counting parts. */
import { labelOf } from "./field-label.ts";
import type { ParamsContract, ParamType } from "./params-contract.ts";

const BY_NAME: readonly (readonly [pattern: RegExp, value: string])[] = [
  [/e_?mail/i, "ada@example.org"],
  [/phone|mobile/i, "12025550101"],
  [/url|link|image|picture/i, "https://www.example.com/"],
  [/code|pin|token/i, "492817"],
  [/(^|_)id$|number$|num$/i, "1042"],
  [/currency/i, "EUR"],
  [/time$/i, "18:45"],
];

function exampleOf(name: string, type: ParamType, fields: Readonly<Record<string, ParamType>> = {}): unknown {
  const below = Object.entries(fields).map(([field, one]) => [field, exampleOf(field, one)] as const);
  switch (type) {
    case "number":
      return /price|amount|total|sum|balance/i.test(name) ? 19.99 : 2;
    case "boolean":
      return true;
    case "date":
      return "2026-07-01T09:30:00Z";
    case "list":
      return below.length > 0 ? [Object.fromEntries(below)] : ["first", "second"];
    case "object":
      return Object.fromEntries(below);
    default:
      return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? labelOf(name);
  }
}

/** @param only what the call must bring, or every name that the templates read. */
export function exampleParams(contract: ParamsContract, only: "params" | "all"): Record<string, unknown> {
  const names = contract.names.filter((one) => only === "all" || one.source === "param");
  return Object.fromEntries(names.map((one) => [one.name, exampleOf(one.name, one.type, one.fields)]));
}
