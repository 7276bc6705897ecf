/**
 * The campaign model as one table (evidence: campaign API, section 5; decisions, section 4): every field that the
 * wire knows, where it belongs, what it may hold, and whether one execute call may replace it. Parsing, overriding,
 * viewing and rendering all read this table; adding a field is adding a row.
 */
import type { MessageType } from "./channel.ts";
import { PERIODS } from "./time.ts";
import { WEBHOOK_EVENTS } from "./webhook-event.ts";

/** A name and its text: one entry of a push payload or one header of a webhook. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/** What a field may hold once it is checked; flags are 0 and 1 as on the wire. */
export type FieldValue =
  | string
  | number
  | readonly string[]
  | readonly number[]
  | readonly KeyValue[]
  | Readonly<Record<string, unknown>>
  | readonly unknown[];

/**
 * - text: any text. line: text without line breaks (headers, names). link: text without white space or line breaks,
 *   which may hold placeholders and any scheme. address: an absolute http(s) URL.
 * - whole: a whole number from `min` to `max`. choice: one of `options`. choices: a list of them.
 * - pairs: push payload. headers: webhook headers. ids: positive numbers. tokens: texts.
 * - json: a list or object of at most `max` characters, kept as given. time: Unix seconds. fixed: the platform's own, never taken from
 *   a caller.
 */
export type FieldKind =
  | "text"
  | "line"
  | "link"
  | "address"
  | "flag"
  | "whole"
  | "id"
  | "choice"
  | "choices"
  | "pairs"
  | "headers"
  | "ids"
  | "tokens"
  | "json"
  | "time"
  | "fixed";

/**
 * How a placeholder's value is escaped where it lands. "json" is not an engine's strategy but the host's: the
 * placeholders of a JSON body stand inside JSON strings, so a value is escaped as JSON.stringify would, without the
 * quotes. `false` is plain text.
 */
export type Autoescape = "html" | "url" | "json" | false;

export interface CampaignField {
  readonly name: string;
  readonly kind: FieldKind;
  /** "campaign": one value for the whole; otherwise the message types that have it. */
  readonly scope: "campaign" | readonly MessageType[];
  /** May an execute call replace it for its own execution? */
  readonly isOverridable: boolean;
  /** What `info` shows and what applies while nothing is set. */
  readonly fallback: string | number | null;
  /** Characters of a text, entries of a list, or the largest whole number. */
  readonly max: number;
  readonly options: readonly (string | number)[];
  /** Set where the field is a Twig template. */
  readonly autoescape?: Autoescape;
}

type Extra = Partial<Omit<CampaignField, "name" | "kind" | "scope">>;

const ROW = { isOverridable: true, fallback: null, max: 255, options: [] };
const FIXED = { isOverridable: false } as const;
const OFF = { fallback: 0 } as const;

const campaign = (name: string, kind: FieldKind, extra: Extra = {}): CampaignField => ({
  ...ROW,
  name,
  kind,
  scope: "campaign",
  ...extra,
});
const message = (
  scope: readonly MessageType[],
  name: string,
  kind: FieldKind,
  extra: Extra = {},
): CampaignField => ({
  ...ROW,
  name,
  kind,
  scope,
  ...extra,
});

const PUSH: readonly MessageType[] = [1, 2, 3, 6];
const INBOX: readonly MessageType[] = [6];
const EMAIL: readonly MessageType[] = [7];
const WEBHOOK: readonly MessageType[] = [8];
const SMS: readonly MessageType[] = [9];
const ALL: readonly MessageType[] = [1, 2, 3, 6, 7, 8, 9];

const PERIOD_NAMES = Object.keys(PERIODS);
const MAX_LINK = 2_048;
const MAX_SOURCE = 262_144; // characters: the template engine's own limit of source, and the segment's (section 5.5)
const PLAIN = { autoescape: false } as const;

/** Each channel's switch, in the order of their message types. */
export const CHANNEL_FIELDS = [
  "ios_push",
  "android_push",
  "web_push",
  "inbox",
  "email",
  "webhook",
  "sms",
] as const;

