/** What the delivery steps are given: built once a worker, and once a haul. */
import type { Context } from "../actions/context.ts";
import type { Subscription } from "../store/webhook-events.ts";
import type { Breakers } from "./breaker.ts";
import type { CampaignCache } from "./campaign-cache.ts";
import type { CampaignStops } from "./campaign-stops.ts";
import type { GatewaySource } from "./gateway-source.ts";
import type { Haul } from "./haul.ts";
import type { MessageCounters } from "./message-counters.ts";

export interface Delivery {
  readonly context: Context;
  readonly cache: CampaignCache;
  readonly breakers: Breakers;
  readonly gateways: GatewaySource;
  /** Makes the keys that gateways see unique among instances. */
  readonly keyPrefix: string;
  readonly random: () => number;
  readonly stops: CampaignStops;
  readonly counters: MessageCounters;
  /** The sender of emails whose template names none. */
  readonly defaultFrom: string;
}

/** Everything that the slices of one haul share. */
export interface HaulScene extends Delivery {
  readonly haul: Haul;
  readonly subscriptions: readonly Subscription[];
  /** Ids of its campaigns with trigger 0, which are past when nothing of them is left. */
  readonly sentOnce: readonly number[];
  readonly signal: AbortSignal;
}
