/** What a person is shown of a connection: its settings and its endpoint's health, never a secret. */
import { open } from "../../base/crypto.ts";
import { AppError } from "../../base/errors.ts";
import { channelName, isMessageType } from "../../domain/channel.ts";
import { type ConnectionStateName, connectionStateName } from "../../domain/connection.ts";
import { secondsOf, secondsOrNull } from "../../domain/unix-time.ts";
import { type ConnectionRow, findConnection, listConnections } from "../../store/connections.ts";
import { inProject } from "../../store/db.ts";
import type { Context } from "../context.ts";
import { connectionSecretContext } from "./connection-secret.ts";

/** Times are unix seconds. */
export interface ConnectionView {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  /** null: every channel. */
  readonly message_types: readonly string[] | null;
  readonly authorization: { readonly type: "none" | "basic" | "bearer" };
  readonly state: ConnectionStateName;
  readonly state_reason: string | null;
  readonly failures: number;
  readonly failing_since: number | null;
  readonly resting_until: number | null;
  /** The secret before the last rotation signs along until then. */
  readonly previous_secret_until: number | null;
  readonly create_time: number;
  readonly update_time: number;
}

export async function viewConnections(context: Context, projectId: number): Promise<ConnectionView[]> {
  const rows = await inProject(context.app, projectId, (tx) => listConnections(tx, projectId));
  return rows.map((row) => viewConnection(context, projectId, row));
}

/** @throws AppError not_found */
export async function viewOneConnection(
  context: Context,
  projectId: number,
  id: number,
): Promise<ConnectionView> {
  const row = await inProject(context.app, projectId, (tx) => findConnection(tx, projectId, id));
  if (row === null) throw new AppError("not_found");
  return viewConnection(context, projectId, row);
}

export function viewConnection(context: Context, projectId: number, row: ConnectionRow): ConnectionView {
  const { previousValidUntil: previous } = row;
  return {
    id: row.id,
    name: row.name,
    url: row.url,
    events: row.events,
    message_types:
      row.messageTypes?.map((type) => (isMessageType(type) ? channelName(type) : String(type))) ?? null,
    authorization: { type: authorizationType(context, projectId, row) },
    state: connectionStateName(row.state),
    state_reason: row.stateReason,
    failures: row.failures,
    failing_since: secondsOrNull(row.failingSince),
    resting_until: secondsOrNull(row.holdUntil),
    previous_secret_until:
      previous !== null && previous.getTime() > context.clock.now() ? secondsOf(previous) : null,
    create_time: secondsOf(row.createTime),
    update_time: secondsOf(row.updateTime),
  };
}

/** One that does not open is shown as the longer kind: there is something, and it is not "none". */
function authorizationType(
  context: Context,
  projectId: number,
  row: ConnectionRow,
): "none" | "basic" | "bearer" {
  if (row.authorizationHeader === null) return "none";
  const header = open(context.sealingKey, row.authorizationHeader, connectionSecretContext(projectId));
  return header.ok && header.value.startsWith("Basic ") ? "basic" : "bearer";
}
