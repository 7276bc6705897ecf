/**
 * From rendered fields to what a gateway is handed, channel by channel, with the checks that only the rendered text
 * can be put to: senders, line breaks in headers, empty texts. A refusal is a sentence for people.
 */
import { fail, ok, type Result } from "../base/result.ts";
import { parseEmail } from "./address.ts";
import type { FieldValue } from "./campaign-fields.ts";
import { type ChannelName, channelName, type MessageType } from "./channel.ts";
import type { Content, EmailContent, Mailbox, PushContent, SmsContent, WebhookContent } from "./content.ts";

export interface RenderedFields {
  /** The fields as they are stored: flags, choices. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** Rendered templates by field. */
  readonly text: Map<string, string>;
  /** Rendered lists of pairs by field. */
  readonly pairs: Map<string, Record<string, string>>;
}

export function buildContent(
  type: MessageType,
  rendered: RenderedFields,
  defaultFrom: string,
): Result<Content, string> {
  switch (type) {
    case 7:
      return buildEmail(rendered, defaultFrom);
    case 8:
      return buildWebhook(rendered);
    case 9:
      return buildSms(rendered);
    default:
      return buildPush(channelName(type), rendered);
  }
}

const textOf = (rendered: RenderedFields, name: string): string => rendered.text.get(name) ?? "";

/** A header is one line: what a value smuggles in becomes a space (RFC 5322 2.2; header injection). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go
const BREAKS = /[\u0000-\u001f\u007f\u2028\u2029]+/g;
/** Bidirectional controls can make a subject or sender read as something else. */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g;
const line = (text: string): string => text.replace(BREAKS, " ").replace(BIDI, "").trim();

function buildEmail(rendered: RenderedFields, defaultFrom: string): Result<EmailContent, string> {
  const from = mailbox(textOf(rendered, "email_from") || defaultFrom, textOf(rendered, "email_from_name"));
  if (!from.ok) return fail(`Invalid sender: the from address ${from.error}.`);
  const replyAddress = textOf(rendered, "email_reply_to");
  const replyTo = replyAddress === "" ? null : mailbox(replyAddress, textOf(rendered, "email_reply_to_name"));
  if (replyTo?.ok === false) return fail(`The reply-to address ${replyTo.error}.`);
  const html = withPreheader(textOf(rendered, "email_html"), textOf(rendered, "email_preheader"));
  const text = textOf(rendered, "email_text");
  if (html.trim() === "" && text.trim() === "") return fail("The email has no content.");
  return ok({
    channel: "email",
    from: from.value,
    replyTo: replyTo?.value ?? null,
    subject: line(textOf(rendered, "email_subject")),
    html,
    text,
    headers: {},
  });
}

function mailbox(address: string, name: string): Result<Mailbox, string> {
  const parsed = parseEmail(address.trim());
  return parsed.ok ? ok({ address: parsed.value.address, name: line(name) }) : fail(parsed.error);
}

/** The text that a mail client shows beside the subject: hidden at the start of the body. */
function withPreheader(html: string, preheader: string): string {
  if (html === "" || preheader === "") return html;
  const hidden = `<div style="display:none;max-height:0;overflow:hidden">${preheader}</div>`;
  const body = /<body[^>]*>/i.exec(html);
  if (body === null) return hidden + html;
  const at = body.index + body[0].length;
  return html.slice(0, at) + hidden + html.slice(at);
}

/** Seed: "from names must be between 3 and 11 characters long". A full telephone number may be 15 digits (E.164). */
const FROM_NAME = /^[\x20-\x7e]{3,11}$/;
const FROM_NUMBER = /^\+?[0-9]{3,15}$/;

function buildSms(rendered: RenderedFields): Result<SmsContent, string> {
  const from = line(textOf(rendered, "sms_from"));
  if (from !== "" && !FROM_NAME.test(from) && !FROM_NUMBER.test(from)) {
    return fail("Invalid sender: from names must be between 3 and 11 characters long.");
  }
  const text = textOf(rendered, "sms_text");
  return text.trim() === "" ? fail("The text is empty.") : ok({ channel: "sms", from, text });
}

function buildPush(channel: ChannelName, rendered: RenderedFields): Result<PushContent, string> {
  const text = textOf(rendered, "push_text");
  if (text.trim() === "") return fail("The text is empty.");
  return ok({
    channel: channel as PushContent["channel"],
    title: textOf(rendered, "push_title"),
    text,
    icon: textOf(rendered, "push_icon"),
    picture: textOf(rendered, "push_picture"),
    url: textOf(rendered, "url"),
    requireInteraction: rendered.fields.push_require_interaction === 1,
    payload: rendered.pairs.get("payload_add") ?? {},
  });
}

const BODY_TYPES: Readonly<Record<string, string>> = {
  json: "application/json",
  form: "application/x-www-form-urlencoded",
  raw: "text/plain; charset=utf-8",
};

function buildWebhook(rendered: RenderedFields): Result<WebhookContent, string> {
  const { fields } = rendered;
  const bodyType = String(fields.webhook_body_type ?? "json");
  const method = (fields.webhook_method ?? "POST") as WebhookContent["method"];
  const body = textOf(rendered, "webhook_body");
  const url = textOf(rendered, "webhook_url").trim();
  if (url === "" || /\s/.test(url)) return fail("The webhook's address is not a URL.");
  const headers = Object.fromEntries(
    Object.entries(rendered.pairs.get("webhook_headers") ?? {}).map(([name, value]) => [name, line(value)]),
  );
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
  const type = BODY_TYPES[bodyType];
  if (!hasType && type !== undefined && method !== "GET") headers["content-type"] = type;
  if (bodyType !== "query") return ok({ channel: "webhook", url, method, headers, body });
  const joined = body === "" ? url : `${url}${url.includes("?") ? "&" : "?"}${body}`;
  return ok({ channel: "webhook", url: joined, method, headers, body: "" });
}
