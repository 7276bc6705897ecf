/**
 * What a campaign says and how: the frozen form that a version stores as JSON, the changes that bodies ask for, and
 * the checks that look at several fields at once. A channel without content cannot be switched on.
 */
import { canonicalJson } from "../base/canonical-json.ts";
import { type FieldErrors, Refusals } from "../base/result.ts";
import { type FieldValue, fieldNamed, type KeyValue } from "./campaign-fields.ts";
import { MESSAGE_TYPES, type MessageType } from "./channel.ts";
import { keyPath, sentence } from "./field-label.ts";
import { periodSeconds } from "./time.ts";

export type MessageFields = Readonly<Record<string, FieldValue>>;

/** Variants of a message's templates by language code; what a variant lacks is the message's own. */
export type Languages = Readonly<Record<string, Readonly<Record<string, FieldValue>>>>;

/** JSON-serialisable. A field that is not set is absent; flags are 0 and 1. */
export interface CampaignContent {
  /** The channels that are switched on, ascending. */
  readonly channels: readonly MessageType[];
  readonly messages: Readonly<Partial<Record<MessageType, MessageFields>>>;
  readonly languages: Readonly<Partial<Record<MessageType, Languages>>>;
  /** Fields of the whole campaign by their wire names: `retry_for`, `conditions`, `postback_url`, ... */
  readonly settings: Readonly<Record<string, FieldValue>>;
}

export const EMPTY_CONTENT: CampaignContent = Object.freeze({
  channels: [],
  messages: {},
  languages: {},
  settings: {},
});

/** A change of content: a name that is absent stays as it is, null clears. */
export interface ContentPatch {
  readonly channels: ReadonlyMap<MessageType, boolean>;
  readonly messages: ReadonlyMap<MessageType, Readonly<Record<string, FieldValue | null>>>;
  /** A whole set of variants replaces the set before. */
  readonly languages: ReadonlyMap<MessageType, Languages>;
  readonly settings: Readonly<Record<string, FieldValue | null>>;
}

function patched<T>(
  held: Readonly<Record<string, T>>,
  change: Readonly<Record<string, T | null>>,
): Record<string, T> {
  const next: Record<string, T> = { ...held };
  for (const [name, value] of Object.entries(change)) {
    if (value === null) delete next[name];
    else next[name] = value;
  }
  return next;
}

/** The content after a change. */
export function applyPatch(content: CampaignContent, patch: ContentPatch): CampaignContent {
  const messages: Partial<Record<MessageType, MessageFields>> = { ...content.messages };
  for (const [type, change] of patch.messages) {
    const fields = patched(messages[type] ?? {}, change);
    if (Object.keys(fields).length > 0) messages[type] = fields;
    else delete messages[type];
  }
  const languages: Partial<Record<MessageType, Languages>> = { ...content.languages };
  for (const [type, variants] of patch.languages) {
    if (Object.keys(variants).length > 0) languages[type] = variants;
    else delete languages[type];
  }
  const isOn = (type: MessageType) => patch.channels.get(type) ?? content.channels.includes(type);
  return {
    channels: MESSAGE_TYPES.filter(isOn),
    messages,
    languages,
    settings: patched(content.settings, patch.settings),
  };
}

/**
 * Do two contents say the same? What an editor sends back as it was shown names every field: a setting that is set to
 * its fallback is one that is not set.
 */
export const saysTheSame = (a: CampaignContent, b: CampaignContent): boolean =>
  canonicalJson(withoutFallbacks(a)) === canonicalJson(withoutFallbacks(b));

const withoutFallbacks = (content: CampaignContent) => ({
  ...content,
  settings: Object.fromEntries(
    Object.entries(content.settings).filter(([name, value]) => fieldNamed(name)?.fallback !== value),
  ),
});

interface Requirement {
  /** One of these must hold text. */
  readonly anyOf: readonly string[];
  /** The field that the refusal names. */
  readonly named: string;
}

// The seed's sample names the old field: `"errors": {"text": ["Text cannot be blank."]}`.
const PUSH_TEXT: readonly Requirement[] = [{ anyOf: ["push_text"], named: "text" }];

const REQUIRED: Readonly<Record<MessageType, readonly Requirement[]>> = {
  1: PUSH_TEXT,
  2: PUSH_TEXT,
  3: PUSH_TEXT,
  6: PUSH_TEXT,
  7: [
    { anyOf: ["email_subject"], named: "email_subject" },
    { anyOf: ["email_html", "email_text"], named: "email_html" },
  ],
  8: [{ anyOf: ["webhook_url"], named: "webhook_url" }],
  9: [{ anyOf: ["sms_text"], named: "sms_text" }],
};

