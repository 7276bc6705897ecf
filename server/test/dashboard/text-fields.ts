/**
 * Every text that somebody can write through the API, and what becomes of it: it stands on a page, an answer alone
 * gives it back, nothing does, or it is refused. The External API's fields are read from its route table and the
 * dashboard's routes from theirs, so that a new one fails the test until its fate stands here.
 */
import { ROUTE_PERMISSIONS } from "../../src/http/app/fixtures/route-permissions.ts";
import { OPERATIONS } from "../../src/http/external/operations.ts";

/** No hostile text gets in: a 4xx names the field. */
export const REFUSED = "refused";
/** Kept for a purpose or not at all; neither a page nor an answer shows it. */
export const UNREAD = "unread";

/** Where each text is to be seen: what its page's address begins with. */
export const SHOWN: Readonly<Record<string, string>> = {
  project: "",
  "other-project": "account",
  client: "settings/api",
  connection: "settings/webhooks",
  "connection-url": "settings/webhooks",
  "gateway-url": "settings/gateways/sms",
  "gateway-body": "settings/gateways/sms",
  "gateway-type": "settings/gateways/sms",
  "path-of-id": "settings/gateways/sms",
  "smtp-user": "settings/gateways/email",
  member: "settings/users",
  "own-name": "account",
  "user-id": "profiles",
  "first-name": "profiles/",
  "last-name": "profiles/",
  country: "profiles/",
  attribute: "profiles/",
  nested: "profiles/",
  "hit-attribute": "profiles/",
  "event-attribute": "profiles/",
  device: "profiles/",
  "csv-head": "imports/",
  "csv-cell": "imports/",
  "csv-email": "imports/",
  title: "campaigns/live",
  draft: "campaigns/drafts",
  past: "campaigns/past",
  "push-title": "campaigns/",
  "push-icon": "campaigns/",
  "push-picture": "campaigns/",
  "push-opens": "campaigns/",
  "push-payload-key": "campaigns/",
  "push-payload": "campaigns/",
  "push-page": "campaigns/",
  "inbox-text": "campaigns/",
  "inbox-image": "campaigns/",
  token: "campaigns/",
  subject: "campaigns/",
  "subject-in-french": "campaigns/",
  from: "campaigns/",
  "from-name": "campaigns/",
  "reply-to": "campaigns/",
  "reply-name": "campaigns/",
  preheader: "campaigns/",
  "plain-text": "campaigns/",
  "webhook-url": "campaigns/",
  "webhook-body": "campaigns/",
  "webhook-header": "campaigns/",
  "sms-text": "campaigns/",
  param: "sandbox",
  "own-param": "sandbox",
  reference: "messages",
  nobody: "messages",
  "gateway-error": "messages/",
};

/** Kept and shown on no page; the call that lists it. */
export const LISTED: Readonly<Record<string, string>> = {
  list: "list/list",
  "key-title": "list/attribute",
  "tag-title": "list/tag",
  "tag-alias": "list/tag",
  "tag-value": "list/tag-hit",
};

/** By the field of a body, whatever list it stands in. */
export const EXTERNAL: Readonly<Record<string, string>> = {
  "attribute.alias": "tag-alias",
  "attribute.attribute": REFUSED,
  "attribute.name": REFUSED,
  "attribute.title": "key-title",
  "attribute.user_id": "user-id",
  "attribute.value": "hit-attribute",
  "campaign.android": UNREAD,
  "campaign.conditions": REFUSED,
  "campaign.email_from": "from",
  "campaign.email_from_name": "from-name",
  "campaign.email_html": "param",
  "campaign.email_mjml": "draft",
  "campaign.email_preheader": "preheader",
  "campaign.email_reply_to": "reply-to",
  "campaign.email_reply_to_name": "reply-name",
  "campaign.email_subject": "subject",
  "campaign.email_text": "plain-text",
  "campaign.idempotency_key": UNREAD,
  "campaign.inbox_background_color": "draft",
  "campaign.inbox_image": "inbox-image",
  "campaign.inbox_title_background_color": "draft",
  "campaign.ios": UNREAD,
  "campaign.languages": "subject-in-french",
  "campaign.locations": REFUSED,
  "campaign.page": "push-page",
  "campaign.params": "param",
  "campaign.payload_add.key": "push-payload-key",
  "campaign.payload_add.value": "push-payload",
  "campaign.postback_events": REFUSED,
  "campaign.postback_url": REFUSED,
  "campaign.push_icon": "push-icon",
  "campaign.push_picture": "push-picture",
  "campaign.push_text": "inbox-text",
  "campaign.push_title": "push-title",
  "campaign.sms_from": "sms-text",
  "campaign.sms_text": "sms-text",
  "campaign.target": "nobody",
  "campaign.target_with_params": "own-param",
  "campaign.text": "inbox-text",
  "campaign.title": "title",
  "campaign.tokenArray": "token",
  "campaign.url": "push-opens",
  "campaign.webhook_body": "webhook-body",
  "campaign.webhook_connections": REFUSED,
  "campaign.webhook_headers.key": REFUSED,
  "campaign.webhook_headers.value": "webhook-header",
  "campaign.webhook_url": "webhook-url",
  "event.consent_preferences": UNREAD,
  "event.event": UNREAD,
  "event.event_id": UNREAD,
  "event.idempotency_key": UNREAD,
  "event.timestamp": REFUSED,
  "event.user_attributes": "event-attribute",
  "event.user_id": "user-id",
  "event.value": UNREAD,
  "list.items": "user-id",
  "list.title": "list",
  "profile.columns": REFUSED,
  "profile.rows": "first-name",
  "suppression.columns": REFUSED,
  "suppression.rows": UNREAD,
  "tag.alias": "tag-alias",
  "tag.name": REFUSED,
  "tag.tag": REFUSED,
  "tag.title": "tag-title",
  "tag.user_id": "user-id",
  "tag.value": "tag-value",
};

