/**
 * The sinks as a process of their own:
 *   node server/test/sinks/main.ts --smtp 0 --http 0 --webhook 0 --smpp 0 --control 0
 *     [--log FILE] [--keep none|sha|body] [--memory] [--ability keyed|dumb] [--smtp-auth user:pass]
 * Prints one JSON line with the ports when all are ready: {"smtp":40001,"http":40002,"control":40003}.
 * Ends on SIGTERM, SIGINT, or when its stdin, if a pipe, is closed: no sink outlives the test that started it.
 */
import { fstatSync } from "node:fs";
import { parseArgs } from "node:util";
import { startControl } from "./control.ts";
import { startHttpSink } from "./http-sink.ts";
import type { Keep } from "./ledger.ts";
import type { Sink, SinkOptions } from "./sink.ts";
import { startSmppSink } from "./smpp-sink.ts";
import { startSmtpSink } from "./smtp-sink.ts";

const { values } = parseArgs({
  options: {
    smtp: { type: "string" },
    http: { type: "string" },
    webhook: { type: "string" },
    smpp: { type: "string" },
    control: { type: "string" },
    log: { type: "string" },
    keep: { type: "string", default: "none" },
    memory: { type: "boolean", default: false },
    ability: { type: "string", default: "dumb" },
    "smtp-auth": { type: "string" },
  },
});

function optionsFor(name: string, port: string): SinkOptions {
  return {
    name,
    port: Number(port),
    keep: oneOf(values.keep, ["none", "sha", "body"] as const) satisfies Keep,
    memory: values.memory,
    ability: oneOf(values.ability, ["keyed", "dumb"] as const),
    ...(values.log === undefined ? {} : { log: values.log }),
  };
}

function oneOf<T extends string>(value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new Error(`${value}: expected one of ${allowed.join(", ")}`);
  return found;
}

function credentials(text: string | undefined): { auth?: { user: string; pass: string } } {
  if (text === undefined) return {};
  const colon = text.indexOf(":");
  return { auth: { user: text.slice(0, colon), pass: text.slice(colon + 1) } };
}

const sinks: Sink[] = [];
if (values.smtp !== undefined) {
  sinks.push(
    await startSmtpSink({ ...optionsFor("smtp", values.smtp), ...credentials(values["smtp-auth"]) }),
  );
}
if (values.http !== undefined) sinks.push(await startHttpSink(optionsFor("http", values.http)));
if (values.webhook !== undefined) sinks.push(await startHttpSink(optionsFor("webhook", values.webhook)));
if (values.smpp !== undefined) sinks.push(await startSmppSink(optionsFor("smpp", values.smpp)));
const ports = Object.fromEntries(sinks.map((sink) => [sink.name, sink.port]));
const control = values.control === undefined ? null : await startControl(sinks, Number(values.control));
process.stdout.write(`${JSON.stringify(control === null ? ports : { ...ports, control: control.port })}\n`);

const end = (): void => process.exit(0);
process.once("SIGTERM", end);
process.once("SIGINT", end);
// A pipe (or a socket pair, as node's child_process makes) that ends means that the parent is gone.
const input = fstatSync(0);
if (input.isFIFO() || input.isSocket()) process.stdin.resume().once("end", end);
