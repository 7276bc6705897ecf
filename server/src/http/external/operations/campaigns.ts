/** create, update, info, list, start and stop of campaigns. */
import { viewRow } from "../../../actions/campaigns/campaign-view.ts";
import { contractOf } from "../../../actions/campaigns/check-campaign.ts";
import { changeCampaignState } from "../../../actions/campaigns/move-campaign.ts";
import { createCampaign, editCampaign } from "../../../actions/campaigns/save-campaign.ts";
import { AppError } from "../../../base/errors.ts";
import { CAMPAIGN_FIELDS } from "../../../domain/campaign-fields.ts";
import type { CampaignMove } from "../../../domain/campaign-state.ts";
import { listCampaignsById } from "../../../store/campaigns.ts";
import { inProject } from "../../../store/db.ts";
import { CAMPAIGNS } from "../../../store/list-sources.ts";
import type { Answer } from "../envelope.ts";
import { readId, readListQuery, readPage, totalOf } from "../listing.ts";
import { type AnswerDoc, authorOf, type Call, type Operation, type Services } from "../operation.ts";
import { campaignAnswer, campaignProperties } from "./campaign-body.ts";
import { bodySchema, idSchema } from "./doc-schema.ts";
import { infoBody, type ListDoc, listBody } from "./list-body.ts";

/** A campaign's HTML in several languages passes the default limit. */
const BODY_LIMIT = 8 * 1_048_576;

const ID_BODY = bodySchema({ id: idSchema("The campaign.") }, ["id"]);
const CREATE_BODY = bodySchema(campaignProperties("create"), ["title"]);
const UPDATE_BODY = bodySchema({ id: idSchema("The campaign."), ...campaignProperties("update") }, ["id"]);

const LIST_DOC: ListDoc = {
  model: CAMPAIGNS,
  selectText: "Any field of the campaign and of its messages, in one flat list.",
};
const CAMPAIGN = campaignAnswer();
const LIVE_EXAMPLE = {
  id: 1204,
  title: "Gate change",
  trigger: 3,
  status: 1,
  active: 1,
  sms: 1,
  create_time: 1_767_225_600,
  update_time: 1_767_225_600,
  activate_time: 1_767_225_600,
  deactivate_time: null,
  messages: { "9": { sms_from: "Carillon", sms_text: "Gate {{ gate_num }}", ignore_subscription: null } },
};
/** The answer of what changes a campaign: all of it. */
const answersWith = (message: string, change: Readonly<Record<string, unknown>> = {}): AnswerDoc[] => [
  {
    code: 200,
    model: CAMPAIGN,
    example: { code: 200, success: true, message, model: { ...LIVE_EXAMPLE, ...change } },
  },
];
const STOPPED = { status: 2, active: 0, deactivate_time: 1_767_229_200 };

async function create({ context }: Services, call: Call): Promise<Answer> {
  const row = await createCampaign(context, call.caller.projectId, {
    body: call.body,
    author: authorOf(call),
  });
  return { message: "Campaign successfully created", model: viewRow(row) };
}

async function update({ context }: Services, call: Call): Promise<Answer> {
  const id = readId(call, "Campaign is not updated");
  const row = await editCampaign(context, call.caller.projectId, {
    id,
    body: call.body,
    author: authorOf(call),
  });
  return { message: "Campaign successfully updated", model: viewRow(row) };
}

const move =
  (to: CampaignMove, message: string) =>
  async ({ context }: Services, call: Call): Promise<Answer> => {
    const row = await changeCampaignState(context, call.caller.projectId, {
      id: readId(call, `Campaign is not ${to === "start" ? "started" : "stopped"}`),
      move: to,
      author: authorOf(call),
    });
    return { message, model: viewRow(row) };
  };

/** Names that only the content knows: what `select` may ask for beside the columns. */
const CONTENT_NAMES: ReadonlySet<string> = new Set([
  ...CAMPAIGN_FIELDS.map((field) => field.name),
  "messages",
  "text",
  "languages",
]);
/** Computed for one campaign, so `info` alone takes it. */
const CONTRACT = "params_contract";
const INFO_NAMES: ReadonlySet<string> = new Set([...CONTENT_NAMES, CONTRACT]);

async function info({ context }: Services, call: Call): Promise<Answer> {
  const id = readId(call);
  const { select } = readListQuery({ ...call, body: { select: call.body.select } }, CAMPAIGNS, INFO_NAMES);
  const { projectId } = call.caller;
  return await inProject(context.app, projectId, async (tx) => {
    const [row] = await listCampaignsById(tx, projectId, [id]);
    if (row === undefined) throw new AppError("not_found");
    const model = viewRow(row, select ?? undefined);
    if (select?.includes(CONTRACT) !== true) return { model };
    return { model: { ...model, [CONTRACT]: await contractOf(tx, projectId, row) } };
  });
}

