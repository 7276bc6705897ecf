/** Gives a connection a new signing secret; the one before it goes on signing beside it for a day. */
import { seal } from "../../base/crypto.ts";
import { AppError } from "../../base/errors.ts";
import { findConnectionForUpdate, updateConnectionSecret } from "../../store/connections.ts";
import { inProject } from "../../store/db.ts";
import type { Context } from "../context.ts";
import { connectionSecretContext, newWebhookSecret } from "./connection-secret.ts";

/** Xtremepush's figure: time to bring the new secret to every receiver (evidence: webhooks, signature). */
const OVERLAP_MS = 24 * 3_600_000;

/**
 * Senders sign with both secrets within a quarter of a second. A second rotation within the day drops the secret
 * before the last. @returns the new secret, for the only time. @throws AppError not_found
 */
export async function rotateSecret(
  context: Context,
  projectId: number,
  id: number,
): Promise<{ readonly secret: string; readonly previous_secret_until: number }> {
  const secret = newWebhookSecret();
  const sealed = seal(context.sealingKey, secret, connectionSecretContext(projectId));
  const nowMs = context.clock.now();
  const previousUntilMs = nowMs + OVERLAP_MS;
  await inProject(context.app, projectId, async (tx) => {
    if ((await findConnectionForUpdate(tx, projectId, id)) === null) throw new AppError("not_found");
    await updateConnectionSecret(tx, projectId, { id, secret: sealed, previousUntilMs, nowMs });
  });
  return { secret, previous_secret_until: Math.floor(previousUntilMs / 1000) };
}
