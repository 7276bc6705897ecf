/**
 * What a sender needs to post: the claimed bodies, and the endpoint with its secrets opened. Read inside the project;
 * the claim itself sees neither.
 */
import { open } from "../../base/crypto.ts";
import { CONNECTION_STATES } from "../../domain/connection.ts";
import { type ConnectionRow, findConnection } from "../../store/connections.ts";
import { inProject } from "../../store/db.ts";
import { type ClaimedEvent, type EventClaim, listClaimedEvents } from "../../store/webhook-events.ts";
import { connectionSecretContext } from "../connections/secret-context.ts";
import type { Context } from "../context.ts";

export interface OpenEndpoint {
  readonly url: string;
  readonly authorization: string | null;
  /** The newest first; empty when something sealed does not open: then nothing can be posted. */
  readonly secrets: readonly string[];
  /** On, and not resting: anything but a probe may be posted. */
  readonly isOpen: boolean;
}

/** @returns null when the connection is gone. */
export async function loadEndpoint(
  context: Context,
  projectId: number,
  connectionId: number,
): Promise<OpenEndpoint | null> {
  const row = await inProject(context.app, projectId, (tx) => findConnection(tx, projectId, connectionId));
  return row === null ? null : openEndpoint(context, projectId, row);
}

/** The claimed events and their endpoint, in one transaction. */
export async function loadClaim(
  context: Context,
  projectId: number,
  { connectionId, claim }: { readonly connectionId: number; readonly claim: EventClaim },
): Promise<{ readonly endpoint: OpenEndpoint | null; readonly events: readonly ClaimedEvent[] }> {
  const [row, events] = await inProject(context.app, projectId, (tx) =>
    Promise.all([findConnection(tx, projectId, connectionId), listClaimedEvents(tx, projectId, claim)]),
  );
  return { endpoint: row === null ? null : openEndpoint(context, projectId, row), events };
}

function openEndpoint(context: Context, projectId: number, row: ConnectionRow): OpenEndpoint {
  const now = context.clock.now();
  const hasPrevious = row.previousValidUntil !== null && row.previousValidUntil.getTime() > now;
  const sealed = [row.authorizationHeader, row.secret, hasPrevious ? row.previousSecret : null];
  const opened = sealed.map((value) =>
    value === null ? null : open(context.sealingKey, value, connectionSecretContext(projectId)),
  );
  const isReadable = opened.every((value) => value === null || value.ok);
  if (!isReadable)
    context.log.error({ connection: row.id }, "a connection's secrets do not open under this key");
  const [authorization, ...secrets] = opened.map((value) => (value?.ok ? value.value : null));
  return {
    url: row.url,
    authorization: authorization ?? null,
    secrets: isReadable ? secrets.filter((secret) => secret !== null) : [],
    isOpen: row.state === CONNECTION_STATES.on && row.holdUntil === null,
  };
}
