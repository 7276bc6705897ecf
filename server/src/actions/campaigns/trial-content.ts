/**
 * The content that a check or a preview is about: a stored campaign with the changes of a body that is not saved, or
 * the body alone. What cannot be read is told by field; the rest is looked at all the same.
 */

import { compileMjml } from "../../base/email-markup.ts";
import { AppError } from "../../base/errors.ts";
import { type FieldErrors, Refusals } from "../../base/result.ts";
import { applyPatch, type CampaignContent, EMPTY_CONTENT } from "../../domain/campaign-content.ts";
import { readPatch } from "../../domain/campaign-patch.ts";
import { MESSAGE_TYPES, type MessageType } from "../../domain/channel.ts";
import { isRecord, sentence } from "../../domain/field-label.ts";
import { parseId } from "../../domain/ids.ts";
import { type CampaignRow, listCampaignsById } from "../../store/campaigns.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { listAttributes } from "../../store/profiles.ts";
import type { Context } from "../context.ts";
import { readContent } from "../executions/content-cache.ts";
import { markupSentences } from "./email-content.ts";
import { API_TRIGGERED } from "./save-campaign.ts";

type Body = Readonly<Record<string, unknown>>;

export interface Trial {
  readonly content: CampaignContent;
  readonly trigger: number;
  readonly title: string;
  /** What of the body could not be read. */
  readonly errors: FieldErrors;
  readonly attributes: ReadonlyMap<string, string>;
  /** null for a campaign that is not stored yet. */
  readonly stored: CampaignRow | null;
}

const EMAIL = 7;

/** Fields may stand in the body itself or under `fields`. */
const fieldsOf = ({ fields, ...body }: Body): Body => (isRecord(fields) ? { ...body, ...fields } : body);

/** @throws AppError not_found for an id that is not here */
export async function readTrial(context: Context, projectId: number, body: Body): Promise<Trial> {
  const [stored, attributes] = await inProject(context.app, projectId, (tx) =>
    Promise.all([storedOf(tx, projectId, body.id), listAttributes(tx, projectId)]),
  );
  const refusals = new Refusals();
  const { patch, identity } = readPatch(fieldsOf(body), refusals);
  const patched = applyPatch(stored === null ? EMPTY_CONTENT : readContent(stored.content), patch);
  const { content, errors } = await withMarkup(patched, patch.messages.get(EMAIL)?.email_mjml);
  const title = identity.title === undefined ? (stored?.title ?? "") : String(identity.title ?? "");
  const blank = title.trim() === "" ? { title: [sentence("title", "cannot be blank")] } : {};
  return {
    content,
    title,
    trigger: typeof identity.trigger === "number" ? identity.trigger : (stored?.trigger ?? API_TRIGGERED),
    errors: { ...blank, ...errors, ...refusals.fields },
    attributes,
    stored,
  };
}

async function storedOf(tx: Tx, projectId: number, given: unknown): Promise<CampaignRow | null> {
  if (given === undefined || given === null) return null;
  const id = parseId(given);
  const [row] = id.ok ? await listCampaignsById(tx, projectId, [id.value]) : [];
  if (row === undefined) throw new AppError("not_found");
  return row;
}

/** New MJML is compiled as saving would do it. */
async function withMarkup(
  content: CampaignContent,
  mjml: unknown,
): Promise<{ content: CampaignContent; errors: FieldErrors }> {
  if (typeof mjml !== "string") return { content, errors: {} };
  const markup = await compileMjml(mjml);
  const lines = markupSentences(markup, "Email Mjml");
  const email = { ...content.messages[EMAIL], email_html: markup.text };
  return {
    content: { ...content, messages: { ...content.messages, [EMAIL]: email } },
    errors: lines.length > 0 ? { email_mjml: lines } : {},
  };
}

/** The messages that are switched on, or those with content while none is. */
export function trialTypes(content: CampaignContent): readonly MessageType[] {
  if (content.channels.length > 0) return content.channels;
  return MESSAGE_TYPES.filter((type) => content.messages[type] !== undefined);
}
