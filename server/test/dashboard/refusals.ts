/** Calls with a hostile text where only a word of a set, a number or a name may stand: each must be refused by field. */
import { generateKeyPairSync } from "node:crypto";
import type { FullProject } from "./full-project.ts";

const EVIL = `"><xss-x><img src=x onerror=__xss=1><script>__xss=1</script>`;

export interface Refusal {
  /** As text-fields.ts names it. */
  readonly field: string;
  /** "create/tag" of the External API, or the method and the path below /api/app. */
  readonly ask: string;
  readonly body: unknown;
  /** What the answer's `errors` begin with, where that is not the field's last name; "" for an answer without. */
  readonly named?: string;
}

const external = (field: string, path: string, body: unknown, named?: string): Refusal => ({
  field,
  ask: path,
  body,
  ...(named === undefined ? {} : { named }),
});

/** One for each field of the External API that stands as refused. */
export function externalRefusals(): Refusal[] {
  const campaign = (field: string, value: unknown = EVIL): Refusal =>
    external(`campaign.${field}`, "create/campaign", { title: "x", trigger: 3, [field]: value });
  const headers = { "8": { webhook_headers: { [EVIL]: "x" } } };
  return [
    external("attribute.name", "create/attribute", { name: EVIL }),
    external("attribute.attribute", "hit/attribute", { user_id: "u", attribute: EVIL, value: 1 }),
    external("tag.name", "create/tag", { name: EVIL }),
    external("tag.tag", "hit/tag", { user_id: "u", tag: EVIL, value: 1 }),
    external("event.timestamp", "hit/event", { user_id: "u", event: "e", timestamp: EVIL }),
    external("profile.columns", "import/profile", { columns: ["user_id", EVIL], rows: [["u", 1]] }),
    external("suppression.columns", "import/suppression", { columns: [EVIL], rows: [["x"]] }),
    campaign("conditions"),
    campaign("locations", [EVIL]),
    campaign("postback_events", [EVIL]),
    campaign("postback_url", `javascript:${EVIL}`),
    campaign("webhook_connections", [EVIL]),
    external(
      "campaign.webhook_headers.key",
      "create/campaign",
      { title: "x", trigger: 3, webhook: 1, messages: headers },
      "messages.8.webhook_headers",
    ),
  ];
}

const PUBLIC_KEY = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .publicKey.export({ type: "spki", format: "pem" })
  .toString();

/** Asked by somebody who is signed in: an app token is nobody. */
export const SIGNED_IN_REFUSALS: readonly Refusal[] = [
  { field: "POST /me/totp/confirm.code", ask: "POST /me/totp/confirm", body: { code: EVIL }, named: "" },
  { field: "DELETE /me/totp.password", ask: "DELETE /me/totp", body: { password: EVIL } },
  { field: "POST /projects.time_zone", ask: "POST /projects", body: { name: "x", time_zone: EVIL } },
];

/** One for each field of the dashboard's routes that stands as refused. */
export function appRefusals({ campaigns, client, connection, execution, imports }: FullProject): Refusal[] {
  const app = (route: string, [field, value]: readonly [string, unknown], named = field): Refusal => ({
    field: `${route}.${field}`,
    ask: route,
    body: { [field]: value },
    named,
  });
  const of = (route: string, id: string | number): string => route.replace(/:\w+/, String(id));
  const at = (route: string, id: string | number, ...pair: readonly [string, unknown]): Refusal => ({
    ...app(route, pair),
    ask: of(route, id),
  });
  const text = (name: string): readonly [string, string] => [name, EVIL];
  const campaign = campaigns.mjml;
  return [
    app("POST /password-reset/confirm", text("token"), ""),
    app("POST /invitations/accept", text("token"), ""),
    app("PATCH /project", text("time_zone")),
    app("POST /invitations", text("role")),
    {
      field: "POST /invitations.email",
      ask: "POST /invitations",
      body: { email: `${EVIL}@x.org`, role: "viewer" },
    },
    { field: "POST /clients.scopes", ask: "POST /clients", body: { name: "x", scopes: [EVIL] } },
    at("PATCH /clients/:id", client, "scopes", [EVIL]),
    at("POST /clients/:id/secrets", client, ...text("valid_until")),
    at("POST /clients/:id/keys", client, ...text("pem")),
    {
      field: "POST /clients/:id/keys.algorithm",
      ask: of("POST /clients/:id/keys", client),
      body: { pem: PUBLIC_KEY, algorithm: EVIL, valid_until: 4_000_000_000 },
    },
    {
      field: "POST /clients/:id/keys.valid_until",
      ask: of("POST /clients/:id/keys", client),
      body: { pem: PUBLIC_KEY, valid_until: EVIL },
    },
    app("POST /connections", ["events", [EVIL]]),
    app("POST /connections", ["message_types", [EVIL]]),
    at("PATCH /connections/:id", connection, "events", [EVIL]),
    at("PATCH /connections/:id", connection, "message_types", [EVIL]),
    at("POST /connections/:id/recover", connection, ...text("since")),
    at("PATCH /campaigns/:id", campaign, ...text("version")),
    at("POST /campaigns/:id/test", campaign, ...text("address")),
    {
      field: "POST /campaigns/preview.user_id",
      ask: "POST /campaigns/preview",
      body: { id: campaign, user_id: EVIL },
      named: "",
    },
    {
      field: "POST /campaigns/:id/test.channels",
      ask: of("POST /campaigns/:id/test", campaign),
      body: { address: "ada@example.org", channels: [EVIL] },
    },
    at("POST /executions/:id/resend-failed", execution, "outcomes", [EVIL]),
    {
      field: "POST /imports.delimiter",
      ask: `POST /imports?delimiter=${encodeURIComponent(EVIL)}`,
      body: "user_id\nx\n",
    },
    at("POST /imports/:id/dry-run", imports.waits, "mapping", { user_id: EVIL }),
    at("POST /imports/:id/run", imports.waits, "mapping", { user_id: EVIL }),
    app("PATCH /subscription-log", text("enabled")),
    at("PATCH /users/:id", 1, ...text("role")),
    at("PUT /gateways/:channel", "sms", ...text("kind")),
    {
      field: "PUT /gateways/:channel.headers (names)",
      ask: of("PUT /gateways/:channel", "sms"),
      body: { kind: "sms-http", settings: { url: "http://127.0.0.1/", headers: { [EVIL]: "x" } } },
      named: "headers",
    },
    {
      field: "PUT /gateways/:channel.host",
      ask: of("PUT /gateways/:channel", "email"),
      body: { kind: "smtp", settings: { host: EVIL } },
    },
    at("POST /gateways/:channel/test", "sms", ...text("to")),
    app("POST /app-token/rotate", text("overlap_seconds")),
    app("PATCH /app-token", text("enabled")),
  ];
}
