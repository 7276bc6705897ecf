/**
 * An email's HTML from what its author works on: MJML is compiled and CSS inlined when a campaign is saved. The
 * source stays beside the result, and HTML that is given without MJML takes the source's place.
 */
import { compileMjml, type InlineCss, loadInliner } from "../../base/email-markup.ts";
import { AppError } from "../../base/errors.ts";
import type { CampaignContent, ContentPatch, MessageFields } from "../../domain/campaign-content.ts";
import type { CampaignInput } from "../../domain/campaign-model.ts";

const EMAIL = 7;

/** Loaded once; null until an email is saved for the first time. */
let inlineCss: InlineCss | null = null;

/** The input with HTML for its MJML. @throws AppError invalid with the lines that are wrong. */
export async function preparedInput(input: CampaignInput, message: string): Promise<CampaignInput> {
  const change = input.patch.messages.get(EMAIL);
  if (change === undefined) return input;
  inlineCss ??= await loadInliner();
  const { email_mjml: mjml, email_html: html } = change;
  if (typeof mjml !== "string") {
    const isReplaced = mjml === undefined && typeof html === "string";
    return isReplaced ? withEmail(input, { ...change, email_mjml: null }) : input;
  }
  const compiled = await compileMjml(mjml);
  if (compiled.errors.length > 0) {
    const lines = compiled.errors.map((error) => `Email Mjml, line ${error.line}: ${error.message}`);
    throw new AppError("invalid", { message, errors: { email_mjml: lines } });
  }
  return withEmail(input, { ...change, email_html: compiled.html });
}

type Change = NonNullable<ReturnType<ContentPatch["messages"]["get"]>>;

function withEmail(input: CampaignInput, change: Change): CampaignInput {
  const messages = new Map(input.patch.messages).set(EMAIL, change);
  return { ...input, patch: { ...input.patch, messages } };
}

/** The content with its CSS inlined, where the campaign asks for it and the HTML is new. MJML has done so itself. */
export function preparedContent(before: CampaignContent, content: CampaignContent): CampaignContent {
  const email = content.messages[EMAIL];
  if (email === undefined || inlineCss === null || !isToBeInlined(email)) return content;
  const held = before.messages[EMAIL];
  const isSame = held?.email_html === email.email_html && held?.email_inline_css === 1;
  if (isSame) return content;
  const html = inlineCss(String(email.email_html));
  return { ...content, messages: { ...content.messages, [EMAIL]: { ...email, email_html: html } } };
}

const isToBeInlined = (email: MessageFields): boolean =>
  email.email_inline_css === 1 && email.email_mjml === undefined && typeof email.email_html === "string";
