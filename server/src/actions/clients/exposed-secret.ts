/**
 * A secret was sent in an address, where proxies and logs keep it. Only a right one is worth a row: what strangers
 * make up fills no trail.
 */
import { projectOfClientId } from "../../domain/client.ts";
import { inProject } from "../../store/db.ts";
import type { Context } from "../context.ts";
import { recordAudit } from "../tokens/audit-trail.ts";
import { findCredentials, fittingSecret } from "./client-credentials.ts";

export async function noteExposedSecret(
  context: Context,
  { clientId, secret, ip }: { clientId: string; secret: string; ip: string },
): Promise<void> {
  const projectId = projectOfClientId(clientId);
  if (projectId === null) return;
  const nowMs = context.clock.now();
  await inProject(context.app, projectId, async (tx) => {
    const found = await findCredentials(tx, projectId, clientId);
    const fitting = fittingSecret(found?.secrets ?? [], secret, nowMs);
    if (fitting === undefined) return;
    const after = { id: fitting.id, hint: fitting.hint, where: "query string" };
    const change = { action: "client.secret_exposed", object: `client:${clientId}`, after };
    await recordAudit(tx, projectId, { actor: { name: `client:${clientId}`, ip }, nowMs, change });
  });
}
