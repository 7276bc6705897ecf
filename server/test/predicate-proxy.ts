/**
 * A proxy between the product and PostgreSQL that takes the project out of statements as they pass: what a programmer
 * might forget, done to all of them. It knows the wire protocol as far as it must: a prepared statement (Parse) comes
 * as its text. Only sessions of the role carillon_app are touched; the dispatcher crosses projects on purpose.
 */
import { connect, createServer } from "node:net";
import { listenOnLoopback } from "./sinks/listening.ts";

export interface PredicateProxy {
  /** The URL of the database by way of the proxy. */
  readonly url: string;
  /** Statements that lost their project, as the product wrote them. */
  readonly mutilated: ReadonlySet<string>;
  close(): Promise<void>;
}

/** @param share of all statements, from 0 to 1; `random` says which. */
export async function startPredicateProxy(
  databaseUrl: string,
  { share, random }: { share: number; random: () => number },
): Promise<PredicateProxy> {
  const to = new URL(databaseUrl);
  const mutilated = new Set<string>();
  const change = (text: string): string => {
    const without = withoutProject(text);
    if (without === text || random() >= share) return text;
    mutilated.add(text);
    return without;
  };
  const server = createServer({ noDelay: true }, (caller) => {
    const database = connect({ host: to.hostname, port: Number(to.port), noDelay: true });
    const pair = [caller, database];
    for (const socket of pair) {
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        for (const other of pair) other.destroy();
      });
    }
    const rewrite = rewriter(change);
    caller.on("data", (bytes) => void database.write(rewrite(bytes)));
    database.on("data", (bytes) => void caller.write(bytes));
  });
  const { port, stop } = await listenOnLoopback(server, 0);
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return { url: url.href, mutilated, close: stop };
}

/** The parameter stays where it was, so that their numbers do; its type is the one that it had. */
const PREDICATE = /(?:\b\w+\.)?\bproject_id = (\$\d+)(?:::integer)?/g;
const JOIN = /\b\w+\.project_id = \w+\.project_id\b/g;
/** What is written is no condition. */
const ASSIGNMENT = /\bset\s+$/;

export const withoutProject = (text: string): string =>
  text
    .replace(PREDICATE, (all, parameter: string, at: number) =>
      ASSIGNMENT.test(text.slice(0, at)) ? all : `${parameter}::integer is not null`,
    )
    .replace(JOIN, "true");

const PARSE = 0x50;

/** Takes a session's bytes as they come. @returns what goes on of them. */
function rewriter(change: (text: string) => string): (bytes: Buffer) => Buffer {
  let held = Buffer.alloc(0);
  let isStarted = false;
  let isApp = false;
  return (bytes) => {
    held = Buffer.concat([held, bytes]);
    const out: Buffer[] = [];
    for (;;) {
      // The first message has no type.
      const head = isStarted ? 1 : 0;
      if (held.length < head + 4) break;
      const end = head + held.readInt32BE(head);
      if (held.length < end) break;
      const message = held.subarray(0, end);
      held = held.subarray(end);
      if (!isStarted) isApp = message.includes("carillon_app");
      out.push(isStarted && isApp && message[0] === PARSE ? parseMessage(message, change) : message);
      isStarted = true;
    }
    return Buffer.concat(out);
  };
}

/** Parse: type, length, name, text, then the types of the parameters. */
function parseMessage(message: Buffer, change: (text: string) => string): Buffer {
  const nameEnd = message.indexOf(0, 5);
  const textEnd = message.indexOf(0, nameEnd + 1);
  const text = Buffer.from(change(message.toString("utf8", nameEnd + 1, textEnd)));
  const whole = Buffer.concat([message.subarray(0, nameEnd + 1), text, message.subarray(textEnd)]);
  whole.writeInt32BE(whole.length - 1, 1);
  return whole;
}
