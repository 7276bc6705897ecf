/**
 * SMS through any provider with an HTTP API: the settings say what its request looks like. The provider's URL is
 * the operator's, so private addresses are allowed (a modem gateway in the LAN), except where a customer named it.
 */
import type { Log } from "../../base/log.ts";
import { createSafeFetch, type SafeFetch, type SafeRequest } from "../../base/safe-fetch.ts";
import type { Finding, Gateway, OutgoingMessage, SendOutcome } from "../gateway.ts";
import { outcomeOfAnswer } from "../http-outcome.ts";
import { later, rejected } from "../outcomes.ts";
import { createSliceRunner } from "../slice-runner.ts";
import { findSmsHttpProblems } from "./problems.ts";
import { bodyOf, contentTypeOf, headersOf, type SmsHttpSettings } from "./settings.ts";
import { compileTemplate, escapeFor, escapeNothing, escapeUrl, type PlaceholderValues } from "./template.ts";

const DEFAULT_CONCURRENCY = 32;
const DEFAULT_TIMEOUT_MS = 15_000;

export interface SmsHttpOptions {
  readonly settings: SmsHttpSettings;
  /** false for a provider that a customer named. true where not given. */
  readonly allowPrivateAddresses?: boolean;
  readonly log: Log;
  readonly now?: () => number;
}

/** Makes the gateway. Settings that cannot work are told by `check`. */
export function createSmsHttpGateway(options: SmsHttpOptions): Gateway {
  const { settings, log, now = Date.now } = options;
  const concurrency = settings.concurrency ?? DEFAULT_CONCURRENCY;
  const fetch = createSafeFetch({
    allowPrivateAddresses: options.allowPrivateAddresses ?? true,
    connectionsPerOrigin: concurrency,
    log,
  });
  const describe = describeRequest(settings);
  const [problem] = findSmsHttpProblems(settings);

  const sendOne = async (message: OutgoingMessage): Promise<SendOutcome> => {
    const { content, to, key } = message;
    if (content.channel !== "sms") return rejected(`The sms-http gateway cannot send ${content.channel}.`);
    // A slip in the settings is the operator's to mend; it must not cost anyone a message.
    if (problem !== undefined)
      return later(`${problem.setting}: ${problem.problem}`, { brokenGateway: true });
    const answer = await fetch.request(describe({ to, from: content.from, text: content.text, key }));
    return outcomeOfAnswer(answer, {
      okStatuses: settings.okStatuses,
      providerIdPath: settings.providerIdPath,
      isOwnUrl: true,
      nowMs: now(),
    });
  };

  return {
    name: "sms-http",
    ability: settings.ability ?? "dumb",
    send: createSliceRunner({ concurrency, sendOne }),
    check: () => check(fetch, settings),
    close: () => fetch.close(),
  };
}

function describeRequest(settings: SmsHttpSettings): (values: PlaceholderValues) => SafeRequest {
  const { method = "POST", timeoutMs = DEFAULT_TIMEOUT_MS } = settings;
  const contentType = contentTypeOf(settings);
  const url = compileTemplate(settings.url, escapeUrl);
  const hasBody = bodyOf(settings) !== "";
  const body = compileTemplate(bodyOf(settings), escapeFor(contentType));
  const headers = Object.entries(headersOf(settings)).map(
    ([name, template]) => [name.toLowerCase(), compileTemplate(template, escapeNothing)] as const,
  );
  return (values) => {
    const filled: Record<string, string> = hasBody ? { "content-type": contentType } : {};
    for (const [name, fill] of headers) filled[name] = fill(values);
    const request = { method, url: url(values), headers: filled, timeoutMs };
    return hasBody ? { ...request, body: body(values) } : request;
  };
}

/** Settings that are wrong in themselves, then whether something answers HTTP at the URL's host and port. */
async function check(fetch: SafeFetch, settings: SmsHttpSettings): Promise<Finding[]> {
  const problems = findSmsHttpProblems(settings);
  if (problems.length > 0) return problems;
  const { origin } = new URL(settings.url);
  const answer = await fetch.request({ method: "HEAD", url: `${origin}/`, timeoutMs: DEFAULT_TIMEOUT_MS });
  if (answer.kind === "answer") return [];
  return [{ setting: "SMS_URL", problem: `No HTTP server answers at ${origin}: ${answer.reason}.` }];
}
