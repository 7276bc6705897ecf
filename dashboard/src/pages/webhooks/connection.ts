/** A webhook endpoint and its log, as the API shows them. */
import type { ConnectionView as Connection } from "../../../../server/src/actions/connections/connection-view.ts";
import type { ChannelName } from "../../../../server/src/domain/channel.ts";
import type { WebhookEventName } from "../../../../server/src/domain/webhook-event.ts";

export type { DeliveryView as Delivery } from "../../../../server/src/actions/webhooks/list-deliveries.ts";
export type { Connection };

const EVENT_WORDS: Readonly<Record<WebhookEventName, string>> = {
  message_send: "handed to the gateway",
  message_delivery: "the provider says that it arrived",
  message_open: "opened",
  message_click: "a link was followed",
  message_fail: "could not be sent",
  message_bounce: "came back",
  message_complaint: "marked as spam",
  message_unsubscribe: "the person unsubscribed",
  message_skip: "not sent, with the reason",
  message_reply: "the person answered",
  journey_enter: "a person entered a journey",
  journey_exit: "a person left a journey",
};

export const EVENTS: readonly (readonly [name: string, what: string])[] = Object.entries(EVENT_WORDS);

export const CHANNELS = [
  "email",
  "sms",
  "web_push",
  "ios_push",
  "android_push",
  "inbox",
  "webhook",
] as const satisfies readonly ChannelName[];

/** How it is doing: an endpoint that is on may rest after failures. */
export const stateOf = ({ state, resting_until: until }: Connection): string =>
  state === "on" && until !== null && until * 1000 > Date.now() ? "resting" : state;
