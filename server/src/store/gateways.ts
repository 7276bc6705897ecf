/** Gateways of a project's own: at most one a message type. */
import type { Tx } from "./db.ts";

export interface GatewayRow {
  readonly messageType: number;
  readonly kind: string;
  /** Sealed JSON. */
  readonly settings: Buffer;
  readonly version: number;
  readonly updateTime: Date;
  readonly updatedBy: string;
}

export async function listGateways(tx: Tx, projectId: number): Promise<GatewayRow[]> {
  return await tx<GatewayRow[]>`
    select message_type as "messageType", kind, settings, version, update_time as "updateTime",
      updated_by as "updatedBy"
    from gateways where project_id = ${projectId} order by message_type`;
}

/** Writes one; each write is a new version, so that workers open new connections. */
export async function upsertGateway(
  tx: Tx,
  projectId: number,
  gateway: { messageType: number; kind: string; settings: Buffer; nowMs: number; updatedBy: string },
): Promise<void> {
  const now = new Date(gateway.nowMs);
  await tx`
    insert into gateways as g (project_id, message_type, kind, settings, version, create_time, update_time, updated_by)
    values (${projectId}, ${gateway.messageType}, ${gateway.kind}, ${gateway.settings}, 1, ${now}, ${now},
      ${gateway.updatedBy})
    on conflict (project_id, message_type) do update set kind = excluded.kind, settings = excluded.settings,
      version = g.version + 1, update_time = excluded.update_time, updated_by = excluded.updated_by`;
}

/** @returns false when there was none. */
export async function deleteGateway(tx: Tx, projectId: number, messageType: number): Promise<boolean> {
  const { count } = await tx`
    delete from gateways where project_id = ${projectId} and message_type = ${messageType}`;
  return count > 0;
}
