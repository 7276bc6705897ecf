/**
 * The project's app token (seed: token security): shown to administrators, replaced with an overlap so that callers
 * can be moved one by one, switched off where only OAuth clients shall call. Seen by every process within a second.
 */
import { open, randomToken, seal, sha256 } from "../../base/crypto.ts";
import { AppError } from "../../base/errors.ts";
import { regionMark } from "../../domain/region.ts";
import { secondsOf, secondsOrNull } from "../../domain/unix-time.ts";
import {
  type AppTokenRow,
  insertAppToken,
  listAppTokens,
  updateAppTokensEnabled,
  updateAppTokensEnd,
} from "../../store/credentials.ts";
import { inProject } from "../../store/db.ts";
import { lockProject } from "../../store/locks.ts";
import type { Context } from "../context.ts";
import { APP_TOKEN_PREFIX } from "../projects/seed-demo.ts";
import { type Actor, recordAudit } from "./audit-trail.ts";

/** Times are unix seconds. */
export interface AppTokenView {
  readonly token: string;
  readonly enabled: boolean;
  readonly create_time: number;
  /** Until when the one before works too; null when it does not any more. */
  readonly previous_token_until: number | null;
}

const sealContext = (projectId: number): string => `project:${projectId}:app-token`;

/** A new token in the forms in which it is kept. */
export function mintAppToken(
  { sealingKey, region }: Context,
  projectId: number,
): { readonly hash: Buffer; readonly sealed: Buffer } {
  const token = randomToken(`${APP_TOKEN_PREFIX}${regionMark(region)}`);
  return { hash: sha256(token), sealed: seal(sealingKey, token, sealContext(projectId)) };
}

/** @throws AppError not_found for a project without one. */
export async function viewAppToken(
  context: Context,
  projectId: number,
  { actor }: { actor: Actor },
): Promise<AppTokenView> {
  const nowMs = context.clock.now();
  const rows = await inProject(context.app, projectId, async (tx) => {
    const found = await listAppTokens(tx, projectId, nowMs);
    // Whoever reads it can call as the project: that it was looked at is worth a row.
    const change = { action: "app_token.show", object: "app_token" };
    await recordAudit(tx, projectId, { actor, nowMs, change });
    return found;
  });
  return viewOf(context, projectId, rows);
}

function viewOf(context: Context, projectId: number, rows: readonly AppTokenRow[]): AppTokenView {
  const [newest, previous] = rows;
  if (newest === undefined || newest.validUntil !== null) throw new AppError("not_found");
  const token = open(context.sealingKey, newest.sealed, sealContext(projectId));
  if (!token.ok) {
    // Another instance key, or a damaged row. Callers go on, because the hash is what they are checked by.
    const message = "The token cannot be shown with this instance's key. Rotate it to get a new one.";
    throw new AppError("conflict", { message });
  }
  const until = previous?.validUntil ?? null;
  return {
    token: token.value,
    enabled: newest.enabled,
    create_time: secondsOf(newest.createTime),
    previous_token_until: secondsOrNull(until),
  };
}

/** @param overlapSeconds how long the token before goes on working; 0 ends it at once. */
export async function rotateAppToken(
  context: Context,
  projectId: number,
  { overlapSeconds, actor }: { overlapSeconds: number; actor: Actor },
): Promise<AppTokenView> {
  const nowMs = context.clock.now();
  const { hash, sealed } = mintAppToken(context, projectId);
  const rows = await inProject(context.app, projectId, async (tx) => {
    await lockProject(tx, projectId, "app-token");
    const [newest] = await listAppTokens(tx, projectId, nowMs);
    await updateAppTokensEnd(tx, projectId, nowMs + overlapSeconds * 1000);
    // A switch that is off stays off.
    const enabled = newest?.enabled ?? true;
    await insertAppToken(tx, projectId, { hash, sealed, nowMs, enabled });
    const change = {
      action: "app_token.rotate",
      object: "app_token",
      after: { overlap_seconds: overlapSeconds },
    };
    await recordAudit(tx, projectId, { actor, nowMs, change });
    return await listAppTokens(tx, projectId, nowMs);
  });
  return viewOf(context, projectId, rows);
}

/** Switches app-token access of the project on or off, the tokens in overlap included. */
export async function switchAppToken(
  context: Context,
  projectId: number,
  { enabled, actor }: { enabled: boolean; actor: Actor },
): Promise<{ readonly enabled: boolean }> {
  const nowMs = context.clock.now();
  await inProject(context.app, projectId, async (tx) => {
    await lockProject(tx, projectId, "app-token");
    const [newest] = await listAppTokens(tx, projectId, nowMs);
    if (newest === undefined) throw new AppError("not_found");
    await updateAppTokensEnabled(tx, projectId, enabled);
    const change = {
      action: enabled ? "app_token.enable" : "app_token.disable",
      object: "app_token",
      before: { enabled: newest.enabled },
      after: { enabled },
    };
    await recordAudit(tx, projectId, { actor, nowMs, change });
  });
  return { enabled };
}
