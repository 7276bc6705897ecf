/** User lists through the front door: made, filled, replaced, emptied, deleted, and nobody else's. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, pathOf, rawBody, refusal } from "../raw-http.ts";
import { type Project, type Stack, startStack } from "../stack.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
});
afterAll(async () => {
  await stack.stop();
});

async function createList(identifier: string, project: Project = stack): Promise<number> {
  const { status, body } = await project.call("create/list", { title: `By ${identifier}`, identifier });
  expect(status).toBe(200);
  return body.model.id as number;
}

async function fill(id: number, items: readonly unknown[], action?: string) {
  const { status, body } = await stack.call("import/list", { id, items, ...(action ? { action } : {}) });
  expect(status).toBe(200);
  return body.model as { added: number; removed: number; items: number };
}

async function itemsOf(id: number): Promise<string[]> {
  const { body } = await stack.call("list/list-item", { condition: [["list_id", "=", id]], limit: 5_000 });
  return body.data.map((row: { item: string }) => row.item).sort();
}

async function refuses(
  operation: string,
  fields: string,
  named: readonly string[],
  status = 400,
): Promise<void> {
  const request = { path: pathOf(operation), body: rawBody(stack.token, fields) };
  const { answer, faults } = await refusal(stack, request, status);
  expect(faults).toEqual([]);
  expect(Object.keys(answer.body.errors)).toEqual(named);
}

test("a list is made, renamed, shown and deleted with its items", async () => {
  const created = await stack.call("create/list", { title: "Regulars" });
  expect(created.body).toMatchObject({
    code: 200,
    success: true,
    message: "List successfully created",
    model: { title: "Regulars", identifier: "user_id", items: 0 },
  });
  const { id } = created.body.model;
  await fill(id, ["u-1", 2, "u-1"]);
  const updated = await stack.call("update/list", { id: String(id), title: "Dublin", identifier: "user_id" });
  expect(updated.body.model).toMatchObject({ id, title: "Dublin", items: 2 });
  const info = await stack.call("info/list", { id });
  expect(info.body.model).toEqual(updated.body.model);
  const listed = await stack.call("list/list", { condition: [["title", "=", "Dublin"]] });
  expect(listed.body.data).toEqual([info.body.model]);
  expect((await stack.call("delete/list", { id })).body).toMatchObject({ code: 200, model: { id } });
  expect((await stack.call("info/list", { id })).status).toBe(404);
  expect(await itemsOf(id)).toEqual([]);
  expect((await stack.call("delete/list", { id })).status).toBe(404);
});

describe("import/list", () => {
  test("adds, removes and replaces, and says what changed", async () => {
    const id = await createList("email");
    expect(await fill(id, ["A@Example.org", "b@example.org", "a@example.ORG"])).toMatchObject({
      added: 2,
      removed: 0,
      items: 2,
    });
    expect(await fill(id, ["b@example.org", "c@example.org"], "add")).toMatchObject({ added: 1, items: 3 });
    expect(await fill(id, ["B@example.org", "x@example.org"], "remove")).toMatchObject({
      removed: 1,
      items: 2,
    });
    expect(await itemsOf(id)).toEqual(["a@example.org", "c@example.org"]);
    const replaced = await fill(id, ["c@example.org", "d@example.org"], "replace");
    expect(replaced).toMatchObject({ added: 1, removed: 1, items: 2 });
    expect(await itemsOf(id)).toEqual(["c@example.org", "d@example.org"]);
    expect(await fill(id, [], "replace")).toMatchObject({ removed: 2, items: 0 });
  });

  test("ten thousand in one call, each once, in pages that do not overlap", async () => {
    const id = await createList("user_id");
    const items = Array.from({ length: 10_000 }, (_, i) => `many-${i}`);
    expect(await fill(id, items)).toMatchObject({ added: 10_000, items: 10_000 });
    const condition = [["list_id", "=", id]];
    const pages = await Promise.all(
      [0, 5_000].map((offset) => stack.call("list/list-item", { condition, limit: 5_000, offset })),
    );
    const seen = pages.flatMap((page) => page.body.data.map((row: { item: string }) => row.item));
    expect(new Set(seen).size).toBe(10_000);
  });

  test("two lists may hold the same item; what leaves one stays in the other", async () => {
    const [one, two] = [await createList("mobile_number"), await createList("mobile_number")];
    await fill(one, ["+353 86 1234567"]);
    await fill(two, [353861234567]);
    await fill(one, [], "replace");
    expect([await itemsOf(one), await itemsOf(two)]).toEqual([[], ["353861234567"]]);
  });

  test("replacements of one list at the same time leave one of them whole", async () => {
    const id = await createList("user_id");
    const sets = Array.from({ length: 6 }, (_, k) => Array.from({ length: 200 }, (_, i) => `set-${k}-${i}`));
    await Promise.all(sets.map((items) => fill(id, items, "replace")));
    const left = await itemsOf(id);
    expect(sets.map((items) => [...items].sort())).toContainEqual(left);
  });

  test("items are checked by the list's kind", async () => {
    for (const [identifier, good, bad] of [
      ["user_id", "a:b", " x"],
      ["email", "a@b.ie", "a"],
      ["mobile_number", "353861234567", "0861234567"],
      ["profile_id", "5", "x"],
      ["id", 7, -1],
      ["token", "t", 5],
    ] as const) {
      const id = await createList(identifier);
      expect(await fill(id, [good])).toMatchObject({ added: 1 });
      await refuses("import/list", `"id":${id},"items":${JSON.stringify([good, bad])}`, ["items[1]"]);
    }
  });
});

describe("what is refused", () => {
  let id: number;
  beforeAll(async () => {
    id = await createList("user_id");
  });

  test.each<[string, string, readonly string[], number?]>([
    ["create/list", "", ["title"]],
    ["create/list", '"title":" "', ["title"]],
    ["create/list", '"title":5', ["title"]],
    ["create/list", `"title":"${"x".repeat(256)}"`, ["title"]],
    ["create/list", '"title":"x","identifier":"shoe"', ["identifier"]],
    ["update/list", '"id":ID,"title":""', ["title"]],
    ["update/list", '"id":ID,"identifier":"email"', ["identifier"]],
    ["update/list", '"title":"x"', ["id"]],
    ["delete/list", '"id":"ID;"', ["id"]],
    ["import/list", '"items":["u"]', ["id"]],
    ["import/list", '"id":ID', ["items"]],
    ["import/list", '"id":ID,"items":[]', ["items"]],
    ["import/list", '"id":ID,"items":[],"action":"remove"', ["items"]],
    ["import/list", '"id":ID,"items":"u"', ["items"]],
    ["import/list", '"id":ID,"items":["u",null,{}]', ["items[1]", "items[2]"]],
    ["import/list", '"id":ID,"items":["u"],"action":"merge"', ["action"]],
    ["import/list", `"id":ID,"items":[${Array(50_001).fill("1").join(",")}]`, ["items"], 413],
  ])("%s: %.60s", (operation, fields, named, status) =>
    refuses(operation, fields.replace("ID", String(id)), named, status),
  );

  test.each(["update/list", "delete/list", "info/list", "import/list"])(
    "%s of another project's list is not found, with the bytes of one that never was",
    async (operation) => {
      const other = await stack.createProject();
      const bodyOf = (asked: number) =>
        JSON.stringify({ apptoken: other.token, id: asked, title: "Mine", items: ["u"] });
      const request = { path: pathOf(operation), body: bodyOf(id) };
      const { answer, faults } = await refusal(stack, request, 404);
      expect(faults).toEqual([]);
      const never = await ask(stack.url, { ...request, body: bodyOf(9_007_199_254_740_991) });
      expect(answer.text).toBe(never.text);
    },
  );

  test("another project lists nothing of ours", async () => {
    await fill(id, ["ours"]);
    const other = await stack.createProject();
    expect((await other.call("list/list")).body.data).toEqual([]);
    expect((await other.call("list/list-item")).body.data).toEqual([]);
  });
});
