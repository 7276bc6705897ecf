/** What the customer's endpoint is told: the body of an event (decisions: webhooks out; evidence 10.2). */
import { channelName, type MessageType } from "./channel.ts";

/** Every name that a connection may ask for: the contract's. */
export const WEBHOOK_EVENTS = [
  "message_send",
  "message_delivery",
  "message_open",
  "message_click",
  "message_fail",
  "message_bounce",
  "message_complaint",
  "message_unsubscribe",
  "message_skip",
  "message_reply",
  "journey_enter",
  "journey_exit",
] as const;
export type WebhookEventName = (typeof WEBHOOK_EVENTS)[number];

/** Those that something posts: what becomes of a message. */
export type PostedEventName = Extract<
  WebhookEventName,
  "message_send" | "message_delivery" | "message_fail" | "message_skip"
>;

export interface MessageFacts {
  readonly messageId: number;
  readonly executionId: number;
  readonly campaignId: number;
  readonly campaignName: string;
  readonly type: MessageType;
  readonly userId: string | null;
  readonly profileId: number | null;
  readonly deviceId: number | null;
  readonly address: string | null;
  readonly externalMessageId: string | null;
  readonly reason: string | null;
  readonly error: string | null;
}

/**
 * @param interactionId unique for this happening, the same over all retries of the post.
 * @returns the JSON text that is signed and sent. Names that do not apply are left out.
 */
export function messageEventBody(
  event: PostedEventName,
  happening: { interactionId: string; timeMs: number },
  facts: MessageFacts,
): string {
  const properties: Record<string, string | number> = {
    interaction_id: happening.interactionId,
    message_id: facts.messageId,
    execution_id: facts.executionId,
    campaign_id: facts.campaignId,
    campaign_name: facts.campaignName,
    message_type: channelName(facts.type),
  };
  if (facts.userId !== null) properties.user_id = facts.userId;
  if (facts.profileId !== null) properties.profile_id = String(facts.profileId);
  if (facts.deviceId !== null) properties.device_id = facts.deviceId;
  if (facts.address !== null && facts.type === 7) properties.email = facts.address;
  if (facts.address !== null && facts.type === 9) properties.mobile_number = facts.address;
  if (facts.externalMessageId !== null) properties.external_message_id = facts.externalMessageId;
  if (facts.reason !== null) properties.reason = facts.reason;
  if (facts.error !== null) properties.error = facts.error;
  return JSON.stringify({ event, time: Math.floor(happening.timeMs / 1000), properties });
}
