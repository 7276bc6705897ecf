/** How an operator describes an SMS provider's HTTP API. */
import type { SafeRequest } from "../../base/safe-fetch.ts";
import type { Ability } from "../gateway.ts";

export interface SmsHttpSettings {
  /** http or https; placeholders in path and query. */
  readonly url: string;
  /** POST where not given. */
  readonly method?: SafeRequest["method"];
  /** `Idempotency-Key: {{key}}` where not given. */
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON of to, from, text and reference where not given; "" for none. */
  readonly body?: string;
  /**
   * Decides how the values are escaped in the body. A Content-Type among the headers comes first, then this,
   * then application/json.
   */
  readonly contentType?: string;
  /** The statuses that mean "taken"; every 2xx where not given. Then another 2xx counts as a refusal. */
  readonly okStatuses?: readonly number[];
  /** Where the answer's JSON has the provider's id: "messages.0.id". */
  readonly providerIdPath?: string;
  /** keyed only for a provider that drops twins by the key. dumb where not given. */
  readonly ability?: Extract<Ability, "keyed" | "dumb">;
  /** Requests under way. 32 where not given. */
  readonly concurrency?: number;
  /** 15,000 where not given. */
  readonly timeoutMs?: number;
}

const DEFAULT_BODY = '{"to":"{{to}}","from":"{{from}}","text":"{{text}}","reference":"{{key}}"}';
const DEFAULT_HEADERS: Readonly<Record<string, string>> = { "Idempotency-Key": "{{key}}" };

/** "" for a request without a body, as every GET is. */
export const bodyOf = (settings: SmsHttpSettings): string =>
  settings.method === "GET" ? "" : (settings.body ?? DEFAULT_BODY);

export const headersOf = (settings: SmsHttpSettings): Readonly<Record<string, string>> =>
  settings.headers ?? DEFAULT_HEADERS;

/** The one that is sent, so that the escaping always fits it. */
export function contentTypeOf(settings: SmsHttpSettings): string {
  const header = Object.entries(headersOf(settings)).find(([name]) => name.toLowerCase() === "content-type");
  return header?.[1] ?? settings.contentType ?? "application/json";
}
