import { createServer, type ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Listening, listenOnLoopback } from "../../test/sinks/listening.ts";
import { createLog } from "../base/log.ts";
import { createSafeFetch, type SafeFetch } from "../base/safe-fetch.ts";
import { deliverEvent } from "./deliver-event.ts";

const NOW = 1_700_000_000_000;
const log = createLog({ level: "silent", name: "test" });
const secrets = [`whsec_${Buffer.alloc(32, 1).toString("base64")}`];
let answer: (response: ServerResponse) => void;
let asked: { url: string; body: string }[];
let listening: Listening;
let safeFetch: SafeFetch;

beforeAll(async () => {
  asked = [];
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => {
      body += part;
    });
    request.on("end", () => {
      asked.push({ url: request.url ?? "", body });
      answer(response);
    });
  });
  listening = await listenOnLoopback(server, 0);
  safeFetch = createSafeFetch({ allowPrivateAddresses: true, log });
});

afterAll(async () => {
  await safeFetch.close();
  await listening.stop();
});

/** One that says nothing is given this long; the others answer long before the time that they are given. */
const SILENCE_MS = 2_000;

const post = (by = safeFetch, given = secrets, timeoutMs = 20_000) => {
  const endpoint = { url: `http://127.0.0.1:${listening.port}/hook`, authorization: null, secrets: given };
  const tools = { safeFetch: by, timeoutMs, log };
  return deliverEvent(tools, endpoint, { id: 64_001, body: '{"n":1}', nowMs: NOW });
};

const plain = (status: number, headers: Record<string, string> = {}, body = "") => {
  return (response: ServerResponse): void => void response.writeHead(status, headers).end(body);
};

const silence = (): void => undefined;

test.each<[string, (response: ServerResponse) => void, object]>([
  ["200", plain(200), { outcome: "delivered", status: 200, detail: null }],
  ["204", plain(204), { outcome: "delivered", status: 204 }],
  ["299", plain(299), { outcome: "delivered" }],
  ["301", plain(301, { location: "http://127.0.0.1:1/" }), { outcome: "failed", status: 301 }],
  [
    "302 to a metadata service",
    plain(302, { location: "http://169.254.169.254/" }),
    { outcome: "failed", status: 302 },
  ],
  ["307 to itself", plain(307, { location: "/again" }), { outcome: "failed", status: 307 }],
  ["400", plain(400, {}, "bad"), { outcome: "failed", status: 400, detail: "bad" }],
  ["404", plain(404), { outcome: "failed", status: 404 }],
  ["410", plain(410), { outcome: "gone", status: 410 }],
  ["429 with 5", plain(429, { "retry-after": "5" }), { outcome: "failed", retryAfterMs: 5_000 }],
  ["429 with 86400", plain(429, { "retry-after": "86400" }), { outcome: "failed", retryAfterMs: 86_400_000 }],
  ["429 with abc", plain(429, { "retry-after": "abc" }), { outcome: "failed", retryAfterMs: null }],
  ["429 with -1", plain(429, { "retry-after": "-1" }), { outcome: "failed", retryAfterMs: null }],
  [
    "503 with a date",
    plain(503, { "retry-after": "Tue, 14 Nov 2023 22:14:20 GMT" }),
    { outcome: "failed", retryAfterMs: 60_000 },
  ],
  ["500 with 5, which is not asked for there", plain(500, { "retry-after": "5" }), { retryAfterMs: null }],
  ["502", plain(502), { outcome: "failed", status: 502 }],
  ["504", plain(504), { outcome: "failed", status: 504 }],
  ["a NUL in the answer", plain(500, {}, "a\0b"), { detail: "a\ufffdb" }],
  ["an answer of 1 MB", plain(500, {}, "x".repeat(1_000_000)), { detail: "x".repeat(20_480) }],
  [
    "no answer in time",
    silence,
    { outcome: "failed", status: null, detail: `no answer within ${SILENCE_MS} ms` },
  ],
  ["a reset", (response) => void response.destroy(), { outcome: "failed", status: null }],
  ["garbage", (response) => void response.socket?.end("hello\r\n\r\n"), { outcome: "failed", status: null }],
  [
    "103, then 200",
    (response) => {
      response.writeEarlyHints({ link: "</x>; rel=preload" });
      response.writeHead(200).end();
    },
    { outcome: "delivered", status: 200 },
  ],
])("%s", async (_name, how, wanted) => {
  asked.length = 0;
  answer = how;
  const timeoutMs = how === silence ? SILENCE_MS : 20_000;
  expect(await post(safeFetch, secrets, timeoutMs)).toMatchObject(wanted);
  // Once, to this address, with the bytes as they are: no redirect followed, no try repeated.
  expect(asked).toEqual([{ url: "/hook", body: '{"n":1}' }]);
});

test("a private address is refused at the moment of sending, and nothing is connected", async () => {
  const strict = createSafeFetch({ allowPrivateAddresses: false, ports: new Set([listening.port]), log });
  const before = listening.accepted();
  const delivery = await post(strict);
  await strict.close();
  expect(delivery).toMatchObject({ outcome: "failed", status: null });
  expect(delivery.detail).toContain("not public");
  expect(listening.accepted()).toBe(before);
});

test("without a secret that opens nothing is posted", async () => {
  asked.length = 0;
  expect(await post(safeFetch, [])).toMatchObject({ outcome: "failed", status: null });
  expect(asked).toEqual([]);
});
