/**
 * Two signatures over the same body, so that a receiver may check whichever it knows:
 * - X-Xtremepush-Signature: `t=<unix>,v1=<hex>`, HMAC-SHA256 over `t.body`; the key is the secret's text as shown;
 * - Standard Webhooks 1.0: `v1,<base64>`, HMAC-SHA256 over `id.t.body`; the key is the 32 bytes that the text after
 *   `whsec_` stands for in base64.
 * Both carry one signature for each secret that is valid: two for a day after a rotation, the new one first.
 */
import { createHmac } from "node:crypto";
import { WEBHOOK_SECRET_PREFIX } from "../domain/connection.ts";

export interface Signable {
  /** The same for every try of an event. */
  readonly id: string;
  /** Of this try: a receiver refuses what is older than its tolerance, by custom five minutes. */
  readonly timestampSeconds: number;
  /** The exact text that is posted. */
  readonly body: string;
}

/** The headers that prove where a post comes from. @param secrets at least one. */
export function signatureHeaders(
  { id, timestampSeconds, body }: Signable,
  secrets: readonly string[],
): Record<string, string> {
  const time = String(timestampSeconds);
  const ours = secrets.map((secret) => `v1=${hmac(secret, `${time}.${body}`).toString("hex")}`);
  const standard = secrets.map(
    (secret) => `v1,${hmac(keyOf(secret), `${id}.${time}.${body}`).toString("base64")}`,
  );
  return {
    "x-xtremepush-signature": [`t=${time}`, ...ours].join(","),
    "webhook-id": id,
    "webhook-timestamp": time,
    "webhook-signature": standard.join(" "),
  };
}

const keyOf = (secret: string): Buffer => Buffer.from(secret.slice(WEBHOOK_SECRET_PREFIX.length), "base64");

const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac("sha256", key).update(text, "utf8").digest();
