/**
 * What a user may do in a project. A role is a fixed set of permissions; a route asks for one permission, never for
 * a role, so that the table below is the only place that says who may do what.
 */
export const ROLES = [
  "admin",
  "campaign_manager",
  "copywriter",
  "approver",
  "viewer",
  "data_protection_officer",
  "support_agent",
] as const;

export type Role = (typeof ROLES)[number];

export const ROLE_LABELS: Readonly<Record<Role, string>> = {
  admin: "Admin",
  campaign_manager: "Campaign manager",
  copywriter: "Copywriter",
  approver: "Approver",
  viewer: "Viewer",
  data_protection_officer: "Data protection officer",
  support_agent: "Support agent",
};

/** What every signed-in member may do: look at campaigns and at figures, which name nobody. */
const EVERYBODY = ["campaigns.read", "results.read", "settings.read"] as const;

const PERMISSIONS_OF = {
  admin: [
    "campaigns.edit",
    "campaigns.launch",
    "campaigns.test",
    "messages.read",
    "messages.resend",
    "profiles.read",
    "profiles.edit",
    "profiles.erase",
    "webhooks.manage",
    "gateways.manage",
    "settings.edit",
    "credentials.manage",
    "users.manage",
    "audit.read",
    "health.read",
  ],
  campaign_manager: [
    "campaigns.edit",
    "campaigns.launch",
    "campaigns.test",
    "messages.read",
    "messages.resend",
    "profiles.read",
    "profiles.edit",
    "health.read",
  ],
  // Drafts and previews; somebody else launches (evidence-product 3.6).
  copywriter: ["campaigns.edit", "campaigns.test", "profiles.read"],
  // Opens and launches drafts, but changes nothing in them (evidence-product 3.6).
  approver: ["campaigns.launch", "campaigns.test", "messages.read", "profiles.read"],
  viewer: [],
  data_protection_officer: [
    "messages.read",
    "profiles.read",
    "profiles.edit",
    "profiles.erase",
    "audit.read",
  ],
  support_agent: ["messages.read", "messages.resend", "profiles.read"],
} as const satisfies Readonly<Record<Role, readonly string[]>>;

export type Permission = (typeof EVERYBODY)[number] | (typeof PERMISSIONS_OF)["admin"][number];

const SETS = new Map<string, ReadonlySet<string>>(
  ROLES.map((role) => [role, new Set<string>([...EVERYBODY, ...PERMISSIONS_OF[role]])]),
);

export const isRole = (value: unknown): value is Role => typeof value === "string" && SETS.has(value);

/** An unknown role, which a newer version may have written, allows nothing. */
export const allows = (role: string, permission: Permission): boolean =>
  SETS.get(role)?.has(permission) ?? false;

/** In the order of the table; for the dashboard, which hides what is not allowed. */
export const permissionsOf = (role: string): readonly string[] => [...(SETS.get(role) ?? [])];

export interface RoleView {
  readonly name: Role;
  readonly label: string;
  readonly permissions: readonly string[];
}

export const viewRole = (name: Role): RoleView => ({
  name,
  label: ROLE_LABELS[name],
  permissions: permissionsOf(name),
});
