/**
 * How a message leaves. The pipeline owns this contract; a gateway translates it to one provider's protocol and
 * back, and decides nothing: no retries, no sleeping, no state of messages.
 */
import type { Content } from "../domain/content.ts";

/**
 * What the pipeline may do with a message whose answer was lost:
 * - keyed: send again with the same key, the provider drops the twin;
 * - queryable: ask with `query`;
 * - dumb: neither; the campaign's owner chose to retry or to hold.
 */
export type Ability = "keyed" | "queryable" | "dumb";

export interface OutgoingMessage {
  /** Stable over every try of this message; 1 to 64 characters of [A-Za-z0-9-]. */
  readonly key: string;
  readonly messageId: number;
  readonly projectId: number;
  /** Lower goes first where messages wait for the gateway; 0 where not given. */
  readonly lane?: number;
  /** Email address (ASCII domain), phone digits without plus, push token; "" for the webhook channel. */
  readonly to: string;
  readonly content: Content;
}

export type SendOutcome =
  /** The provider took it. `delivered` only where the provider's answer itself proves delivery. */
  | { readonly kind: "accepted"; readonly providerId?: string; readonly delivered?: boolean }
  /** Never try again: bad address, bad content, blocked. `detail` are the provider's own words (≤ 500 chars). */
  | { readonly kind: "rejected"; readonly detail: string }
  /** Certainly not sent; try again. `afterSeconds` from Retry-After. `brokenGateway`: the fault is not the message's. */
  | {
      readonly kind: "later";
      readonly detail: string;
      readonly afterSeconds?: number;
      readonly brokenGateway: boolean;
    }
  /** It may have been sent: the connection died or timed out after the hand-over began. */
  | { readonly kind: "unknown"; readonly detail: string };

/** What `check` found wrong with the settings, in words for the person who can mend it. */
export interface Finding {
  readonly setting: string;
  readonly problem: string;
}

export interface Gateway {
  /** For logs and metrics: "smtp", "sms-http", "sandbox". */
  readonly name: string;
  readonly ability: Ability;
  /** Whose faults a breaker counts together; the name where not given. */
  readonly breaker?: string;
  /**
   * Sends a slice (at most 64 for a dumb gateway, 500 otherwise) with the gateway's own concurrency, which holds
   * over all slices under way at once. Resolves with one outcome a message, in the order given. Never rejects.
   * An abort ends what is not yet handed over as `later` and what is in flight as its real outcome or `unknown`.
   */
  send(slice: readonly OutgoingMessage[], signal: AbortSignal): Promise<SendOutcome[]>;
  /** Only of a queryable gateway: what became of a message whose answer was lost. */
  query?(message: OutgoingMessage): Promise<SendOutcome>;
  /** Are the settings good? Connects for real, sends nothing. */
  check(): Promise<Finding[]>;
  close(): Promise<void>;
}
