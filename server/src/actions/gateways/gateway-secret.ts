/** How a gateway's settings are kept: as JSON under the instance key, bound to their project. */
import { open, seal } from "../../base/crypto.ts";
import type { GatewaySettings } from "../../domain/gateway-settings.ts";
import type { Context } from "../context.ts";

const contextOf = (projectId: number): string => `project:${projectId}:gateway`;

export const sealGatewaySettings = (context: Context, projectId: number, settings: GatewaySettings): Buffer =>
  seal(context.sealingKey, JSON.stringify(settings), contextOf(projectId));

/** null when they were sealed under another key. */
export function openGatewaySettings(
  context: Context,
  projectId: number,
  sealed: Uint8Array,
): GatewaySettings | null {
  const opened = open(context.sealingKey, sealed, contextOf(projectId));
  return opened.ok ? (JSON.parse(opened.value) as GatewaySettings) : null;
}
