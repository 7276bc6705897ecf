/**
 * One bound SMPP session that comes up with the first message and again after it was lost. Answers to what was
 * written are awaited; when the session ends before, they are lost, and nobody can say what became of them.
 */
import { isIP } from "node:net";
import smpp, { type Pdu, type Session } from "smpp";
import type { Log } from "../../base/log.ts";
import { publicAddressOf } from "../../base/public-socket.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { statusWords } from "./status.ts";
import type { SubmitFields } from "./submission.ts";

export interface LinkOptions {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly systemId: string;
  readonly password: string;
  /** How long an answer may take. */
  readonly timeoutMs: number;
  /** How often a quiet session is asked whether it lives. One unanswered question ends it. */
  readonly enquireEveryMs: number;
  readonly allowPrivateAddresses: boolean;
  readonly log: Log;
}

export type SubmitReply =
  | { readonly kind: "reply"; readonly status: number; readonly messageId: string }
  /** No session: nothing was written. */
  | { readonly kind: "not_sent"; readonly reason: string }
  | { readonly kind: "lost"; readonly reason: string };

const CONNECT_TIMEOUT_MS = 10_000;
/** After a failed bind, the messages that wait are not made to wait for the same failure. */
const BIND_HOLD_MS = 1000;
/** How long an SMSC may take to close after our unbind. */
const UNBIND_MS = 1000;
/** SMPP 3.4; the package would say 5.0. */
const INTERFACE_VERSION = 0x34;

export class SmppLink {
  readonly #options: LinkOptions;
  #binding: Promise<Result<Session, string>> | null = null;
  #session: Session | null = null;
  #isClosed = false;
  /** Ends of what is awaited on the session, called when it is gone. */
  readonly #awaited = new Set<(reply: SubmitReply) => void>();

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Brings the session up where it is not. The failure is a sentence, and stands for BIND_HOLD_MS. */
  bind(): Promise<Result<Session, string>> {
    if (this.#isClosed) return Promise.resolve(fail("closing down"));
    this.#binding ??= this.#open();
    return this.#binding;
  }

  /** Sends one submit_sm and waits for its answer. Never rejects. */
  async submit(fields: SubmitFields): Promise<SubmitReply> {
    const bound = await this.bind();
    if (!bound.ok) return { kind: "not_sent", reason: bound.error };
    return new Promise((resolve) => {
      const end = (reply: SubmitReply): void => {
        clearTimeout(timer);
        this.#awaited.delete(end);
        resolve(reply);
      };
      const timer = setTimeout(
        () => end({ kind: "lost", reason: "no answer in time" }),
        this.#options.timeoutMs,
      );
      this.#awaited.add(end);
      const isWritten = bound.value.submit_sm(fields, (reply) => {
        const messageId = typeof reply.message_id === "string" ? reply.message_id : "";
        end({ kind: "reply", status: reply.command_status, messageId });
      });
      if (!isWritten) end({ kind: "not_sent", reason: "the session is gone" });
    });
  }

  /** Says goodbye and ends the session; what is awaited is lost. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const session = this.#session;
    if (session === null) return;
    this.#loseAll("closing down");
    session.unbind({});
    session.close();
    const timer = setTimeout(() => session.destroy(), UNBIND_MS);
    session.on("close", () => clearTimeout(timer));
  }

  async #open(): Promise<Result<Session, string>> {
    const address = await publicAddressOf(this.#options.host, this.#options);
    if (!address.ok) {
      this.#forgetBinding();
      return address;
    }
    if (this.#isClosed) return fail("closing down");
    const session = connectTo(this.#options, address.value);
    this.#session = session;
    let reason = "the connection was closed";
    session.on("error", (error: Error) => {
      reason = error.message;
      session.destroy();
    });
    session.on("close", () => {
      if (this.#session === session) this.#session = null;
      this.#loseAll(reason);
    });
    const bound = await bindOn(session, this.#options, () => reason);
    if (bound.ok) {
      session.on("close", () => {
        this.#binding = null;
      });
      this.#serve(session);
    } else {
      session.destroy();
      this.#forgetBinding();
    }
    return bound;
  }

  #forgetBinding(): void {
    setTimeout(() => {
      this.#binding = null;
    }, BIND_HOLD_MS).unref();
  }

  #loseAll(reason: string): void {
    for (const end of this.#awaited) end({ kind: "lost", reason });
  }

  /** Answers what the SMSC asks, and asks it whether it lives. */
  #serve(session: Session): void {
    const { log, enquireEveryMs } = this.#options;
    session.on("enquire_link", (pdu: Pdu) => session.send(pdu.response()));
    session.on("deliver_sm", (pdu: Pdu) => {
      session.send(pdu.response());
      log.debug({ from: pdu.source_addr }, "smpp deliver_sm taken and dropped");
    });
    session.on("unbind", (pdu: Pdu) => {
      session.send(pdu.response());
      session.close();
    });
    let isAnswered = true;
    const timer = setInterval(() => {
      if (!isAnswered) {
        log.warn({}, "smpp session does not answer");
        session.destroy();
        return;
      }
      isAnswered = false;
      session.enquire_link({}, () => {
        isAnswered = true;
      });
    }, enquireEveryMs);
    timer.unref();
    session.on("close", () => clearInterval(timer));
  }
}

/** @param address of the host, resolved and checked. */
function connectTo({ host, port, isTls }: LinkOptions, address: string): Session {
  const isName = isIP(host) === 0;
  return smpp.connect({
    host: address,
    port,
    tls: isTls,
    noDelay: true,
    ...(isTls && isName ? { servername: host } : {}),
  });
}

function bindOn(
  session: Session,
  options: LinkOptions,
  reasonOfClose: () => string,
): Promise<Result<Session, string>> {
  return new Promise((resolve) => {
    const settle = (bound: Result<Session, string>): void => {
      clearTimeout(timer);
      resolve(bound);
    };
    const timer = setTimeout(() => settle(fail("no bind within 10 s")), CONNECT_TIMEOUT_MS);
    session.on("close", () => settle(fail(reasonOfClose())));
    session.on(options.isTls ? "secureConnect" : "connect", () => {
      const { systemId, password } = options;
      const fields = { system_id: systemId, password, interface_version: INTERFACE_VERSION };
      session.bind_transceiver(fields, ({ command_status }) => {
        settle(command_status === 0 ? ok(session) : fail(`bind refused: ${statusWords(command_status)}`));
      });
    });
  });
}
