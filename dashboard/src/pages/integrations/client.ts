/** An OAuth client and what it may do, as the API shows them. */
import type { ScopeView as Scope } from "../../../../server/src/domain/scope.ts";

export type {
  ClientView as Client,
  KeyView as ClientKey,
  SecretView as ClientSecret,
} from "../../../../server/src/actions/clients/client-view.ts";
export type { Scope };

/** The groups of the External API's guide, in its order; a scope that is in none stands under "Other". */
const GROUPS: readonly (readonly [label: string, names: readonly string[]])[] = [
  ["Common operations", ["create", "batch-create", "update", "delete", "list", "info"]],
  [
    "Campaign operations",
    ["send", "execute", "start", "stop", "schedule", "expire-inbox", "remove-inbox", "cancel-journey"],
  ],
  ["Hit operations", ["hit-tag", "hit-event"]],
  ["Other operations", ["import", "export", "analytics", "download-file", "integration", "data"]],
];

export interface ScopeGroup {
  readonly label: string;
  readonly scopes: readonly Scope[];
}

export function groupScopes(scopes: readonly Scope[]): readonly ScopeGroup[] {
  const grouped = new Set(GROUPS.flatMap(([, names]) => names));
  const rest = scopes.filter(({ name }) => !grouped.has(name));
  return GROUPS.map(([label, names], i) => ({
    label,
    scopes: [
      ...names.flatMap((name) => scopes.filter((scope) => scope.name === name)),
      ...(i === GROUPS.length - 1 ? rest : []),
    ],
  })).filter((group) => group.scopes.length > 0);
}
