/**
 * Slow and broken clients (reliability: A6): headers and bodies that trickle, 2,000 connections that say nothing,
 * lengths larger than the body, uploads that break off. All of them are gone in time, none of them leaves a trace, and
 * whoever calls beside them hardly notices. What a machine does to calls that it does to those of a process without
 * such clients as well, so the two are called side by side.
 */
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { type ApiProcess, startApiProcess } from "../api-process.ts";
import { watchTables } from "../checksums.ts";
import { ask, pathOf, rawBody } from "../raw-http.ts";
import { type Stack, startStack, until } from "../stack.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
});
afterAll(() => stack.stop());

/** @param seconds the deadline of requests. */
const startApi = (seconds: number): Promise<ApiProcess> =>
  startApiProcess(stack, stack.databaseUrl, { REQUEST_TIMEOUT_SECONDS: String(seconds) });

const IDLE = 2_000;
/** They come over some seconds, and so they go. */
const IDLE_AT_ONCE = 100;
const IDLE_EVERY_MS = 150;
const OF_EACH_KIND = 50;
/** Far above any deadline of this test, for a loaded machine; below Node's own, 60 s for the head of a request. */
const GONE_MS = 50_000;
const WARM_UPS = 20;
const CALLS = 100;
const TRICKLE_EVERY_MS = 500;
const CREATE = pathOf("create/campaign");

interface BadClient {
  readonly socket: Socket;
  /** Since it connected; null while it is there. */
  goneMs: number | null;
}

function open(url: string): BadClient {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const client: BadClient = { socket, goneMs: null };
  let connectedAtMs = performance.now();
  socket.on("connect", () => {
    connectedAtMs = performance.now();
  });
  // What is answered (408) is read, so that the end of the connection is seen.
  socket.resume().on("error", () => {});
  socket.on("close", () => {
    client.goneMs = performance.now() - connectedAtMs;
  });
  return client;
}

const body = (): string => rawBody(stack.token, '"title":"Never"');
const head = (length: number): string =>
  `POST ${CREATE} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`;

/** Sends the rest byte by byte, for longer than anybody waits. */
function trickle({ socket }: BadClient, rest: string): void {
  let at = 0;
  const timer = setInterval(() => {
    if (socket.writable) socket.write(rest[at % rest.length] ?? " ");
    at += 1;
  }, TRICKLE_EVERY_MS);
  socket.on("close", () => clearInterval(timer));
}

const KINDS: readonly ((client: BadClient) => void)[] = [
  (client) => {
    client.socket.write(`POST ${CREATE} HTTP/1.1\r\nHost: x\r\nX-Slow: `);
    trickle(client, "slow");
  },
  (client) => {
    client.socket.write(head(10_000));
    trickle(client, " ");
  },
  ({ socket }) => socket.write(head(body().length + 1) + body()),
  ({ socket }) => {
    socket.write(`${head(2_000_000)}${" ".repeat(100_000)}`, () => socket.resetAndDestroy());
  },
];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Brings all of them. Resolves when each has been let in. */
async function besiege(url: string): Promise<BadClient[]> {
  const clients: BadClient[] = [];
  for (let i = 0; i < IDLE; i += 1) {
    clients.push(open(url));
    if (i % IDLE_AT_ONCE === 0) await pause(IDLE_EVERY_MS);
  }
  for (const start of KINDS)
    for (let i = 0; i < OF_EACH_KIND; i += 1) {
      const client = open(url);
      start(client);
      clients.push(client);
    }
  await until(
    () => clients.filter(({ socket }) => socket.connecting).length,
    (count) => count === 0,
  );
  return clients;
}

/**
 * Calls each in turn, one call at a time: where calls come whether or not the last one was answered, a machine that is
 * too slow for them makes a queue of the smallest difference. @returns the medians of their times, in the order of urls.
 */
async function callInTurn(rounds: number, urls: readonly string[]): Promise<number[]> {
  const times: number[][] = urls.map(() => []);
  const request = { path: pathOf("list/campaign"), body: rawBody(stack.token, "") };
  for (let round = 0; round < rounds; round += 1)
    for (const [i, url] of urls.entries()) {
      const { status, elapsedMs } = await ask(url, request);
      expect(status).toBe(200);
      times[i]?.push(elapsedMs);
    }
  return times.map((of) => of.sort((a, b) => a - b)[Math.floor(of.length / 2)] ?? 0);
}

test("beside 2,000 that say nothing and 200 that trickle, lie or break off, nobody waits for them", {
  timeout: 300_000,
}, async () => {
  const [besieged, peaceful] = await Promise.all([startApi(600), startApi(600)]);
  const urls = [besieged.url, peaceful.url];
  let clients: readonly BadClient[] = [];
  try {
    // The first calls of a process compile what the others use.
    await callInTurn(WARM_UPS, urls);
    clients = await besiege(besieged.url);
    // They are let in by the system before the process has had its turn with them.
    await callInTurn(WARM_UPS, urls);
    const [besideMs = 0, usualMs = 0] = await callInTurn(CALLS, urls);
    process.stdout.write(
      `A6: median ${besideMs.toFixed(0)} ms beside the slow, ${usualMs.toFixed(0)} ms without\n`,
    );
    // A fifth more is the promise. The rest is for chance: these are a hundred calls on a machine that does more.
    expect(besideMs).toBeLessThan(usualMs * 1.2 + 250);
  } finally {
    for (const { socket } of clients) socket.destroy();
    for (const api of [besieged, peaceful]) api.kill();
  }
});

test("they are gone in time, and no row is left of them", async () => {
  const api = await startApi(3);
  try {
    const { value: clients, changed } = await watchTables(stack.owner, async () => {
      const all = await besiege(api.url);
      const areGone = (): boolean => all.every(({ goneMs }) => goneMs !== null);
      await until(areGone, Boolean, 2 * GONE_MS);
      return all;
    });
    expect(clients).toHaveLength(IDLE + KINDS.length * OF_EACH_KIND);
    expect(Math.max(...clients.map(({ goneMs }) => goneMs ?? 0))).toBeLessThan(GONE_MS);
    expect(changed).toEqual([]);
  } finally {
    api.kill();
  }
});

test("as it is delivered, the deadline and the second between two looks at it are less than half a minute", () => {
  const config = readConfig({}, []);
  if (!config.ok) throw new Error(config.error.join("\n"));
  expect(config.value.requestTimeoutSeconds + 1).toBeLessThan(30);
});
