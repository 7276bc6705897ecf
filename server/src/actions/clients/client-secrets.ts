/** A client's secrets: several at once, so that one can be replaced without a gap. Each is shown once, when made. */
import { randomToken, sha256 } from "../../base/crypto.ts";
import { AppError } from "../../base/errors.ts";
import { CLIENT_LIMITS, CLIENT_SECRET_PREFIX } from "../../domain/client.ts";
import { sentence } from "../../domain/field-label.ts";
import { deleteSecret, insertSecret, listSecrets } from "../../store/clients.ts";
import type { Context } from "../context.ts";
import type { Actor } from "../tokens/audit-trail.ts";
import type { ClientView } from "./client-view.ts";
import { changeClient } from "./save-client.ts";

/** @param untilMs the secret's end; null for none. @throws AppError invalid, not_found, conflict */
export async function addSecret(
  context: Context,
  projectId: number,
  { id, untilMs, actor }: { id: string; untilMs: number | null; actor: Actor },
): Promise<{ readonly secret: string; readonly secret_id: number; readonly client: ClientView }> {
  if (untilMs !== null && untilMs <= context.clock.now()) {
    const errors = { valid_until: [sentence("valid_until", "must be in the future")] };
    throw new AppError("invalid", { errors });
  }
  const secret = randomToken(CLIENT_SECRET_PREFIX);
  const hint = secret.slice(-4);
  let secretId = 0;
  const client = await changeClient(context, projectId, {
    id,
    actor,
    async work(tx, { nowMs }) {
      if ((await listSecrets(tx, projectId, id)).length >= CLIENT_LIMITS.secrets) {
        const message = `A client has at most ${CLIENT_LIMITS.secrets} secrets. Delete one first.`;
        throw new AppError("conflict", { message });
      }
      const row = { clientId: id, hash: sha256(secret), hint, nowMs, untilMs };
      secretId = await insertSecret(tx, projectId, row);
      const validUntil = untilMs === null ? null : Math.floor(untilMs / 1000);
      return { action: "client.add_secret", after: { id: secretId, hint, valid_until: validUntil } };
    },
  });
  return { secret, secret_id: secretId, client };
}

/** Deletes a secret and ends the access tokens that were got with it. @throws AppError not_found */
export async function removeSecret(
  context: Context,
  projectId: number,
  { id, secretId, actor }: { id: string; secretId: number; actor: Actor },
): Promise<ClientView> {
  return await changeClient(context, projectId, {
    id,
    actor,
    async work(tx) {
      if (!(await deleteSecret(tx, projectId, { clientId: id, id: secretId })))
        throw new AppError("not_found");
      return { action: "client.delete_secret", before: { id: secretId } };
    },
  });
}
