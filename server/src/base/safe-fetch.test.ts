import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createLog } from "./log.ts";
import { createSafeFetch, type SafeFetch, type SafeFetchOptions } from "./safe-fetch.ts";
import { SSRF_VECTORS } from "./safe-fetch-vectors.ts";

const log = createLog({ level: "silent", name: "test" });
vi.setConfig({ testTimeout: 90_000 });
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listen(server: Server | TcpServer): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

function client(options: Partial<SafeFetchOptions> = {}): SafeFetch {
  const fetch = createSafeFetch({ allowPrivateAddresses: true, log, ...options });
  cleanups.push(() => fetch.close());
  return fetch;
}

const serve = (handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> =>
  listen(createServer(handle));

/** A TCP listener that counts what reaches it. */
async function canary(): Promise<{ port: number; seen: () => number }> {
  let seen = 0;
  const port = await listen(
    createTcpServer((socket) => {
      seen += 1;
      socket.destroy();
    }),
  );
  return { port, seen: () => seen };
}

describe("private addresses", () => {
  test("no vector reaches a listener on loopback, and none is answered", async () => {
    expect(SSRF_VECTORS.length).toBeGreaterThanOrEqual(120);
    const { port, seen } = await canary();
    for (const vector of SSRF_VECTORS) {
      const resolve = async () =>
        (vector.resolvesTo ?? ["127.0.0.1"]).map((address) => ({
          address,
          family: address.includes(":") ? 6 : 4,
        }));
      const fetch = client({ allowPrivateAddresses: false, ports: new Set([80, 443, 8443, port]), resolve });
      const url = vector.url.replace("PORT", String(port));
      const answer = await fetch.request({ method: "GET", url, timeoutMs: 10_000 });
      const name = `${vector.url} ${vector.resolvesTo ?? ""}`;
      expect([name, answer.kind]).toEqual([name, vector.resolvesTo?.length === 0 ? "not_sent" : "blocked"]);
      if (vector.resolvesTo === undefined)
        expect([name, fetch.checkUrl(url)]).toEqual([name, expect.any(String)]);
      expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|169\.254/);
    }
    expect(seen()).toBe(0);
  });

  test("the listener of the vectors is reached once private addresses are allowed", async () => {
    const { port, seen } = await canary();
    const answer = await client().request({ method: "GET", url: `http://127.1:${port}/`, timeoutMs: 10_000 });
    expect(answer.kind).toBe("lost");
    expect(seen()).toBe(1);
  });

  test("a name that turns private after its first look-up is refused at the next connect", async () => {
    const { port, seen } = await canary();
    let lookups = 0;
    // 2d00::/8 is public by its bits but given to nobody, so nothing outside is touched.
    const resolve = async () => [
      ++lookups === 1 ? { address: "2d00::1", family: 6 } : { address: "127.0.0.1", family: 4 },
    ];
    const fetch = client({ allowPrivateAddresses: false, ports: new Set([port]), resolve });
    const url = `http://rebind.example:${port}/`;
    expect(fetch.checkUrl(url)).toBeNull();
    expect((await fetch.request({ method: "POST", url, timeoutMs: 1_000 })).kind).toBe("not_sent");
    expect(lookups).toBe(1);
    // Another pool: in the first one the connect to nowhere is still under way, and it would be waited for.
    const second = client({ allowPrivateAddresses: false, ports: new Set([port]), resolve });
    expect((await second.request({ method: "POST", url, timeoutMs: 10_000 })).kind).toBe("blocked");
    expect(seen()).toBe(0);
  });

  test.each([
    "https://example.com/",
    "http://example.com:8443/x?y=1",
    "http://8.8.8.8/",
    "http://172.15.0.1/",
    "http://172.32.0.1/",
    "http://100.128.0.1/",
    "http://[2606:4700::1111]/",
    "https://xn--bcher-kva.example/",
  ])("%s may be saved", (url) => {
    expect(client({ allowPrivateAddresses: false }).checkUrl(url)).toBeNull();
  });
});

