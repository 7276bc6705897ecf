/** /metrics: who may read it, and that its figures are those of the work. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import { addPeople, launch, type Stack, smsCampaign, startStack, until } from "../stack.ts";

const TOKEN = "a-token-of-24-characters";

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
});
afterAll(() => stack.stop());

const read = (url: string, headers: Record<string, string> = {}) => fetch(`${url}/metrics`, { headers });

/** The figures of the text format, by name and labels as they stand there. */
async function figures(): Promise<Map<string, number>> {
  const answer = await read(stack.url);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain("text/plain");
  const lines = (await answer.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at + 1))] as const;
    }),
  );
}

const sumOf = (found: ReadonlyMap<string, number>, ...parts: string[]): number =>
  [...found].reduce(
    (sum, [name, value]) => (parts.every((part) => name.includes(part)) ? sum + value : sum),
    0,
  );

test("the figures follow the work from accepting to the end", async () => {
  const people = await addPeople(stack, 3, "m");
  const id = await launch(stack, smsCampaign("Hello"));
  const body = { id, target_by: "user_id", target: [...people, "nobody"], idempotency_key: "once" };
  expect((await stack.call("execute/campaign", body)).status).toBe(200);
  // A replay accepts nothing.
  expect((await stack.call("execute/campaign", body)).status).toBe(200);
  // A call is counted when its connection is done with it, which may be after its caller.
  const ofCalls = (found: ReadonlyMap<string, number>): number =>
    sumOf(found, "request_seconds_count", "execute/campaign", 'status="200"');
  const waiting = await until(figures, (found) => ofCalls(found) >= 2);
  expect(waiting.get("carillon_accepted_executions_total")).toBe(1);
  expect(waiting.get("carillon_accepted_targets_total")).toBe(4);
  expect(waiting.get('carillon_queue_targets{lane="transactional"}')).toBe(4);
  expect(waiting.get('carillon_queue_targets{lane="bulk"}')).toBe(0);
  expect(waiting.get('carillon_queue_oldest_seconds{lane="transactional"}')).toBeGreaterThanOrEqual(0);
  expect(ofCalls(waiting)).toBe(2);
  expect(waiting.get("carillon_workers")).toBe(0);
  expect(waiting.has("carillon_oldest_transaction_seconds")).toBe(true);

  await stack.startWorker();
  // The worker says every few seconds what it has counted.
  const done = await until(
    figures,
    (found) => sumOf(found, "carillon_messages_total") >= 4 && sumOf(found, "carillon_queue_targets") === 0,
  );
  expect(sumOf(done, "carillon_messages_total", 'channel="sms"', 'outcome="skipped"')).toBe(1);
  expect(sumOf(done, "carillon_messages_total", 'channel="sms"')).toBe(4);
  expect(done.get("carillon_workers")).toBe(1);
});

test("labels hold the route and never what a caller typed", async () => {
  await fetch(`${stack.url}/api/external/secret-of-a-caller`);
  const text = await (await read(stack.url)).text();
  expect(text).toContain('route="none"');
  expect(text).not.toContain("secret-of-a-caller");
});

test("it is there for this machine only, and not through a proxy", async () => {
  for (const name of ["x-forwarded-for", "forwarded", "via"]) {
    const answer = await read(stack.url, { [name]: "10.0.0.1" });
    expect([name, answer.status]).toEqual([name, 404]);
  }
});

test("with a token it asks everybody for it", async () => {
  const config = readConfig({ PORT: "0", LOG_LEVEL: "error", METRICS_TOKEN: TOKEN }, []);
  if (!config.ok) throw new Error(config.error.join("\n"));
  const api = createApi({ ...stack.roleOptions, config: config.value });
  await api.start();
  try {
    const asks = [{}, { authorization: "Bearer wrong" }, { authorization: TOKEN }];
    for (const headers of asks) expect((await read(api.url, headers)).status).toBe(404);
    const shown = { authorization: `Bearer ${TOKEN}`, "x-forwarded-for": "10.0.0.1" };
    expect((await read(api.url, shown)).status).toBe(200);
  } finally {
    await api.stop();
  }
});
