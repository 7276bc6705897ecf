/**
 * Remote control of the sinks of another process, over HTTP with JSON:
 *   GET  /stats                       -> { <sink>: { count, twins, faultHits, connections } }
 *   GET  /received?sink=smtp&after=0  -> the receipts in memory from this index on
 *   POST /fault  { sink, faults }     -> replaces the faults of a sink
 *   POST /reset                       -> forgets receipts and faults of all sinks
 */
import { createServer, type IncomingMessage } from "node:http";
import type { Fault } from "./fault.ts";
import { listenOnLoopback } from "./listening.ts";
import type { Sink } from "./sink.ts";

export interface Control {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the control port on 127.0.0.1. */
export async function startControl(sinks: readonly Sink[], port: number): Promise<Control> {
  const byName = new Map(sinks.map((sink) => [sink.name, sink]));
  const server = createServer((request, response) => {
    obey(request, byName).then(
      (answer) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer)),
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  const listening = await listenOnLoopback(server, port);
  return { port: listening.port, close: listening.stop };
}

async function obey(request: IncomingMessage, sinks: ReadonlyMap<string, Sink>): Promise<unknown> {
  const url = new URL(request.url ?? "/", "http://control");
  const order = `${request.method} ${url.pathname}`;
  if (order === "GET /stats")
    return Object.fromEntries([...sinks].map(([name, sink]) => [name, stats(sink)]));
  if (order === "GET /received") {
    const after = Number(url.searchParams.get("after") ?? 0);
    return named(sinks, url.searchParams.get("sink")).received.slice(after);
  }
  if (order === "POST /reset") {
    for (const sink of sinks.values()) sink.reset();
    return {};
  }
  if (order === "POST /fault") {
    const { sink, faults } = JSON.parse(await readAll(request)) as { sink: string; faults: Fault[] };
    named(sinks, sink).fault(...faults);
    return {};
  }
  throw new Error(`no such order: ${order}`);
}

function stats(sink: Sink): object {
  return {
    count: sink.count(),
    twins: sink.twins(),
    faultHits: sink.faultHits(),
    connections: sink.connections(),
  };
}

function named(sinks: ReadonlyMap<string, Sink>, name: string | null): Sink {
  const sink = sinks.get(name ?? "");
  if (sink === undefined) throw new Error(`no sink ${name}; there are ${[...sinks.keys()].join(", ")}`);
  return sink;
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
