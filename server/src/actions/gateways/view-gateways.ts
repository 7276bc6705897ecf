/** How each channel's messages of a project leave: by its own gateway, the instance's, or into the sandbox. */
import { channelName, MESSAGE_TYPES, type MessageType } from "../../domain/channel.ts";
import { KINDS_OF, viewSettings } from "../../domain/gateway-settings.ts";
import { secondsOf } from "../../domain/unix-time.ts";
import { inProject } from "../../store/db.ts";
import { type GatewayRow, listGateways } from "../../store/gateways.ts";
import type { Context } from "../context.ts";
import { openGatewaySettings } from "./gateway-secret.ts";

export interface GatewayView {
  readonly message_type: number;
  readonly channel: string;
  readonly source: "project" | "instance" | "sandbox";
  /** smtp, sms-http, smpp, webhook or sandbox. */
  readonly kind: string;
  /** Kinds that a project may set up itself; none where it cannot. */
  readonly kinds: readonly string[];
  /** Without secrets; null for those who may not manage gateways, and where there are none. */
  readonly settings: Readonly<Record<string, unknown>> | null;
  /** true when they were kept under a key that this instance no longer has: save them again. */
  readonly unreadable: boolean;
  readonly update_time: number | null;
  readonly updated_by: string | null;
}

/** What the instance itself sends with, by message type; "sandbox" where nothing is configured. */
export type InstanceKinds = Readonly<Record<MessageType, string>>;

export async function viewGateways(
  context: Context,
  projectId: number,
  shown: { readonly instance: InstanceKinds; readonly withSettings: boolean },
): Promise<GatewayView[]> {
  const rows = await inProject(context.app, projectId, (tx) => listGateways(tx, projectId));
  return MESSAGE_TYPES.map((type) => {
    const row = rows.find(({ messageType }) => messageType === type);
    const base = { message_type: type, channel: channelName(type), kinds: KINDS_OF[type] ?? [] };
    return row === undefined
      ? { ...base, ...viewInstance(shown.instance[type]) }
      : { ...base, ...viewOwn(context, projectId, { row, withSettings: shown.withSettings }) };
  });
}

const viewInstance = (kind: string) => ({
  source: kind === "sandbox" ? ("sandbox" as const) : ("instance" as const),
  kind,
  settings: null,
  unreadable: false,
  update_time: null,
  updated_by: null,
});

function viewOwn(
  context: Context,
  projectId: number,
  { row, withSettings }: { row: GatewayRow; withSettings: boolean },
) {
  const settings = openGatewaySettings(context, projectId, row.settings);
  return {
    source: "project" as const,
    kind: row.kind,
    settings: withSettings && settings !== null ? viewSettings(settings) : null,
    unreadable: settings === null,
    update_time: secondsOf(row.updateTime),
    updated_by: row.updatedBy,
  };
}
