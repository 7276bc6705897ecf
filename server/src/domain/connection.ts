/**
 * A connection: the customer's endpoint, what it wants to hear, and how it wants to be spoken to. Checks what a
 * caller wrote; every fault is named by field. Whether the host may be reached is asked of `UrlRules`, because that
 * is a matter of this deployment.
 */
import { type FieldErrors, fail, ok, Refusals, type Result } from "../base/result.ts";
import { isMessageType, type MessageType, messageTypeOf } from "./channel.ts";
import { isRecord, sentence } from "./field-label.ts";
import { WEBHOOK_EVENTS, type WebhookEventName } from "./webhook-event.ts";

/** off: by hand. disabled: by failures or by the endpoint's own 410. */
export const CONNECTION_STATES = { off: 0, on: 1, disabled: 2 } as const;
export type ConnectionStateName = keyof typeof CONNECTION_STATES;

const STATE_NAMES = Object.keys(CONNECTION_STATES) as ConnectionStateName[];

export const connectionStateName = (state: number): ConnectionStateName => STATE_NAMES[state] ?? "off";

/** How an endpoint is doing, as the connection's row keeps it for all workers. The rules: webhooks/endpoint-health.ts. */
export interface EndpointHealth {
  /** One of CONNECTION_STATES. */
  readonly state: number;
  readonly stateReason: string | null;
  /** In a row. Above the number that makes an endpoint rest, only failed probes count. */
  readonly failures: number;
  readonly failingSinceMs: number | null;
  /** The endpoint rests until then; null: it does not rest. */
  readonly holdUntilMs: number | null;
}

/** Before the base64 of a signing secret: recognised by secret scanners (Standard Webhooks 1.0). */
export const WEBHOOK_SECRET_PREFIX = "whsec_";

export interface UrlRules {
  /** Plain http is for endpoints inside one's own network. */
  readonly allowHttp: boolean;
  /** Why this deployment does not post there, as a sentence; null when it does. */
  readonly refusal: (url: string) => string | null;
}

export interface ConnectionInput {
  readonly name?: string;
  readonly url?: string;
  readonly events?: readonly WebhookEventName[];
  /** null: every channel. */
  readonly messageTypes?: readonly MessageType[] | null;
  /** Value of the Authorization header; null for none. */
  readonly authorization?: string | null;
  readonly isEnabled?: boolean;
}

const MAX_NAME = 255;
const MAX_URL = 2_048;
/** A header line that every server takes: their common limit is 8 KiB for all headers together. */
const MAX_CREDENTIAL = 2_048;

type Body = Readonly<Record<string, unknown>>;
type Parsed<T> = Result<T, string>;

/**
 * Reads the fields of a new connection (`creating`: name, url and events must be there) or of a change.
 * Unknown fields are passed over.
 */
export function parseConnection(
  body: Body,
  options: { readonly creating: boolean; readonly urls: UrlRules },
): Result<ConnectionInput, FieldErrors> {
  const refusals = new Refusals();
  const input: Record<string, unknown> = {};
  const take = <T>(field: string, target: string, parse: (value: unknown) => Parsed<T>): void => {
    const isRequired = options.creating && REQUIRED.has(field);
    if (body[field] === undefined && !isRequired) return;
    const parsed = parse(body[field]);
    if (parsed.ok) input[target] = parsed.value;
    else refusals.add(field, sentence(field, parsed.error));
  };
  take("name", "name", parseName);
  take("url", "url", parseText);
  const { url } = input;
  const urlFault = typeof url === "string" ? urlRefusal(url, options.urls) : null;
  if (urlFault !== null) refusals.add("url", urlFault);
  take("events", "events", parseEvents);
  take("message_types", "messageTypes", parseMessageTypes);
  take("authorization", "authorization", parseAuthorization);
  take("enabled", "isEnabled", parseFlag);
  return refusals.isEmpty ? ok(input as ConnectionInput) : fail(refusals.fields);
}

const REQUIRED: ReadonlySet<string> = new Set(["name", "url", "events"]);

