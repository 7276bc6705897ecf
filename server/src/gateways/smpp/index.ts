/**
 * SMS over SMPP 3.4, bound as transceiver. A window of messages is under way; the parts of a long text go one
 * after the other, so that a refused part ends its message. Delivery receipts and replies are acknowledged and
 * dropped: none are asked for.
 */
import type { Log } from "../../base/log.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import type { Gateway, OutgoingMessage, SendOutcome } from "../gateway.ts";
import { later, rejected, unknown } from "../outcomes.ts";
import { createSliceRunner } from "../slice-runner.ts";
import { type LinkOptions, SmppLink } from "./link.ts";
import { outcomeOfStatus } from "./status.ts";
import { type SubmitFields, submissionsOf } from "./submission.ts";

export interface SmppGatewayOptions {
  /** smpp://system_id:password@host:2775, or ssmpp:// for TLS (port 3550). */
  readonly url: string;
  readonly log: Log;
  /** false for an SMSC that a customer named. true where not given. */
  readonly allowPrivateAddresses?: boolean;
  /** Messages without an answer yet. 10 where not given, which most SMSCs allow. */
  readonly window?: number;
  /** How long a submit_sm may wait for its answer. 30,000 where not given. */
  readonly timeoutMs?: number;
  /** 15,000 where not given. */
  readonly enquireEveryMs?: number;
}

const DEFAULT_WINDOW = 10;
const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_ENQUIRE_MS = 15_000;
const SETTING = "SMS_URL";

/** Makes the gateway. Binds with the first message. A URL that cannot work is told by `check`. */
export function createSmppGateway(options: SmppGatewayOptions): Gateway {
  const { window = DEFAULT_WINDOW } = options;
  const target = readUrl(options);
  const link = target.ok ? new SmppLink(target.value) : null;
  const urlProblem = target.ok ? "" : target.error;

  const sendOne = async ({ key, to, content }: OutgoingMessage): Promise<SendOutcome> => {
    if (content.channel !== "sms") return rejected(`The smpp gateway cannot send ${content.channel}.`);
    if (link === null) return later(urlProblem, { brokenGateway: true });
    const parts = submissionsOf({ key, to, from: content.from, text: content.text });
    return parts.ok ? submitAll(link, parts.value) : rejected(parts.error);
  };

  return {
    name: "smpp",
    ability: "dumb",
    send: createSliceRunner({ concurrency: window, sendOne }),
    async check() {
      if (link === null) return [{ setting: SETTING, problem: urlProblem }];
      const bound = await link.bind();
      return bound.ok ? [] : [{ setting: SETTING, problem: `The SMSC could not be bound: ${bound.error}.` }];
    },
    async close() {
      await link?.close();
    },
  };
}

/** A message is accepted when all its parts are; the first part's id stands for it. */
async function submitAll(link: SmppLink, parts: readonly SubmitFields[]): Promise<SendOutcome> {
  let firstId = "";
  for (const [index, fields] of parts.entries()) {
    const reply = await link.submit(fields);
    if (reply.kind === "lost") return unknown(reply.reason);
    // Also after a first part: a phone shows nothing until it has all, and joins the parts of the next try.
    if (reply.kind === "not_sent") return later(reply.reason, { brokenGateway: true });
    if (index === 0) firstId = reply.messageId;
    const outcome = outcomeOfStatus(reply.status, firstId);
    if (outcome.kind !== "accepted" || index === parts.length - 1) return outcome;
  }
  return rejected("There is nothing to send.");
}

function readUrl(options: SmppGatewayOptions): Result<LinkOptions, string> {
  const { url, log, timeoutMs = DEFAULT_TIMEOUT_MS, enquireEveryMs = DEFAULT_ENQUIRE_MS } = options;
  if (!URL.canParse(url)) return fail("This is not a URL like smpp://system_id:password@host:2775.");
  const { protocol, hostname, port, username, password } = new URL(url);
  if (protocol !== "smpp:" && protocol !== "ssmpp:") return fail("Only smpp:// and ssmpp:// are allowed.");
  if (hostname === "") return fail("The URL has no host.");
  const isTls = protocol === "ssmpp:";
  return ok({
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (isTls ? 3550 : 2775) : Number(port),
    isTls,
    systemId: decodeURIComponent(username),
    password: decodeURIComponent(password),
    timeoutMs,
    enquireEveryMs,
    allowPrivateAddresses: options.allowPrivateAddresses ?? true,
    log,
  });
}