describe("what is certain", () => {
  test("an answer carries status, headers and body", async () => {
    const port = await serve((request, response) => {
      response
        .writeHead(201, { "X-One": "1", "set-cookie": ["a=1", "b=2"] })
        .end(`${request.method} ${request.url}`);
    });
    const answer = await client().request({
      method: "POST",
      url: `http://127.0.0.1:${port}/a?b=c`,
      body: "x",
      timeoutMs: 10_000,
    });
    expect(answer).toMatchObject({
      kind: "answer",
      status: 201,
      headers: { "x-one": "1", "set-cookie": "a=1, b=2" },
    });
    expect(answer.kind === "answer" && answer.body.toString()).toBe("POST /a?b=c");
  });

  test("the name stays in Host although the address was looked up", async () => {
    const port = await serve((request, response) => response.end(request.headers.host));
    const fetch = client({ resolve: async () => [{ address: "127.0.0.1", family: 4 }] });
    const answer = await fetch.request({
      method: "GET",
      url: `http://shop.example:${port}/`,
      timeoutMs: 10_000,
    });
    expect(answer.kind === "answer" && answer.body.toString()).toBe(`shop.example:${port}`);
  });

  test("TLS asks for the name, and a failed handshake is not_sent", async () => {
    const asked: string[] = [];
    const server = createTlsServer({
      SNICallback: (name, callback) => {
        asked.push(name);
        callback(null);
      },
    });
    const port = await listen(server);
    const fetch = client({ resolve: async () => [{ address: "127.0.0.1", family: 4 }] });
    const answer = await fetch.request({
      method: "POST",
      url: `https://shop.example:${port}/`,
      body: "x",
      timeoutMs: 10_000,
    });
    expect(answer.kind).toBe("not_sent");
    expect(asked).toEqual(["shop.example"]);
  });

  test("a refused connection and a name without address are not_sent", async () => {
    const { port } = await canary();
    await cleanups.splice(0).reverse()[0]?.();
    const url = `http://127.0.0.1:${port}/`;
    expect(await client().request({ method: "POST", url, timeoutMs: 10_000 })).toEqual({
      kind: "not_sent",
      reason: "connection refused",
    });
    const fetch = client({ resolve: async () => [] });
    const answer = await fetch.request({ method: "POST", url: "http://nowhere.example/", timeoutMs: 10_000 });
    expect(answer).toEqual({ kind: "not_sent", reason: "the name does not resolve" });
  });

  test.each([
    ["a reset", 10_000, (socket: Socket) => socket.resetAndDestroy()],
    ["a close", 10_000, (socket: Socket) => socket.destroy()],
    ["bytes that are no HTTP", 10_000, (socket: Socket) => socket.end("\x01\x02 nonsense\r\n\r\n")],
    // Long enough for any machine to have written it.
    ["silence", 2_000, () => undefined],
  ])("%s after the request was written is lost", async (_name, timeoutMs, misbehave) => {
    const port = await listen(createTcpServer((socket) => socket.once("data", () => misbehave(socket))));
    const answer = await client().request({
      method: "POST",
      url: `http://127.0.0.1:${port}/`,
      body: "x",
      timeoutMs,
    });
    expect(answer.kind).toBe("lost");
  });

  test("a request that waits for a connection until its time is up is never sent, not later either", async () => {
    const paths: (string | undefined)[] = [];
    let answerFirst: () => void = () => undefined;
    const port = await serve((request, response) => {
      paths.push(request.url);
      if (request.url === "/first") answerFirst = () => response.end("ok");
      else response.end("ok");
    });
    const fetch = client({ connectionsPerOrigin: 1 });
    const ask = (path: string, timeoutMs: number) =>
      fetch.request({ method: "POST", url: `http://127.0.0.1:${port}${path}`, timeoutMs });
    const first = ask("/first", 60_000);
    await expect.poll(() => paths, { timeout: 20_000 }).toEqual(["/first"]);
    expect((await ask("/second", 100)).kind).toBe("not_sent");
    answerFirst();
    expect((await first).kind).toBe("answer");
    expect((await ask("/third", 20_000)).kind).toBe("answer");
    expect(paths).toEqual(["/first", "/third"]);
  });

  test("an abort ends a waiting request as not_sent and a written one as lost", async () => {
    const stop = new AbortController();
    const port = await serve(() => stop.abort());
    const url = `http://127.0.0.1:${port}/`;
    const answer = await client().request({ method: "POST", url, timeoutMs: 20_000, signal: stop.signal });
    expect(answer).toEqual({ kind: "lost", reason: "stopped" });
    const late = await client().request({ method: "POST", url, timeoutMs: 20_000, signal: stop.signal });
    expect(late).toEqual({ kind: "not_sent", reason: "stopped" });
  });
});

