/**
 * An SMTP server that takes everything, by hand over node:net so that it is never the slower end of a
 * measurement (smtp-server takes a third of it). Offers PIPELINING, 8BITMIME and SMTPUTF8; AUTH PLAIN where
 * credentials are given. No TLS.
 */
import { createServer, type Socket } from "node:net";
import { type Fault, FaultPlan, hasEffect, type SmtpStage } from "./fault.ts";
import { Ledger } from "./ledger.ts";
import { listenOnLoopback } from "./listening.ts";
import { assembleSink, type Sink, type SinkOptions } from "./sink.ts";

export interface SmtpSinkOptions extends SinkOptions {
  /** When given, MAIL is refused before a right AUTH PLAIN. */
  readonly auth?: { readonly user: string; readonly pass: string };
  /** false does not offer PIPELINING: the client waits for every reply. */
  readonly pipelining?: boolean;
}

interface Shared {
  readonly name: string;
  readonly ledger: Ledger;
  readonly plan: FaultPlan;
  readonly credentials: string | null;
  readonly ehlo: string;
}

/** Starts an SMTP sink on 127.0.0.1. */
export async function startSmtpSink(options: SmtpSinkOptions = {}): Promise<Sink> {
  const name = options.name ?? "smtp";
  const ledger = new Ledger({ ...options, keyed: options.ability === "keyed" });
  const plan = new FaultPlan();
  const { auth } = options;
  const extensions = ["sink", ...(options.pipelining === false ? [] : ["PIPELINING"]), "8BITMIME"];
  if (auth !== undefined) extensions.push("AUTH PLAIN");
  const ehlo = [...extensions.map((line) => `250-${line}\r\n`), "250 SMTPUTF8\r\n"].join("");
  const credentials = auth === undefined ? null : plainCredentials(auth);
  const shared: Shared = { name, ledger, plan, credentials, ehlo };
  let sessions = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    sessions += 1;
    new Session(socket, shared, sessions).start();
  });
  const { port, accepted, open, stop } = await listenOnLoopback(server, options.port ?? 0);
  return assembleSink({
    name,
    port,
    url: `smtp://127.0.0.1:${port}`,
    ledger,
    plan,
    connections: accepted,
    openConnections: open,
    stop,
  });
}

function plainCredentials(auth: { user: string; pass: string }): string {
  return Buffer.from(`\0${auth.user}\0${auth.pass}`).toString("base64");
}

/** What a stage does when nothing is wrong. The effect, a receipt, comes before the reply. */
interface Step {
  readonly reply: () => void;
  readonly effect?: () => void;
}

/** One connection. Text is kept as latin1, one character a byte, so that lengths and splits are those of the wire. */
class Session {
  readonly #socket: Socket;
  readonly #shared: Shared;
  readonly #id: string;
  #buffer = "";
  #replies = "";
  #inBody = false;
  /** Up to here the buffer is known to hold no end of the body. */
  #searched = 0;
  #isHeld = false;
  #isTrusted: boolean;
  #recipients: string[] = [];

  constructor(socket: Socket, shared: Shared, number: number) {
    this.#socket = socket;
    this.#shared = shared;
    this.#id = `connection-${number}`;
    this.#isTrusted = shared.credentials === null;
  }

