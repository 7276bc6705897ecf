/**
 * What a client may do: one scope for each row of the seed's tables (API access and permissions). A scope covers
 * methods, not models. A new client has none.
 */
import { fail, ok, type Result } from "../base/result.ts";

/** Names on the wire with the seed's own (decisions, section 2). */
export const SCOPE_LABELS = {
  create: "Create",
  "batch-create": "Batch create",
  update: "Update",
  delete: "Delete",
  list: "List",
  info: "Info",
  send: "Send",
  execute: "Execute",
  start: "Start",
  stop: "Stop",
  schedule: "Schedule",
  "expire-inbox": "Expire Inbox",
  "remove-inbox": "Remove Inbox",
  "cancel-journey": "Cancel Journey",
  "hit-tag": "Tag",
  "hit-event": "Event",
  import: "Import",
  export: "Export",
  analytics: "Analytics",
  "download-file": "Download File",
  integration: "Integration Actions",
  data: "Data Actions",
} as const;

export type Scope = keyof typeof SCOPE_LABELS;

export const SCOPES = Object.keys(SCOPE_LABELS) as readonly Scope[];

/** `all`: an app token or an administrator. */
export type Grant = "all" | ReadonlySet<Scope>;

export const isScope = (value: unknown): value is Scope =>
  typeof value === "string" && Object.hasOwn(SCOPE_LABELS, value);

export const covers = (grant: Grant, scope: Scope): boolean => grant === "all" || grant.has(scope);

/** A list of names from the dashboard, in the seed's order, each once. The error is a predicate for `sentence`. */
export function parseScopes(value: unknown): Result<Scope[], string> {
  if (!Array.isArray(value)) return fail("must be a list of scope names");
  const unknown = value.find((name) => !isScope(name));
  if (unknown !== undefined || value.includes(undefined)) return fail("holds a name that is no scope");
  return ok(SCOPES.filter((scope) => value.includes(scope)));
}

/**
 * What a token request gets: all that the client has when it names none, else exactly what it names. The error is
 * for RFC 6749's `invalid_scope`.
 * @param asked the `scope` parameter: names between single spaces (RFC 6749, 3.3).
 */
export function narrowScopes(held: readonly Scope[], asked: string | undefined): Result<Scope[], string> {
  if (asked === undefined) return ok([...held]);
  const names = asked.split(" ");
  if (names.every((name) => isScope(name) && held.includes(name)))
    return ok(SCOPES.filter((scope) => names.includes(scope)));
  return fail("The scope is empty, unknown or more than the client was given.");
}

/** What a token still covers: what it was granted and its client has not lost since. */
export const heldOf = (granted: readonly string[], ofClient: readonly string[]): ReadonlySet<Scope> =>
  new Set(granted.filter(isScope).filter((scope) => ofClient.includes(scope)));

/** A scope as administrators choose it. */
export interface ScopeView {
  readonly name: string;
  readonly label: string;
  /** "execute/campaign" */
  readonly operations: readonly string[];
}
