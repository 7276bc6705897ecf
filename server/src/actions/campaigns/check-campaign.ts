/** Looks at a campaign while somebody types: every fault with its place, the contract, what a text will cost. */
import type { FieldErrors } from "../../base/result.ts";
import { type CampaignContent, contentFaults } from "../../domain/campaign-content.ts";
import { MESSAGE_TYPES, type MessageType } from "../../domain/channel.ts";
import { compileCampaign } from "../../domain/compiled-campaign.ts";
import { exampleParams } from "../../domain/param-examples.ts";
import { type ParamsContract, paramsContract } from "../../domain/params-contract.ts";
import { renderRequest } from "../../domain/render-request.ts";
import { type SmsParts, smsParts } from "../../domain/sms-parts.ts";
import {
  checkTemplates,
  type FoundFault,
  type FoundUse,
  faultsByField,
} from "../../domain/template-check.ts";
import { type CampaignRow, listCampaignsById } from "../../store/campaigns.ts";
import type { Db } from "../../store/db.ts";
import { listAttributes } from "../../store/profiles.ts";
import type { Context } from "../context.ts";
import { readContent } from "../executions/content-cache.ts";
import { API_TRIGGERED, launchErrors, unbuiltErrors } from "./save-campaign.ts";
import { readTrial, trialTypes } from "./trial-content.ts";

export interface TemplateFaultView {
  readonly field: string;
  readonly message_type: MessageType;
  /** The variant's; null for the message's own. */
  readonly language: string | null;
  readonly line: number;
  readonly column: number;
  readonly source_line: FoundFault["sourceLine"];
  readonly message: string;
  readonly suggestion: FoundFault["suggestion"];
}

export interface CampaignCheck {
  /** What keeps it from being saved. */
  readonly errors: FieldErrors;
  /** What more keeps it from going live. */
  readonly launch_errors: FieldErrors;
  readonly templates: readonly TemplateFaultView[];
  readonly params_contract: ParamsContract;
  /** A value for every name that the templates read: for previews before anybody has passed one. */
  readonly example_params: Readonly<Record<string, unknown>>;
  /** Of the text with example values; null without one. `is_example`: real values may change it. */
  readonly sms: (SmsParts & { readonly text: string; readonly is_example: boolean }) | null;
}

/** Nothing is saved. @throws AppError not_found */
export async function checkCampaign(
  context: Context,
  projectId: number,
  body: Readonly<Record<string, unknown>>,
): Promise<CampaignCheck> {
  const trial = await readTrial(context, projectId, body);
  const { content, attributes, trigger } = trial;
  // Templates of channels that are still off are being written too; they are not asked for in a call.
  const { faults, uses } = checkTemplates(content, MESSAGE_TYPES);
  const wanted = new Set(trialTypes(content));
  const used: readonly FoundUse[] = uses.filter((use) => wanted.has(use.messageType));
  const isApiTriggered = trigger === API_TRIGGERED;
  const contract = paramsContract(used, { attributes, isApiTriggered });
  const isSaved = (fault: FoundFault) => content.channels.includes(fault.messageType);
  return {
    errors: {
      ...contentFaults(content),
      ...faultsByField(faults.filter(isSaved)),
      ...unbuiltErrors(content),
      ...trial.errors,
    },
    launch_errors: launchErrors(content, trigger),
    templates: distinct(faults.map(viewFault)),
    params_contract: contract,
    example_params: exampleParams(contract, "all"),
    sms: smsOf(content, { contract, nowMs: context.clock.now() }),
  };
}

const viewFault = (fault: FoundFault): TemplateFaultView => ({
  field: fault.field,
  message_type: fault.messageType,
  language: fault.language,
  line: fault.line,
  column: fault.column,
  source_line: fault.sourceLine,
  message: fault.message,
  suggestion: fault.suggestion,
});

/** One text of several push messages is wrong once. */
function distinct(faults: readonly TemplateFaultView[]): TemplateFaultView[] {
  const keyOf = ({ message_type: _type, ...rest }: TemplateFaultView) => JSON.stringify(rest);
  return [...new Map(faults.toReversed().map((fault) => [keyOf(fault), fault])).values()].toReversed();
}

const SMS = 9;

function smsOf(
  content: CampaignContent,
  { contract, nowMs }: { contract: ParamsContract; nowMs: number },
): CampaignCheck["sms"] {
  const fields = content.messages[SMS];
  if (typeof fields?.sms_text !== "string") return null;
  const compiled = compileCampaign(JSON.stringify({ channels: [SMS], messages: { [SMS]: fields } }), null);
  const callParams = exampleParams(contract, "all");
  const request = renderRequest({ targetParams: null, callParams, profile: null, nowMs, defaultFrom: "" });
  const rendered = compiled.renderFields(SMS, request);
  const text = rendered.ok ? rendered.value.text.get("sms_text") : undefined;
  if (text === undefined) return null;
  return { ...smsParts(text), text, is_example: text !== fields.sms_text };
}

/** The contract of a stored campaign. */
export async function contractOf(db: Db, projectId: number, row: CampaignRow): Promise<ParamsContract> {
  const content = readContent(row.content);
  const attributes = await listAttributes(db, projectId);
  const { uses } = checkTemplates(content, trialTypes(content));
  return paramsContract(uses, { attributes, isApiTriggered: row.trigger === API_TRIGGERED });
}

/** By id, null when it is not there. */
export async function findContract(
  db: Db,
  projectId: number,
  id: number,
): Promise<{ row: CampaignRow; contract: ParamsContract } | null> {
  const [row] = await listCampaignsById(db, projectId, [id]);
  return row === undefined ? null : { row, contract: await contractOf(db, projectId, row) };
}
