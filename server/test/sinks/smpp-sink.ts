/**
 * An SMSC that takes every submit_sm. The parts of a long text are receipts of their own; `key` is the id that
 * was given, since the protocol carries none. A `status` fault answers with `code` as command status; `silent` at
 * "greeting" leaves enquire_link without an answer.
 */
import smpp, { type Pdu, type Session } from "smpp";
import { type Fault, FaultPlan, hasEffect } from "./fault.ts";
import { Ledger } from "./ledger.ts";
import { listenOnLoopback } from "./listening.ts";
import { assembleSink, type Sink, type SinkOptions } from "./sink.ts";

export interface SmppSinkOptions extends SinkOptions {
  /** Binds with anything else are refused. */
  readonly auth?: { readonly systemId: string; readonly password: string };
}

/** Starts an SMPP sink on 127.0.0.1. */
export async function startSmppSink(options: SmppSinkOptions = {}): Promise<Sink> {
  const name = options.name ?? "smpp";
  const ledger = new Ledger(options);
  const plan = new FaultPlan();
  const server = smpp.createServer((session) => {
    session.on("error", () => session.destroy());
    session.on("bind_transceiver", (pdu: Pdu) =>
      session.send(pdu.response({ command_status: bindStatus(pdu, options) })),
    );
    session.on("enquire_link", (pdu: Pdu) => {
      if (plan.choose("greeting", "enquire_link", "")?.mode !== "silent") session.send(pdu.response());
    });
    session.on("unbind", (pdu: Pdu) => {
      session.send(pdu.response());
      session.close();
    });
    session.on("submit_sm", (pdu: Pdu) => submit({ session, pdu, ledger, plan, name }));
  });
  const { port, accepted, open, stop } = await listenOnLoopback(server, options.port ?? 0);
  const { systemId, password } = options.auth ?? { systemId: "carillon", password: "secret" };
  return assembleSink({
    name,
    port,
    url: `smpp://${systemId}:${password}@127.0.0.1:${port}`,
    ledger,
    plan,
    connections: accepted,
    openConnections: open,
    stop,
  });
}

/** ESME_RINVPASWD where the credentials are wrong. */
function bindStatus(pdu: Pdu, { auth }: SmppSinkOptions): number {
  if (auth === undefined) return 0;
  return pdu.system_id === auth.systemId && pdu.password === auth.password ? 0 : 0x0e;
}

interface Submission {
  readonly session: Session;
  readonly pdu: Pdu;
  readonly ledger: Ledger;
  readonly plan: FaultPlan;
  readonly name: string;
}

function submit(submission: Submission): void {
  const { session, pdu, ledger, plan, name } = submission;
  const to = String(pdu.destination_addr);
  const fault = plan.choose("body", to, to);
  const message_id = `${name}-${ledger.count() + 1}`;
  if (fault === null || hasEffect(fault)) record(submission, message_id);
  const reply = (): void => void session.send(pdu.response({ message_id }));
  if (fault === null) reply();
  else if (fault.mode === "slow") setTimeout(reply, fault.ms ?? 1000);
  else if (fault.mode === "hold") plan.hold(reply);
  else misbehave(session, pdu, fault);
}

function misbehave(session: Session, pdu: Pdu, fault: Fault): void {
  if (fault.mode === "silent") return;
  if (fault.mode === "status") session.send(pdu.response({ command_status: fault.code ?? 8 }));
  else if (fault.mode === "garbage") session.socket.write("\x7f\x7f\x7f\x7f this is no SMPP");
  else session.socket.resetAndDestroy();
}

function record({ pdu, ledger, name }: Submission, key: string): void {
  const { message, udh } = pdu.short_message as { message: string; udh?: Buffer[] };
  const headers: Record<string, string> = {
    from: String(pdu.source_addr),
    "source-ton": String(pdu.source_addr_ton),
    "data-coding": String(pdu.data_coding),
    udh: udh === undefined ? "" : Buffer.concat(udh).toString("hex"),
  };
  const body = Buffer.from(message, "utf8");
  const receipt = { at: Date.now(), sink: name, key, to: String(pdu.destination_addr), subject: "", headers };
  ledger.add({ ...receipt, method: "submit_sm", path: "", sizeBytes: body.length }, body);
}
