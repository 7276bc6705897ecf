/** Refusals on the bare connection: only of what is one whole call beyond doubt, in step with all other answers. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listenOnLoopback } from "../../test/sinks/listening.ts";
import { headOfWholeCall, refuseEarly } from "./early-refusal.ts";

let server: Server;
let port: number;
let stop: () => Promise<void>;
let isOverloaded = false;
let parsed = 0;
/** Answers wait for it. */
let release: Promise<void> = Promise.resolve();

const EARLY = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 5\r\n\r\nearly";

beforeAll(async () => {
  // A connection that is at rest for a while, on a busy machine, stays open.
  server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    parsed += 1;
    request.resume().on("end", () => void release.then(() => response.end("served")));
  });
  refuseEarly(server, { prefix: "/api/", isRefused: () => isOverloaded, answer: () => EARLY });
  ({ port, stop } = await listenOnLoopback(server, 0));
});
afterAll(() => stop());

const call = (path = "/api/x", body = "{}"): string =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

interface Caller {
  readonly socket: Socket;
  /** Waits for an answer that ends like this. */
  said(pattern: RegExp): Promise<string>;
  /** Writes, and waits until the server has read it: what is written later is a piece of its own. */
  write(text: string): Promise<void>;
}

async function open(): Promise<Caller> {
  const accepted = once(server, "connection");
  const socket = connect({ host: "127.0.0.1", port });
  const [far] = (await accepted) as [Socket];
  let text = "";
  socket.on("data", (bytes) => {
    text += bytes.toString("latin1");
  });
  return {
    socket,
    async said(pattern) {
      while (!pattern.test(text)) await once(socket, "data");
      const found = text;
      text = "";
      return found;
    },
    async write(piece) {
      const wanted = far.bytesRead + piece.length;
      socket.write(piece);
      while (far.bytesRead < wanted) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** A connection whose first call was served, as the parser's own deadlines want it. */
async function openServed(): Promise<Caller> {
  isOverloaded = false;
  const connection = await open();
  connection.socket.write(call());
  await connection.said(/served$/);
  isOverloaded = true;
  return connection;
}

test("a whole call is refused unparsed, and the connection goes on", async () => {
  const { socket, said } = await openServed();
  const before = parsed;
  for (let i = 0; i < 3; i += 1) {
    socket.write(call());
    expect(await said(/early$/)).toBe(EARLY);
  }
  expect(parsed).toBe(before);
  isOverloaded = false;
  socket.write(call());
  expect(await said(/served$/)).toContain("200 OK");
  socket.destroy();
});

test.each<[string, readonly string[]]>([
  ["a first call", [call()]],
  ["another path", [call("/other")]],
  ["a call in two pieces", [call().slice(0, 30), call().slice(30)]],
  ["the rest of a body that looks like a call", [call("/api/x", call()).slice(0, -call().length), call()]],
])("%s goes to the parser", async (name, pieces) => {
  const { socket, said, write } = name === "a first call" ? await open() : await openServed();
  isOverloaded = true;
  for (const piece of pieces) await write(piece);
  expect(await said(/served$/)).not.toContain("early");
  socket.destroy();
});

test("two calls at once are answered in their order by the parser, and all that follow", async () => {
  const { socket, said } = await openServed();
  socket.write(call() + call());
  expect((await said(/served[\s\S]*served$/)).match(/served/g)).toHaveLength(2);
  socket.write(call());
  expect(await said(/served$/)).not.toContain("early");
  socket.destroy();
});

test("while an answer is on its way nothing overtakes it", async () => {
  const { socket, said, write } = await openServed();
  isOverloaded = false;
  const held = Promise.withResolvers<void>();
  release = held.promise;
  await write(call());
  isOverloaded = true;
  await write(call());
  held.resolve();
  expect((await said(/served[\s\S]*served$/)).match(/served/g)).toHaveLength(2);
  socket.destroy();
});

describe("what is one whole call", () => {
  const head = "POST /api/x HTTP/1.1\r\nHost: x\r\n";
  test.each([
    ["no length", `${head}\r\n`],
    ["two lengths", `${head}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`],
    ["chunks", `${head}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}`],
    ["a longer body", `${head}Content-Length: 3\r\n\r\n{}`],
    ["a shorter body", `${head}Content-Length: 1\r\n\r\n{}`],
    ["bare ends of lines", `${head}X: a\nContent-Length: 2\r\n\r\n{}`],
    ["a folded line", `${head}X: a\r\n b\r\nContent-Length: 2\r\n\r\n{}`],
    ["an expectation", `${head}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}`],
    ["the last call", `${head}Connection: close\r\nContent-Length: 2\r\n\r\n{}`],
    ["HTTP/1.0", "POST /api/x HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}"],
    ["half a head", "POST /api/x HTTP/1.1\r\nContent-Le"],
  ])("%s is none", (_name, text) => expect(headOfWholeCall(Buffer.from(text))).toBeNull());

  test("a plain one is, kept alive or not said so", () => {
    expect(headOfWholeCall(Buffer.from(call()))).toContain("Host: x");
    const alive = call().replace("Host", "Connection: keep-alive\r\nHost");
    expect(headOfWholeCall(Buffer.from(alive))).toContain("Host: x");
  });
});
