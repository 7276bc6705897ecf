/** Which fields of a message are Twig templates, and how their placeholders are escaped. */
import type { MessageFields } from "./campaign-content.ts";
import { type Autoescape, messageFields } from "./campaign-fields.ts";
import type { MessageType } from "./channel.ts";

export interface TemplateField {
  readonly name: string;
  /** Lists of key and value (`payload_add`, `webhook_headers`) are templates in their values, not in their keys. */
  readonly isList: boolean;
  readonly autoescape: Autoescape;
}

/**
 * A webhook's body by its type. In JSON placeholders stand inside strings, so a value must not end one: the host
 * escapes as JSON.stringify does, without the quotes. In form and query bodies a value must not end its field.
 */
const BODY_ESCAPES: Readonly<Record<string, Autoescape>> = {
  json: "json",
  form: "url",
  query: "url",
  raw: false,
};

/** The template fields of a message type. `fields` is the message itself: a webhook's body type decides. */
export function templateFields(type: MessageType, fields: MessageFields = {}): TemplateField[] {
  return messageFields(type).flatMap(({ name, kind, autoescape }) => {
    if (autoescape === undefined) return [];
    const byBody =
      name === "webhook_body" ? BODY_ESCAPES[String(fields.webhook_body_type ?? "json")] : autoescape;
    return [{ name, isList: kind === "pairs" || kind === "headers", autoescape: byBody ?? autoescape }];
  });
}
