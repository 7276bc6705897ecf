/**
 * create/campaign and update/campaign: a body in, a checked change out. Fields that belong to the platform (`id`,
 * `status`, times) are passed over, since callers send back what `info` showed them.
 */
import { type FieldErrors, fail, ok, Refusals, type Result } from "../base/result.ts";
import {
  applyPatch,
  type CampaignContent,
  type ContentPatch,
  contentFaults,
  EMPTY_CONTENT,
  missingContent,
} from "./campaign-content.ts";
import { readPatch } from "./campaign-patch.ts";
import { sentence } from "./field-label.ts";

/** What a body asks for. null: the body does not speak of it. */
export interface CampaignInput {
  /** Never null when creating. */
  readonly title: string | null;
  /** 0 scheduled, 1 location, 2 event, 3 API. */
  readonly trigger: number | null;
  /** Whether it should be live; moving it is the state machine's. */
  readonly active: boolean | null;
  readonly patch: ContentPatch;
  /** The new campaign's content when creating; null when updating, where `mergeCampaign` makes it. */
  readonly content: CampaignContent | null;
}

export interface ParseOptions {
  readonly creating: boolean;
  /** A draft in the editor may lack content until it goes live; a call of the API may not. */
  readonly allowIncomplete?: boolean;
}

/** Reads the body of create/campaign or update/campaign. */
export function parseCampaign(
  body: Readonly<Record<string, unknown>>,
  options: ParseOptions,
): Result<CampaignInput, FieldErrors> {
  const refusals = new Refusals();
  const { patch, identity } = readPatch(body, refusals);
  const isTitleBlank = identity.title === null || String(identity.title ?? "").trim() === "";
  const mustHaveTitle = options.creating || identity.title !== undefined;
  if (mustHaveTitle && isTitleBlank && refusals.fields.title === undefined) {
    refusals.add("title", sentence("title", "cannot be blank"));
  }
  const content = options.creating ? applyPatch(EMPTY_CONTENT, patch) : null;
  const errors = content === null ? refusals.fields : withContentFaults(refusals.fields, content, options);
  if (Object.keys(errors).length > 0) return fail(errors);
  return ok({
    title: typeof identity.title === "string" ? identity.title : null,
    trigger: typeof identity.trigger === "number" ? identity.trigger : null,
    active: identity.active === undefined ? null : identity.active === 1,
    patch,
    content,
  });
}

/** A field that is already refused is not refused again as missing. */
function withContentFaults(
  refused: FieldErrors,
  content: CampaignContent,
  options: Partial<ParseOptions>,
): FieldErrors {
  const isMisread = Object.keys(refused).length > 0;
  const missing = options.allowIncomplete === true || isMisread ? {} : missingContent(content);
  return { ...missing, ...contentFaults(content), ...refused };
}

/** The stored content after an update. */
export function mergeCampaign(
  stored: CampaignContent,
  input: CampaignInput,
  options: { readonly allowIncomplete?: boolean } = {},
): Result<CampaignContent, FieldErrors> {
  const content = applyPatch(stored, input.patch);
  const errors = withContentFaults({}, content, options);
  return Object.keys(errors).length > 0 ? fail(errors) : ok(content);
}
