/** The HTTP request that a message of the webhook channel becomes; what a preview shows is what the gateway sends. */
import type { WebhookContent } from "./content.ts";

export interface WebhookRequest {
  readonly method: WebhookContent["method"];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Left out where the request has none. */
  readonly body?: string;
}

/** @param key the same over all tries of a message. */
export function webhookRequest({ method, url, headers, body }: WebhookContent, key: string): WebhookRequest {
  const isSet = Object.keys(headers).some((name) => name.toLowerCase() === "idempotency-key");
  const request = { method, url, headers: isSet ? headers : { ...headers, "Idempotency-Key": key } };
  return body === "" || method === "GET" ? request : { ...request, body };
}
