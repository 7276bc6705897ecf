/** What an HTTP answer means for a message: one table for SMS providers and webhooks. */
import type { SafeAnswer } from "../base/safe-fetch.ts";
import type { SendOutcome } from "./gateway.ts";
import { accepted, later, rejected, unknown } from "./outcomes.ts";

export interface HttpOutcomeRules {
  /** The statuses that mean "taken"; every 2xx where not given. */
  readonly okStatuses?: readonly number[] | undefined;
  /** Where the answer's JSON names the message, as "messages.0.id". */
  readonly providerIdPath?: string | undefined;
  /**
   * Is the URL the gateway's own? Then a closed port or a refused credential is the operator's to mend, and the
   * gateway counts as broken. A URL out of the content speaks for that message alone.
   */
  readonly isOwnUrl: boolean;
  /** Unix milliseconds, for a Retry-After that is a date. */
  readonly nowMs: number;
}

const SHORTEST_WAIT_SECONDS = 1;
/** A provider that asks for a day would outlive most retry windows; after an hour we look again. */
const LONGEST_WAIT_SECONDS = 3600;

/** 408, 425: the request was not taken, in so many words. */
const AGAIN: ReadonlySet<number> = new Set([408, 425, 429]);
/** The provider as a whole is overloaded or away. A 500 or 501 may be about this one message. */
const OVERLOADED: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export function outcomeOfAnswer(answer: SafeAnswer, rules: HttpOutcomeRules): SendOutcome {
  switch (answer.kind) {
    case "answer":
      return outcomeOfStatus(answer, rules);
    case "blocked":
      return rejected(answer.reason);
    case "not_sent":
      return later(answer.reason, { brokenGateway: rules.isOwnUrl });
    case "lost":
      return unknown(answer.reason);
  }
}

type Answered = Extract<SafeAnswer, { kind: "answer" }>;

function outcomeOfStatus(answer: Answered, rules: HttpOutcomeRules): SendOutcome {
  const { status } = answer;
  const isOk = rules.okStatuses?.includes(status) ?? (status >= 200 && status < 300);
  if (isOk) return accepted(providerId(answer, rules.providerIdPath));
  const words = wordsOf(answer);
  if (status >= 500 || AGAIN.has(status)) {
    const afterSeconds = retryAfterSeconds(answer.headers["retry-after"], rules.nowMs);
    return later(words, { brokenGateway: rules.isOwnUrl && OVERLOADED.has(status), afterSeconds });
  }
  if (status === 401 || status === 403) return later(words, { brokenGateway: rules.isOwnUrl });
  return rejected(words);
}

/** The status and the provider's own words. */
function wordsOf({ status, body, headers }: Answered): string {
  if (status >= 300 && status < 400)
    return `${status}: redirects are not followed (${headers.location ?? "no target"})`;
  return `${status} ${body.toString("utf8")}`;
}

/**
 * Seconds to wait by a Retry-After header, a number of seconds or a date (RFC 9110, 10.2.3), brought between one
 * second and one hour; undefined where it is neither.
 */
export function retryAfterSeconds(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  // Date.parse takes nearly anything, "5" too; an HTTP date names its day and its zone.
  const isDate = /^[A-Za-z]{3,9}, .*GMT$/.test(text);
  const seconds = /^\d{1,9}$/.test(text)
    ? Number(text)
    : isDate
      ? (Date.parse(text) - nowMs) / 1000
      : Number.NaN;
  if (Number.isNaN(seconds)) return undefined;
  return Math.min(LONGEST_WAIT_SECONDS, Math.max(SHORTEST_WAIT_SECONDS, Math.ceil(seconds)));
}

function providerId({ body }: Answered, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    let value: unknown = JSON.parse(body.toString("utf8"));
    for (const name of path.split(".")) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
      value = (value as Record<string, unknown>)[name];
    }
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  } catch {
    return undefined; // it was taken all the same
  }
}
