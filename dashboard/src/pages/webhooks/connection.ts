/** A webhook endpoint and its log, as the API shows them. */
export interface Connection {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  /** null: every channel. */
  readonly message_types: readonly string[] | null;
  readonly authorization: { readonly type: "none" | "basic" | "bearer" };
  readonly state: "on" | "off" | "disabled";
  readonly state_reason: string | null;
  readonly failures: number;
  readonly failing_since: number | null;
  readonly resting_until: number | null;
  readonly previous_secret_until: number | null;
  readonly create_time: number;
  readonly update_time: number;
}

export interface Delivery {
  readonly id: number;
  readonly webhook_id: string;
  readonly event: string;
  readonly state: "waiting" | "sending" | "delivered" | "exhausted";
  readonly tries: number;
  readonly next_try: number | null;
  readonly create_time: number;
  readonly end_time: number | null;
  readonly last_status: number | null;
  readonly last_detail: string | null;
}

export const EVENTS: readonly (readonly [name: string, what: string])[] = [
  ["message_send", "handed to the gateway"],
  ["message_delivery", "the provider says that it arrived"],
  ["message_open", "opened"],
  ["message_click", "a link was followed"],
  ["message_fail", "could not be sent"],
  ["message_bounce", "came back"],
  ["message_complaint", "marked as spam"],
  ["message_unsubscribe", "the person unsubscribed"],
  ["message_skip", "not sent, with the reason"],
  ["message_reply", "the person answered"],
  ["journey_enter", "a person entered a journey"],
  ["journey_exit", "a person left a journey"],
];

export const CHANNELS = ["email", "sms", "web_push", "ios_push", "android_push", "inbox", "webhook"] as const;

/** How it is doing: an endpoint that is on may rest after failures. */
export const stateOf = ({ state, resting_until: until }: Connection): string =>
  state === "on" && until !== null && until * 1000 > Date.now() ? "resting" : state;
