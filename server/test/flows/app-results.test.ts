/** The message log finds a message by whatever somebody knows of it, and every count leads to exactly its rows. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askApp, listAll } from "../dashboard.ts";
import { startHttpSink } from "../sinks/http-sink.ts";
import type { Sink } from "../sinks/sink.ts";
import { addPeople, launch, type Stack, smsCampaign, startStack, until } from "../stack.ts";

let sms: Sink;
let stack: Stack;
let campaign: number;
let execution: number;

const REQUEST_ID = "req-results-1";

beforeAll(async () => {
  sms = await startHttpSink({ ability: "keyed" });
  stack = await startStack({ env: { SMS_URL: `${sms.url}/sms`, SMS_ABILITY: "keyed" } });
  await addPeople(stack, 6, "r");
  await stack.call("import/profile", {
    columns: ["user_id", "sms_subscription", "email", "email_subscription"],
    rows: [
      ["r-1", 0, "r-1@example.org", 1],
      ["r-2", 1, "", 1],
    ],
  });
  campaign = await launch(stack, {
    sms: 1,
    email: 1,
    messages: {
      "7": { email_subject: "Hi", email_html: "<p>x</p>", email_from: "a@example.org" },
      "9": { sms_text: "Hi {{ first_name }}", sms_from: "Carillon" },
    },
  });
  const answer = await stack.call(
    "execute/campaign",
    {
      id: campaign,
      target_by: "user_id",
      async: false,
      params: { external_message_id: "order-7" },
      target: ["r-0", "r-1", "r-2", "r-3"],
      target_with_params: { "r-nobody": { external_message_id: "order-8" } },
    },
    { "x-request-id": REQUEST_ID },
  );
  expect(answer.status).toBe(200);
  execution = answer.body.model.id;
});
afterAll(async () => {
  await stack.stop();
  await sms.close();
});

const search = async (query: string) => await listAll(stack, stack, `/messages?limit=3&${query}`);

describe("the message log", () => {
  test("is newest first, page by page, without a gap or a twin", async () => {
    const rows = await search("");
    expect(rows).toHaveLength(10);
    const ids = rows.map((row) => row.id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a));
    expect(rows.find((row) => row.user_id === "r-1" && row.message_type_name === "sms")).toMatchObject({
      campaign_id: campaign,
      campaign_title: "Template",
      execution_id: execution,
      outcome: "skipped",
      reason: "unsubscribed",
      external_message_id: "order-7",
    });
  });

  test.each([
    ["user id", "r-0", 2],
    ["a target that is nobody", "r-nobody", 2],
    ["email address in any case", "R-0@Example.org", 1],
    ["number as people write it", "+353 85 000 0000", 1],
    ["reference", "order-7", 8],
    ["a target's own reference", "order-8", 2],
    ["request id", REQUEST_ID, 10],
    ["nothing that is there", "order", 0],
    ["a quote", "' or 1=1 --", 0],
  ])("finds by %s", async (_what, text, count) => {
    const rows = await search(`q=${encodeURIComponent(text)}`);
    expect([text, rows.length]).toEqual([text, count]);
    expect(new Set(rows.map((row) => row.id)).size).toBe(count);
  });

  test("finds by the execution's and by the message's id, and with filters beside the text", async () => {
    expect(await search(`q=${execution}`)).toHaveLength(10);
    const [first] = await search("q=r-0&message_type=sms");
    const byId = await search(`q=${first.id}`);
    expect(byId.map((row) => row.id)).toEqual([first.id]);
    expect(await search(`q=order-7&outcome=skipped&reason=unsubscribed`)).toHaveLength(1);
    expect(await search(`execution_id=${execution}&message_type=9`)).toHaveLength(5);
    expect(await search(`execution_id=${execution + 1_000_000}`)).toHaveLength(0);
  });

  test.each([
    ["q=%00", "q"],
    ["cursor=x", "cursor"],
    ["outcome=gone", "outcome"],
    ["message_type=fax", "message_type"],
    ["execution_id=1e3", "execution_id"],
    ["from=yesterday", "from"],
    ["from=1790000000&to=1790000000", "to"],
    ["limit=0", "limit"],
    ["reason=%00", "reason"],
  ])("%s is refused by its name", async (query, field) => {
    const { status, body } = await askApp(stack, stack, `GET /messages?${query}`);
    expect([status, Object.keys(body.error.errors)]).toEqual([400, [field]]);
  });

  test("another project sees none of it", async () => {
    const other = await stack.createProject();
    for (const q of ["", "r-0", "order-7", REQUEST_ID, String(execution)]) {
      expect(await listAll(stack, other, `/messages?q=${q}`)).toEqual([]);
    }
    for (const path of [`/executions/${execution}`, `/campaigns/${campaign}/results`]) {
      expect((await askApp(stack, other, `GET ${path}`)).status).toBe(404);
    }
  });
});

describe("results", () => {
  const OUTCOMES = ["sent", "delivered", "failed", "skipped"];

  test("each count is the number of rows that its filters show", async () => {
    const { body } = await askApp(stack, stack, `GET /campaigns/${campaign}/results?unit=hour`);
    const { channels, series, reasons } = body.data;
    expect(channels.map((c: { name: string; targets: number }) => [c.name, c.targets])).toEqual([
      ["email", 5],
      ["sms", 5],
    ]);
    for (const channel of channels) {
      for (const outcome of OUTCOMES) {
        const query = `campaign_id=${campaign}&message_type=${channel.message_type}&outcome=${outcome}`;
        expect([query, (await search(query)).length]).toEqual([query, channel[outcome]]);
      }
    }
    for (const point of series) {
      const time = `from=${point.time}&to=${point.time + 3_600}`;
      const query = `campaign_id=${campaign}&message_type=${point.message_type}&outcome=skipped&${time}`;
      expect(await search(query)).toHaveLength(point.skipped);
    }
    expect(reasons).toEqual(
      expect.arrayContaining([
        { outcome: "skipped", reason: "unknown_target", count: 2 },
        { outcome: "skipped", reason: "unsubscribed", count: 1 },
        { outcome: "skipped", reason: "no_address", count: 1 },
      ]),
    );
    for (const { outcome, reason, count } of reasons) {
      const query = `campaign_id=${campaign}&outcome=${outcome}&reason=${reason ?? "none"}`;
      expect([query, (await search(query)).length]).toEqual([query, count]);
    }
  });

  test("days begin in the project's time zone, and a range leaves out what is outside", async () => {
    await stack.owner`update projects set time_zone = 'Asia/Kolkata' where id = ${stack.id}`;
    const { body } = await askApp(stack, stack, `GET /campaigns/${campaign}/results`);
    expect(body.data.series[0].time % 86_400).toBe(86_400 - 5.5 * 3_600);
    const { time } = body.data.series[0];
    const day = `from=${time}&to=${time + 86_400}`;
    // The messages of a run around midnight are of two days.
    const ofDay = body.data.series.filter((point: { time: number }) => point.time === time);
    const total = ofDay.reduce((sum: number, p: { skipped: number }) => sum + p.skipped, 0);
    expect(await search(`campaign_id=${campaign}&outcome=skipped&${day}`)).toHaveLength(total);
    const before = await askApp(stack, stack, `GET /campaigns/${campaign}/results?from=1000000&to=${time}`);
    expect(before.body.data).toMatchObject({ channels: [], series: [], reasons: [] });
  });
});

describe("executions", () => {
  test("a done one tells what became of all its targets", async () => {
    const { body } = await askApp(stack, stack, `GET /executions/${execution}`);
    expect(body.data).toMatchObject({ targets: 5, done: 5, state: "done", request_id: REQUEST_ID });
    const { outcomes, channels } = body.data.progress;
    const sum = Object.values(outcomes as Record<string, number>).reduce((a, b) => a + b, 0);
    expect([sum, channels.length]).toEqual([10, 2]);
    const rows = await listAll(stack, stack, `/executions?campaign_id=${campaign}`);
    expect(rows).toMatchObject([{ id: execution, campaign_title: "Template", outcomes }]);
  });

  test("a scheduled one waits, one whose gateway is slow runs", async () => {
    const id = await launch(stack, smsCampaign("Later"));
    const later = Math.floor(Date.now() / 1000) + 3_600;
    const scheduled = await stack.call("execute/campaign", {
      id,
      target_by: "user_id",
      target: ["r-0", "r-3"],
      time: later,
    });
    const waiting = await askApp(stack, stack, `GET /executions/${scheduled.body.model.id}`);
    expect(waiting.body.data).toMatchObject({ state: "waiting", done: 0, send_at: later });
    sms.fault({ mode: "status", code: 503 });
    const retried = await stack.call("execute/campaign", { id, target_by: "user_id", target: ["r-0"] });
    const running = await until(
      () => askApp(stack, stack, `GET /executions/${retried.body.model.id}`),
      // A look is two queries: one that began before the worker did shows the first part as it was.
      ({ body }) => body.data.outcomes.queued === 1 && body.data.state === "running",
    );
    expect(running.body.data).toMatchObject({ done: 0, targets: 1 });
    sms.reset();
    await until(
      () => askApp(stack, stack, `GET /executions/${retried.body.model.id}`),
      ({ body }) => body.data.state === "done" && body.data.done === 1,
    );
  });
});
