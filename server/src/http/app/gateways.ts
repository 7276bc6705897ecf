/** /api/app/gateways: how a project's messages leave, and a test that says what is wrong. */
import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  findSettings,
  proposedSettings,
  removeGateway,
  saveGateway,
} from "../../actions/gateways/save-gateway.ts";
import { viewGateways } from "../../actions/gateways/view-gateways.ts";
import { AppError } from "../../base/errors.ts";
import { parseEmail, parsePhone } from "../../domain/address.ts";
import { type MessageType, messageTypeOf } from "../../domain/channel.ts";
import type { Content } from "../../domain/content.ts";
import { type GatewaySettings, KINDS_OF } from "../../domain/gateway-settings.ts";
import type { GatewayTrial } from "../../domain/gateway-trial.ts";
import { allows } from "../../domain/role.ts";
import { findSettingsProblems, probeGateway } from "../../gateways/probe.ts";
import { inProject } from "../../store/db.ts";
import { bodyOf, refused } from "./params.ts";
import type { AppServices } from "./services.ts";

/** A body template of a provider and its headers fit into it. */
const BODY_LIMIT = 65_536;

export function mountGateways(scope: FastifyInstance, services: AppServices): void {
  const { context, callerOf } = services;

  scope.get("/gateways", async (request) => {
    const { projectId, role } = await callerOf(request, "settings.read");
    const withSettings = allows(role, "gateways.manage");
    return {
      data: await viewGateways(context, projectId, { instance: services.gateways.kinds, withSettings }),
    };
  });

  scope.put("/gateways/:channel", { bodyLimit: BODY_LIMIT }, async (request) => {
    const { projectId, actor } = await callerOf(request, "gateways.manage");
    const edit = { type: channelOf(request), body: bodyOf(request), actor, problems: findSettingsProblems };
    await saveGateway(context, projectId, edit);
    const shown = { instance: services.gateways.kinds, withSettings: true };
    const all = await viewGateways(context, projectId, shown);
    return { data: all.find(({ message_type }) => message_type === edit.type) };
  });

  scope.delete("/gateways/:channel", async (request) => {
    const { projectId, actor } = await callerOf(request, "gateways.manage");
    await removeGateway(context, projectId, { type: channelOf(request), actor });
    return { data: {} };
  });

  scope.post("/gateways/:channel/test", { bodyLimit: BODY_LIMIT }, async (request) => {
    const { projectId } = await callerOf(request, "gateways.manage");
    const type = channelOf(request);
    const message = testMessageOf(request, { type, from: services.gateways.defaultFrom });
    const settings = await settingsToTest(request, services, { projectId, type });
    const { allowPrivateAddresses } = services.gateways;
    const steps = await probeGateway(settings, { message, allowPrivateAddresses, log: context.log });
    const data: GatewayTrial = { ok: steps.every(({ ok }) => ok), steps };
    return { data };
  });
}

/** Those of the body, else the stored ones. @throws AppError conflict where the project has none. */
async function settingsToTest(
  request: FastifyRequest,
  { context }: AppServices,
  { projectId, type }: { projectId: number; type: MessageType },
): Promise<GatewaySettings> {
  const body = bodyOf(request);
  if (body.settings !== undefined)
    return await proposedSettings(context, projectId, { type, body, problems: () => null });
  const stored = await inProject(context.app, projectId, (tx) =>
    findSettings(tx, context, { projectId, type }),
  );
  if (stored !== null) return stored;
  throw new AppError("conflict", {
    message: "This project has no gateway of its own for this channel, so there is nothing to test.",
  });
}

/** @throws AppError not_found for a channel that takes no gateway of a project's own. */
function channelOf(request: FastifyRequest): MessageType {
  const { channel = "" } = request.params as { channel?: string };
  const type = messageTypeOf(channel);
  if (type === undefined || KINDS_OF[type] === undefined) throw new AppError("not_found");
  return type;
}

/** One real message, where the body says to whom. */
function testMessageOf(
  request: FastifyRequest,
  { type, from }: { type: MessageType; from: string },
): { to: string; key: string; content: Content } | null {
  const { to, from: given } = bodyOf(request);
  if (to === undefined || to === null || to === "") return null;
  if (typeof to !== "string") throw refused("to", "must be text");
  if (given !== undefined && typeof given !== "string") throw refused("from", "must be text");
  const key = `test-${randomUUID()}`;
  return {
    key,
    to: addressOf(type, to),
    content: testContent(type, given ?? (type === 7 ? from : "Carillon")),
  };
}

/** @throws AppError invalid */
function addressOf(type: MessageType, to: string): string {
  const parsed = type === 9 ? parsePhone(to) : parseEmail(to);
  if (!parsed.ok) throw refused("to", parsed.error);
  return typeof parsed.value === "string" ? parsed.value : parsed.value.address;
}

const TEXT = "This is a test message from Carillon. If you can read it, the gateway works.";

function testContent(type: MessageType, from: string): Content {
  if (type === 9) return { channel: "sms", from, text: TEXT };
  return {
    channel: "email",
    from: { address: from, name: "Carillon" },
    replyTo: null,
    subject: "Test message",
    html: "",
    text: TEXT,
    headers: {},
  };
}
