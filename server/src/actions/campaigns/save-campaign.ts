/** create/campaign and update/campaign: checks the model and its templates, stores a frozen version. */
import { AppError } from "../../base/errors.ts";
import { type FieldErrors, fail, ok, type Result } from "../../base/result.ts";
import { type CampaignContent, missingContent } from "../../domain/campaign-content.ts";
import { type CampaignInput, mergeCampaign, parseCampaign } from "../../domain/campaign-model.ts";
import { CAMPAIGN_STATES, campaignStateName, moveCampaign } from "../../domain/campaign-state.ts";
import { templateFaults } from "../../domain/compiled-campaign.ts";
import {
  type CampaignRow,
  findCampaignForUpdate,
  insertCampaign,
  listCampaignsById,
  notifyStop,
  updateCampaign,
  updateCampaignState,
} from "../../store/campaigns.ts";
import { inProject, type Tx } from "../../store/db.ts";
import type { Context } from "../context.ts";
import { readContent } from "../executions/content-cache.ts";

type Body = Readonly<Record<string, unknown>>;

/** @throws AppError invalid with the errors by field. */
export async function createCampaign(context: Context, projectId: number, body: Body): Promise<CampaignRow> {
  const message = "Campaign is not created";
  const campaign = readNewCampaign(body, message);
  refuse(contentErrors(campaign.content, campaign.isLive), message);
  refuseTrigger(campaign.trigger, campaign.isLive, message);
  const nowMs = context.clock.now();
  return await inProject(context.app, projectId, (tx) => addCampaign(tx, projectId, { ...campaign, nowMs }));
}

export interface NewCampaign {
  readonly title: string;
  readonly trigger: number;
  readonly content: CampaignContent;
  readonly isLive: boolean;
}

/** @throws AppError invalid with the errors by field. */
export function readNewCampaign(body: Body, message: string): NewCampaign {
  const input = parsed(parseCampaign(body, { creating: true }), message);
  return {
    title: input.title ?? "",
    trigger: input.trigger ?? 0,
    content: input.content as CampaignContent,
    isLive: input.active === true,
  };
}

export async function addCampaign(
  tx: Tx,
  projectId: number,
  campaign: NewCampaign & { readonly nowMs: number },
): Promise<CampaignRow> {
  const id = await insertCampaign(tx, projectId, {
    title: campaign.title,
    trigger: campaign.trigger,
    state: campaign.isLive ? CAMPAIGN_STATES.live : CAMPAIGN_STATES.draft,
    content: JSON.stringify(campaign.content),
    endTimeMs: null,
    nowMs: campaign.nowMs,
  });
  return await get(tx, projectId, id);
}

/** @throws AppError not_found, invalid. Calls accepted before keep the version that they were accepted with. */
export async function editCampaign(
  context: Context,
  projectId: number,
  { id, body }: { id: number; body: Body },
): Promise<CampaignRow> {
  const input = parsed(parseCampaign(body, { creating: false }), "Campaign is not updated");
  const nowMs = context.clock.now();
  return await inProject(context.app, projectId, async (tx) => {
    const row = await findCampaignForUpdate(tx, projectId, id);
    if (row === null) throw new AppError("not_found");
    const before = readContent(row.content);
    const merged = parsed(mergeCampaign(before, input), "Campaign is not updated");
    const isLive = input.active ?? row.state === CAMPAIGN_STATES.live;
    refuse(contentErrors(merged, isLive), "Campaign is not updated");
    const trigger = input.trigger ?? row.trigger;
    const isLiveAlready = row.state === CAMPAIGN_STATES.live && trigger === row.trigger;
    refuseTrigger(trigger, isLive && !isLiveAlready, "Campaign is not updated");
    const stored = JSON.stringify(merged);
    const isChanged = stored !== row.content;
    await updateCampaign(tx, projectId, {
      id,
      title: input.title ?? row.title,
      trigger,
      version: isChanged ? row.version + 1 : row.version,
      content: isChanged ? stored : null,
      endTimeMs: row.endTime?.getTime() ?? null,
      nowMs,
    });
    await moveIfAsked(tx, projectId, { row, input, nowMs });
    return await get(tx, projectId, id);
  });
}

async function moveIfAsked(
  tx: Tx,
  projectId: number,
  { row, input, nowMs }: { row: CampaignRow; input: CampaignInput; nowMs: number },
): Promise<void> {
  const isLive = row.state === CAMPAIGN_STATES.live;
  if (input.active === null || input.active === isLive) return;
  const state = moveCampaign(row.state, input.active ? "start" : "stop");
  if (state === null) {
    throw new AppError("conflict", {
      message: `Campaign is not updated: it is ${campaignStateName(row.state)}.`,
    });
  }
  await updateCampaignState(tx, projectId, { id: row.id, state, nowMs });
  if (!input.active) await notifyStop(tx, projectId, row.id);
}

/** What keeps this content from being saved, or from going live. */
export function contentErrors(content: CampaignContent, isLive: boolean): FieldErrors {
  const errors: FieldErrors = { ...templateFaults(content) };
  if (isLive) {
    Object.assign(errors, missingContent(content));
    if (content.channels.length === 0)
      errors.channels = ["Channels cannot be blank: switch at least one on."];
  }
  return { ...errors, ...unbuiltErrors(content) };
}

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

function unbuiltErrors(content: CampaignContent): FieldErrors {
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
  refuse(
    {
      trigger: [
        "Trigger must be 3 (API) for a campaign that goes live by itself; with trigger 0 send/campaign and " +
          "schedule/campaign put it live.",
      ],
    },
    message,
  );
}

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
