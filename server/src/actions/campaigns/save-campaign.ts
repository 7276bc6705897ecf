/** Creates and edits campaigns: checks the model and its templates, stores a frozen version. */
import { AppError } from "../../base/errors.ts";
import { type FieldErrors, fail, ok, type Result } from "../../base/result.ts";
import {
  applyPatch,
  type CampaignContent,
  EMPTY_CONTENT,
  missingContent,
  saysTheSame,
} from "../../domain/campaign-content.ts";
import { type CampaignInput, mergeCampaign, parseCampaign } from "../../domain/campaign-model.ts";
import { CAMPAIGN_STATES, campaignStateName, moveCampaign } from "../../domain/campaign-state.ts";
import { templateFaults } from "../../domain/template-check.ts";
import {
  type CampaignChange,
  type CampaignRow,
  findCampaignForUpdate,
  insertCampaign,
  listCampaignsById,
  updateCampaign,
  updateCampaignState,
} from "../../store/campaigns.ts";
import { inProject, type Tx } from "../../store/db.ts";
import type { Context } from "../context.ts";
import { readContent } from "../executions/content-cache.ts";
import { admitEditor, auditSave, type Editor, refuseMove } from "./campaign-editor.ts";
import { changesEmail, preparedInput } from "./email-content.ts";
import { haltCampaign } from "./halt-campaign.ts";

type Body = Readonly<Record<string, unknown>>;

export interface Save {
  readonly body: Body;
  /** As the audit trail names them; null for what the platform makes itself. */
  readonly author: string | null;
  /** Set where a person in the dashboard saves. */
  readonly editor?: Editor;
}

/** @throws AppError invalid with the errors by field. */
export async function createCampaign(
  context: Context,
  projectId: number,
  { body, author, editor }: Save,
): Promise<CampaignRow> {
  const message = "Campaign is not created";
  const campaign = await readNewCampaign(body, { message, isEditor: editor !== undefined });
  refuse(contentErrors(campaign.content, campaign.isLive), message);
  refuseTrigger(campaign.trigger, campaign.isLive, message);
  const nowMs = context.clock.now();
  if (campaign.isLive) refuseEnded(campaign.content, { nowMs, message });
  return await inProject(context.app, projectId, async (tx) => {
    const row = await addCampaign(tx, projectId, { ...campaign, author, nowMs });
    const after = { title: row.title, version: 1 };
    await auditSave(tx, projectId, { editor, nowMs, id: row.id, action: "campaign.create", after });
    return row;
  });
}

export interface NewCampaign {
  readonly title: string;
  readonly trigger: number;
  readonly content: CampaignContent;
  readonly isLive: boolean;
}

/**
 * @param isEditor an editor saves what is not complete, never launches by saving, and makes API-triggered campaigns.
 * @throws AppError invalid with the errors by field.
 */
export async function readNewCampaign(
  body: Body,
  { message, isEditor = false }: { message: string; isEditor?: boolean },
): Promise<NewCampaign> {
  const read = parsed(parseCampaign(body, { creating: true, allowIncomplete: isEditor }), message);
  if (isEditor) refuseMove(read, CAMPAIGN_STATES.draft);
  const input = await preparedInput(read, EMPTY_CONTENT, message);
  return {
    title: input.title ?? "",
    trigger: input.trigger ?? (isEditor ? API_TRIGGERED : 0),
    content: applyPatch(EMPTY_CONTENT, input.patch),
    isLive: input.active === true,
  };
}

export async function addCampaign(
  tx: Tx,
  projectId: number,
  campaign: NewCampaign & { readonly author: string | null; readonly nowMs: number },
): Promise<CampaignRow> {
  const id = await insertCampaign(tx, projectId, {
    title: campaign.title,
    trigger: campaign.trigger,
    state: campaign.isLive ? CAMPAIGN_STATES.live : CAMPAIGN_STATES.draft,
    content: JSON.stringify(campaign.content),
    endTimeMs: endTimeOf(campaign.content),
    author: campaign.author,
    nowMs: campaign.nowMs,
  });
  return await get(tx, projectId, id);
}

/** @throws AppError not_found, invalid, conflict. Calls accepted before keep the version that they were accepted with. */
export async function editCampaign(
  context: Context,
  projectId: number,
  { id, body, author, editor }: Save & { readonly id: number },
): Promise<CampaignRow> {
  const message = "Campaign is not updated";
  const read = parsed(parseCampaign(body, { creating: false }), message);
  const input = changesEmail(read)
    ? await preparedInput(read, await storedContent(context, projectId, id), message)
    : read;
  const nowMs = context.clock.now();
  return await inProject(context.app, projectId, async (tx) => {
    const row = await findCampaignForUpdate(tx, projectId, id);
    if (row === null) throw new AppError("not_found");
    if (editor !== undefined) await admitEditor(tx, { row, input, editor });
    const change = changeOf(row, input, { isEditor: editor !== undefined, nowMs, message });
    // An editor that saves by itself must not make a campaign look as if somebody had worked on it.
    if (editor !== undefined && change.content === null) return row;
    await updateCampaign(tx, projectId, { id, author, nowMs, ...change });
    await moveIfAsked(tx, projectId, { row, input, author, nowMs });
    const [before, after] = [row, change].map(({ title, version }) => ({ title, version }));
    await auditSave(tx, projectId, { editor, nowMs, id, action: "campaign.update", before, after });
    return await get(tx, projectId, id);
  });
}

/** As it is before the row is locked: it decides only whether CSS is to be inlined. */
async function storedContent(context: Context, projectId: number, id: number): Promise<CampaignContent> {
  const [row] = await inProject(context.app, projectId, (tx) => listCampaignsById(tx, projectId, [id]));
  if (row === undefined) throw new AppError("not_found");
  return readContent(row.content);
}