async function list({ context, pages }: Services, call: Call): Promise<Answer> {
  const query = readListQuery(call, CAMPAIGNS, CONTENT_NAMES);
  const { projectId } = call.caller;
  return await inProject(context.app, projectId, async (tx) => {
    const asked = { source: CAMPAIGNS.source, query, names: ["id"] };
    const page = await readPage(tx, projectId, { pages, asked });
    const ids = page.map((row) => Number(row.id));
    const rows = new Map((await listCampaignsById(tx, projectId, ids)).map((row) => [row.id, row]));
    const data = ids.flatMap((id) => {
      const row = rows.get(id);
      return row === undefined ? [] : [viewRow(row, query.select ?? undefined)];
    });
    return { data, ...(await totalOf(tx, projectId, { model: CAMPAIGNS, query })) };
  });
}

export const campaignOperations: readonly Operation[] = [
  {
    method: "create",
    model: "campaign",
    scope: "create",
    takesIdempotencyKey: true,
    summary: "Create a campaign",
    description:
      "Creates a campaign as a draft, or live with active: 1. A template that execute/campaign sends has " +
      "trigger: 3, at least one channel switched on, and that channel's content. Content at the top level reaches " +
      "every message that has the field; messages[type] wins over it. Templates are checked when they are saved.",
    body: CREATE_BODY,
    examples: [
      { title: "Gate change", trigger: 3, sms: 1, messages: { 9: { sms_text: "Gate {{ gate_num }}" } } },
    ],
    answers: answersWith("Campaign successfully created"),
    bodyLimit: BODY_LIMIT,
    run: create,
  },
  {
    method: "update",
    model: "campaign",
    scope: "update",
    takesIdempotencyKey: true,
    summary: "Update a campaign",
    description:
      "Changes the fields that are given; null clears one. Calls that were accepted before keep their content. " +
      "active: 1 and active: 0 start and stop the campaign.",
    body: UPDATE_BODY,
    examples: [{ id: "CAMPAIGNID", title: "Gate change, new wording" }],
    answers: answersWith("Campaign successfully updated", { title: "Gate change, new wording" }),
    errors: ["not_found", "conflict"],
    bodyLimit: BODY_LIMIT,
    run: update,
  },
  {
    method: "info",
    model: "campaign",
    scope: "info",
    summary: "Get a campaign",
    description:
      "One campaign with all of its fields. select names fields of the campaign and of its messages in one flat " +
      'list; a message without any of them is shown as []. select: ["params_contract"] tells every name that the ' +
      "templates read: its type, whether the call or the profile supplies it, and whether it must be there.",
    body: infoBody(LIST_DOC),
    examples: [{ id: "CAMPAIGNID", select: ["active", "messages", "push_text"] }],
    answers: [
      {
        code: 200,
        model: CAMPAIGN,
        example: {
          code: 200,
          success: true,
          model: { active: 1, messages: { "3": { push_text: "Gate {{ gate_num }}" }, "9": [] } },
        },
      },
    ],
    errors: ["not_found"],
    run: info,
  },
  {
    method: "list",
    model: "campaign",
    scope: "list",
    summary: "List campaigns",
    description: "Campaigns by condition, in pages, each with all of its fields unless select names some.",
    body: listBody(LIST_DOC),
    examples: [{ condition: [["active", "=", 1]], order: ["id DESC"], limit: 50 }],
    answers: [{ code: 200, row: CAMPAIGN, example: { code: 200, success: true, data: [LIVE_EXAMPLE] } }],
    run: list,
  },
  {
    method: "start",
    model: "campaign",
    scope: "start",
    takesIdempotencyKey: true,
    summary: "Start a campaign",
    description:
      "Puts a draft or stopped campaign live. Its content is checked as a whole: what is missing is named by field. " +
      "A campaign that is live, past or closed is not started: 409.",
    body: ID_BODY,
    examples: [{ id: "CAMPAIGNID" }],
    answers: answersWith("Campaign successfully started"),
    errors: ["not_found", "conflict"],
    run: move("start", "Campaign successfully started"),
  },
  {
    method: "stop",
    model: "campaign",
    scope: "stop",
    takesIdempotencyKey: true,
    summary: "Stop a campaign",
    description:
      "Nothing more of it is handed to a gateway; what waits is cancelled. It can be started again. A campaign " +
      "that is not live is not stopped: 409.",
    body: ID_BODY,
    examples: [{ id: "CAMPAIGNID" }],
    answers: answersWith("Campaign successfully stopped", STOPPED),
    errors: ["not_found", "conflict"],
    run: move("stop", "Campaign successfully stopped"),
  },
];
