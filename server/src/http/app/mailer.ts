/**
 * The instance's own few emails: invitations and resets of passwords, over the SMTP server that campaigns use too. An
 * email that is not taken for the moment is tried again a few times, while this process lives.
 */
import { randomUUID } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { OutgoingMessage, SendOutcome } from "../../gateways/gateway.ts";
import { createSmtpGateway } from "../../gateways/smtp/index.ts";

export interface PlainEmail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface Mailer {
  /** Never rejects: what became of it is in the log. */
  send(email: PlainEmail): Promise<void>;
  close(): Promise<void>;
}

export interface MailerOptions {
  /** smtp: or smtps:, with credentials. */
  readonly url: string;
  /** The sender's address. */
  readonly from: string;
  readonly clock: Clock;
  readonly log: Log;
}

const SENDER_NAME = "Carillon";
const PAUSES_MS = [1_000, 5_000, 15_000];

export function createMailer({ url, from, clock, log }: MailerOptions): Mailer {
  const gateway = createSmtpGateway({ url, connections: 1, log });
  const closing = new AbortController();

  async function tryOnce(message: OutgoingMessage): Promise<SendOutcome | undefined> {
    const [outcome] = await gateway.send([message], closing.signal);
    return outcome;
  }

  return {
    async send(email) {
      const message = messageOf(email, from);
      let outcome = await tryOnce(message);
      for (const pauseMs of PAUSES_MS) {
        // Not "unknown": that one may have arrived, and the person can ask for another.
        if (outcome?.kind !== "later" || closing.signal.aborted) break;
        await clock.sleep(pauseMs, closing.signal);
        outcome = await tryOnce(message);
      }
      if (outcome?.kind === "accepted") return;
      const detail = outcome !== undefined && "detail" in outcome ? outcome.detail : "no outcome";
      log.warn({ outcome: outcome?.kind, detail, subject: email.subject }, "an email was not sent");
    },
    async close() {
      closing.abort();
      await gateway.close();
    },
  };
}

const messageOf = ({ to, subject, text }: PlainEmail, from: string): OutgoingMessage => ({
  key: randomUUID(),
  messageId: 0,
  projectId: 0,
  to,
  content: {
    channel: "email",
    from: { address: from, name: SENDER_NAME },
    replyTo: null,
    subject,
    html: "",
    text,
    headers: {},
  },
});
