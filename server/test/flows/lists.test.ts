/**
 * The list language on a real database: every comparator on every field of every list finds exactly the rows whose
 * answer says so, in both spellings (evidence: campaign API, sections 6 and 7).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ListFieldKind } from "../../src/domain/list-field.ts";
import {
  FIELDS,
  idsOf,
  type ListWorld,
  ODD_TITLE,
  type Row,
  startListWorld,
  type Triple,
} from "./list-world.ts";

let world: ListWorld;
let listed: ListWorld["listed"];
let found: ListWorld["found"];
let smsId: number;

beforeAll(async () => {
  world = await startListWorld();
  ({ listed, found, smsId } = world);
});
afterAll(async () => {
  await world.stack.stop();
});

/** A value as the field's kind compares it; ids that are shown as text are numbers. */
const shownValue = (row: Row, name: string, kind: ListFieldKind): string | number | null => {
  const value = row[name] ?? null;
  if (value === null || kind === "text") return value as string | null;
  return Number(value);
};

const isBlank = (value: unknown): boolean => value === null || value === "";

describe("every comparator on every field", () => {
  test.each(FIELDS)("%s by %s (%s)", async (operation, name, kind) => {
    const rows = await listed(operation);
    expect(rows.length).toBeGreaterThan(0);
    const idsWhere = (test: (value: string | number | null) => boolean): number[] =>
      idsOf(rows.filter((row) => test(shownValue(row, name, kind))));
    const values = [...new Set(rows.map((row) => shownValue(row, name, kind)))].filter(
      (value) => value !== null,
    );
    const pick = values.sort()[Math.floor(values.length / 2)] ?? (kind === "text" ? "none" : 1);

    const isEmpty = kind === "text" ? isBlank : (value: unknown) => value === null;
    const expected: [comparator: string, asked: unknown, ids: number[]][] = [
      ["=", pick, idsWhere((value) => value === pick)],
      ["=", String(pick), idsWhere((value) => value === pick)],
      ["!=", pick, idsWhere((value) => value !== pick)],
      ["IN", [pick, pick, null], idsWhere((value) => value === pick)],
      ["not in", [pick, null], idsWhere((value) => value !== pick)],
      ["IN", [], []],
      ["IN", [null], []],
      ["NOT IN", [], idsOf(rows)],
      ["NOT IN", [null], idsOf(rows)],
      ["=", null, idsWhere(isEmpty)],
      ["!=", null, idsWhere((value) => !isEmpty(value))],
    ];
    if (kind !== "text")
      expected.push(
        [">", pick, idsWhere((v) => v !== null && v > pick)],
        [">=", pick, idsWhere((v) => v !== null && v >= pick)],
        ["<", pick, idsWhere((v) => v !== null && v < pick)],
        ["<=", pick, idsWhere((v) => v !== null && v <= pick)],
      );
    const seen = await Promise.all(
      expected.map(async ([comparator, asked]) => [
        comparator,
        asked,
        await found(operation, [name, comparator, asked]),
      ]),
    );
    expect(seen).toEqual(expected);
    if (kind === "text") await expectOrdered(operation, name, String(pick));
  });

  /** Text sorts by the database's own rules, so only their consistency is ours: the three parts make the whole. */
  async function expectOrdered(operation: string, name: string, pick: string): Promise<void> {
    const part = (comparator: string) => found(operation, [name, comparator, pick]);
    const parts = await Promise.all(["<", "=", ">", "<=", ">="].map(part));
    const [below = [], same = [], above = [], notAbove, notBelow] = parts;
    const all = idsOf((await listed(operation)).filter((row) => (row[name] ?? null) !== null));
    expect([...below, ...same, ...above].sort((a, b) => a - b)).toEqual(all);
    expect(notAbove).toEqual([...below, ...same].sort((a, b) => a - b));
    expect(notBelow).toEqual([...above, ...same].sort((a, b) => a - b));
  }

  test.each(FIELDS)("%s in the order of %s", async (operation, name) => {
    const ascending = await listed(operation, { order: [name] });
    expect(await listed(operation, { order: [`${name} ASC`] })).toEqual(ascending);
    const descending = await listed(operation, { order: `${name} DESC` });
    const shown = (rows: readonly Row[]) =>
      rows.map((row) => row[name] ?? null).filter((value) => value !== null);
    expect(shown(descending)).toEqual(shown(ascending).reverse());
  });
});

