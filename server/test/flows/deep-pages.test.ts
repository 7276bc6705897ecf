/**
 * Pages far down: whoever walks through a list sees each row once, in order, however deep and in whichever process a
 * page is asked for; rows that go meanwhile hide no other ones (decisions, section 1: lists).
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiRole, createApi } from "../../src/app.ts";
import { type Stack, startStack } from "../stack.ts";

const ITEMS = 3_300;
const PAGE = 450;

let stack: Stack;
let second: ApiRole;
let listId: number;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
  second = createApi(stack.roleOptions);
  await second.start();
  listId = (await stack.call("create/list", { title: "Deep" })).body.model.id;
  await stack.call("create/list", { title: "Beside" });
  const items = Array.from({ length: ITEMS }, (_, i) => `item-${i}`);
  await stack.call("import/list", { id: listId, items });
  await stack.call("import/list", { id: listId + 1, items: items.slice(0, 500) });
});
afterAll(async () => {
  await second.stop();
  await stack.stop();
});

type Body = Readonly<Record<string, unknown>>;

async function page(url: string, body: Body): Promise<number[]> {
  const response = await fetch(`${url}/api/external/list/list-item`, {
    method: "POST",
    body: JSON.stringify({ apptoken: stack.token, limit: PAGE, select: ["id"], ...body }),
  });
  const { data } = (await response.json()) as { data: { id: number }[] };
  expect(Object.keys(data[0] ?? { id: 0 })).toEqual(["id"]);
  return data.map(({ id }) => id);
}

async function walk(urlOf: (no: number) => string, body: Body): Promise<number[]> {
  const ids: number[] = [];
  for (let no = 0; ; no += 1) {
    const found = await page(urlOf(no), { ...body, offset: no * PAGE });
    ids.push(...found);
    if (found.length < PAGE) return ids;
  }
}

const ofList = (): Body => ({ condition: [["list_id", "=", listId]] });

test.each<[string, () => Body, boolean]>([
  ["by id", ofList, false],
  ["by id, downwards", () => ({ ...ofList(), order: ["id DESC"] }), true],
  ["by time and id", () => ({ ...ofList(), order: ["create_time", "id"] }), false],
  [
    "with a condition that no index serves",
    () => ({
      condition: [
        ["item", "!=", "item-7"],
        ["list_id", "=", listId],
      ],
    }),
    false,
  ],
])("%s: one process, two in turn, and a single jump see the same", async (_name, bodyOf, isDown) => {
  const body = bodyOf();
  const alone = await walk(() => stack.url, body);
  const count = (await stack.call("list/list-item", { ...body, count: 1, limit: 1 })).body.total;
  expect([alone.length, new Set(alone).size]).toEqual([count, count]);
  expect(alone).toEqual([...alone].sort((a, b) => (isDown ? b - a : a - b)));
  expect(await walk((no) => (no % 2 === 0 ? stack.url : second.url), body)).toEqual(alone);
  expect(await page(second.url, { ...body, offset: 2_777 })).toEqual(alone.slice(2_777, 2_777 + PAGE));
  expect(await page(stack.url, { ...body, offset: 1e12 })).toEqual([]);
});

test("a page after rows that went begins where the page before it ended", async () => {
  const body = { ...ofList(), order: ["id ASC"] };
  const before = await page(stack.url, { ...body, offset: 1_350 });
  const gone = (await page(stack.url, { ...body, offset: 0 })).slice(0, 100);
  const rows = await stack.call("list/list-item", { condition: [["id", "IN", gone]], limit: 100 });
  const items = rows.body.data.map((row: { item: string }) => row.item);
  await stack.call("import/list", { id: listId, items, action: "remove" });
  const after = await page(stack.url, { ...body, offset: 1_800 });
  const all = await walk(() => second.url, body);
  expect(after[0]).toBe(all[all.indexOf(before.at(-1) ?? 0) + 1]);
});

test("marks are a project's own and a list's own", async () => {
  const other = await stack.createProject();
  const answer = await other.call("list/list-item", {
    ...ofList(),
    limit: PAGE,
    offset: 1_350,
    select: ["id"],
  });
  expect(answer.body.data).toEqual([]);
  const beside = { condition: [["list_id", "=", listId + 1]], limit: PAGE, offset: 1_350 };
  expect((await stack.call("list/list-item", beside)).body.data).toEqual([]);
});
