/** What the editor asks while a campaign is written: checks, previews, tests, code to paste, names to complete. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { checkCampaign, findContract } from "../../actions/campaigns/check-campaign.ts";
import { previewCampaign } from "../../actions/campaigns/preview-campaign.ts";
import { testCampaign } from "../../actions/campaigns/test-campaign.ts";
import { compileMjml, plainTextOf } from "../../base/email-markup.ts";
import { AppError } from "../../base/errors.ts";
import { exampleParams } from "../../domain/param-examples.ts";
import { templateNames } from "../../domain/template-names.ts";
import { inProject } from "../../store/db.ts";
import { listAttributes } from "../../store/profiles.ts";
import { callSamples } from "../reference/code-samples.ts";
import { CAMPAIGN_BODY_LIMIT } from "./campaigns.ts";
import { bodyOf, pathId, refused } from "./params.ts";
import type { AppServices } from "./services.ts";

const LARGE = { bodyLimit: CAMPAIGN_BODY_LIMIT };

export function mountCampaignTrials(scope: FastifyInstance, services: AppServices): void {
  const { context, callerOf, safeFetch } = services;
  const { defaultFrom } = services.gateways;

  scope.post("/campaigns/check", LARGE, async (request) => {
    const { projectId } = await callerOf(request, "campaigns.read");
    return { data: await checkCampaign(context, projectId, bodyOf(request)) };
  });

  scope.post("/campaigns/preview", LARGE, async (request) => {
    const body = bodyOf(request);
    // Somebody's own data is shown only to those who may see profiles.
    const isAboutSomebody = body.user_id !== undefined && body.user_id !== null;
    const { projectId } = await callerOf(request, isAboutSomebody ? "profiles.read" : "campaigns.read");
    const urlRefusal = (url: string) => safeFetch.checkUrl(url);
    return { data: await previewCampaign(context, projectId, { body, defaultFrom, urlRefusal }) };
  });

  scope.post("/campaigns/:id/test", async (request, reply) => {
    const { projectId, actor } = await callerOf(request, "campaigns.test");
    const test = { id: pathId(request), body: bodyOf(request), actor, requestId: request.id };
    const executionId = await testCampaign(context, projectId, test);
    return await reply.code(202).send({ data: { execution_id: executionId } });
  });

  scope.get("/campaigns/:id/snippets", async (request) => {
    const { projectId } = await callerOf(request, "campaigns.read");
    const id = pathId(request);
    const found = await inProject(context.app, projectId, (tx) => findContract(tx, projectId, id));
    if (found === null) throw new AppError("not_found");
    const url = `${baseUrlOf(request, services)}/api/external/execute/campaign`;
    const samples = callSamples(url, callOf(id, exampleParams(found.contract, "params")));
    return { data: Object.fromEntries(samples.map(({ language, code }) => [language.toLowerCase(), code])) };
  });

  scope.get("/names", async (request) => {
    const { projectId } = await callerOf(request, "campaigns.read");
    return {
      data: templateNames(await inProject(context.app, projectId, (tx) => listAttributes(tx, projectId))),
    };
  });

  mountMarkup(scope, services);
}

/** The longest MJML or HTML that a campaign takes. */
const MAX_MARKUP = 262_144;

function mountMarkup(scope: FastifyInstance, { callerOf }: AppServices): void {
  scope.post("/email/compile", { bodyLimit: 2 * 1_048_576 }, async (request) => {
    await callerOf(request, "campaigns.edit");
    const { mjml, html: given } = bodyOf(request);
    const isMjml = mjml !== undefined;
    const source = isMjml ? mjml : given;
    const field = isMjml ? "mjml" : "html";
    if (typeof source !== "string" || source.trim() === "") throw refused(field, "cannot be blank");
    if (source.length > MAX_MARKUP) throw refused(field, `must have at most ${MAX_MARKUP} characters`);
    const compiled = isMjml ? await compileMjml(source) : { text: source, errors: [] };
    const text = await plainTextOf(compiled.text);
    return { data: { html: compiled.text, text: text.text, errors: [...compiled.errors, ...text.errors] } };
  });
}

/** The dashboard puts the token in for those who may see it. */
const TOKEN = "YOUR_APP_TOKEN";

function callOf(id: number, params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const call = { apptoken: TOKEN, id, target_by: "user_id", target: ["USER_ID"] };
  return Object.keys(params).length === 0 ? call : { ...call, params };
}

function baseUrlOf(request: FastifyRequest, { publicUrl = null }: AppServices): string {
  if (publicUrl !== null) return publicUrl.replace(/\/+$/, "");
  return `${request.protocol}://${request.host}`;
}