describe("conditions", () => {
  const byUser = async (condition: unknown): Promise<unknown[]> =>
    (await listed("list/profile", { condition, order: ["user_id"] })).map((row) => row.user_id);

  test("a list of triples is joined by AND", async () => {
    const condition = [
      ["last_name", "=", "Byrne"],
      ["country", "=", "IE"],
    ];
    expect(await byUser(condition)).toEqual(["user-0"]);
  });

  test("the object spelling, with operators in any case and keys in any order and with gaps", async () => {
    const byrne = ["last_name", "=", "Byrne"];
    const ireland = ["country", "=", "IE"];
    expect(await byUser({ operator: "AND", "0": byrne, "1": ireland })).toEqual(["user-0"]);
    expect(await byUser({ "7": ireland, "2": byrne, operator: "and" })).toEqual(["user-0"]);
    expect(await byUser({ operator: "or", "0": byrne, "1": ireland })).toEqual([
      "user-0",
      "user-1",
      "user-2",
    ]);
  });

  test("groups nest", async () => {
    const condition = {
      operator: "OR",
      "0": { operator: "AND", "0": ["last_name", "=", "Byrne"], "1": ["country", "=", "GB"] },
      "1": { operator: "AND", "0": ["country", "=", null], "1": ["user_id", "IN", ["user-3", "user-0"]] },
    };
    expect(await byUser(condition)).toEqual(["user-1", "user-3"]);
  });

  test("an empty group inside OR is not everybody, and IN [] inside OR is nobody", async () => {
    const one = ["user_id", "=", "user-1"];
    expect(await byUser({ operator: "OR", "0": {}, "1": one })).toEqual(["user-1"]);
    expect(await byUser({ operator: "OR", "0": ["id", "IN", []], "1": one })).toEqual(["user-1"]);
  });

  test("null is empty: never set or cleared", async () => {
    expect(await byUser([["last_name", "=", null]])).toEqual(["user-2", "user-3"]);
    expect(await byUser([["last_name", "!=", null]])).toEqual(["user-0", "user-1"]);
  });

  test("the forms of known callers", async () => {
    const messages = (condition: unknown) => listed("list/message", { condition });
    expect(await messages([["campaign_id", "=", String(smsId)]])).toHaveLength(4);
    expect(await messages({ operator: "AND", "0": ["campaign_id", "IN", [smsId, 999_999]] })).toHaveLength(4);
    expect(await messages([["create_time", ">=", 1_700_000_000]])).toHaveLength(5);
    const failed = [
      ["campaign_id", "=", smsId],
      ["error", "=", 1],
    ];
    expect(await listed("list/push-devices", { condition: failed })).toMatchObject([
      { error: 1, error_message: "unknown_target", user_id: null },
    ]);
  });
});

describe("custom attributes", () => {
  const byUser = async (...condition: readonly Triple[]): Promise<unknown[]> =>
    (await listed("list/profile", { condition, order: ["user_id"] })).map((row) => row.user_id);

  test("numbers compare as numbers", async () => {
    expect(await byUser(["age", "=", 10])).toEqual(["user-1"]);
    expect(await byUser(["age", "IN", [9, "100"]])).toEqual(["user-0", "user-2"]);
    expect(await byUser(["age", ">", 9])).toEqual(["user-1", "user-2"]);
    expect(await byUser(["age", "<", 100])).toEqual(["user-0", "user-1"]);
    expect(
      (await listed("list/profile", { order: ["age DESC"], condition: [["age", "!=", null]] })).map(
        (row) => row.age,
      ),
    ).toEqual([100, 10, 9]);
  });

  test("switches are switches", async () => {
    expect(await byUser(["vip", "=", 1])).toEqual(["user-0", "user-2"]);
    expect(await byUser(["vip", "=", false])).toEqual(["user-1"]);
  });

  test("dates and texts compare as text, and null is empty", async () => {
    expect(await byUser(["born", ">", "1990-12-31"])).toEqual(["user-1"]);
    expect(await byUser(["note", "=", ODD_TITLE])).toEqual(["user-2"]);
    expect(await byUser(["note", "=", null])).toEqual(["user-3"]);
  });

  test("they are shown, with their own types, and can be selected", async () => {
    const [row] = await listed("list/profile", { condition: [["user_id", "=", "user-0"]] });
    expect(row).toMatchObject({ age: 9, vip: true, born: "1990-02-01", note: "x" });
    const select = ["user_id", "age"];
    expect(await listed("list/profile", { condition: [["user_id", "=", "user-0"]], select })).toEqual([
      { user_id: "user-0", age: 9 },
    ]);
  });
});