export const CAMPAIGN_FIELDS: readonly CampaignField[] = [
  campaign("id", "fixed", FIXED),
  campaign("project_id", "fixed", FIXED),
  campaign("status", "fixed", FIXED),
  campaign("create_time", "fixed", FIXED),
  campaign("update_time", "fixed", FIXED),
  campaign("activate_time", "fixed", FIXED),
  campaign("deactivate_time", "fixed", FIXED),
  campaign("title", "line", FIXED),
  campaign("trigger", "choice", { ...FIXED, ...OFF, options: [0, 1, 2, 3] }),
  campaign("type", "choice", { ...FIXED, ...OFF, options: [0, 1, 2] }), // old syntax; kept because lists show it,
  campaign("active", "flag", { ...FIXED, ...OFF }),
  campaign("broadcast", "flag", { ...FIXED, ...OFF }),
  campaign("promotion_id", "id", FIXED),
  campaign("locations", "ids", { ...FIXED, max: 1_000 }),
  campaign("tokenArray", "tokens", { ...FIXED, max: 1_000 }),
  // Fixed for a call: they make connections with secrets of their own, which outlive one execution.
  campaign("webhook_connections", "ids", { ...FIXED, max: 20 }),
  campaign("postback_url", "address", { ...FIXED, max: MAX_LINK }),
  campaign("postback_events", "choices", { ...FIXED, options: WEBHOOK_EVENTS }),
  ...CHANNEL_FIELDS.map((name) => campaign(name, "flag", OFF)),
  campaign("ios_push_production", "flag", OFF),
  campaign("ios_push_sandbox", "flag", OFF),
  campaign("conditions", "json", { max: MAX_SOURCE }),
  campaign("retry_for", "whole", { max: Number.MAX_SAFE_INTEGER }),
  campaign("retry_for_period", "choice", { options: PERIOD_NAMES }),
  campaign("end_time", "time", FIXED),
  campaign("on_unknown", "choice", { options: ["retry", "hold"], fallback: "retry" }),

  message(PUSH, "push_title", "text", { max: 1_024, ...PLAIN }),
  message(PUSH, "push_text", "text", { max: 4_096, ...PLAIN }),
  message(PUSH, "push_icon", "link", { max: MAX_LINK, ...PLAIN }),
  message(PUSH, "push_picture_type", "choice", { options: ["url"] }),
  message(PUSH, "push_picture", "link", { max: MAX_LINK, ...PLAIN }),
  message(PUSH, "url", "link", { max: MAX_LINK, ...PLAIN }),
  message(PUSH, "url_browser", "flag"),
  message(PUSH, "page", "text", { max: MAX_SOURCE, autoescape: "html" }),
  message(PUSH, "payload_add", "pairs", { max: 100, ...PLAIN }),
  message([3], "push_require_interaction", "flag"),

  message(INBOX, "inbox_style", "choice", { options: ["alert", "card"] }),
  message(INBOX, "inbox_image", "link", { max: MAX_LINK, ...PLAIN }),
  message(INBOX, "inbox_background_color", "line", { max: 32 }),
  message(INBOX, "inbox_title_background_color", "line", { max: 32 }),
  message(INBOX, "inbox_expire_for", "whole", { max: Number.MAX_SAFE_INTEGER }),
  message(INBOX, "inbox_expire_for_period", "choice", { options: PERIOD_NAMES }),

  message(EMAIL, "email_subject", "line", { max: 998, ...PLAIN }), // RFC 5322, 2.1.1: a line's limit
  message(EMAIL, "email_from", "line", { max: 320, ...PLAIN }),
  message(EMAIL, "email_from_name", "line", PLAIN),
  message(EMAIL, "email_reply_to", "line", { max: 320, ...PLAIN }),
  message(EMAIL, "email_reply_to_name", "line", PLAIN),
  message(EMAIL, "email_html", "text", { max: MAX_SOURCE, autoescape: "html" }),
  // What email_html is made of where it is set, and how; one call replaces email_html itself.
  message(EMAIL, "email_mjml", "text", { ...FIXED, max: MAX_SOURCE }),
  message(EMAIL, "email_inline_css", "flag", FIXED),
  message(EMAIL, "email_text", "text", { max: MAX_SOURCE, ...PLAIN }),
  message(EMAIL, "email_preheader", "line", { max: 1_024, autoescape: "html" }), // it goes into the HTML part
  message(EMAIL, "email_unsubscribe_header", "flag"),

  message(WEBHOOK, "webhook_url", "link", { max: MAX_LINK, autoescape: "url" }),
  message(WEBHOOK, "webhook_method", "choice", { options: ["POST", "GET", "PUT", "PATCH", "DELETE"] }),
  message(WEBHOOK, "webhook_body_type", "choice", { options: ["json", "form", "query", "raw"] }),
  message(WEBHOOK, "webhook_body", "text", { max: MAX_SOURCE, autoescape: "json" }), // by webhook_body_type
  message(WEBHOOK, "webhook_headers", "headers", { max: 50, ...PLAIN }),

  message(SMS, "sms_from", "line", { max: 255, ...PLAIN }), // 3 to 11 characters once rendered
  message(SMS, "sms_text", "text", { max: 4_096, ...PLAIN }),

  message(ALL, "ignore_subscription", "flag"),
];

/** Old names that callers still send (evidence: campaign API, 5.3). The new name wins where both are given. */
const ALIASES: ReadonlyMap<string, string> = new Map([["text", "push_text"]]);

const BY_NAME: ReadonlyMap<string, CampaignField> = new Map(
  CAMPAIGN_FIELDS.map((field) => [field.name, field]),
);

// Not in the table because they are containers: `ios[active]` and `android[active]` are the old channel switches.
const CONTAINERS: ReadonlySet<string> = new Set(["messages", "ios", "android"]);

const MAX_PLAIN_TEXT = 65_536; // what any other text of a body may have (decisions: limits)

/** Names at the top of a body under which longer texts may stand than elsewhere: each field has a limit of its own. */
export const LONG_FIELDS: readonly string[] = [
  "messages",
  ...CAMPAIGN_FIELDS.filter(({ kind, max }) => kind === "text" && max > MAX_PLAIN_TEXT).map(
    ({ name }) => name,
  ),
];

/** The field that a wire name stands for, old names included. */
export const fieldNamed = (name: string): CampaignField | undefined => BY_NAME.get(ALIASES.get(name) ?? name);

/** Is `name` part of the campaign model at the top level of a body? */
export const isCampaignField = (name: string): boolean =>
  CONTAINERS.has(name) || fieldNamed(name) !== undefined;

/** Is `name` an old spelling? */
export const isAlias = (name: string): boolean => ALIASES.has(name);

/** The fields that messages of a type have, in the table's order. */
export const messageFields = (type: MessageType): readonly CampaignField[] =>
  CAMPAIGN_FIELDS.filter((field) => field.scope !== "campaign" && field.scope.includes(type));