/** What the channels that are switched on still lack to be sent by; no field when nothing. */
export function missingContent(content: CampaignContent): FieldErrors {
  const refusals = new Refusals();
  for (const type of content.channels) {
    const fields = content.messages[type] ?? {};
    for (const { anyOf, named } of REQUIRED[type]) {
      const isMissing = !anyOf.some((name) => !isBlank(fields[name]));
      if (isMissing && refusals.fields[named] === undefined)
        refusals.add(named, sentence(named, "cannot be blank"));
    }
  }
  const url = content.channels.includes(8) ? content.messages[8]?.webhook_url : undefined;
  if (typeof url === "string" && url.trim() !== "" && !CALLABLE.test(url))
    refusals.add("webhook_url", sentence("webhook_url", "must be an http or https URL"));
  return refusals.fields;
}

/** A template may make the scheme; one that stands there is known before anything is sent. */
const CALLABLE = /^(?:https?:\/\/|\{[{%#])/i;

const isBlank = (value: FieldValue | undefined): boolean => typeof value !== "string" || value.trim() === "";

// APNs takes 4 KB for the whole notification, FCM 4,000 bytes; the custom pairs alone must leave room below that.
const MAX_PAYLOAD_BYTES = 4_096;

/** Bytes of the JSON object that a push payload's pairs become. */
const payloadBytes = (pairs: readonly KeyValue[]): number =>
  Buffer.byteLength(JSON.stringify(Object.fromEntries(pairs.map(({ key, value }) => [key, value]))));

function payloadFaults(content: CampaignContent, refusals: Refusals): void {
  for (const type of MESSAGE_TYPES) {
    const pairs = content.messages[type]?.payload_add as readonly KeyValue[] | undefined;
    if (pairs === undefined || payloadBytes(pairs) <= MAX_PAYLOAD_BYTES) continue;
    if (refusals.fields.payload_add === undefined) {
      refusals.add("payload_add", sentence("payload_add", "must be at most 4 KB in all"));
    }
  }
}

interface Held {
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly path: string;
}

/** A count and its unit belong together: a count alone could be minutes or months. */
function periodFaults({ fields, path }: Held, name: string, refusals: Refusals): void {
  const count = fields[name];
  const unit = fields[`${name}_period`];
  if (count === undefined) return; // a unit alone means nothing and harms nobody
  const at = (part: string) => (path === "" ? part : keyPath(path, part));
  if (unit === undefined) {
    refusals.add(at(`${name}_period`), sentence(at(`${name}_period`), "cannot be blank"));
    return;
  }
  const seconds = periodSeconds(count, unit);
  if (seconds.ok) return;
  const field = at(seconds.error.part === "count" ? name : `${name}_period`);
  refusals.add(field, sentence(field, seconds.error.predicate));
}

/** What does not fit together in the content as a whole, whatever is switched on; no field when nothing. */
export function contentFaults(content: CampaignContent): FieldErrors {
  const refusals = new Refusals();
  payloadFaults(content, refusals);
  periodFaults({ fields: content.settings, path: "" }, "retry_for", refusals);
  periodFaults({ fields: content.messages[6] ?? {}, path: "messages.6" }, "inbox_expire_for", refusals);
  return refusals.fields;
}

/** The settings of a whole campaign, typed, with what applies where nothing is set. */
export interface CampaignSettings {
  /** How long delivery is tried; null leaves it to the platform. */
  readonly retrySeconds: number | null;
  readonly onUnknown: "retry" | "hold";
  /** In the segment's grammar; null narrows nothing. */
  readonly conditions: unknown;
  readonly isBroadcast: boolean;
  readonly promotionId: number | null;
  readonly locations: readonly number[];
  readonly tokens: readonly string[];
  readonly postbackUrl: string | null;
  readonly postbackEvents: readonly string[];
  readonly webhookConnections: readonly number[];
}

export function settingsOf({ settings }: CampaignContent): CampaignSettings {
  const retry = periodSeconds(settings.retry_for, settings.retry_for_period);
  return {
    retrySeconds: retry.ok ? retry.value : null,
    onUnknown: settings.on_unknown === "hold" ? "hold" : "retry",
    conditions: settings.conditions ?? null,
    isBroadcast: settings.broadcast === 1,
    promotionId: (settings.promotion_id as number | undefined) ?? null,
    locations: (settings.locations as readonly number[] | undefined) ?? [],
    tokens: (settings.tokenArray as readonly string[] | undefined) ?? [],
    postbackUrl: (settings.postback_url as string | undefined) ?? null,
    postbackEvents: (settings.postback_events as readonly string[] | undefined) ?? [],
    webhookConnections: (settings.webhook_connections as readonly number[] | undefined) ?? [],
  };
}