  start(): void {
    this.#socket.on("data", (chunk: Buffer) => {
      this.#buffer += chunk.toString("latin1");
      this.#pump();
    });
    this.#at("greeting", this.#id, { reply: () => this.#reply("220 sink ready") });
    this.#flush();
  }

  #pump(): void {
    while (!this.#isHeld && (this.#inBody ? this.#takeBody() : this.#takeLine())) {
      // Each call takes one command or one body; replies gather and leave in one write (RFC 2920, 3.2).
    }
    this.#flush();
  }

  #reply(line: string): void {
    this.#replies += `${line}\r\n`;
  }

  #flush(): void {
    if (this.#replies === "" || this.#socket.destroyed) return;
    this.#socket.write(this.#replies, "latin1");
    this.#replies = "";
  }

  #takeLine(): boolean {
    const end = this.#buffer.indexOf("\r\n");
    if (end < 0) return false;
    const line = this.#buffer.slice(0, end);
    this.#buffer = this.#buffer.slice(end + 2);
    this.#obey(line);
    return true;
  }

  #obey(line: string): void {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === "MAIL") this.#mail();
    else if (verb === "RCPT") this.#rcpt(line);
    else if (verb === "DATA") this.#data();
    else if (verb === "EHLO") this.#replies += this.#shared.ehlo;
    else if (verb === "AUTH") this.#auth(line);
    else if (verb === "QUIT") this.#quit();
    else if (verb === "RSET") this.#forget("250 2.0.0 reset");
    else if (verb === "HELO" || verb === "NOOP") this.#reply("250 2.0.0 fine");
    else this.#reply("500 5.5.2 unknown command");
  }

  #auth(line: string): void {
    const reply = (): void => {
      this.#isTrusted = line.slice("AUTH PLAIN ".length) === this.#shared.credentials;
      this.#reply(this.#isTrusted ? "235 2.7.0 welcome" : "535 5.7.8 credentials refused");
    };
    this.#at("auth", this.#id, { reply });
  }

  #mail(): void {
    this.#recipients = [];
    if (!this.#isTrusted) this.#reply("530 5.7.0 authentication required");
    else this.#at("mail", this.#id, { reply: () => this.#reply("250 2.1.0 sender fine") });
  }

  #rcpt(line: string): void {
    const address = line.slice(line.indexOf("<") + 1, line.indexOf(">"));
    const recipient = Buffer.from(address, "latin1").toString("utf8");
    const reply = (): void => {
      this.#recipients.push(recipient);
      this.#reply("250 2.1.5 recipient fine");
    };
    this.#at("rcpt", recipient, { reply });
  }

  #data(): void {
    const [recipient] = this.#recipients;
    if (recipient === undefined) {
      this.#reply("503 5.5.1 no valid recipient");
      return;
    }
    const reply = (): void => {
      this.#inBody = true;
      this.#searched = 0;
      this.#reply("354 go on");
    };
    this.#at("data", recipient, { reply });
  }

  #quit(): void {
    this.#reply("221 2.0.0 bye");
    this.#flush();
    this.#socket.end();
  }

  #forget(reply: string): void {
    this.#recipients = [];
    this.#reply(reply);
  }

  #takeBody(): boolean {
    const isEmpty = this.#buffer.startsWith(".\r\n");
    const end = isEmpty ? 0 : this.#buffer.indexOf("\r\n.\r\n", this.#searched);
    if (end < 0) {
      this.#searched = Math.max(0, this.#buffer.length - 4);
      return false;
    }
    const content = isEmpty ? "" : this.#buffer.slice(0, end + 2);
    this.#buffer = this.#buffer.slice(isEmpty ? 3 : end + 5);
    this.#inBody = false;
    this.#accept(content);
    return true;
  }

  #accept(stuffed: string): void {
    const content = stuffed.includes("\r\n..") ? stuffed.replaceAll("\r\n..", "\r\n.") : stuffed;
    const headers = readHeaders(content);
    const key = headers["message-id"] ?? "";
    const effect = (): void => this.#record({ content, headers, key });
    const reply = (): void => {
      this.#forget(`250 2.0.0 taken as ${this.#shared.name}-${this.#shared.ledger.count()}`);
    };
    this.#at("body", key === "" ? this.#id : key, { reply, effect });
  }

  #record(mail: { content: string; headers: Record<string, string>; key: string }): void {
    const body = Buffer.from(mail.content, "latin1");
    for (const to of this.#recipients) {
      const receipt = {
        at: Date.now(),
        sink: this.#shared.name,
        key: mail.key,
        to,
        subject: mail.headers.subject ?? "",
        headers: mail.headers,
        method: "",
        path: "",
        sizeBytes: body.length,
      };
      this.#shared.ledger.add(receipt, body);
    }
  }

  /** Does the effect and replies, or plays the fault that is planned for this stage and key. */
  #at(stage: SmtpStage, key: string, { reply, effect }: Step): void {
    const fault = this.#shared.plan.choose(stage, key, this.#recipients[0] ?? key);
    if (fault === null || hasEffect(fault)) effect?.();
    if (fault === null) reply();
    else if (fault.mode === "slow") this.#holdBack(reply, (resume) => setTimeout(resume, fault.ms ?? 1000));
    else if (fault.mode === "hold") this.#holdBack(reply, (resume) => this.#shared.plan.hold(resume));
    else this.#misbehave(fault);
  }

  /** Stops reading commands until `resume` is called, so that replies keep their order. */
  #holdBack(reply: () => void, until: (resume: () => void) => unknown): void {
    this.#isHeld = true;
    this.#flush();
    until(() => {
      this.#isHeld = false;
      if (this.#socket.destroyed) return;
      reply();
      this.#pump();
    });
  }

  #misbehave(fault: Fault): void {
    if (fault.mode === "silent") {
      this.#isHeld = true;
    } else if (fault.mode === "reply" || fault.mode === "status") {
      const code = fault.code ?? 451;
      this.#reply(`${code} ${fault.text ?? "4.0.0 not now"}`);
      if (code === 421) this.#endAfterReply();
    } else if (fault.mode === "garbage") {
      this.#reply("\x01\x02 this is no SMTP");
    } else {
      this.#replies = "";
      this.#isHeld = true;
      this.#socket.resetAndDestroy();
    }
  }

  #endAfterReply(): void {
    this.#isHeld = true;
    this.#flush();
    this.#socket.end();
  }
}

/** The headers by lower-case name, unfolded; of a repeated one the last. */
function readHeaders(content: string): Record<string, string> {
  const headers: Record<string, string> = {};
  const end = content.indexOf("\r\n\r\n");
  const block = Buffer.from(end < 0 ? content : content.slice(0, end), "latin1").toString("utf8");
  for (const line of block.replaceAll(/\r\n[ \t]+/g, " ").split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}
