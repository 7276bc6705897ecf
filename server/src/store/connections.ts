/**
 * Connections: the customers' webhook endpoints. What a person sets and how the endpoint is doing are written by
 * different statements, so that an edit and a settle never undo each other.
 */
import type { EndpointHealth } from "../domain/connection.ts";
import { type Db, numbers, type Sql, type Tx } from "./db.ts";

export interface ConnectionRow {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  readonly events: string[];
  /** null: every channel. */
  readonly messageTypes: number[] | null;
  /** Sealed, like the next ones. */
  readonly secret: Buffer;
  readonly previousSecret: Buffer | null;
  readonly previousValidUntil: Date | null;
  readonly authorizationHeader: Buffer | null;
  readonly state: number;
  readonly stateReason: string | null;
  readonly failures: number;
  readonly failingSince: Date | null;
  readonly holdUntil: Date | null;
  readonly createTime: Date;
  readonly updateTime: Date;
}

const FIELDS = `id, name, url, events, message_types as "messageTypes", secret, previous_secret as "previousSecret",
  previous_valid_until as "previousValidUntil", authorization_header as "authorizationHeader", state,
  state_reason as "stateReason", failures, failing_since as "failingSince", hold_until as "holdUntil",
  create_time as "createTime", update_time as "updateTime"`;

export async function listConnections(db: Db, projectId: number): Promise<ConnectionRow[]> {
  return await db<ConnectionRow[]>`
    select ${db.unsafe(FIELDS)} from connections where project_id = ${projectId} order by id`;
}

export async function findConnection(db: Db, projectId: number, id: number): Promise<ConnectionRow | null> {
  const [row] = await db<ConnectionRow[]>`
    select ${db.unsafe(FIELDS)} from connections where project_id = ${projectId} and id = ${id}`;
  return row ?? null;
}

export async function findConnectionForUpdate(
  tx: Tx,
  projectId: number,
  id: number,
): Promise<ConnectionRow | null> {
  const [row] = await tx<ConnectionRow[]>`
    select ${tx.unsafe(FIELDS)} from connections where project_id = ${projectId} and id = ${id} for update`;
  return row ?? null;
}

/** What a person sets. */
export interface ConnectionSettings {
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly messageTypes: readonly number[] | null;
  readonly authorizationHeader: Buffer | null;
}

const typesOf = (types: readonly number[] | null): string | null => (types === null ? null : numbers(types));

/** @returns the new connection's id. */
export async function insertConnection(
  tx: Tx,
  projectId: number,
  connection: ConnectionSettings & {
    readonly secret: Buffer;
    readonly state: number;
    readonly nowMs: number;
  },
): Promise<number> {
  const now = new Date(connection.nowMs);
  const [row] = await tx<{ id: number }[]>`
    insert into connections (project_id, name, url, events, message_types, authorization_header, secret, state,
      create_time, update_time)
    values (${projectId}, ${connection.name}, ${connection.url}, ${[...connection.events]}::text[],
      ${typesOf(connection.messageTypes)}::smallint[], ${connection.authorizationHeader}, ${connection.secret},
      ${connection.state}, ${now}, ${now})
    returning id`;
  return row?.id ?? 0;
}

export async function updateConnection(
  tx: Tx,
  projectId: number,
  connection: ConnectionSettings & { readonly id: number; readonly nowMs: number },
): Promise<void> {
  await tx`
    update connections set name = ${connection.name}, url = ${connection.url},
      events = ${[...connection.events]}::text[], message_types = ${typesOf(connection.messageTypes)}::smallint[],
      authorization_header = ${connection.authorizationHeader}, update_time = ${new Date(connection.nowMs)}
    where project_id = ${projectId} and id = ${connection.id}`;
}

/** Puts a new secret in front; the one before it goes on signing until `previousUntilMs`. */
export async function updateConnectionSecret(
  tx: Tx,
  projectId: number,
  rotation: {
    readonly id: number;
    readonly secret: Buffer;
    readonly previousUntilMs: number;
    readonly nowMs: number;
  },
): Promise<void> {
  await tx`
    update connections set previous_secret = secret, previous_valid_until = ${new Date(rotation.previousUntilMs)},
      secret = ${rotation.secret}, update_time = ${new Date(rotation.nowMs)}
    where project_id = ${projectId} and id = ${rotation.id}`;
}

export async function deleteConnection(tx: Tx, projectId: number, id: number): Promise<boolean> {
  const result = await tx`delete from connections where project_id = ${projectId} and id = ${id}`;
  return result.count > 0;
}

export async function countConnections(db: Db, projectId: number): Promise<number> {
  const [row] = await db<{ n: number }[]>`
    select count(*)::integer as n from connections where project_id = ${projectId}`;
  return row?.n ?? 0;
}

/**
 * The health to judge on, locked. `isWell` says that there were successes only: then a healthy row, the usual one,
 * is neither locked nor answered, and a busy endpoint's settles do not queue up behind each other.
 */
export async function findHealthForUpdate(
  tx: Tx,
  projectId: number,
  asked: { readonly id: number; readonly isWell: boolean },
): Promise<EndpointHealth | null> {
  const [row] = await tx<
    {
      state: number;
      state_reason: string | null;
      failures: number;
      failing: Date | null;
      hold: Date | null;
    }[]
  >`
    select state, state_reason, failures, failing_since as failing, hold_until as hold from connections
    where project_id = ${projectId} and id = ${asked.id}
      and (not ${asked.isWell} or failures > 0 or hold_until is not null)
    for update`;
  if (row === undefined) return null;
  return {
    state: row.state,
    stateReason: row.state_reason,
    failures: row.failures,
    failingSinceMs: row.failing?.getTime() ?? null,
    holdUntilMs: row.hold?.getTime() ?? null,
  };
}

const timeOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

export async function updateConnectionHealth(
  tx: Tx,
  projectId: number,
  { id, health }: { readonly id: number; readonly health: EndpointHealth },
): Promise<void> {
  await tx`
    update connections set state = ${health.state}, state_reason = ${health.stateReason},
      failures = ${health.failures}, failing_since = ${timeOf(health.failingSinceMs)},
      hold_until = ${timeOf(health.holdUntilMs)}
    where project_id = ${projectId} and id = ${id}`;
}

export interface ReadyConnection {
  readonly projectId: number;
  readonly connectionId: number;
  /** The endpoint rests, and its time for a probe has come. */
  readonly isProbe: boolean;
}

/**
 * Connections with something to post now: events that are due, or for a resting endpoint whose time has come any
 * event at all. One index probe a connection: two conditions, because a common one could not use the time in the
 * index and would read all that waits. @param projectIds null for all projects.
 */
export async function listReadyConnections(
  dispatch: Sql,
  asked: { readonly projectIds: readonly number[] | null; readonly nowMs: number },
): Promise<ReadyConnection[]> {
  const now = new Date(asked.nowMs);
  const ids = asked.projectIds === null ? null : numbers(asked.projectIds);
  return await dispatch<ReadyConnection[]>`
    select c.project_id as "projectId", c.id as "connectionId", c.hold_until is not null as "isProbe"
    from connections c
    where c.state = 1 and (${ids}::integer[] is null or c.project_id = any(${ids}::integer[]))
      and (
        c.hold_until is null and exists (
          select from webhook_events e
          where e.project_id = c.project_id and e.connection_id = c.id and e.state = 0 and e.run_at <= ${now})
        or c.hold_until <= ${now} and exists (
          select from webhook_events e
          where e.project_id = c.project_id and e.connection_id = c.id and e.state = 0))`;
}
