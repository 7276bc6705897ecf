/** A webhook endpoint and its log, as the API shows them. */
import type { ConnectionView as Connection } from "../../../../server/src/actions/connections/connection-view.ts";
import type { ChannelName } from "../../../../server/src/domain/channel.ts";
import type { PostedEventName } from "../../../../server/src/domain/webhook-event.ts";

export type { DeliveryView as Delivery } from "../../../../server/src/actions/webhooks/list-deliveries.ts";
export type { Connection };

const EVENT_WORDS: Readonly<Record<PostedEventName, string>> = {
  message_send: "handed to the gateway",
  message_delivery: "the gateway says that it arrived",
  message_fail: "could not be sent",
  message_skip: "not sent, with the reason",
};

const EVENTS: readonly (readonly [name: string, what: string])[] = Object.entries(EVENT_WORDS);

/** What can be asked for here, and what a connection made by API asks for besides: it stays as it is. */
export const eventChoices = (own: readonly string[]): typeof EVENTS => [
  ...EVENTS,
  ...own.filter((name) => !(name in EVENT_WORDS)).map((name) => [name, ""] as const),
];

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
