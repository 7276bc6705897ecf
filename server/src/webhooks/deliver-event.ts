/**
 * Posts one event to a customer's endpoint and says what became of it. No retries, no database, no waiting: when
 * and whether is the sender's to decide. Redirects are never followed; private addresses are refused by safeFetch.
 */
import type { Log } from "../base/log.ts";
import type { SafeAnswer, SafeFetch } from "../base/safe-fetch.ts";
import { type Delivery, parseRetryAfter, webhookId } from "../domain/webhook-retry.ts";
import { signatureHeaders } from "./sign.ts";

/** Where an event goes and how it is signed, secrets in the clear. */
export interface Endpoint {
  readonly url: string;
  /** Value of the Authorization header; null for none. */
  readonly authorization: string | null;
  /** The newest first. None: they do not open under the instance's key, and nothing is posted unsigned. */
  readonly secrets: readonly string[];
}

export interface PostTools {
  readonly safeFetch: SafeFetch;
  readonly timeoutMs: number;
  readonly log: Log;
}

export interface PostedEvent {
  readonly id: number;
  readonly body: string;
  readonly nowMs: number;
}

/** Svix's figure: enough to read an error page by. */
const MAX_DETAIL_BYTES = 20_480;

/** Never rejects. */
export async function deliverEvent(
  tools: PostTools,
  endpoint: Endpoint,
  event: PostedEvent,
): Promise<Delivery> {
  const { id, body, nowMs } = event;
  if (endpoint.secrets.length === 0) {
    const detail = "The secrets of this connection do not open under this instance's key.";
    return { outcome: "failed", status: null, detail, retryAfterMs: null };
  }
  const signable = { id: webhookId(id), timestampSeconds: Math.floor(nowMs / 1000), body };
  const answer = await tools.safeFetch.request({
    method: "POST",
    url: endpoint.url,
    headers: {
      "content-type": "application/json",
      "user-agent": "Carillon-Webhooks/1",
      ...signatureHeaders(signable, endpoint.secrets),
      ...(endpoint.authorization === null ? {} : { authorization: endpoint.authorization }),
    },
    body,
    timeoutMs: tools.timeoutMs,
    maxBytes: MAX_DETAIL_BYTES,
  });
  const delivery = deliveryOf(answer, nowMs);
  tools.log.debug(
    { event: signable.id, outcome: delivery.outcome, status: delivery.status },
    "webhook posted",
  );
  return delivery;
}

/** 2xx is taken, 410 asks for no more, all else is a failure, redirects too (Standard Webhooks 1.0). */
function deliveryOf(answer: SafeAnswer, nowMs: number): Delivery {
  if (answer.kind !== "answer") {
    return { outcome: "failed", status: null, detail: answer.reason, retryAfterMs: null };
  }
  const { status, headers, body } = answer;
  if (status >= 200 && status < 300)
    return { outcome: "delivered", status, detail: null, retryAfterMs: null };
  const mayAsk = status === 429 || status === 503;
  return {
    outcome: status === 410 ? "gone" : "failed",
    status,
    detail: storable(body),
    retryAfterMs: mayAsk ? parseRetryAfter(headers["retry-after"], nowMs) : null,
  };
}

/** PostgreSQL's text holds no NUL; what is no UTF-8 becomes the replacement character. */
const storable = (body: Buffer): string => body.toString("utf8").replaceAll("\0", "\ufffd");