/** What an update writes. Whatever changes, title and trigger too, makes a version: it is what edits are compared by. */
function changeOf(
  row: CampaignRow,
  input: CampaignInput,
  { isEditor, nowMs, message }: { isEditor: boolean; nowMs: number; message: string },
): Pick<CampaignChange, "title" | "trigger" | "version" | "content" | "endTimeMs"> {
  const isLive = input.active ?? row.state === CAMPAIGN_STATES.live;
  const allowIncomplete = isEditor && row.state === CAMPAIGN_STATES.draft;
  const before = readContent(row.content);
  const content = parsed(mergeCampaign(before, input, { allowIncomplete }), message);
  const title = input.title ?? row.title;
  const trigger = input.trigger ?? row.trigger;
  refuse(contentErrors(content, isLive), message);
  const isLiveAlready = row.state === CAMPAIGN_STATES.live && trigger === row.trigger;
  refuseTrigger(trigger, isLive && !isLiveAlready, message);
  if (isLive) refuseEnded(content, { nowMs, message });
  const isChanged = !saysTheSame(before, content) || title !== row.title || trigger !== row.trigger;
  return {
    title,
    trigger,
    version: isChanged ? row.version + 1 : row.version,
    content: isChanged ? JSON.stringify(content) : null,
    endTimeMs: endTimeOf(content),
  };
}

/** When a live campaign becomes a past one by itself, in unix ms. */
function endTimeOf({ settings }: CampaignContent): number | null {
  const { end_time: seconds } = settings;
  return typeof seconds === "number" ? seconds * 1000 : null;
}

/** @throws AppError invalid for a campaign that would be over as soon as it is live. */
export function refuseEnded(content: CampaignContent, at: { nowMs: number; message: string }): void {
  const endMs = endTimeOf(content);
  if (endMs === null || endMs > at.nowMs) return;
  refuse({ end_time: ["End Time is over: set a later one, or none."] }, at.message);
}

async function moveIfAsked(
  tx: Tx,
  projectId: number,
  at: { row: CampaignRow; input: CampaignInput; author: string | null; nowMs: number },
): Promise<void> {
  const { row, input, author, nowMs } = at;
  const isLive = row.state === CAMPAIGN_STATES.live;
  if (input.active === null || input.active === isLive) return;
  const state = moveCampaign(row.state, input.active ? "start" : "stop");
  if (state === null) {
    throw new AppError("conflict", {
      message: `Campaign is not updated: it is ${campaignStateName(row.state)}.`,
    });
  }
  await updateCampaignState(tx, projectId, { id: row.id, state, author, nowMs });
  if (!input.active) await haltCampaign(tx, projectId, { campaignId: row.id, nowMs });
}

/** What keeps this content from being saved, or from going live. */
export function contentErrors(content: CampaignContent, isLive: boolean): FieldErrors {
  const errors = templateFaults(content);
  return { ...errors, ...(isLive ? liveErrors(content) : {}), ...unbuiltErrors(content) };
}

function liveErrors(content: CampaignContent): FieldErrors {
  const errors = missingContent(content);
  if (content.channels.length > 0) return errors;
  return { ...errors, channels: ["Channels cannot be blank: switch at least one on."] };
}

/** What a draft that can be saved still lacks to go live. */
export const launchErrors = (content: CampaignContent, trigger: number): FieldErrors => ({
  ...liveErrors(content),
  ...(trigger === API_TRIGGERED ? {} : { trigger: [TRIGGER_SENTENCE] }),
});

/**
 * Fields of the model that nothing acts on yet. Taking them in silence would send to people whom the owner left out,
 * or leave out what the owner counts on.
 */
const UNBUILT: Readonly<Record<string, string>> = {
  conditions: "Conditions are not evaluated by this version of Carillon, so it takes none.",
  postback_url: "Postback Url is not served by this version of Carillon; make a webhook connection instead.",
  postback_events:
    "Postback Events are not served by this version of Carillon; make a webhook connection instead.",
  webhook_connections: "Webhook Connections of a campaign are not told apart by this version of Carillon.",
};

export function unbuiltErrors(content: CampaignContent): FieldErrors {
  const errors: FieldErrors = {};
  for (const [name, sentence] of Object.entries(UNBUILT)) {
    if (!isEmpty(content.settings[name])) errors[name] = [sentence];
  }
  if (content.messages[7]?.email_unsubscribe_header === 1) {
    errors.email_unsubscribe_header = [
      "Email Unsubscribe Header needs an unsubscribe page, which this version lacks.",
    ];
  }
  return errors;
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0);

/** What goes live waits for calls of the API; a campaign with trigger 0 goes live with its send. */
export function refuseTrigger(trigger: number, isLive: boolean, message: string): void {
  if (!isLive || trigger === API_TRIGGERED) return;
  refuse({ trigger: [TRIGGER_SENTENCE] }, message);
}

const TRIGGER_SENTENCE =
  "Trigger must be 3 (API) for a campaign that goes live by itself; with trigger 0 send/campaign and " +
  "schedule/campaign put it live.";

export const API_TRIGGERED = 3;

function parsed<T>(result: Result<T, FieldErrors>, message: string): T {
  if (!result.ok) throw new AppError("invalid", { message, errors: result.error });
  return result.value;
}

export function refuse(errors: FieldErrors, message: string): void {
  parsed(Object.keys(errors).length === 0 ? ok(null) : fail(errors), message);
}

async function get(tx: Tx, projectId: number, id: number): Promise<CampaignRow> {
  const [row] = await listCampaignsById(tx, projectId, [id]);
  if (row === undefined) throw new AppError("not_found");
  return row;
}
