/**
 * An email's HTML from what its author works on: MJML is compiled and CSS inlined when a campaign is saved, before
 * its transaction. The source stays beside the result, and HTML that is given without MJML takes the source's place.
 */
import { compileMjml, inlineCss, type Markup } from "../../base/email-markup.ts";
import { AppError } from "../../base/errors.ts";
import type { CampaignContent, ContentPatch } from "../../domain/campaign-content.ts";
import type { FieldValue } from "../../domain/campaign-fields.ts";
import type { CampaignInput } from "../../domain/campaign-model.ts";

const EMAIL = 7;

type Change = NonNullable<ReturnType<ContentPatch["messages"]["get"]>>;

/** Does the change speak of an email, so that what is stored matters to `preparedInput`? */
export const changesEmail = ({ patch }: CampaignInput): boolean => patch.messages.has(EMAIL);

/** The input with the HTML that is to be stored. @throws AppError invalid with the lines that are wrong. */
export async function preparedInput(
  input: CampaignInput,
  stored: CampaignContent,
  message: string,
): Promise<CampaignInput> {
  const change = input.patch.messages.get(EMAIL);
  if (change === undefined) return input;
  const prepared = await preparedChange(change, stored.messages[EMAIL] ?? {}, message);
  const messages = new Map(input.patch.messages).set(EMAIL, prepared);
  return { ...input, patch: { ...input.patch, messages } };
}

async function preparedChange(
  change: Change,
  held: Readonly<Record<string, FieldValue>>,
  message: string,
): Promise<Change> {
  const { email_mjml: mjml, email_html: given } = change;
  if (typeof mjml === "string") {
    const markup = await compileMjml(mjml);
    return { ...change, email_html: textOf(markup, { field: "email_mjml", message }) };
  }
  const isReplaced = mjml === undefined && typeof given === "string";
  const next: Change = isReplaced ? { ...change, email_mjml: null } : change;
  const after = { ...held, ...next };
  const html = after.email_html;
  const isDone = held.email_inline_css === 1 && held.email_html === html;
  // MJML has inlined its own.
  const isMjml = typeof after.email_mjml === "string";
  if (after.email_inline_css !== 1 || typeof html !== "string" || isMjml || isDone) return next;
  return { ...next, email_html: textOf(await inlineCss(html), { field: "email_html", message }) };
}

/** One sentence a fault, as refusals by field carry them. */
export const markupSentences = ({ errors }: Markup, label: string): string[] =>
  errors.map(({ line, message }) =>
    line === 0 ? `${label}: ${message}` : `${label}, line ${line}: ${message}`,
  );

const LABELS = { email_mjml: "Email Mjml", email_html: "Email Html" } as const;

function textOf(markup: Markup, at: { field: keyof typeof LABELS; message: string }): string {
  if (markup.errors.length === 0) return markup.text;
  const errors = { [at.field]: markupSentences(markup, LABELS[at.field]) };
  throw new AppError("invalid", { message: at.message, errors });
}
