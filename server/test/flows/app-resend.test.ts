/** What failed is sent again, once, to whom it failed for and by the channel that failed, as it was meant to be. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { askApp, listAll } from "../dashboard.ts";
import { addDevice } from "../devices.ts";
import { startHttpSink } from "../sinks/http-sink.ts";
import type { Sink } from "../sinks/sink.ts";
import { addPeople, launch, type Stack, smsCampaign, startStack, until } from "../stack.ts";

let sms: Sink;
let stack: Stack;

beforeAll(async () => {
  sms = await startHttpSink({ ability: "keyed", keep: "body" });
  stack = await startStack({ env: { SMS_URL: `${sms.url}/sms`, SMS_ABILITY: "keyed" } });
  await addPeople(stack, 60, "s");
});
afterAll(async () => {
  await stack.stop();
  await sms.close();
});
afterEach(() => sms.reset());

const mobileOf = (i: number): string => String(353_850_000_000 + i);

const resend = async (execution: number, body: Readonly<Record<string, unknown>> = {}) =>
  await askApp(stack, stack, `POST /executions/${execution}/resend-failed`, body);

const resendable = async (execution: number) =>
  await askApp(stack, stack, `GET /executions/${execution}/resend-failed`);

const isDone = async (execution: number) =>
  await until(
    () => askApp(stack, stack, `GET /executions/${execution}`),
    ({ body }) => body.data.state === "done",
  );

async function run(id: number, body: Readonly<Record<string, unknown>>): Promise<number> {
  const answer = await stack.call("execute/campaign", { id, target_by: "user_id", async: false, ...body });
  expect(answer.status).toBe(200);
  return answer.body.model.id;
}

const BOTH = {
  sms: 1,
  email: 1,
  messages: {
    "7": { email_subject: "Hi", email_html: "<p>{{ code }}</p>", email_from: "a@example.org" },
    "9": { sms_text: "{{ code }} {{ all }}", sms_from: "Carillon" },
  },
};

test("only the failed messages go again, with their own values, and none goes twice", async () => {
  const id = await launch(stack, BOTH);
  sms.fault(
    { mode: "status", code: 400, recipient: mobileOf(1) },
    { mode: "status", code: 400, recipient: mobileOf(3) },
  );
  const codes = Object.fromEntries([0, 1, 2, 3].map((i) => [`s-${i}`, { code: `C${i}` }]));
  const params = { all: "same", external_message_id: "order-9" };
  const execution = await run(id, { params, target_with_params: codes });
  sms.reset();
  const group = { outcome: "failed", message_type: 9, name: "sms", messages: 2 };
  expect((await resendable(execution)).body.data).toEqual({
    is_live: true,
    groups: [{ ...group, resent: 0 }],
    resent_by: [],
  });
  const answers = await Promise.all([resend(execution), resend(execution), resend(execution)]);
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  const sent = answers.map(({ body }) => body.data).filter(({ targets }) => targets > 0);
  expect(sent).toMatchObject([{ targets: 2, messages: 2 }]);
  const again = sent[0].execution_id;
  await isDone(again);
  expect(sms.received.map(({ to, body }) => [to, body?.includes("same")]).sort()).toEqual([
    [mobileOf(1), true],
    [mobileOf(3), true],
  ]);
  expect(sms.received.map(({ body }) => /C\d/.exec(body ?? "")?.[0]).sort()).toEqual(["C1", "C3"]);
  const rows = await listAll(stack, stack, `/messages?execution_id=${again}`);
  expect(
    rows.map((row) => [row.target, row.message_type_name, row.outcome, row.external_message_id]),
  ).toEqual(
    expect.arrayContaining([
      ["s-1", "sms", "sent", "order-9"],
      ["s-3", "sms", "sent", "order-9"],
    ]),
  );
  expect(rows).toHaveLength(2);
  expect((await resend(execution)).body.data).toEqual({ execution_id: null, targets: 0, messages: 0 });
  expect((await resendable(execution)).body.data).toEqual({
    is_live: true,
    groups: [{ ...group, resent: 2 }],
    resent_by: [again],
  });
  const view = await askApp(stack, stack, `GET /executions/${again}`);
  expect(view.body.data).toMatchObject({ resent_from: execution, targets: 2, outcomes: { sent: 2 } });
  const audit = await askApp(stack, stack, "GET /audit");
  expect(audit.body.data[0]).toMatchObject({ action: "execution.resend", object: `execution:${execution}` });
});

test("of a person with two devices only the one that failed, and not who said no since", async () => {
  const id = await launch(stack, { web_push: 1, messages: { "3": { push_text: "Hi" } } });
  const devices = [await addDevice(stack, "s-5", 3), await addDevice(stack, "s-5", 3)];
  const execution = await run(id, { target: ["s-5"] });
  // The sandbox refuses nothing: what a provider would have refused is written down here.
  await stack.owner`update messages set status = 6, reason = 'rejected' where device_id = ${devices[0] ?? 0}`;
  const { body } = await resend(execution);
  await isDone(body.data.execution_id);
  const rows = await listAll(stack, stack, `/messages?execution_id=${body.data.execution_id}`);
  expect(rows.map((row) => row.device_id)).toEqual([devices[0]]);

  const text = await launch(stack, smsCampaign("Hi"));
  sms.fault({ mode: "status", code: 400 });
  const refused = await run(text, { target: ["s-6", "s-7"] });
  sms.reset();
  await stack.call("import/profile", { columns: ["user_id", "sms_subscription"], rows: [["s-6", 0]] });
  const second = await resend(refused);
  await isDone(second.body.data.execution_id);
  expect(sms.received.map(({ to }) => to)).toEqual([mobileOf(7)]);
});

test("expired ones where they are asked for; a stopped campaign sends nothing again", async () => {
  const id = await launch(stack, smsCampaign("Hi"));
  const execution = await run(id, { target: ["s-8"] });
  await stack.owner`update messages set status = 8 where execution_id = ${execution}`;
  expect((await resend(execution)).body.data.targets).toBe(0);
  for (const outcomes of [[], ["sent"], "failed", [null]]) {
    const refused = await resend(execution, { outcomes });
    expect([refused.status, Object.keys(refused.body.error.errors)]).toEqual([400, ["outcomes"]]);
  }
  await stack.call("stop/campaign", { id });
  const stopped = await resend(execution, { outcomes: ["expired"] });
  expect([stopped.status, stopped.body.error.code]).toEqual([409, "conflict"]);
  await stack.call("start/campaign", { id });
  expect((await resend(execution, { outcomes: ["failed", "expired"] })).body.data.targets).toBe(1);
  expect((await resend(987_654_321)).status).toBe(404);
  expect((await resendable(987_654_321)).status).toBe(404);
  const other = await stack.createProject();
  expect((await askApp(stack, other, `GET /executions/${execution}/resend-failed`)).status).toBe(404);
  expect((await askApp(stack, other, `POST /executions/${execution}/resend-failed`, {})).status).toBe(404);
});