function parseText(value: unknown): Parsed<string> {
  if (value === undefined || value === null || value === "") return fail("cannot be blank");
  return typeof value === "string" ? ok(value.trim()) : fail("must be text");
}

function parseName(value: unknown): Parsed<string> {
  const text = parseText(value);
  if (!text.ok) return text;
  if (text.value === "") return fail("cannot be blank");
  if ([...text.value].length > MAX_NAME) return fail(`must have at most ${MAX_NAME} characters`);
  return /\p{Cc}/u.test(text.value) || !text.value.isWellFormed()
    ? fail("must not contain control characters")
    : text;
}

function urlRefusal(url: string, rules: UrlRules): string | null {
  if (url.length > MAX_URL) return sentence("url", `must have at most ${MAX_URL} characters`);
  if (/[\s\p{Cc}]/u.test(url) || !URL.canParse(url))
    return sentence("url", "must be a full https:// address");
  const { protocol, hash } = new URL(url);
  if (protocol === "http:" && !rules.allowHttp) return sentence("url", "must begin with https://");
  if (hash !== "") return sentence("url", "must have no # part");
  return rules.refusal(url);
}

function parseEvents(value: unknown): Parsed<WebhookEventName[]> {
  if (!Array.isArray(value) || value.length === 0) return fail("must be a list of at least one event");
  const unknown = value.find((name) => !(WEBHOOK_EVENTS as readonly unknown[]).includes(name));
  if (unknown !== undefined) {
    return fail(`has an unknown event ${shown(unknown)}; known are ${WEBHOOK_EVENTS.join(", ")}`);
  }
  return ok(WEBHOOK_EVENTS.filter((name) => value.includes(name)));
}

/** Names as the API writes them, or numbers. */
function parseMessageTypes(value: unknown): Parsed<MessageType[] | null> {
  if (value === null) return ok(null);
  if (!Array.isArray(value) || value.length === 0) {
    return fail("must be a list of at least one message type; leave it out for all");
  }
  const types = new Set<MessageType>();
  for (const entry of value) {
    const type = typeof entry === "string" ? messageTypeOf(entry) : entry;
    if (typeof type !== "number" || !isMessageType(type))
      return fail(`has an unknown message type ${shown(entry)}`);
    types.add(type);
  }
  return ok([...types].sort((a, b) => a - b));
}

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 64) ?? "of no type";

function parseAuthorization(value: unknown): Parsed<string | null> {
  if (value === null) return ok(null);
  if (!isRecord(value)) return fail('must be an object such as {"type": "bearer", "token": "..."}');
  switch (value.type) {
    case "none":
      return ok(null);
    case "basic":
      return basic(value.username, value.password);
    case "bearer":
      return bearer(value.token);
    default:
      return fail("has an unknown type; known are none, basic, bearer");
  }
}

/** RFC 7617: a user name without a colon, no control characters, UTF-8. */
function basic(username: unknown, password: unknown): Parsed<string> {
  if (typeof username !== "string" || typeof password !== "string" || username === "") {
    return fail("needs a username and a password");
  }
  if (username.includes(":")) return fail("must have no colon in the username");
  const pair = `${username}:${password}`;
  if (/\p{Cc}/u.test(pair) || pair.length > MAX_CREDENTIAL) {
    return fail(`must have no control characters and at most ${MAX_CREDENTIAL} characters`);
  }
  return ok(`Basic ${Buffer.from(pair, "utf8").toString("base64")}`);
}

function bearer(token: unknown): Parsed<string> {
  if (typeof token !== "string" || token === "") return fail("needs a token");
  return /^[\x21-\x7e]+$/.test(token) && token.length <= MAX_CREDENTIAL
    ? ok(`Bearer ${token}`)
    : fail(`must have a token of printable characters without spaces, at most ${MAX_CREDENTIAL}`);
}

function parseFlag(value: unknown): Parsed<boolean> {
  if (value === true || value === 1) return ok(true);
  if (value === false || value === 0) return ok(false);
  return fail("must be true or false");
}