const CAMPAIGN = { "(fields of a campaign)": "title" };
const CONNECTION = {
  name: "connection",
  url: "connection-url",
  events: REFUSED,
  message_types: REFUSED,
  authorization: UNREAD,
};
// A constant that will not do is an error of each row.
const MAPPING = { mapping: REFUSED, constants: "csv-email" };

/** By route, every text of its body. */
export const APP: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "POST /login": { email: UNREAD, password: UNREAD, code: UNREAD },
  "POST /logout": {},
  "POST /password-reset": { email: UNREAD },
  "POST /password-reset/confirm": { token: REFUSED, password: UNREAD },
  "POST /invitations/accept": { token: REFUSED, name: "member", password: UNREAD },
  "PATCH /me": { name: "own-name", password: UNREAD },
  "POST /me/totp/start": {},
  "POST /me/totp/confirm": { code: REFUSED },
  "DELETE /me/totp": { password: REFUSED },
  "PATCH /project": { name: "project", time_zone: REFUSED },
  "POST /projects": { name: "other-project", time_zone: REFUSED },
  "PATCH /users/:id": { role: REFUSED },
  "DELETE /users/:id": {},
  "POST /invitations": { email: REFUSED, role: REFUSED },
  "DELETE /invitations/:id": {},
  "POST /clients": { name: "client", scopes: REFUSED },
  "PATCH /clients/:id": { name: "client", scopes: REFUSED },
  "DELETE /clients/:id": {},
  "POST /clients/:id/revoke-tokens": {},
  "POST /clients/:id/secrets": { valid_until: REFUSED },
  "DELETE /clients/:id/secrets/:credential": {},
  "POST /clients/:id/keys": { pem: REFUSED, algorithm: REFUSED, valid_until: REFUSED },
  "DELETE /clients/:id/keys/:credential": {},
  "POST /connections": CONNECTION,
  "PATCH /connections/:id": CONNECTION,
  "DELETE /connections/:id": {},
  "POST /connections/:id/enable": {},
  "POST /connections/:id/rotate-secret": {},
  "POST /connections/:id/recover": { since: REFUSED },
  "POST /deliveries/:id/replay": {},
  "POST /campaigns": CAMPAIGN,
  "PATCH /campaigns/:id": { ...CAMPAIGN, version: REFUSED },
  "DELETE /campaigns/:id": {},
  "POST /campaigns/:id/duplicate": {},
  "POST /campaigns/:id/launch": {},
  "POST /campaigns/:id/start": {},
  "POST /campaigns/:id/stop": {},
  "POST /campaigns/:id/test": { user_id: "nobody", address: REFUSED, params: "param", channels: REFUSED },
  "POST /campaigns/check": CAMPAIGN,
  "POST /campaigns/preview": { "(fields of a campaign)": "title", user_id: REFUSED, params: UNREAD },
  "POST /email/compile": { mjml: UNREAD, html: UNREAD },
  "POST /executions/:id/resend-failed": { outcomes: REFUSED },
  "POST /profiles": { user_id: "user-id", attributes: "attribute" },
  "PATCH /profiles/:id": { attributes: "nested" },
  "POST /imports": { "(the file)": "csv-cell", delimiter: REFUSED },
  "POST /imports/:id/dry-run": MAPPING,
  "POST /imports/:id/run": MAPPING,
  "PATCH /subscription-log": { enabled: REFUSED },
  "PUT /gateways/:channel": {
    kind: REFUSED,
    url: "gateway-url",
    "headers (names)": REFUSED,
    "headers (values)": UNREAD,
    body: "gateway-body",
    content_type: "gateway-type",
    id_path: "path-of-id",
    host: REFUSED,
    user: "smtp-user",
    system_id: "smtp-user",
    password: UNREAD,
  },
  "DELETE /gateways/:channel": {},
  "POST /gateways/:channel/test": { to: REFUSED, from: UNREAD },
  "POST /app-token/rotate": { overlap_seconds: REFUSED },
  "PATCH /app-token": { enabled: REFUSED },
};

/** Routes of the dashboard that take something. */
export const appRoutes = (): string[] =>
  Object.keys(ROUTE_PERMISSIONS).filter((route) => !route.startsWith("GET "));

interface Schema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
}

/** They find and end things by ids and keep nothing of a body. */
const KEEPS_NOTHING = /^(info|list|start|stop|delete|delete-personal-data)$/;
const IN_LISTS = /^(events|tags|attributes|messages\.\d+)\./;
const NO_TEXT = ["number", "time", "whole number", "0 or 1"];

/** `model.field` of every text in the route table's bodies, lists and messages by channel taken together. */
export function externalFields(): string[] {
  const found = OPERATIONS.filter(({ method }) => !KEEPS_NOTHING.test(method)).flatMap(({ model, body }) =>
    textsIn(body as Schema, "").map((path) => `${model}.${path.replace(IN_LISTS, "")}`),
  );
  return [...new Set(found)].sort();
}

function textsIn(schema: Schema, path: string): string[] {
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, one]) =>
    textsIn(one, path === "" ? name : `${path}.${name}`),
  );
  const others = [schema.items, schema.additionalProperties, ...(schema.anyOf ?? [])].flatMap((one) =>
    typeof one === "object" ? textsIn(one, path) : [],
  );
  const inner = [...below, ...others];
  if (inner.length > 0) return inner;
  const types = [schema.type ?? "string"].flat();
  const isText = types.some((type) => type === "string" || type === "object" || type === "array");
  return isText && schema.enum === undefined && !NO_TEXT.includes(schema.title ?? "") ? [path] : [];
}
