/**
 * Which gateway sends a haul's messages: the project's own, else the instance's, else the sandbox. What the project
 * has is read with each haul, so a change counts from the next haul on, on every worker.
 */
import type { Context } from "../actions/context.ts";
import { openGatewaySettings } from "../actions/gateways/gateway-secret.ts";
import type { MessageType } from "../domain/channel.ts";
import type { Gateway } from "../gateways/gateway.ts";
import type { HeldGateway, ProjectGateways } from "../gateways/project-gateways.ts";
import type { Gateways } from "../gateways/registry.ts";
import type { GatewayRow } from "../store/gateways.ts";

/** What one haul sends with. */
export interface HaulGateways {
  forType(type: MessageType): Gateway;
  /** To be called once, when the haul has ended. */
  release(): void;
}

export interface GatewaySource {
  forHaul(projectId: number, rows: readonly GatewayRow[]): HaulGateways;
  close(): Promise<void>;
}

export function createGatewaySource(
  context: Context,
  { instance, own }: { readonly instance: Gateways; readonly own: ProjectGateways },
): GatewaySource {
  return {
    forHaul(projectId, rows) {
      const held = new Map<number, HeldGateway>();
      const find = (type: MessageType): Gateway => {
        const row = rows.find((one) => one.messageType === type);
        if (row === undefined) return instance.forType(type);
        const known = held.get(type);
        if (known !== undefined) return known.gateway;
        const hold = own.hold({ projectId, messageType: type, version: row.version }, () =>
          openGatewaySettings(context, projectId, row.settings),
        );
        held.set(type, hold);
        return hold.gateway;
      };
      return {
        forType: find,
        release() {
          for (const hold of held.values()) hold.release();
        },
      };
    },
    async close() {
      await Promise.all([instance.close(), own.close()]);
    },
  };
}
