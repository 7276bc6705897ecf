/**
 * Keys of cached answers, by noun. The project comes first, so that a switch of project shows nothing of another;
 * invalidating `keys.all(projectId, "campaigns")` reaches every list and detail of the noun.
 */
export type Noun =
  | "app-token"
  | "audit"
  | "campaigns"
  | "clients"
  | "connections"
  | "deliveries"
  | "executions"
  | "gateways"
  | "health"
  | "imports"
  | "messages"
  | "names"
  | "profiles"
  | "project"
  | "results"
  | "roles"
  | "sandbox"
  | "scopes"
  | "tasks"
  | "users";

export const keys = {
  me: () => ["me"] as const,
  all: (projectId: number, noun: Noun) => ["project", projectId, noun] as const,
  list: (projectId: number, noun: Noun, asked: unknown = {}) =>
    ["project", projectId, noun, "list", asked] as const,
  one: (projectId: number, noun: Noun, id: string | number, part = "") =>
    ["project", projectId, noun, "one", String(id), part] as const,
};
