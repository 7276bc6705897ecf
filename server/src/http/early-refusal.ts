/**
 * Refuses calls on the bare connection, before Node's HTTP parser and its objects, at a third of their cost: what a
 * process has left for that in an overload decides how soon a 503 comes. Only where no doubt is possible: a connection
 * on which every piece so far was exactly one whole call, with nothing unanswered. All others take the usual way.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export interface EarlyRefusal {
  /** Calls to other paths are none of its business. */
  readonly prefix: string;
  /** @returns whether this call is to be refused. */
  isRefused(socket: Socket): boolean;
  /** @param requestId the caller's, or undefined. @returns the whole answer, as bytes. */
  answer(requestId: string | undefined): string;
}

interface Connection {
  /** False for good once a piece came that was not one whole call: the parser may stand in the middle of something. */
  isPlain: boolean;
  /** The parser has seen a whole call: until then Node counts the time against the connection. */
  hasServed: boolean;
  underWay: number;
}

export function refuseEarly(server: Server, refusal: EarlyRefusal): void {
  const connections = new WeakMap<Socket, Connection>();
  const start = `POST ${refusal.prefix}`;
  server.on("connection", (socket) => {
    const connection: Connection = { isPlain: true, hasServed: false, underWay: 0 };
    connections.set(socket, connection);
    const listeners = socket.listeners("data") as ((bytes: Buffer) => void)[];
    for (const listener of listeners) socket.removeListener("data", listener);
    socket.on("data", (bytes: Buffer) => {
      const head = connection.isPlain ? headOfWholeCall(bytes) : null;
      connection.isPlain = head !== null;
      const isFree = connection.hasServed && connection.underWay === 0;
      if (head !== null && isFree && head.startsWith(start) && refusal.isRefused(socket)) {
        socket.write(refusal.answer(requestIdIn(head)), "latin1");
        return;
      }
      for (const listener of listeners) listener.call(socket, bytes);
    });
  });
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(request.socket);
    if (connection === undefined) return;
    connection.underWay += 1;
    response.once("close", () => {
      connection.underWay -= 1;
      connection.hasServed = true;
    });
  });
}

const HEAD_END = "\r\n\r\n";
/** What changes where a call ends or what follows it, and ends of lines about which parsers differ. */
const UNUSUAL =
  /[^\r]\n|\r[^\n]|\r\n(?:[ \t]|transfer-encoding|expect|upgrade|connection:(?! ?keep-alive\r\n))/i;
const LENGTH = /\r\ncontent-length: ?(\d{1,8})(?=\r\n)/gi;

/** @returns the head of a call that these bytes are, from its first to its last; null when they are anything else. */
export function headOfWholeCall(bytes: Buffer): string | null {
  const end = bytes.indexOf(HEAD_END);
  if (end === -1) return null;
  const head = bytes.toString("latin1", 0, end + 2);
  if (!head.includes(" HTTP/1.1\r\n") || UNUSUAL.test(head)) return null;
  const lengths = [...head.matchAll(LENGTH)];
  const [first] = lengths;
  if (first === undefined || lengths.length !== 1) return null;
  return end + HEAD_END.length + Number(first[1]) === bytes.length ? head : null;
}

const REQUEST_ID = /\r\nx-request-id: ?([^\r]*)/i;

const requestIdIn = (head: string): string | undefined => REQUEST_ID.exec(head)?.[1];
