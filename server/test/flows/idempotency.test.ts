/** One key, one effect: on every operation that writes, over two API processes, while a twin runs, across a broken commit. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiProcess, startApiProcess } from "../api-process.ts";
import { addPeople, launch, type Stack, smsCampaign, startStack, until } from "../stack.ts";

let stack: Stack;
let second: ApiProcess;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
  second = await startApiProcess(stack);
});
afterAll(async () => {
  second.kill();
  await stack.stop();
});

/** Calls one of the two API processes in turn, until one takes the call: a slow machine may turn some of hundreds away. */
let turn = 0;
async function call(path: string, body: Readonly<Record<string, unknown>>, key: string) {
  turn += 1;
  const response = await fetch(`${turn % 2 === 0 ? stack.url : second.url}/api/external/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify({ apptoken: stack.token, ...body }),
  });
  if (response.status === 503) {
    await response.arrayBuffer();
    await new Promise((resolve) => setTimeout(resolve, 200));
    return await call(path, body, key);
  }
  const isReplay = response.headers.get("idempotent-replayed") === "true";
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the answer holds
  return { status: response.status, isReplay, body: (await response.json()) as any };
}

const countOf = async (table: string): Promise<number> => {
  const [row] = await stack.owner`
    select count(*)::integer as n from ${stack.owner.unsafe(table)} where project_id = ${stack.id}`;
  return Number(row?.n);
};

test("a hundred twins for each of fifty keys, over two processes: one execution a key and one answer", async () => {
  const [userId] = await addPeople(stack, 1, "twin");
  const id = await launch(stack, smsCampaign("Once"));
  const before = await countOf("executions");
  const body = { id, target_by: "user_id", target: [userId] };
  for (let from = 0; from < 50; from += 5) {
    const keys = Array.from({ length: 5 }, (_, i) => `twins-${from + i}`);
    const answers = await Promise.all(
      keys.flatMap((key) => Array.from({ length: 100 }, () => call("execute/campaign", body, key))),
    );
    const ids = keys.map((_, i) =>
      answers.slice(i * 100, i * 100 + 100).map((answer) => answer.body.model.id),
    );
    expect(ids.map((all) => new Set(all).size)).toEqual([1, 1, 1, 1, 1]);
    expect(answers.filter((answer) => !answer.isReplay)).toHaveLength(5);
  }
  expect(await countOf("executions")).toBe(before + 50);
  const other = await call("execute/campaign", { ...body, params: { a: 1 } }, "twins-7");
  expect(other.status).toBe(422);
  expect(await countOf("executions")).toBe(before + 50);
}, 120_000);

const WRITES: readonly (readonly [path: string, table: string, body: Record<string, unknown>])[] = [
  ["create/campaign", "campaigns", { title: "Keyed" }],
  ["create/list", "lists", { title: "Keyed" }],
  ["create/tag", "attributes", { name: "keyed_tag" }],
  ["batch-create/tag", "attributes", { tags: [{ name: "keyed_1" }, { name: "keyed_2" }] }],
  ["hit/event", "events", { user_id: "k-1", event: "keyed" }],
  ["hit/attribute", "profiles", { user_id: "k-2", attribute: "keyed_tier", value: "gold" }],
  ["import/profile", "profiles", { columns: ["user_id"], rows: [["k-3"]] }],
  ["import/profile", "tasks", { columns: ["user_id"], rows: [["k-4"]], async: 1 }],
  ["import/suppression", "suppressions", { rows: [["email", "keyed@example.org"]] }],
];

test.each(WRITES)("%s writes %s once for twenty twins, and says so", async (path, table, body) => {
  const key = `write ${path} ${table}`;
  const before = await countOf(table);
  const answers = await Promise.all(Array.from({ length: 20 }, () => call(path, body, key)));
  const [first] = answers.filter((answer) => !answer.isReplay);
  expect(answers.filter((answer) => answer.isReplay)).toHaveLength(19);
  for (const answer of answers) expect([answer.status, answer.body]).toEqual([first?.status, first?.body]);
  expect(first?.body.success).toBe(true);
  const written = await countOf(table);
  expect(written).toBeGreaterThan(before);
  const again = await call(path, body, key);
  expect(again).toEqual({ ...first, isReplay: true });
  const other = await call(path, { ...body, title: "Other", extra: 1 }, key);
  expect(other.status).toBe(422);
  expect(await countOf(table)).toBe(written);
});

test("changes of what exists are made once too: update, stop, start, delete", async () => {
  const id = await launch(stack, smsCampaign("Change"));
  const [stopped, again] = [
    await call("stop/campaign", { id }, "stop"),
    await call("stop/campaign", { id }, "stop"),
  ];
  expect([stopped.status, again.status, again.isReplay]).toEqual([200, 200, true]);
  expect((await call("start/campaign", { id }, "start")).status).toBe(200);
  // Its key answers as it did; the campaign stays live.
  expect((await call("stop/campaign", { id }, "stop")).body.model.active).toBe(0);
  expect((await stack.call("info/campaign", { id })).body.model.active).toBe(1);
  const list = await stack.call("create/list", { title: "Short" });
  const gone = { id: list.body.model.id };
  const deleted = [await call("delete/list", gone, "gone"), await call("delete/list", gone, "gone")];
  expect(deleted.map((answer) => answer.status)).toEqual([200, 200]);
  expect((await call("delete/list", gone, "gone-2")).status).toBe(404);
});

test("a call that was refused keeps no key: corrected, it runs under the same one", async () => {
  const refused = await call("create/list", { title: "" }, "corrected");
  expect(refused.status).toBe(400);
  expect((await call("create/list", { title: "Corrected" }, "corrected")).status).toBe(200);
});

test("a key that cannot be one is named, in the header as in the body", async () => {
  const long = await call("create/list", { title: "T" }, "k".repeat(256));
  expect([long.status, Object.keys(long.body.errors)]).toEqual([400, ["idempotency_key"]]);
  const differing = await call("create/list", { title: "T", idempotency_key: "other" }, "one");
  expect([differing.status, Object.keys(differing.body.errors)]).toEqual([400, ["idempotency_key"]]);
  const inBody = { title: "In the body", idempotency_key: "in-body" };
  const first = await stack.call("create/list", inBody);
  const replay = await stack.call("create/list", inBody);
  expect(replay.headers.get("idempotent-replayed")).toBe("true");
  expect(replay.body).toEqual(first.body);
});

test("while the first call runs its twins wait, then hear 409; afterwards they get its answer", async () => {
  const release = Promise.withResolvers<void>();
  const isHeld = Promise.withResolvers<void>();
  const holder = stack.owner.begin(async (tx) => {
    await tx`lock table lists in access exclusive mode`;
    isHeld.resolve();
    await release.promise;
  });
  await isHeld.promise;
  const body = { title: "Slow" };
  const first = call("create/list", body, "slow");
  const waiting = () => stack.owner`
    select 1 from pg_stat_activity where datname = current_database() and wait_event = 'relation' and query like '%insert into lists%'`;
  await until(waiting, (rows) => rows.length === 1);
  // One twin in the same process and one in the other.
  const twins = await Promise.all([call("create/list", body, "slow"), call("create/list", body, "slow")]);
  release.resolve();
  await holder;
  expect(twins.map((answer) => answer.status)).toEqual([409, 409]);
  expect((await first).status).toBe(200);
  expect(await call("create/list", body, "slow")).toMatchObject({ status: 200, isReplay: true });
});
