/** Explain tells of any target which way it went, what it says and what it waits for. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { askApp, listAll } from "../dashboard.ts";
import { startHttpSink } from "../sinks/http-sink.ts";
import type { Sink } from "../sinks/sink.ts";
import { addPeople, emailCampaign, launch, type Stack, smsCampaign, startStack, until } from "../stack.ts";

let sms: Sink;
let hook: Sink;
let stack: Stack;

beforeAll(async () => {
  sms = await startHttpSink({ ability: "keyed" });
  hook = await startHttpSink();
  stack = await startStack({
    env: { SMS_URL: `${sms.url}/sms`, SMS_ABILITY: "keyed", ALLOW_PRIVATE_ADDRESSES: "true" },
  });
  await addPeople(stack, 5, "e");
  await stack.call("import/profile", {
    columns: ["user_id", "email_subscription"],
    rows: [["e-1", 0]],
  });
});
afterAll(async () => {
  await stack.stop();
  await sms.close();
  await hook.close();
});

const explain = async (execution: number, target: string) =>
  await askApp(stack, stack, `GET /executions/${execution}/explain?target=${encodeURIComponent(target)}`);

async function run(id: number, body: Readonly<Record<string, unknown>>): Promise<number> {
  const answer = await stack.call("execute/campaign", { id, target_by: "user_id", async: false, ...body });
  expect(answer.status).toBe(200);
  return answer.body.model.id;
}

type Steps = readonly { step: string; result: string; detail: string | null }[];
const ways = (steps: Steps): string[] => steps.map(({ step, result }) => `${step}:${result}`);

const EMAIL = emailCampaign("Hi {{ first_name }}, {{ code }}", "<p>{{ code }}</p>");

test("an email that went: all steps, the content that the sandbox kept", async () => {
  const id = await launch(stack, EMAIL);
  const execution = await run(id, { target_with_params: { "e-0": { code: "A7" }, "e-1": { code: "B8" } } });
  const { body } = await explain(execution, "e-0");
  expect(body.data).toMatchObject([
    {
      target: "e-0",
      channel: "email",
      outcome: "delivered",
      waiting: null,
      rendered_now: false,
      content: { subject: "Hi Name0, A7" },
    },
  ]);
  expect(ways(body.data[0].steps)).toEqual([
    "accept:accepted",
    "resolve:found",
    "admit:admitted",
    "render:rendered",
    "open:written",
    "send:accepted",
    "settle:delivered",
    "receipt:delivered",
  ]);
  const message = await askApp(stack, stack, `GET /messages/${body.data[0].message_id}`);
  expect(message.body.data).toMatchObject({ user_id: "e-0", content: { html: "<p>A7</p>" }, attempts: [] });
  expect(message.body.data.steps).toEqual(body.data[0].steps);
  expect((await explain(execution, String(body.data[0].message_id))).body).toEqual(body);
});

test("the sandbox is read page by page and searched by address and words", async () => {
  const id = await launch(stack, emailCampaign("Kite {{ code }}", "<p>x</p>"));
  const codes = Array.from({ length: 5 }, (_, i) => [`e-${i}`, { code: `n${i}` }]);
  await run(id, { target_with_params: Object.fromEntries(codes) });
  const found = await listAll(stack, stack, "/sandbox?limit=2&q=KITE");
  // e-1 has said no.
  expect(found.map((row) => row.address).sort()).toEqual(
    ["e-0", "e-2", "e-3", "e-4"].map((name) => `${name}@example.org`),
  );
  expect(await listAll(stack, stack, "/sandbox?limit=2&q=kite%20n2")).toMatchObject([
    { address: "e-2@example.org", content: { subject: "Kite n2" } },
  ]);
  expect((await listAll(stack, stack, "/sandbox?limit=2")).length).toBeGreaterThan(found.length);
  for (const query of ["cursor=x", "cursor=1-99999999999999999", "q=%00"]) {
    expect([query, (await askApp(stack, stack, `GET /sandbox?${query}`)).status]).toEqual([query, 400]);
  }
});

test("who said no, who is nobody, and whose content breaks a rule", async () => {
  const id = await launch(stack, EMAIL);
  const execution = await run(id, { target: ["e-1", "e-nobody"] });
  const no = (await explain(execution, "e-1")).body.data[0];
  expect(ways(no.steps).slice(1)).toEqual([
    "resolve:found",
    "admit:unsubscribed",
    "open:written",
    "settle:skipped",
  ]);
  const nobody = (await explain(execution, "e-nobody")).body.data[0];
  expect([ways(nobody.steps)[1], nobody.reason, nobody.content]).toEqual([
    "resolve:nobody",
    "unknown_target",
    null,
  ]);
  const broken = await run(await launch(stack, smsCampaign("{{ missing }}")), { target: ["e-0"] });
  const empty = (await explain(broken, "e-0")).body.data[0];
  expect(ways(empty.steps).slice(2, 4)).toEqual(["admit:admitted", "render:invalid_content"]);
  expect(empty.problem).toBe("The text is empty.");
  for (const [path, status] of [
    [`/executions/${execution}/explain?target=e-4`, 404],
    [`/executions/${execution}/explain`, 400],
    [`/executions/987654321/explain?target=e-0`, 404],
    ["/messages/987654321", 404],
    ["/messages/x", 404],
  ] as const) {
    expect([path, (await askApp(stack, stack, `GET ${path}`)).status]).toEqual([path, status]);
  }
});

test("a refused message tells the provider's words and who was told; what it said is rendered now", async () => {
  await askApp(stack, stack, "POST /connections", {
    name: "CRM",
    url: `${hook.url}/hook`,
    events: ["message_fail"],
  });
  sms.fault({ mode: "status", code: 400 });
  const id = await launch(stack, smsCampaign("Code {{ code }} for {{ first_name }}"));
  const execution = await run(id, { target_with_params: { "e-2": { code: "Z1" } } });
  sms.reset();
  await until(
    () => hook.count(),
    // Once at the least: an answer that comes too late is asked for again.
    (count) => count >= 1,
  );
  const told = await until(
    () => explain(execution, "e-2"),
    ({ body }) => JSON.stringify(body).includes("was delivered"),
  );
  const [row] = told.body.data;
  expect(row).toMatchObject({
    outcome: "failed",
    reason: "rejected",
    rendered_now: true,
    content: { channel: "sms", text: "Code Z1 for Name2" },
  });
  expect(ways(row.steps).slice(-3)).toEqual(["send:rejected", "settle:failed", "receipt:message_fail"]);
  expect(row.steps.at(-1).detail).toMatch(/Webhook message_fail to CRM was delivered/);
});

test("what is queued says so, since when, and what it waits for", async () => {
  const id = await launch(stack, smsCampaign("Hi"));
  const later = Math.floor(Date.now() / 1000) + 3_600;
  const scheduled = await stack.call("execute/campaign", {
    id,
    target_by: "email",
    target: ["e-3@example.org"],
    time: later,
  });
  for (const target of ["e-3@example.org", "e-3"]) {
    const { body } = await explain(scheduled.body.model.id, target);
    expect(body.data).toMatchObject([
      { target: "e-3@example.org", outcome: "queued", waiting: { for: "send_time", until: later } },
    ]);
    expect(body.data[0].waiting.since).toBeGreaterThan(later - 3_700);
  }
  sms.fault({ mode: "status", code: 503, retryAfter: 600 });
  const answer = await stack.call("execute/campaign", { id, target_by: "user_id", target: ["e-3"] });
  const execution = answer.body.model.id;
  // A look is several queries: one that falls between two of the worker's writes shows a part of each.
  const waiting = await until(
    () => explain(execution, "e-3"),
    ({ body }) => body.data?.[0]?.outcome === "queued" && body.data[0].waiting?.for === "retry",
  );
  const [row] = waiting.body.data;
  expect(row).toMatchObject({ outcome: "queued", waiting: { for: "retry", lane: "transactional" } });
  expect(row.waiting.until).toBeGreaterThan(Date.now() / 1000 + 500);
  expect(ways(row.steps).slice(-2)).toEqual(["send:later", "settle:queued"]);
  sms.reset();
});
