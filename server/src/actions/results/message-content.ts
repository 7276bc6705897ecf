/**
 * What a message says: as the sandbox kept it, or rendered again from the version, the call's values and the person
 * as they are now, and then marked so.
 */

import { isMessageType } from "../../domain/channel.ts";
import type { Params } from "../../domain/chunk.ts";
import { compileCampaign } from "../../domain/compiled-campaign.ts";
import { profileLayer } from "../../domain/profile.ts";
import { listCampaignVersions } from "../../store/campaigns.ts";
import type { Tx } from "../../store/db.ts";
import type { LoggedExecution } from "../../store/execution-log.ts";
import { listSandboxContents } from "../../store/explain.ts";
import type { LoggedMessage } from "../../store/message-log.ts";
import { listProfilesById } from "../../store/profiles.ts";

export interface ShownContent {
  /** By channel; null where there is none to show, and `problem` says why. */
  readonly content: Readonly<Record<string, unknown>> | null;
  readonly rendered_now: boolean;
  readonly problem: string | null;
}

export interface ContentQuestion {
  readonly execution: LoggedExecution;
  readonly message: LoggedMessage;
  /** The target's own values, as the call gave them. */
  readonly params: Params | null;
  readonly defaultFrom: string;
}

export async function contentOf(tx: Tx, projectId: number, asked: ContentQuestion): Promise<ShownContent> {
  const kept = await listSandboxContents(tx, projectId, [asked.message.id]);
  const stored = kept.get(asked.message.id);
  if (stored !== undefined)
    return { content: JSON.parse(stored) as Record<string, unknown>, rendered_now: false, problem: null };
  return await renderAgain(tx, projectId, asked);
}

const nothing = (problem: string): ShownContent => ({ content: null, rendered_now: false, problem });

async function renderAgain(tx: Tx, projectId: number, asked: ContentQuestion): Promise<ShownContent> {
  const { execution, message, params, defaultFrom } = asked;
  const { profileId, messageType } = message;
  if (profileId === null || !isMessageType(messageType)) return nothing("The target led to nobody.");
  const { campaignId, version } = execution;
  const [profile] = await listProfilesById(tx, projectId, [profileId], true);
  const [stored] = await listCampaignVersions(tx, projectId, [{ campaignId, version }]);
  if (profile === undefined || stored === undefined) return nothing("The person is not here any more.");
  const { language } = profile.system;
  const rendered = compileCampaign(stored.content, execution.overrides).render(messageType, {
    layers: [params ?? {}, JSON.parse(execution.params) as Record<string, unknown>, profileLayer(profile)],
    // Templates that print the date print the message's.
    nowMs: (message.sentTime ?? message.createTime).getTime(),
    language: typeof language === "string" ? language : null,
    defaultFrom,
  });
  if (!rendered.ok) return nothing(rendered.error.error);
  return { content: { ...rendered.value }, rendered_now: true, problem: null };
}
