/** create, update, info, list, start and stop of campaigns. */
import { Type } from "typebox";
import { changeCampaignState } from "../../../actions/campaigns/move-campaign.ts";
import { createCampaign, editCampaign } from "../../../actions/campaigns/save-campaign.ts";
import { readContent } from "../../../actions/executions/content-cache.ts";
import { AppError } from "../../../base/errors.ts";
import { CAMPAIGN_FIELDS } from "../../../domain/campaign-fields.ts";
import type { CampaignMove } from "../../../domain/campaign-state.ts";
import { viewCampaign } from "../../../domain/campaign-view.ts";
import { type CampaignRow, listCampaignsById } from "../../../store/campaigns.ts";
import { inProject } from "../../../store/db.ts";
import { listRows } from "../../../store/list.ts";
import { CAMPAIGNS } from "../../../store/list-sources.ts";
import type { Answer } from "../envelope.ts";
import { INFO_BODY, LIST_BODY, readId, readListQuery, totalOf } from "../listing.ts";
import type { Call, Operation, Services } from "../operation.ts";

/** A campaign's HTML in several languages passes the default limit. */
const BODY_LIMIT = 8 * 1_048_576;

const CAMPAIGN_BODY = Type.Object(
  Object.fromEntries(
    CAMPAIGN_FIELDS.filter((f) => f.kind !== "fixed").map((f) => [f.name, Type.Optional(Type.Unknown())]),
  ),
);
const ID_BODY = Type.Object({ id: Type.Union([Type.Integer(), Type.String()]) });

const ms = (time: Date | null): number | null => time?.getTime() ?? null;

function view(row: CampaignRow, select?: readonly string[]): Record<string, unknown> {
  return viewCampaign(
    {
      id: row.id,
      title: row.title,
      trigger: row.trigger,
      status: row.state,
      createTimeMs: row.createTime.getTime(),
      updateTimeMs: row.updateTime.getTime(),
      activateTimeMs: ms(row.activateTime),
      deactivateTimeMs: ms(row.deactivateTime),
      content: readContent(row.content),
    },
    select,
  );
}

async function create({ context }: Services, call: Call): Promise<Answer> {
  const row = await createCampaign(context, call.caller.projectId, call.body);
  return { message: "Campaign successfully created", model: view(row) };
}

async function update({ context }: Services, call: Call): Promise<Answer> {
  const id = readId(call, "Campaign is not updated");
  const row = await editCampaign(context, call.caller.projectId, { id, body: call.body });
  return { message: "Campaign successfully updated", model: view(row) };
}

const move =
  (to: CampaignMove, message: string) =>
  async ({ context }: Services, call: Call): Promise<Answer> => {
    const row = await changeCampaignState(context, call.caller.projectId, { id: readId(call), move: to });
    return { message, model: view(row) };
  };

/** Names that only the content knows: what `select` may ask for beside the columns. */
const CONTENT_NAMES: ReadonlySet<string> = new Set([
  ...CAMPAIGN_FIELDS.map((field) => field.name),
  "messages",
  "text",
  "languages",
]);

async function info({ context }: Services, call: Call): Promise<Answer> {
  const id = readId(call);
  const { select } = readListQuery({ ...call, body: { select: call.body.select } }, CAMPAIGNS, CONTENT_NAMES);
  const { projectId } = call.caller;
  const [row] = await inProject(context.app, projectId, (tx) => listCampaignsById(tx, projectId, [id]));
  if (row === undefined) throw new AppError("not_found");
  return { model: view(row, select ?? undefined) };
}

async function list({ context }: Services, call: Call): Promise<Answer> {
  const query = readListQuery(call, CAMPAIGNS, CONTENT_NAMES);
  const { projectId } = call.caller;
  return await inProject(context.app, projectId, async (tx) => {
    const page = await listRows(tx, projectId, { source: CAMPAIGNS.source, query, names: ["id"] });
    const ids = page.map((row) => Number(row.id));
    const rows = new Map((await listCampaignsById(tx, projectId, ids)).map((row) => [row.id, row]));
    const data = ids.flatMap((id) => {
      const row = rows.get(id);
      return row === undefined ? [] : [view(row, query.select ?? undefined)];
    });
    return { data, ...(await totalOf(tx, projectId, { model: CAMPAIGNS, query })) };
  });
}

export const campaignOperations: readonly Operation[] = [
  {
    method: "create",
    model: "campaign",
    scope: "create",
    summary: "Create a campaign",
    description:
      "Creates a campaign as a draft, or live with active: 1. An API-triggered template has trigger: 3.",
    body: CAMPAIGN_BODY,
    examples: [
      { title: "Gate change", trigger: 3, sms: 1, messages: { 9: { sms_text: "Gate {{ gate_num }}" } } },
    ],
    bodyLimit: BODY_LIMIT,
    run: create,
  },
  {
    method: "update",
    model: "campaign",
    scope: "update",
    summary: "Update a campaign",
    description: "Changes the fields that are given. Calls that were accepted before keep their content.",
    body: CAMPAIGN_BODY,
    examples: [{ id: "CAMPAIGNID", title: "Gate change, new wording" }],
    bodyLimit: BODY_LIMIT,
    run: update,
  },
  {
    method: "info",
    model: "campaign",
    scope: "info",
    summary: "Get a campaign",
    description: "select names fields of the campaign and of its messages in one flat list.",
    body: INFO_BODY,
    examples: [{ id: "CAMPAIGNID", select: ["active", "messages", "push_text"] }],
    run: info,
  },
  {
    method: "list",
    model: "campaign",
    scope: "list",
    summary: "List campaigns",
    description: "Campaigns by condition, in pages.",
    body: LIST_BODY,
    examples: [{ condition: [["active", "=", 1]], order: ["id DESC"], limit: 50 }],
    run: list,
  },
  {
    method: "start",
    model: "campaign",
    scope: "start",
    summary: "Start a campaign",
    description: "Puts a draft or stopped campaign live.",
    body: ID_BODY,
    examples: [{ id: "CAMPAIGNID" }],
    run: move("start", "Campaign successfully started"),
  },
  {
    method: "stop",
    model: "campaign",
    scope: "stop",
    summary: "Stop a campaign",
    description: "Nothing more of it is handed to a gateway; what waits is cancelled.",
    body: ID_BODY,
    examples: [{ id: "CAMPAIGNID" }],
    run: move("stop", "Campaign successfully stopped"),
  },
];
