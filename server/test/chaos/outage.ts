/**
 * A customer's webhook endpoint that is down for ten minutes of real time while messages go on being sent: when it is
 * back it must get every event, each once, each with both signatures right.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { type Product, startProduct } from "../../bench/product.ts";
import { type Listening, listenOnLoopback } from "../sinks/listening.ts";
import { until } from "./until.ts";

export interface OutageReport {
  readonly downSeconds: number;
  readonly targets: number;
  /** Events by name, as received. */
  readonly events: Readonly<Record<string, number>>;
  /** Posts that came again with a `webhook-id` already taken. */
  readonly repeats: number;
  readonly badSignatures: number;
  /** From the endpoint's return to the last event. */
  readonly caughtUpMs: number;
  readonly violations: readonly string[];
}

const EVENTS = ["message_send", "message_delivery"];
const CALL_TARGETS = 100;
/** A call every few seconds, so that events arise before, during and at the end of the outage. */
const CALLS = 20;
const CATCH_UP_MS = 180_000;

interface Receiver {
  readonly ids: Map<string, number>;
  readonly events: Record<string, number>;
  secret: string;
  badSignatures: number;
  lastAtMs: number;
  listening: Listening | null;
}

/** @param downSeconds how long nothing listens at the endpoint's port. */
export async function runOutage(downSeconds: number): Promise<OutageReport> {
  const product = await startProduct({ workers: 1, env: { ALLOW_PRIVATE_ADDRESSES: "true" } });
  const receiver: Receiver = {
    ids: new Map(),
    events: {},
    secret: "",
    badSignatures: 0,
    lastAtMs: 0,
    listening: null,
  };
  try {
    return await play(product, receiver, downSeconds);
  } finally {
    await receiver.listening?.stop();
    await product.stop();
  }
}

async function play(product: Product, receiver: Receiver, downSeconds: number): Promise<OutageReport> {
  const port = await open(receiver, 0);
  const connection = await post(product, "/api/app/connections", {
    name: "Outage",
    url: `http://127.0.0.1:${port}/hook`,
    events: EVENTS,
  });
  receiver.secret = connection.data.secret;
  await send(product, 0);
  await untilTaken(receiver, EVENTS.length * CALL_TARGETS);
  await receiver.listening?.stop();
  const downAtMs = performance.now();
  for (let call = 1; call < CALLS; call += 1) {
    await pauseUntil(downAtMs + (call * downSeconds * 1000) / CALLS);
    await send(product, call);
  }
  await pauseUntil(downAtMs + downSeconds * 1000);
  await open(receiver, port);
  const backAtMs = performance.now();
  const expected = EVENTS.length * CALL_TARGETS * CALLS;
  await untilTaken(receiver, expected);
  return judge(receiver, { downSeconds, expected, caughtUpMs: receiver.lastAtMs - backAtMs });
}

function judge(
  receiver: Receiver,
  run: { downSeconds: number; expected: number; caughtUpMs: number },
): OutageReport {
  const repeats = [...receiver.ids.values()].reduce((sum, times) => sum + times - 1, 0);
  const { badSignatures, events } = receiver;
  const found = receiver.ids.size;
  return {
    downSeconds: run.downSeconds,
    targets: CALLS * CALL_TARGETS,
    events,
    repeats,
    badSignatures,
    caughtUpMs: run.caughtUpMs,
    violations: [
      ...(found === run.expected ? [] : [`${found} of ${run.expected} events came`]),
      ...(repeats === 0 ? [] : [`${repeats} posts came again though the first was answered`]),
      ...(badSignatures === 0 ? [] : [`${badSignatures} signatures are wrong`]),
    ],
  };
}

/** Starts to listen. @returns the port. */
async function open(receiver: Receiver, port: number): Promise<number> {
  const server = createServer((request, response) => {
    take(receiver, request).then(
      () => response.writeHead(204).end(),
      () => response.destroy(),
    );
  });
  receiver.listening = await listenOnLoopback(server, port);
  return receiver.listening.port;
}

async function take(receiver: Receiver, request: IncomingMessage): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts).toString("utf8");
  const id = String(request.headers["webhook-id"]);
  const { event } = JSON.parse(body) as { event: string };
  if (!hasBothSignatures(request, body, receiver.secret)) receiver.badSignatures += 1;
  receiver.ids.set(id, (receiver.ids.get(id) ?? 0) + 1);
  receiver.events[event] = (receiver.events[event] ?? 0) + 1;
  receiver.lastAtMs = performance.now();
}

/** Both headers, checked as their own specifications say. */
function hasBothSignatures({ headers }: IncomingMessage, body: string, secret: string): boolean {
  const own = /^t=(\d+),v1=([0-9a-f]{64})/.exec(String(headers["x-xtremepush-signature"]));
  const ownHex = createHmac("sha256", secret).update(`${own?.[1]}.${body}`).digest("hex");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const standard = `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
  return isSame(own?.[2] ?? "", ownHex) && isSame(String(headers["webhook-signature"]), standard);
}

const isSame = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));

async function send(product: Product, call: number): Promise<void> {
  const targets = Array.from({ length: CALL_TARGETS }, (_, i) => `outage-${call}-${i}`);
  const { apptoken } = product.demo.project;
  await post(product, "/api/external/import/profile", {
    apptoken,
    columns: ["user_id", "mobile_number", "sms_subscription"],
    rows: targets.map((userId, i) => [userId, String(353_860_000_000 + call * CALL_TARGETS + i), 1]),
    async: false,
  });
  await post(product, "/api/external/execute/campaign", {
    apptoken,
    id: product.demo.campaigns.sms,
    target_by: "user_id",
    target: targets,
    params: { flight_num: "EI 123", time: "10:40", gate_num: "B7" },
  });
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the answer holds
async function post(product: Product, path: string, body: object): Promise<any> {
  const response = await fetch(product.url + path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(path.startsWith("/api/app/") ? { authorization: `Bearer ${product.demo.project.apptoken}` } : {}),
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return await response.json();
}

const pauseUntil = (atMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - performance.now())));

const untilTaken = (receiver: Receiver, events: number): Promise<void> =>
  until(`${events} events have come`, async () => receiver.ids.size >= events, CATCH_UP_MS);
