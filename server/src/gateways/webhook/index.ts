/**
 * The webhook channel: one HTTP request per message, to a URL out of the campaign. The URL is a customer's, so it
 * goes through the rules for public addresses, and a broken one speaks for itself only, never for the gateway.
 */
import type { Log } from "../../base/log.ts";
import { createSafeFetch } from "../../base/safe-fetch.ts";
import { webhookRequest } from "../../domain/webhook-request.ts";
import type { Gateway, OutgoingMessage, SendOutcome } from "../gateway.ts";
import { outcomeOfAnswer } from "../http-outcome.ts";
import { rejected } from "../outcomes.ts";
import { createSliceRunner } from "../slice-runner.ts";

export interface WebhookGatewayOptions {
  readonly allowPrivateAddresses: boolean;
  readonly log: Log;
  /** Requests under way. 64 where not given. */
  readonly concurrency?: number;
  /** 15,000 where not given: the figure of most senders of webhooks. */
  readonly timeoutMs?: number;
  readonly now?: () => number;
}

const DEFAULT_CONCURRENCY = 64;
const DEFAULT_TIMEOUT_MS = 15_000;

export function createWebhookGateway(options: WebhookGatewayOptions): Gateway {
  const { allowPrivateAddresses, log, now = Date.now } = options;
  const { concurrency = DEFAULT_CONCURRENCY, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const fetch = createSafeFetch({ allowPrivateAddresses, connectionsPerOrigin: concurrency, log });

  const sendOne = async ({ content, key }: OutgoingMessage): Promise<SendOutcome> => {
    if (content.channel !== "webhook") return rejected(`The webhook gateway cannot send ${content.channel}.`);
    const answer = await fetch.request({ ...webhookRequest(content, key), timeoutMs });
    return outcomeOfAnswer(answer, { isOwnUrl: false, nowMs: now() });
  };

  return {
    name: "webhook",
    ability: "dumb",
    send: createSliceRunner({ concurrency, sendOne }),
    check: async () => [],
    close: () => fetch.close(),
  };
}
