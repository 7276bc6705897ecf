/** An OAuth client and what it may do, as the API shows them. */
export interface Client {
  readonly client_id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly enabled: boolean;
  readonly require_jti: boolean;
  readonly create_time: number;
  readonly updated_time: number;
  readonly updated_by: string;
  readonly secrets: readonly ClientSecret[];
  readonly keys: readonly ClientKey[];
}

export interface ClientSecret {
  readonly id: number;
  /** The last four characters. */
  readonly hint: string;
  readonly create_time: number;
  readonly valid_until: number | null;
}

export interface ClientKey {
  readonly id: number;
  readonly kind: string;
  readonly algorithm: string;
  readonly thumbprint: string;
  readonly create_time: number;
  readonly valid_until: number;
}

export interface Scope {
  readonly name: string;
  readonly label: string;
  /** "execute/campaign" */
  readonly operations: readonly string[];
}

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
