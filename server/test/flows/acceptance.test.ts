/** What is accepted is kept: keys, twins, accounting, stops, imports and new people. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startHttpSink } from "../sinks/http-sink.ts";
import type { Sink } from "../sinks/sink.ts";
import { addPeople, emailCampaign, launch, type Stack, smsCampaign, startStack, until } from "../stack.ts";

let sms: Sink;
let stack: Stack;

beforeAll(async () => {
  sms = await startHttpSink({ ability: "keyed", keep: "body" });
  stack = await startStack({ env: { SMS_URL: `${sms.url}/sms`, SMS_ABILITY: "keyed" } });
});
afterAll(async () => {
  await stack.stop();
  await sms.close();
});

const executions = async (): Promise<number> => {
  const [row] =
    await stack.owner`select count(*)::integer as n from executions where project_id = ${stack.id}`;
  return Number(row?.n);
};

test("a hundred twins with one key make one execution and get one answer", async () => {
  const [userId] = await addPeople(stack, 1, "twin");
  const id = await launch(stack, smsCampaign("Once"));
  const before = await executions();
  const body = { id, target_by: "user_id", target: [userId], params: { a: 1, b: [1, 2] } };
  // A machine that is behind may turn some away; with nothing done, they are sent again.
  const call = () => stack.call("execute/campaign", body, { "idempotency-key": "key-1" });
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => until(call, ({ status }) => status !== 503)),
  );
  expect(new Set(answers.map((answer) => answer.body.model.id)).size).toBe(1);
  expect(answers.filter((answer) => answer.headers.get("idempotent-replayed") === "true")).toHaveLength(99);
  expect(await executions()).toBe(before + 1);
  const reordered = { params: { b: [1, 2], a: 1 }, target: [userId], target_by: "user_id", id };
  const replay = await stack.call("execute/campaign", reordered, { "idempotency-key": "key-1" });
  expect(replay.headers.get("idempotent-replayed")).toBe("true");
  const other = await stack.call("execute/campaign", { ...body, params: {} }, { "idempotency-key": "key-1" });
  expect(other.status).toBe(422);
  const inBody = await stack.call("execute/campaign", { ...body, idempotency_key: "key-1" });
  expect(inBody.headers.get("idempotent-replayed")).toBe("true");
  expect(await executions()).toBe(before + 1);
});

test("the same key in another project is another key", async () => {
  const other = await stack.createProject();
  const id = await launch(other, smsCampaign("Other"));
  const answer = await other.call(
    "execute/campaign",
    { id, target_by: "user_id", target: ["nobody"] },
    { "idempotency-key": "key-1" },
  );
  expect(answer.status).toBe(200);
  expect(answer.headers.get("idempotent-replayed")).toBeNull();
});

test("every target is accounted for: known, unknown, unsubscribed, without address, twice", async () => {
  await stack.call("import/profile", {
    columns: ["user_id", "mobile_number", "sms_subscription"],
    rows: [
      ["acc-ok", "353861234567", 1],
      ["acc-no", "353861234568", 0],
      ["acc-none", null, null],
    ],
  });
  const id = await launch(stack, smsCampaign("Hi"));
  const answer = await stack.call("execute/campaign", {
    id,
    target_by: "user_id",
    target: ["acc-ok", "acc-no", "acc-none", "acc-unknown", "acc-ok", 7, "7"],
    async: false,
  });
  expect(answer.body.model).toMatchObject({
    accepted: 5,
    is_complete: true,
    outcomes: { sent: 1, skipped: 4 },
  });
  const reasons = answer.body.data.map((row: { target: string; reason: string | null }) => [
    row.target,
    row.reason,
  ]);
  expect(reasons).toEqual([
    ["acc-ok", null],
    ["acc-no", "unsubscribed"],
    ["acc-none", "no_address"],
    ["acc-unknown", "unknown_target"],
    ["7", "unknown_target"],
  ]);
});

test("ignore_subscription sends service messages to those who said no", async () => {
  const id = await launch(stack, { sms: 1, messages: { "9": { sms_text: "Hi", ignore_subscription: 1 } } });
  const answer = await stack.call("execute/campaign", {
    id,
    target_by: "user_id",
    target: ["acc-no"],
    async: false,
  });
  expect(answer.body.model.outcomes).toEqual({ sent: 1 });
});

test("an address that two people share gets one message, the other is skipped as duplicate", async () => {
  await stack.call("import/profile", {
    columns: ["user_id", "email", "email_subscription"],
    rows: [
      ["fam-1", "Family@Example.org", 1],
      ["fam-2", "family@example.org", 1],
    ],
  });
  const id = await launch(stack, emailCampaign("Hi", "<p>x</p>"));
  const answer = await stack.call("execute/campaign", {
    id,
    target_by: "email",
    target: ["FAMILY@example.ORG"],
    async: false,
  });
  expect(answer.body.model.outcomes).toEqual({ delivered: 1, skipped: 1 });
  expect(answer.body.data.map((row: { reason: string | null }) => row.reason).sort()).toEqual([
    "duplicate",
    null,
  ]);
});

test("target_existing_only 0 creates the person and writes the four attributes that the call passes", async () => {
  const id = await launch(stack, smsCampaign("Welcome {{ name }}"));
  const params = {
    name: "New",
    mobile_number: "+353 86 999 0001",
    mobile_subscription: 1,
    email: "new@example.org",
    email_subscription: 1,
  };
  const body = { id, target_by: "user_id", target_with_params: { "brand-new": params }, async: false };
  const without = await stack.call("execute/campaign", body);
  expect(without.body.model.outcomes).toEqual({ skipped: 1 });
  const created = await stack.call("execute/campaign", { ...body, target_existing_only: 0 });
  expect(created.body.model.outcomes).toEqual({ sent: 1 });
  const profile = await stack.call("info/profile", { user_id: "brand-new" });
  expect(profile.body.model).toMatchObject({
    mobile_number: "353869990001",
    sms_subscription: 1,
    email: "new@example.org",
  });
  expect(profile.body.model).not.toHaveProperty("name");
});

test("a stopped campaign hands over nothing more, and what waited is cancelled", async () => {
  const people = await addPeople(stack, 300, "stop");
  const id = await launch(stack, smsCampaign("Stop"));
  sms.reset();
  // 32 at once: all of them take 14 s, so that a stop on a slow machine still finds some that wait.
  sms.fault({ mode: "slow", ms: 1_500 });
  const answer = await stack.call("execute/campaign", { id, target_by: "user_id", target: people });
  await sms.waitFor((sink) => sink.count() > 0, 60_000);
  const stopped = await stack.call("stop/campaign", { id });
  expect(stopped.body).toMatchObject({ code: 200, model: { active: 0, status: 2 } });
  const rows = () => stack.owner<{ status: number; n: number }[]>`
    select status, count(*)::integer as n from messages where execution_id = ${answer.body.model.id} group by status`;
  const seen = await until(rows, (counts) => {
    const by = new Map(counts.map((row) => [row.status, row.n]));
    return (by.get(2) ?? 0) + (by.get(9) ?? 0) === 300;
  });
  const cancelled = seen.find((row) => row.status === 9)?.n ?? 0;
  expect(cancelled).toBeGreaterThan(0);
  expect(sms.count()).toBe(300 - cancelled);
  const again = await stack.call("execute/campaign", { id, target_by: "user_id", target: people });
  expect(again.status).toBe(400);
  expect((await stack.call("stop/campaign", { id })).status).toBe(409);
  expect((await stack.call("start/campaign", { id })).body.model.active).toBe(1);
  sms.reset();
});

test("a hundred rows or more are a task that can be followed; fewer are done before the answer", async () => {
  const rows = Array.from({ length: 2_500 }, (_, i) => [`imp-${i}`, `imp${i}@example.org`, 1, `gold${i}`]);
  const columns = ["user_id", "email", "email_subscription", "tier"];
  const small = await stack.call("import/profile", { columns, rows: rows.slice(0, 99) });
  expect(small.body).toMatchObject({ code: 200, success: true });
  const large = await stack.call("import/profile", { columns, rows });
  expect(large.status).toBe(202);
  const { id, task_id: taskId } = large.body.model;
  expect(id).toBe(taskId);
  const info = await until(
    () => stack.call("info/task", { id }),
    (answer) => answer.body.model.status === "completed",
  );
  expect(info.body.model).toMatchObject({
    identifier: "profile_import",
    progress: 2_500,
    total: 2_500,
    errors_count: 0,
  });
  const list = await stack.call("list/profile", { condition: [["tier", "=", "gold2499"]], count: 1 });
  expect(list.body).toMatchObject({
    total: 1,
    data: [{ user_id: "imp-2499", email: "imp2499@example.org" }],
  });
});

test("two imports about the same new people lose no column", async () => {
  const ids = Array.from({ length: 90 }, (_, i) => `same-${i}`);
  const half = (column: string, value: string) =>
    stack.call("import/profile", {
      columns: ["user_id", column],
      rows: ids.map((userId) => [userId, value]),
    });
  const answers = await Promise.all([
    half("first_name", "A"),
    half("last_name", "B"),
    half("country", "IE"),
    half("tier", "t"),
  ]);
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
  const list = await stack.call("list/profile", { condition: [["user_id", "IN", ids]], limit: 100 });
  expect(list.body.data).toHaveLength(90);
  for (const row of list.body.data)
    expect(row).toMatchObject({ first_name: "A", last_name: "B", country: "IE", tier: "t" });
});

test("ten thousand targets with their own values: each gets theirs, and the counts add up at every look", async () => {
  const people = await addPeople(stack, 3_000, "many");
  const id = await launch(stack, smsCampaign("Code {{ code }} for {{ first_name }}"));
  sms.reset();
  const withParams = Object.fromEntries(people.map((userId, i) => [userId, { code: `c${i}` }]));
  const answer = await stack.call("execute/campaign", {
    id,
    target_by: "user_id",
    target_with_params: withParams,
  });
  const execution = answer.body.model.id as number;
  const look = async () => {
    const [row] = await stack.owner`
      select (select coalesce(sum(target_count), 0) from chunks where execution_id = ${execution} and state <> 2)::integer as waiting,
        (select count(*) from messages where execution_id = ${execution} and status in (2, 3))::integer as sent`;
    return row as { waiting: number; sent: number };
  };
  await until(look, (seen) => seen.sent === people.length);
  expect(sms.count()).toBe(people.length);
  const texts = sms.received.map((receipt) => JSON.parse(receipt.body ?? "{}").text as string).sort();
  expect(texts).toEqual(people.map((_, i) => `Code c${i} for Name${i}`).sort());
});

test.each([
  [{ conditions: { operator: "AND", "0": { operator: "AND", "0": ["country", "=", "IE"] } } }, "conditions"],
  [{ postback_url: "https://example.org/hook" }, "postback_url"],
  [{ trigger: 0, active: 1 }, "trigger"],
])("what nothing would act on is refused rather than taken in silence: %j", async (fields, name) => {
  const answer = await stack.call("create/campaign", {
    title: "T",
    trigger: 3,
    ...smsCampaign("Hi"),
    ...fields,
  });
  expect(answer.status).toBe(400);
  expect(Object.keys(answer.body.errors)).toEqual([name]);
});
