/** /api/app: what became of campaigns, executions and messages. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { RESENDABLE, type Resendable, resendFailed } from "../../actions/executions/resend-failed.ts";
import { viewResendable } from "../../actions/executions/view-resendable.ts";
import { campaignResults } from "../../actions/results/campaign-results.ts";
import { listExecutionViews, viewExecution } from "../../actions/results/execution-progress.ts";
import { explainMessage, explainTarget } from "../../actions/results/explain.ts";
import { findMessages } from "../../actions/results/find-messages.ts";
import { isMessageType, messageTypeOf } from "../../domain/channel.ts";
import { parseId } from "../../domain/ids.ts";
import { type Outcome, STATUSES } from "../../domain/message.ts";
import { parseTime } from "../../domain/time.ts";
import { bodyOf, pathId, queryLimit, queryText, refused } from "./params.ts";
import { queryCursor, querySearch } from "./search-params.ts";
import type { AppServices } from "./services.ts";

const PAGE = { fallback: 50, most: 500 };

export function mountResults(scope: FastifyInstance, services: AppServices): void {
  const { context, callerOf } = services;
  scope.get("/campaigns/:id/results", async (request) => {
    const { projectId } = await callerOf(request, "results.read");
    const range = rangeOf(request, context.clock.now());
    const asked = { campaignId: pathId(request), ...range, unit: unitOf(request) };
    return { data: await campaignResults(context, projectId, asked) };
  });

  scope.get("/executions", async (request) => {
    const { projectId } = await callerOf(request, "results.read");
    const page = {
      campaignId: queryId(request, "campaign_id"),
      before: queryCursor(request),
      limit: queryLimit(request, PAGE),
    };
    const { rows, next } = await listExecutionViews(context, projectId, page);
    return { data: rows, next: next === null ? null : String(next) };
  });

  scope.get("/executions/:id", async (request) => {
    const { projectId } = await callerOf(request, "results.read");
    return { data: await viewExecution(context, projectId, pathId(request)) };
  });

  mountMessages(scope, services);
}

function mountMessages(scope: FastifyInstance, { context, callerOf, gateways }: AppServices): void {
  const { defaultFrom } = gateways;
  scope.get("/executions/:id/explain", async (request) => {
    const { projectId } = await callerOf(request, "messages.read");
    const target = querySearch(request, "target");
    if (target === "") throw refused("target", "cannot be blank");
    const asked = { executionId: pathId(request), target, defaultFrom };
    return { data: await explainTarget(context, projectId, asked) };
  });

  scope.get("/executions/:id/resend-failed", async (request) => {
    const { projectId } = await callerOf(request, "messages.resend");
    return { data: await viewResendable(context, projectId, pathId(request)) };
  });

  scope.post("/executions/:id/resend-failed", async (request, reply) => {
    const { projectId, actor } = await callerOf(request, "messages.resend");
    const order = {
      executionId: pathId(request),
      outcomes: outcomesOf(request),
      requestId: request.id,
      actor,
    };
    return await reply.code(202).send({ data: await resendFailed(context, projectId, order) });
  });

  scope.get("/messages/:id", async (request) => {
    const { projectId } = await callerOf(request, "messages.read");
    return { data: await explainMessage(context, projectId, { id: pathId(request), defaultFrom }) };
  });

  scope.get("/messages", async (request) => {
    const { projectId } = await callerOf(request, "messages.read");
    const filters = {
      campaignId: queryId(request, "campaign_id"),
      profileId: null,
      messageType: typeOf(request),
      statuses: statusesOf(request),
      reason: reasonOf(request),
      ...rangeOf(request, context.clock.now()),
    };
    const { rows, next } = await findMessages(context, projectId, {
      text: querySearch(request),
      filters,
      executionId: queryId(request, "execution_id"),
      before: queryCursor(request),
      limit: queryLimit(request, PAGE),
    });
    return { data: rows, next: next === null ? null : String(next) };
  });
}

function queryId(request: FastifyRequest, name: string): number | null {
  const text = queryText(request, name);
  if (text === null) return null;
  const id = parseId(text);
  if (!id.ok) throw refused(name, id.error);
  return id.value;
}

/** `from` is included, `to` is not. */
function rangeOf(request: FastifyRequest, nowMs: number): { fromMs: number | null; toMs: number | null } {
  const [fromMs, toMs] = (["from", "to"] as const).map((name) => {
    const text = queryText(request, name);
    if (text === null) return null;
    const time = parseTime(text, nowMs);
    if (!time.ok) throw refused(name, time.error);
    return time.value;
  }) as [number | null, number | null];
  if (fromMs !== null && toMs !== null && fromMs >= toMs) throw refused("to", "must be after from");
  return { fromMs, toMs };
}

function unitOf(request: FastifyRequest): "hour" | "day" {
  const unit = queryText(request, "unit") ?? "day";
  if (unit !== "hour" && unit !== "day") throw refused("unit", "must be hour or day");
  return unit;
}

/** One outcome or several, separated by commas. */
function statusesOf(request: FastifyRequest): number[] | null {
  const text = queryText(request, "outcome");
  if (text === null) return null;
  return text.split(",").map((outcome) => {
    if (!Object.hasOwn(STATUSES, outcome))
      throw refused("outcome", `must be one or more of ${Object.keys(STATUSES).join(", ")}`);
    return STATUSES[outcome as Outcome];
  });
}

/** `none` asks for messages without a reason. */
function reasonOf(request: FastifyRequest): string | null {
  const text = querySearch(request, "reason");
  if (text === "") return null;
  return text === "none" ? "" : text;
}

/** By number or name. */
function typeOf(request: FastifyRequest): number | null {
  const text = queryText(request, "message_type");
  if (text === null) return null;
  const type = messageTypeOf(text) ?? Number(text);
  if (!isMessageType(type)) throw refused("message_type", "must be a channel such as email or 7");
  return type;
}

/** `outcomes` of the body; what failed where nothing is said. */
function outcomesOf(request: FastifyRequest): Resendable[] {
  const { outcomes = ["failed"] } = bodyOf(request);
  const isKnown = (value: unknown): value is Resendable => RESENDABLE.some((known) => known === value);
  if (!Array.isArray(outcomes) || outcomes.length === 0 || !outcomes.every(isKnown))
    throw refused("outcomes", `must be a list of ${RESENDABLE.join(", ")}`);
  return [...new Set(outcomes)];
}
