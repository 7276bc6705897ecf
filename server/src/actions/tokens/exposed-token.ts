/**
 * A token of the project was sent in an address, where proxies and logs keep it. It works nowhere but in its place;
 * that it was shown to others stands in the audit trail, so that somebody makes a new one.
 */
import { inProject } from "../../store/db.ts";
import type { Context } from "../context.ts";
import { recordAudit } from "./audit-trail.ts";

/** @param exposed whose token it was; `clientId` null for the app token. */
export async function noteExposedToken(
  context: Context,
  { projectId, clientId, ip }: { projectId: number; clientId: string | null; ip: string },
): Promise<void> {
  const isApp = clientId === null;
  const change = {
    action: isApp ? "app_token.exposed" : "access_token.exposed",
    object: isApp ? "app_token" : `client:${clientId}`,
    after: { where: "query string" },
  };
  const actor = { name: isApp ? "app token" : `client:${clientId}`, ip };
  await inProject(context.app, projectId, (tx) =>
    recordAudit(tx, projectId, { actor, nowMs: context.clock.now(), change }),
  );
}