describe("bounds", () => {
  test("an endless body is cut and its connection ended", async () => {
    let isEnded = false;
    const port = await serve((_request, response) => {
      const timer = setInterval(() => response.write("x".repeat(1000)), 1);
      response.on("close", () => {
        clearInterval(timer);
        isEnded = true;
      });
    });
    const answer = await client().request({
      method: "GET",
      url: `http://127.0.0.1:${port}/`,
      timeoutMs: 20_000,
    });
    expect(answer.kind === "answer" && answer.body.length).toBe(20_480);
    await expect.poll(() => isEnded, { timeout: 20_000 }).toBe(true);
  });

  test("a body that trickles does not hold the answer back beyond the time limit", async () => {
    const port = await serve((_request, response) => {
      response.writeHead(202);
      response.write("a");
    });
    const answer = await client().request({
      method: "GET",
      url: `http://127.0.0.1:${port}/`,
      timeoutMs: 2_000,
    });
    expect(answer).toMatchObject({ kind: "answer", status: 202 });
  });

  test("a redirect is an answer and is not followed", async () => {
    const { port: target, seen } = await canary();
    const port = await serve((_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${target}/` }).end();
    });
    const answer = await client().request({
      method: "GET",
      url: `http://127.0.0.1:${port}/`,
      timeoutMs: 10_000,
    });
    expect(answer).toMatchObject({ kind: "answer", status: 302 });
    expect(seen()).toBe(0);
  });

  test.each(["Host", "content-length", "Transfer-Encoding", "connection", "Upgrade", "Proxy-Authorization"])(
    "the header %s cannot be set",
    async (name) => {
      const { port, seen } = await canary();
      const url = `http://127.0.0.1:${port}/`;
      const answer = await client().request({
        method: "POST",
        url,
        headers: { [name]: "1" },
        timeoutMs: 500,
      });
      expect(answer).toEqual({ kind: "blocked", reason: `The header ${name} cannot be set.` });
      expect(seen()).toBe(0);
    },
  );

  test("a header with a line break is blocked before anything is sent", async () => {
    const { port, seen } = await canary();
    const headers = { "x-a": "1\r\nx-b: 2" };
    const answer = await client().request({
      method: "POST",
      url: `http://127.0.0.1:${port}/`,
      headers,
      timeoutMs: 500,
    });
    expect(answer.kind).toBe("blocked");
    expect(seen()).toBe(0);
  });

  test("connections are kept and bounded", async () => {
    const sockets = new Set<Socket>();
    const port = await serve((request, response) => {
      sockets.add(request.socket);
      response.end("ok");
    });
    const fetch = client({ connectionsPerOrigin: 4 });
    const one = () =>
      fetch.request({ method: "POST", url: `http://127.0.0.1:${port}/`, body: "x", timeoutMs: 20_000 });
    const answers = await Promise.all(Array.from({ length: 100 }, one));
    expect(answers.every((answer) => answer.kind === "answer")).toBe(true);
    expect(sockets.size).toBeLessThanOrEqual(4);
  });

  test("after close nothing is sent", async () => {
    const { port, seen } = await canary();
    const fetch = client();
    await fetch.close();
    const answer = await fetch.request({ method: "POST", url: `http://127.0.0.1:${port}/`, timeoutMs: 500 });
    expect(answer.kind).toBe("not_sent");
    expect(seen()).toBe(0);
  });
});
