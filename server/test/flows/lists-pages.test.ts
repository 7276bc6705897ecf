/** Lists in pages and in orders, with texts that mean something to SQL, to patterns and to templates. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Stack } from "../stack.ts";
import { type ListWorld, MODELS, ODD_TITLE, type Row, startListWorld } from "./list-world.ts";

let world: ListWorld;
let listed: ListWorld["listed"];
let found: ListWorld["found"];
let stack: Stack;

beforeAll(async () => {
  world = await startListWorld();
  ({ listed, found, stack } = world);
});
afterAll(async () => {
  await world.stack.stop();
});

describe("hostile text is text", () => {
  const STRINGS = [
    "' or '1'='1",
    '"; drop table profiles; --',
    "$1",
    "\\",
    "%",
    "_",
    ODD_TITLE,
    "ІЕ",
    "null",
  ];

  test.each(STRINGS)("%s as a value finds itself alone", async (text) => {
    const titled = text === ODD_TITLE ? 1 : 0;
    expect(await found("list/campaign", ["title", "=", text])).toHaveLength(titled);
    expect(await found("list/campaign", ["title", "IN", [text, `${text}${text}`]])).toHaveLength(titled);
    expect(await found("list/message", ["external_message_id", "=", text])).toEqual([]);
    expect(await found("list/profile", ["note", "!=", text])).toHaveLength(4 - titled);
  });

  test.each(STRINGS)("%s as a field or an order is refused", async (text) => {
    for (const operation of Object.keys(MODELS)) {
      const byField = await stack.call(operation, { condition: [[text, "=", 1]] });
      expect(byField.body).toMatchObject({ code: 400, errors: { condition: [expect.any(String)] } });
      const byOrder = await stack.call(operation, { order: [text] });
      expect(byOrder.body).toMatchObject({ code: 400, errors: { order: [expect.any(String)] } });
    }
  });
});

describe("pages", () => {
  test.each(Object.keys(MODELS))("%s: pages follow each other without gap or twin", async (operation) => {
    const all = (await listed(operation)).map((row) => row.id);
    expect(all).toEqual([...all].sort((a, b) => Number(a) - Number(b)));
    const pages: unknown[] = [];
    for (let offset = 0; offset < all.length + 2; offset += 2) {
      pages.push(...(await listed(operation, { limit: 2, offset: String(offset) })).map((row) => row.id));
    }
    expect(pages).toEqual(all);
  });

  test("twins of an order are told apart by their ids", async () => {
    const ordered = await listed("list/campaign", { order: ["title DESC"] });
    const twins = ordered.filter((row) => row.title === "Twin").map((row) => row.id as number);
    expect(twins).toEqual([...twins].sort((a, b) => b - a));
    const byTwo = await listed("list/campaign", { order: ["title", "id DESC"] });
    expect(byTwo.filter((row) => row.title === "Twin").map((row) => row.id)).toEqual(twins);
  });

  test("fifty rows when nothing is said", async () => {
    const rows = Array.from({ length: 60 }, (_, i) => [`page-${i}`]);
    await stack.call("import/profile", { columns: ["user_id"], rows });
    const { body } = await stack.call("list/profile");
    expect(body.data).toHaveLength(50);
  });

  test("a limit above 5,000 is capped, and the answer says so", async () => {
    const { body } = await stack.call("list/campaign", { limit: 1e9 });
    expect(body).toMatchObject({ code: 200, message: "limit was capped to 5000." });
    expect(body.data).toHaveLength(5);
    expect((await stack.call("list/campaign", { limit: 5_000 })).body).not.toHaveProperty("message");
  });

  test.each(Object.keys(MODELS))("%s: count: 1 adds the total, whatever the page", async (operation) => {
    const rows = await listed(operation);
    const counted = (query: Row) => stack.call(operation, { count: 1, ...query });
    expect((await counted({ limit: 1, offset: 1 })).body).toMatchObject({ total: rows.length });
    const id = rows[0]?.id;
    expect((await counted({ condition: [["id", "=", id]] })).body).toMatchObject({ total: 1 });
    expect((await counted({ condition: [["id", "IN", []]] })).body).toMatchObject({ total: 0, data: [] });
    expect((await stack.call(operation)).body).not.toHaveProperty("total");
  });
});
