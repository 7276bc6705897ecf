/** Sets, changes or removes a project's own gateway for one channel. Workers follow with their next haul. */
import { AppError } from "../../base/errors.ts";
import { channelName, type MessageType } from "../../domain/channel.ts";
import {
  GATEWAY_KINDS,
  type GatewayKind,
  type GatewaySettings,
  KINDS_OF,
  parseGatewaySettings,
  viewSettings,
} from "../../domain/gateway-settings.ts";
import { hastenRetries, notifyWork } from "../../store/chunks.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { deleteGateway, listGateways, upsertGateway } from "../../store/gateways.ts";
import { lockProject } from "../../store/locks.ts";
import type { Context } from "../context.ts";
import { type Actor, recordAudit } from "../tokens/audit-trail.ts";
import { openGatewaySettings, sealGatewaySettings } from "./gateway-secret.ts";

type Body = Readonly<Record<string, unknown>>;

export interface GatewayEdit {
  readonly type: MessageType;
  readonly body: Body;
  readonly actor: Actor;
  /** Why these settings cannot work, by field; what only the gateways' own code knows. */
  readonly problems: (settings: GatewaySettings) => Record<string, string[]> | null;
}

/** @throws AppError invalid with errors by field. */
export async function saveGateway(context: Context, projectId: number, edit: GatewayEdit): Promise<void> {
  const { type, actor } = edit;
  const nowMs = context.clock.now();
  await inProject(context.app, projectId, async (tx) => {
    await lockProject(tx, projectId, "gateways"); // two edits at once would each keep the other's old secret
    const stored = await findSettings(tx, context, { projectId, type });
    const settings = readSettings(edit, stored);
    await upsertGateway(tx, projectId, {
      messageType: type,
      kind: settings.kind,
      settings: sealGatewaySettings(context, projectId, settings),
      nowMs,
      updatedBy: actor.name,
    });
    const view = (of: GatewaySettings | null): unknown =>
      of === null ? undefined : { kind: of.kind, ...viewSettings(of) };
    const change = {
      action: "gateway.save",
      object: `gateway:${channelName(type)}`,
      before: view(stored),
      after: view(settings),
    };
    await recordAudit(tx, projectId, { actor, nowMs, change });
    await wakeWaiting(tx, projectId, nowMs);
  });
}

/** Messages that wait for another try need not wait out a pause that the old gateway earned. */
async function wakeWaiting(tx: Tx, projectId: number, nowMs: number): Promise<void> {
  for (const lane of await hastenRetries(tx, projectId, nowMs)) await notifyWork(tx, projectId, lane);
}

/** The settings that an edit would give, with the stored secrets where it leaves them out. Nothing is saved. */
export async function proposedSettings(
  context: Context,
  projectId: number,
  edit: Omit<GatewayEdit, "actor">,
): Promise<GatewaySettings> {
  const { type } = edit;
  const stored = await inProject(context.app, projectId, (tx) =>
    findSettings(tx, context, { projectId, type }),
  );
  return readSettings(edit, stored);
}

/** @throws AppError not_found when the project has none of its own for this channel. */
export async function removeGateway(
  context: Context,
  projectId: number,
  { type, actor }: { readonly type: MessageType; readonly actor: Actor },
): Promise<void> {
  const nowMs = context.clock.now();
  await inProject(context.app, projectId, async (tx) => {
    if (!(await deleteGateway(tx, projectId, type))) throw new AppError("not_found");
    const change = { action: "gateway.remove", object: `gateway:${channelName(type)}` };
    await recordAudit(tx, projectId, { actor, nowMs, change });
    await wakeWaiting(tx, projectId, nowMs);
  });
}

/** The stored settings of one channel; null when there are none, or none that can be read. */
export async function findSettings(
  tx: Tx,
  context: Context,
  { projectId, type }: { readonly projectId: number; readonly type: MessageType },
): Promise<GatewaySettings | null> {
  const row = (await listGateways(tx, projectId)).find(({ messageType }) => messageType === type);
  return row === undefined ? null : openGatewaySettings(context, projectId, row.settings);
}

function readSettings(
  { type, body, problems }: Omit<GatewayEdit, "actor">,
  stored: GatewaySettings | null,
): GatewaySettings {
  const kinds = KINDS_OF[type] ?? [];
  const kind = GATEWAY_KINDS.find((one) => one === body.kind && kinds.includes(one));
  if (kind === undefined) {
    throw refusal({ kind: [`Kind must be one of ${kinds.join(", ")}.`] });
  }
  const parsed = parseGatewaySettings(kind satisfies GatewayKind, settingsOf(body), stored);
  if (!parsed.ok) throw refusal(parsed.error);
  const found = problems(parsed.value);
  if (found !== null) throw refusal(found);
  return parsed.value;
}

function settingsOf(body: Body): Body {
  const { settings } = body;
  if (typeof settings === "object" && settings !== null && !Array.isArray(settings)) return settings as Body;
  throw refusal({ settings: ["Settings must be an object."] });
}

const refusal = (errors: Record<string, string[]>): AppError =>
  new AppError("invalid", { message: "The gateway is not saved.", errors });
