/** /api/app/campaigns: lists, drafts, launches and versions. What is rendered or sent is in campaign-trials.ts. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  CAMPAIGN_TABS,
  type CampaignTab,
  viewCampaignPage,
  viewOneVersion,
  viewVersions,
} from "../../actions/campaigns/campaign-pages.ts";
import { viewForDashboard, viewOneCampaign } from "../../actions/campaigns/campaign-view.ts";
import { duplicateCampaign, removeCampaign } from "../../actions/campaigns/copy-campaign.ts";
import { changeCampaignState, type Move } from "../../actions/campaigns/move-campaign.ts";
import { createCampaign, editCampaign } from "../../actions/campaigns/save-campaign.ts";
import { AppError } from "../../base/errors.ts";
import { CAMPAIGN_STATES } from "../../domain/campaign-state.ts";
import { parseId } from "../../domain/ids.ts";
import { allows } from "../../domain/role.ts";
import type { CampaignRow } from "../../store/campaigns.ts";
import { inProject } from "../../store/db.ts";
import { bodyOf, pathId, queryLimit, queryText, refused } from "./params.ts";
import type { AppServices } from "./services.ts";

const PAGE = { fallback: 50, most: 200 };
const MAX_SEARCH = 255;
/** A campaign's HTML in several languages passes the default limit; as the External API. */
export const CAMPAIGN_BODY_LIMIT = 8 * 1_048_576;
/** Versions are numbered by `integer`. */
const MAX_VERSION = 2 ** 31 - 1;

export function mountCampaigns(scope: FastifyInstance, services: AppServices): void {
  const { context, callerOf } = services;

  scope.get("/campaigns", async (request) => {
    const { projectId } = await callerOf(request, "campaigns.read");
    const search = queryText(request, "q");
    if (search !== null && search.length > MAX_SEARCH) throw refused("q", "is too long");
    const cursor = queryText(request, "cursor");
    const query = { tab: tabOf(request), search, cursor, limit: queryLimit(request, PAGE) };
    return await viewCampaignPage(context, projectId, query);
  });

  scope.post("/campaigns", { bodyLimit: CAMPAIGN_BODY_LIMIT }, async (request, reply) => {
    const { projectId, actor, role } = await callerOf(request, "campaigns.edit");
    const editor = { actor, mayLaunch: allows(role, "campaigns.launch"), version: null };
    const row = await createCampaign(context, projectId, {
      body: bodyOf(request),
      author: actor.name,
      editor,
    });
    return await reply.code(201).send({ data: await shown(services, projectId, row) });
  });

  scope.get("/campaigns/:id", async (request) => {
    const { projectId } = await callerOf(request, "campaigns.read");
    return { data: await viewOneCampaign(context, projectId, pathId(request)) };
  });

  scope.patch("/campaigns/:id", { bodyLimit: CAMPAIGN_BODY_LIMIT }, async (request) => {
    const { projectId, actor, role } = await callerOf(request, "campaigns.edit");
    const body = bodyOf(request);
    const editor = { actor, mayLaunch: allows(role, "campaigns.launch"), version: versionOf(body.version) };
    const save = { id: pathId(request), body, author: actor.name, editor };
    return { data: await shown(services, projectId, await editCampaign(context, projectId, save)) };
  });

  scope.delete("/campaigns/:id", async (request) => {
    const { projectId, actor } = await callerOf(request, "campaigns.edit");
    await removeCampaign(context, projectId, { id: pathId(request), actor });
    return { data: {} };
  });

  scope.post("/campaigns/:id/duplicate", async (request, reply) => {
    const { projectId, actor } = await callerOf(request, "campaigns.edit");
    const row = await duplicateCampaign(context, projectId, { id: pathId(request), actor });
    return await reply.code(201).send({ data: await shown(services, projectId, row) });
  });

  mountMoves(scope, services);
  mountVersions(scope, services);
}

const MOVES: Readonly<Record<string, Pick<Move, "move" | "onlyFrom">>> = {
  launch: { move: "start", onlyFrom: CAMPAIGN_STATES.draft },
  start: { move: "start", onlyFrom: CAMPAIGN_STATES.stopped },
  stop: { move: "stop" },
};

function mountMoves(scope: FastifyInstance, services: AppServices): void {
  for (const [name, move] of Object.entries(MOVES)) {
    scope.post(`/campaigns/:id/${name}`, async (request) => {
      const { projectId, actor } = await services.callerOf(request, "campaigns.launch");
      const asked = { id: pathId(request), author: actor.name, actor, ...move };
      const row = await changeCampaignState(services.context, projectId, asked);
      return { data: await shown(services, projectId, row) };
    });
  }
}

function mountVersions(scope: FastifyInstance, { context, callerOf }: AppServices): void {
  scope.get("/campaigns/:id/versions", async (request) => {
    const { projectId } = await callerOf(request, "campaigns.read");
    const before = queryText(request, "before");
    const page = { id: pathId(request), before: before === null ? null : versionOf(before, "before") };
    return { data: await viewVersions(context, projectId, page) };
  });

  scope.get("/campaigns/:id/versions/:version", async (request) => {
    const { projectId } = await callerOf(request, "campaigns.read");
    const version = parseId((request.params as { version?: string }).version);
    if (!version.ok || version.value > MAX_VERSION) throw new AppError("not_found");
    const wanted = { id: pathId(request), version: version.value };
    return { data: await viewOneVersion(context, projectId, wanted) };
  });
}

const shown = ({ context }: AppServices, projectId: number, row: CampaignRow) =>
  inProject(context.app, projectId, (tx) => viewForDashboard(tx, projectId, row));

function tabOf(request: FastifyRequest): CampaignTab | null {
  const tab = queryText(request, "state");
  if (tab === null) return null;
  if (Object.hasOwn(CAMPAIGN_TABS, tab)) return tab as CampaignTab;
  throw refused("state", `must be one of ${Object.keys(CAMPAIGN_TABS).join(", ")}`);
}

/** @throws AppError invalid; null when it is left out */
function versionOf(value: unknown, field = "version"): number | null {
  if (value === undefined || value === null) return null;
  const version = parseId(value);
  if (!version.ok || version.value > MAX_VERSION) throw refused(field, "must be a version's number");
  return version.value;
}
