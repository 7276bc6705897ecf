/**
 * The connection to the database breaks after COMMIT was sent and before its answer is there: nobody was told whether
 * it took place. What was written tells (reliability: A4), so a call is still done once and answered once.
 */
import { connect, createServer } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiProcess, startApiProcess } from "../api-process.ts";
import { createRandom } from "../chaos/random.ts";
import { type Listening, listenOnLoopback } from "../sinks/listening.ts";
import { addPeople, launch, type Stack, smsCampaign, startStack } from "../stack.ts";

let stack: Stack;
let line: Listening;
let api: ApiProcess;
let campaign: number;
let people: string[];
/** Of the confirmations of COMMIT, those that never arrive. */
let cutShare = 0;
let cuts = 0;

/** CommandComplete of PostgreSQL's protocol, with its tag. */
const COMMITTED = Buffer.from("COMMIT\0", "latin1");

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
  people = await addPeople(stack, 1, "commit");
  campaign = await launch(stack, smsCampaign("Hi {{ n }}"));
  const random = createRandom(7);
  const { hostname, port } = new URL(stack.databaseUrl);
  const server = createServer({ noDelay: true }, (client) => {
    const database = connect({ host: hostname, port: Number(port), noDelay: true });
    for (const [socket, other] of [
      [client, database],
      [database, client],
    ] as const) {
      socket.on("error", () => socket.destroy());
      socket.on("close", () => other.destroy());
    }
    client.pipe(database);
    database.on("data", (bytes: Buffer) => {
      if (!bytes.includes(COMMITTED) || random.next() >= cutShare) return client.write(bytes);
      cuts += 1;
      return client.destroy();
    });
  });
  line = await listenOnLoopback(server, 0);
  const url = new URL(stack.databaseUrl);
  url.port = String(line.port);
  api = await startApiProcess(stack, url.href);
});
afterAll(async () => {
  api.kill();
  await line.stop();
  await stack.stop();
});

interface Seen {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly id: number;
}

async function call(path: string, body: Readonly<Record<string, unknown>>, key?: string): Promise<Seen> {
  const response = await fetch(`${api.url}/api/external/${path}`, {
    method: "POST",
    headers: key === undefined ? {} : { "idempotency-key": key },
    body: JSON.stringify({ apptoken: stack.token, ...body }),
  });
  const { model } = (await response.json()) as { model?: { id: number } };
  return { status: response.status, retryAfter: response.headers.get("retry-after"), id: model?.id ?? 0 };
}

/** As a caller with a key does: a 503 is sent again. Any other refusal ends the test. */
async function callUntilDone(path: string, body: Readonly<Record<string, unknown>>, key: string) {
  for (;;) {
    const seen = await call(path, body, key);
    if (seen.status === 200) return seen;
    expect(seen).toMatchObject({ status: 503, retryAfter: expect.any(String) });
  }
}

const execution = (n: string) => ({ id: campaign, target_by: "user_id", target: people, params: { n } });

test("with a third of all confirmations lost, every keyed call is done once and knows its own id", async () => {
  cutShare = 0.33;
  const told = new Map<string, number>();
  // Calls that come together share a commit, and how many do so is up to the machine: on until enough were lost.
  for (let n = 0; n < 40 || cuts <= 20; n += 4) {
    const numbers = [n, n + 1, n + 2, n + 3].map(String);
    await Promise.all(
      numbers.map(async (k) => {
        told.set(`e${k}`, (await callUntilDone("execute/campaign", execution(k), `e${k}`)).id);
        told.set(`l${k}`, (await callUntilDone("create/list", { title: `List ${k}` }, `l${k}`)).id);
      }),
    );
  }
  cutShare = 0;
  const rows = await stack.owner`select params::json ->> 'n' as n, id from executions`;
  expect(rows.map((row) => [`e${row.n}`, row.id]).sort()).toEqual(
    [...told].filter(([key]) => key.startsWith("e")).sort(),
  );
  const lists = await stack.owner`select title, id from lists`;
  expect(lists.map((row) => [`l${String(row.title).slice(5)}`, row.id]).sort()).toEqual(
    [...told].filter(([key]) => key.startsWith("l")).sort(),
  );
});

test("without a key, a call that was answered 200 stands once", async () => {
  const before = cuts;
  cutShare = 0.33;
  const told: number[] = [];
  for (let n = 0; n < 40; n += 1) {
    const seen = await call("execute/campaign", execution(`unkeyed ${n}`));
    if (seen.status === 200) told.push(seen.id);
  }
  cutShare = 0;
  expect(cuts).toBeGreaterThan(before);
  expect(told.length).toBeGreaterThan(20);
  const rows = await stack.owner`
    select params::json ->> 'n' as n, count(*)::integer as count from executions
    where params like '%unkeyed%' group by 1`;
  expect(rows.every((row) => row.count === 1)).toBe(true);
  expect(rows.length).toBe(told.length);
});
