/** A rendered message as a preview shows it, also where the channel's rules would refuse to send it. */
import type { FieldValue } from "./campaign-fields.ts";
import { type ChannelName, channelName, type MessageType } from "./channel.ts";
import type { Content } from "./content.ts";
import type { RenderedFields } from "./message-content.ts";
import { smsParts } from "./sms-parts.ts";
import { webhookRequest } from "./webhook-request.ts";

export type Shown = Readonly<Record<string, unknown>>;

/** What stands where the message's own id will make the key. */
const EXAMPLE_KEY = "(one key for each message)";

export function shownContent(content: Content): Shown {
  switch (content.channel) {
    case "sms":
      return { from: content.from, ...shownText(content.text) };
    case "email":
      return {
        subject: content.subject,
        from: content.from.address,
        from_name: content.from.name,
        reply_to: content.replyTo?.address ?? "",
        html: content.html,
        text: content.text,
      };
    case "webhook":
      return { body: "", ...webhookRequest(content, EXAMPLE_KEY) };
    default: {
      const { title, text, icon, picture, url, payload } = content;
      return { title, text, icon, picture, url, payload };
    }
  }
}

function shownText(text: string): Shown {
  const { parts, encoding, characters, units } = smsParts(text);
  return { text, parts, encoding, length: characters, units };
}

const NAMES: Readonly<Record<"sms" | "email" | "webhook" | "push", Readonly<Record<string, string>>>> = {
  sms: { from: "sms_from" },
  email: {
    subject: "email_subject",
    from: "email_from",
    from_name: "email_from_name",
    reply_to: "email_reply_to",
    html: "email_html",
    text: "email_text",
  },
  webhook: { url: "webhook_url", body: "webhook_body" },
  push: { title: "push_title", text: "push_text", icon: "push_icon", picture: "push_picture", url: "url" },
};

const isNamed = (name: ChannelName): name is "sms" | "email" | "webhook" => Object.hasOwn(NAMES, name);

/** The texts of a message that cannot be sent as it is. */
export function shownFields(type: MessageType, { text, pairs, fields }: RenderedFields): Shown {
  const name = channelName(type);
  const wanted = NAMES[isNamed(name) ? name : "push"];
  const shown = Object.fromEntries(
    Object.entries(wanted).map(([key, field]) => [key, text.get(field) ?? ""]),
  );
  if (name === "sms") return { ...shown, ...shownText(text.get("sms_text") ?? "") };
  if (name !== "webhook") return shown;
  const method: FieldValue = fields.webhook_method ?? "POST";
  return { ...shown, method, headers: pairs.get("webhook_headers") ?? {} };
}

/** More parts than any operator's customers expect of one message; each is paid for. */
const MANY_PARTS = 10;

/** What is not forbidden and still hardly meant. */
export function contentProblems(content: Content): string[] {
  if (content.channel === "sms") {
    const { parts } = smsParts(content.text);
    return parts > MANY_PARTS ? [`The text takes ${parts} parts, and each is paid for.`] : [];
  }
  if (content.channel !== "webhook" || content.body === "") return [];
  const type = Object.entries(content.headers).find(([name]) => name.toLowerCase() === "content-type");
  const isJson = type?.[1].startsWith("application/json") ?? false;
  return isJson && !parses(content.body) ? ["The body is not valid JSON."] : [];
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
