/**
 * An HTTP server that plays an SMS provider, a push provider or a customer's webhook endpoint: takes any method
 * and path, logs the receipt, then answers 200 with a JSON body that names the message.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Fault, FaultPlan, hasEffect } from "./fault.ts";
import { Ledger, type Received } from "./ledger.ts";
import { listenOnLoopback } from "./listening.ts";
import { assembleSink, type Sink, type SinkOptions } from "./sink.ts";

/** Starts an HTTP sink on 127.0.0.1. */
export async function startHttpSink(options: SinkOptions = {}): Promise<Sink> {
  const name = options.name ?? "http";
  const ledger = new Ledger({ ...options, keyed: options.ability === "keyed" });
  const plan = new FaultPlan();
  const server = createServer({ noDelay: true, keepAliveTimeout: 60_000 }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const receipt = readReceipt(name, request, body);
      const take = (): void => ledger.add(receipt, body);
      const fault = plan.choose("body", receipt.key, receipt.to);
      answer({ receipt, take, response, fault, hold: (release) => plan.hold(release) });
    });
  });
  const { port, accepted, open, stop } = await listenOnLoopback(server, options.port ?? 0);
  return assembleSink({
    name,
    port,
    url: `http://127.0.0.1:${port}`,
    ledger,
    plan,
    connections: accepted,
    openConnections: open,
    stop,
  });
}

type Receipt = Omit<Received, "sha256" | "body">;

function readReceipt(sink: string, request: IncomingMessage, body: Buffer): Receipt {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(", ") : (value ?? "");
  }
  const fields = readJson(headers["content-type"] ?? "", body);
  const url = request.url ?? "/";
  return {
    at: Date.now(),
    sink,
    key: headers["idempotency-key"] ?? headers["webhook-id"] ?? fields.reference ?? fields.key ?? "",
    to: fields.to ?? "",
    subject: "",
    headers,
    method: request.method ?? "",
    path: url,
    sizeBytes: body.length,
  };
}

/** The text fields of a JSON object; none of anything else. */
function readJson(contentType: string, body: Buffer): Record<string, string> {
  if (!contentType.includes("json")) return {};
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(([, field]) => typeof field === "string"));
  } catch {
    return {};
  }
}

interface Exchange {
  readonly receipt: Receipt;
  readonly take: () => void;
  readonly response: ServerResponse;
  readonly fault: Fault | null;
  readonly hold: (release: () => void) => void;
}

function answer(exchange: Exchange): void {
  const { fault } = exchange;
  if (fault === null || hasEffect(fault)) exchange.take();
  if (fault === null) answerWell(exchange);
  else misbehave(exchange, fault);
}

function misbehave(exchange: Exchange, fault: Fault): void {
  const { response } = exchange;
  switch (fault.mode) {
    case "slow":
      setTimeout(() => answerWell(exchange), fault.ms ?? 1000);
      return;
    case "hold":
      exchange.hold(() => answerWell(exchange));
      return;
    case "silent":
      return;
    case "garbage":
      response.socket?.end("\x01\x02 this is no HTTP\r\n\r\n");
      return;
    case "redirect":
      response.writeHead(302, { location: fault.location ?? "http://169.254.169.254/" }).end();
      return;
    case "trickle":
      trickle(response, fault.ms ?? 1000);
      return;
    case "huge":
      response.writeHead(200).end(Buffer.alloc(10 * 1024 * 1024, "x"));
      return;
    case "status":
    case "reply":
      answerStatus(response, fault);
      return;
    default:
      response.socket?.resetAndDestroy();
  }
}

function answerWell({ response, receipt }: Exchange): void {
  const body = JSON.stringify({ id: `sink-${receipt.key}`, status: "accepted" });
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
}

function answerStatus(response: ServerResponse, fault: Fault): void {
  const headers: Record<string, string> = { "content-type": "text/plain" };
  if (fault.retryAfter !== undefined) headers["retry-after"] = String(fault.retryAfter);
  response.writeHead(fault.code ?? 500, headers).end(fault.body ?? fault.text ?? "not now");
}

/** Sends the head at once and then one byte at a time, for ever. */
function trickle(response: ServerResponse, ms: number): void {
  response.writeHead(200, { "content-type": "text/plain" });
  response.flushHeaders();
  const timer = setInterval(() => response.write("x"), ms);
  response.on("close", () => clearInterval(timer));
}
