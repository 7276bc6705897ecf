/**
 * What a sender needs to post: events under a claim, and their endpoint with its secrets opened. The claim crosses
 * projects and sees neither bodies nor secrets; those are read inside the project.
 */
import { open } from "../../base/crypto.ts";
import { CONNECTION_STATES } from "../../domain/connection.ts";
import { type ConnectionRow, findConnection } from "../../store/connections.ts";
import { inProject } from "../../store/db.ts";
import {
  type ClaimedEvent,
  claimEvents,
  claimProbe,
  type EventClaimRequest,
  listClaimedEvents,
} from "../../store/webhook-events.ts";
import { connectionSecretContext } from "../connections/connection-secret.ts";
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

export interface TakenEvents {
  readonly token: number;
  /** null when the connection is gone. */
  readonly endpoint: OpenEndpoint | null;
  readonly events: readonly ClaimedEvent[];
}

/**
 * Claims due events of one connection, or the probe of a resting one, and reads what is needed to post them.
 * @returns null when there is nothing to take.
 */
export async function takeEvents(
  context: Context,
  request: EventClaimRequest,
  { isProbe }: { readonly isProbe: boolean },
): Promise<TakenEvents | null> {
  const { projectId, connectionId, leaseSeconds } = request;
  // Should the prober die, the next probe comes when its claim has run out.
  const probe = { ...request, limit: 1, probeMs: leaseSeconds * 1000 };
  const claim = isProbe
    ? await claimProbe(context.dispatch, probe)
    : await claimEvents(context.dispatch, request);
  if (claim === null) return null;
  const [row, events] = await inProject(context.app, projectId, (tx) =>
    Promise.all([findConnection(tx, projectId, connectionId), listClaimedEvents(tx, projectId, claim)]),
  );
  const endpoint = row === null ? null : openEndpoint(context, projectId, row);
  return { token: claim.token, endpoint, events };
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
