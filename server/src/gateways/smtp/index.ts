/**
 * Email over SMTP: nodemailer's connections and protocol, our own bytes (mime.ts says why). One message at a time
 * on a connection, as many at a time as there are connections. The library turns Nagle off before the first
 * command: 6,900 msg/s on loopback, against 230 when that is taken away, because each of the client's writes
 * would wait for the server's delayed ACK.
 */
import { Readable } from "node:stream";
import type { NodemailerError } from "nodemailer/lib/errors";
import type MailMessage from "nodemailer/lib/mailer/mail-message";
import SMTPPool from "nodemailer/lib/smtp-pool";
import type { SMTPSentMessageInfo } from "nodemailer/lib/smtp-transport";
import type { Log } from "../../base/log.ts";
import type { Finding, Gateway, OutgoingMessage, SendOutcome } from "../gateway.ts";
import { accepted, asDetail, later, rejected } from "../outcomes.ts";
import { createSliceRunner } from "../slice-runner.ts";
import { classifySmtpFailure } from "./classify.ts";
import { type BuiltEmail, buildEmail } from "./mime.ts";
import { getPublicSocket } from "./public-connection.ts";

export interface SmtpGatewayOptions {
  /** smtp://user:password@host:587 (STARTTLS where offered) or smtps://user:password@host:465. */
  readonly url: string;
  /** Connections, and with that messages under way. */
  readonly connections: number;
  /** false for a server that a customer named: only public addresses are connected to. true where not given. */
  readonly allowPrivateAddresses?: boolean;
  /** STARTTLS is demanded; where not given it is used when the server offers it. */
  readonly requireTls?: boolean;
  readonly log: Log;
  /** How long a server may be silent, in any phase but the connect. 30 s where not given. */
  readonly timeoutMs?: number;
  readonly now?: () => number;
}

/** Also the limit for the greeting: a server that is well sends it at once, unless it throttles us on purpose. */
const CONNECT_TIMEOUT_MS = 10_000;
const DEFAULT_TIMEOUT_MS = 30_000;
/** Some servers count messages a connection. A new connection each 1,000 costs nothing that can be measured. */
const MESSAGES_PER_CONNECTION = 1000;
/** While a connect has failed just now, the rest of the slice is not made to wait for the same failure. */
const CONNECT_HOLD_MS = 1000;

/** Makes the gateway. Connects with the first message. */
export function createSmtpGateway(options: SmtpGatewayOptions): Gateway {
  const { log, connections, now = Date.now } = options;
  const pool = createPool(options);
  pool.on("error", (error) => log.warn({ err: error }, "smtp pool"));
  let failedConnect = { atMs: Number.NEGATIVE_INFINITY, words: "" };

  const sendOne = async (message: OutgoingMessage): Promise<SendOutcome> => {
    const { content } = message;
    if (content.channel !== "email") return rejected(`The smtp gateway cannot send ${content.channel}.`);
    if (performance.now() - failedConnect.atMs < CONNECT_HOLD_MS) {
      return later(failedConnect.words, { brokenGateway: true });
    }
    const built = buildEmail({ key: message.key, to: message.to, content, nowMs: now() });
    if (!built.ok) return rejected(built.error);
    const { outcome, isConnectFailure } = await handOver(pool, built.value);
    if (isConnectFailure && outcome.kind === "later") {
      failedConnect = { atMs: performance.now(), words: outcome.detail };
    }
    return outcome;
  };

  return {
    name: "smtp",
    ability: "dumb",
    send: createSliceRunner({ concurrency: connections, sendOne }),
    check: () => check(pool),
    async close() {
      // A delivery that a server stalls would otherwise keep its connection, and the process, for the whole timeout.
      pool.close({ force: true });
    },
  };
}

function createPool(options: SmtpGatewayOptions): SMTPPool {
  const { url, connections, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  return new SMTPPool({
    url,
    ...(options.requireTls === true ? { requireTLS: true } : {}),
    ...(options.allowPrivateAddresses === false ? { getSocket: getPublicSocket } : {}),
    maxConnections: connections,
    maxMessages: MESSAGES_PER_CONNECTION,
    // A message of which no byte was sent goes out over a second connection when the first one turns out to be
    // dead; more tries are the pipeline's business.
    maxRequeues: 1,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    dnsTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: timeoutMs,
    logger: false,
  });
}

interface HandOver {
  readonly outcome: SendOutcome;
  readonly isConnectFailure: boolean;
}

function handOver(pool: SMTPPool, email: BuiltEmail): Promise<HandOver> {
  return new Promise((resolve) => {
    const mail = new PreparedMail(email);
    // The pool needs of a message only what PreparedMail has; its type asks for the builder that we leave out.
    pool.send(mail as unknown as MailMessage<SMTPSentMessageInfo>, (error, info) => {
      if (error === null) resolve({ outcome: accepted(info?.response), isConnectFailure: false });
      else resolve(failure(error, mail.message));
    });
  });
}

function failure(error: NodemailerError, message: PreparedMessage): HandOver {
  return { outcome: classifySmtpFailure(error, message.isBegun), isConnectFailure: !message.isAssigned };
}

/** A finished message in the shape in which the pool takes messages. */
class PreparedMail {
  readonly data = {};
  readonly message: PreparedMessage;

  constructor(email: BuiltEmail) {
    this.message = new PreparedMessage(email);
  }
}

class PreparedMessage {
  readonly #email: BuiltEmail;
  /** Whether a connection that is up and logged in took the message. */
  isAssigned = false;
  /** Whether the body was asked for, which is after the server's 354. */
  isBegun = false;

  constructor(email: BuiltEmail) {
    this.#email = email;
  }

  getEnvelope(): { from: string; to: string[]; size: number } {
    const { envelope, bytes } = this.#email;
    return { from: envelope.from, to: [envelope.to], size: bytes.length };
  }

  messageId(): string {
    return this.#email.messageId;
  }

  getHeader(): string {
    return this.#email.messageId;
  }

  createReadStream(): Readable {
    this.isAssigned = true;
    const read = (stream: Readable): void => {
      this.isBegun = true;
      stream.push(this.#email.bytes);
      stream.push(null);
    };
    return new Readable({
      read() {
        read(this);
      },
    });
  }
}

const SETTING = "EMAIL_URL";

async function check(pool: SMTPPool): Promise<Finding[]> {
  try {
    await pool.verify();
    return [];
  } catch (error) {
    return [{ setting: SETTING, problem: problemOf(error as NodemailerError) }];
  }
}

const PROBLEMS: Readonly<Record<string, string>> = {
  EAUTH: "The server refused the user name or password",
  EDNS: "The host name does not resolve",
  ETLS: "TLS failed",
  ETIMEDOUT: "Nothing answers at this host and port in time",
};

function problemOf(error: NodemailerError): string {
  const what = PROBLEMS[error.code ?? ""] ?? "No SMTP server answers at this host and port";
  return `${what}: ${asDetail(error.message)}`;
}
