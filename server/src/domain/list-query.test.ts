import { describe, expect, test } from "vitest";
import type { FieldRegistry, ListField } from "./list-field.ts";
import { type ListQuery, parseListQuery } from "./list-query.ts";

type Body = Record<string, unknown>;

const field = (kind: ListField["kind"], column: string, can = true): ListField => ({
  kind,
  column,
  sortable: can,
  filterable: can,
});

const FIELDS: FieldRegistry = new Map([
  ["id", field("int", "id")],
  ["campaign_id", field("int", "campaign_id")],
  ["name", field("text", "title")],
  ["create_time", field("time", "create_time")],
  ["error", field("flag", "error")],
  ["message", field("text", "message", false)],
]);

function accepted(body: Body): ListQuery {
  const result = parseListQuery(body, FIELDS, new Set(["push_text"]));
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function refused(body: Body): Body {
  const result = parseListQuery(body, FIELDS);
  if (result.ok) throw new Error(`accepted: ${JSON.stringify(result.value)}`);
  return { ...result.error };
}

const where = (condition: unknown) => accepted({ condition }).condition;
const ID = { field: "id", column: "id", kind: "int" };
const CAMPAIGN = { field: "campaign_id", column: "campaign_id", kind: "int" };
const NAME = { field: "name", column: "title", kind: "text" };
const TIME = { field: "create_time", column: "create_time", kind: "time" };
const ERROR = { field: "error", column: "error", kind: "flag" };
const equals = (ref: object, value: unknown, comparator = "=") => ({
  ...ref,
  test: "compare",
  comparator,
  value,
});

test("a body with nothing but the token asks for the first fifty by id", () => {
  expect(accepted({ apptoken: "T" })).toEqual({
    condition: null,
    order: [{ field: "id", column: "id", isDescending: false }],
    limit: 50,
    offset: 0,
    select: null,
    isCounted: false,
    notices: [],
  });
});

describe("conditions (catalogue 4.7)", () => {
  test("form A of the evidence: triples joined by AND", () => {
    expect(
      where([
        ["campaign_id", "=", 5],
        ["error", "=", 1],
      ]),
    ).toEqual({
      test: "and",
      parts: [equals(CAMPAIGN, 5), equals(ERROR, 1)],
    });
  });

  test("form B of the evidence, the operator first or last", () => {
    const parts = [{ ...ID, test: "in", values: [1, 2] }, equals(TIME, 1_700_000_000, ">=")];
    const numbered = { "0": ["id", "IN", [1, "2", 1]], "1": ["create_time", ">=", "1700000000"] };
    expect(where({ operator: "AND", ...numbered })).toEqual({ test: "and", parts });
    expect(where({ ...numbered, operator: "or" })).toEqual({ test: "or", parts });
  });

  test("3 gaps among the keys are closed in numeric order", () => {
    const condition = { operator: "and", "10": ["id", "=", 3], "2": ["id", "=", 2], "0": ["id", "=", 1] };
    expect(where(condition)).toEqual({ test: "and", parts: [equals(ID, 1), equals(ID, 2), equals(ID, 3)] });
  });

  test("1 groups nest two deep", () => {
    const condition = {
      operator: "OR",
      "0": { operator: "AND", "0": ["id", "=", 1] },
      "1": ["id", "!=", 2],
    };
    expect(where(condition)).toEqual({
      test: "or",
      parts: [{ test: "and", parts: [equals(ID, 1)] }, equals(ID, 2, "!=")],
    });
  });

  test.each([[[]], [{}], [{ operator: "AND" }], [null], [undefined]])("5 %j is no filter", (condition) => {
    expect(where(condition)).toBeNull();
  });

  test("5 an empty group inside OR does not come to mean everything", () => {
    expect(where({ operator: "OR", "0": {}, "1": ["id", "=", 1] })).toEqual({
      test: "or",
      parts: [equals(ID, 1)],
    });
  });

  test.each([
    ["7 IN [] matches nothing", ["id", "IN", []], { ...ID, test: "in", values: [] }],
    ["7 NOT IN passes nulls over", ["id", "not in", [1, null]], { ...ID, test: "not in", values: [1] }],
    ["7 IN of mixed spellings is coerced", ["id", "In", ["1", 2]], { ...ID, test: "in", values: [1, 2] }],
    ["9 = null is empty", ["name", "=", null], { ...NAME, test: "empty" }],
    ["9 != null is not empty", ["name", "!=", null], { ...NAME, test: "not empty" }],
    ["a number for text", ["name", "=", 12], equals(NAME, "12")],
    ["text with every quote stays a value", ["name", "=", "a'b\"c--;%_"], equals(NAME, "a'b\"c--;%_")],
    ["a negative number", ["id", ">", -1], equals(ID, -1, ">")],
    ["a flag as text", ["error", "=", "1"], equals(ERROR, 1)],
    ["a flag as a switch", ["error", "=", true], equals(ERROR, 1)],
    ["8 a time as text", ["create_time", ">", "2020"], equals(TIME, 2_020, ">")],
  ])("%s", (_name, triple, expected) => {
    expect(where([triple])).toEqual({ test: "and", parts: [expected] });
  });

  const nested = (levels: number): Body => ({
    operator: "AND",
    "0": levels === 1 ? ["id", "=", 1] : nested(levels - 1),
  });
  /** A right condition whose JSON has so many characters. */
  const lengthy = (length: number): unknown[] => {
    const parts = Array.from({ length: 300 }, () => ["name", "=", "x".repeat(800)]);
    const missing = length - JSON.stringify([...parts, ["id", "IN", []], ["name", "=", ""]]).length;
    const ones = Math.floor((missing - 100) / 2);
    const text = "x".repeat(missing - 2 * ones + 1);
    return [...parts, ["id", "IN", Array.from({ length: ones }, () => 1)], ["name", "=", text]];
  };
  test("1 262,144 characters are taken", () => {
    expect(accepted({ condition: lengthy(262_144) }).condition).not.toBeNull();
  });

  test.each<[string, unknown, string]>([
    ["1 three levels", nested(3), "must not nest deeper than 2."],
    ["1 262,145 characters", lengthy(262_145), "must have at most 262144 characters."],
    [
      "1 1,001 conditions",
      Array.from({ length: 1_001 }, () => ["id", "=", 1]),
      "must have at most 1000 conditions.",
    ],
    ["2 no operator", { "0": ["id", "=", 1] }, 'must have an "operator" of AND or OR.'],
    ["2 XOR", { operator: "XOR", "0": ["id", "=", 1] }, 'must have an "operator" of AND or OR.'],
    [
      "2 operator as a list",
      { operator: ["AND"], "0": ["id", "=", 1] },
      'must have an "operator" of AND or OR.',
    ],
    ...["00", "-1", "a", "1.5", "__proto__"].map((key): [string, unknown, string] => [
      `3 key ${key}`,
      JSON.parse(`{"operator":"AND","${key}":["id","=",1]}`),
      'must have only the keys "operator", "0", "1" and so on.',
    ]),
    [
      "4 a list with an object",
      [["id", "=", 1], { operator: "AND", "0": ["id", "=", 1] }],
      "must not mix a list with objects.",
    ],
    [
      "4 an object with a list of triples",
      {
        operator: "AND",
        "0": [
          ["id", "=", 1],
          ["id", "=", 2],
          ["id", "=", 3],
        ],
      },
      "must consist of field, operator and value.",
    ],
    [
      "a triple that is not in a list",
      ["id", "=", 1],
      'must be a list of conditions, such as [["id", "=", 1]].',
    ],
    ["a pair", [["id", 1]], "must consist of field, operator and value."],
    ["text", "id=1", "must be a list or an object."],
    [
      "6 SQL for a field",
      [["id;DROP TABLE x", "=", 1]],
      "names a field that cannot be filtered: id;DROP TABLE x.",
    ],
    ["6 SQL for an operator", [["id", "= 1 OR 1", "1"]], "must use one of = != > >= < <= IN, NOT IN."],
    ["6 a quote in a field", [["a'b", "=", 1]], "names a field that cannot be filtered: a'b."],
    ["6 the store's name of a field", [["title", "=", "x"]], "names a field that cannot be filtered: title."],
    [
      "a field that is shown only",
      [["message", "=", "x"]],
      "names a field that cannot be filtered: message.",
    ],
    ["an inherited name", [["constructor", "=", "x"]], "names a field that cannot be filtered: constructor."],
    ["7 IN with a number", [["id", "IN", 5]], "must give id a list for IN."],
    [
      "7 IN with 10,001",
      [["id", "IN", Array.from({ length: 10_001 }, (_, i) => i)]],
      "must give at most 10000 values for IN.",
    ],
    ["7 IN with another type", [["id", "IN", [1, "x"]]], "gives id a value that is not a whole number."],
    [
      "8 a word for a time",
      [["create_time", ">", "abc"]],
      "gives create_time a value that is not a time in Unix seconds.",
    ],
    [
      "8 a date for a time",
      [["create_time", ">", "2020-01-01"]],
      "gives create_time a value that is not a time in Unix seconds.",
    ],
    [
      "8 infinity",
      [["create_time", ">", Number.POSITIVE_INFINITY]],
      "gives create_time a value that is not a time in Unix seconds.",
    ],
    [
      "8 an object",
      [["create_time", ">", {}]],
      "gives create_time a value that is not a time in Unix seconds.",
    ],
    ["8 a fraction", [["id", "=", "1.0"]], "gives id a value that is not a whole number."],
    ["9 LIKE", [["name", "LIKE", "%"]], "must use one of = != > >= < <= IN, NOT IN."],
    ["9 more than null", [["name", ">", null]], "cannot compare name with null."],
    ["a flag of 2", [["error", "=", 2]], "gives error a value that is not 0 or 1."],
    ["a list for text", [["name", "=", ["x"]]], "gives name a value that is not text."],
    [
      "long text",
      [["name", "=", "x".repeat(1_025)]],
      "gives name a value that is longer than 1024 characters.",
    ],
  ])("%s is refused", (_name, condition, predicate) => {
    expect(refused({ condition })).toEqual({ condition: [`Condition ${predicate}`] });
  });
});

describe("order (catalogue 4.7, row 14)", () => {
  test.each([
    [["id DESC"], [["id", true]]],
    [["id asc"], [["id", false]]],
    [
      ["create_time"],
      [
        ["create_time", false],
        ["id", false],
      ],
    ],
    [
      ["create_time DESC"],
      [
        ["create_time", true],
        ["id", true],
      ],
    ],
    [
      "name DESC",
      [
        ["name", true],
        ["id", true],
      ],
    ],
    [
      ["name", "name DESC", "id DESC"],
      [
        ["name", false],
        ["id", true],
      ],
    ],
    [[], [["id", false]]],
  ])("%j", (order, expected) => {
    expect(accepted({ order }).order.map((by) => [by.field, by.isDescending])).toEqual(expected);
  });

  test("the store's column stands beside the wire's name", () => {
    expect(accepted({ order: ["name"] }).order[0]).toEqual({
      field: "name",
      column: "title",
      isDescending: false,
    });
  });

  test("without an id in the registry nothing is added", () => {
    const result = parseListQuery({}, new Map([["name", field("text", "title")]]));
    expect(result).toMatchObject({ ok: true, value: { order: [] } });
  });

  test.each(["id; DROP", "id DESC NULLS", "", "id  DESC", "id DESC, name", 5, null, ["id"]])(
    "%j is refused",
    (entry) => {
      expect(refused({ order: [entry] })).toEqual({
        order: ["Order entry 0 must be a field, alone or with ASC or DESC behind it."],
      });
    },
  );

  test.each(["unknown", "message", "title"])("%j is refused by its name", (name) => {
    expect(refused({ order: ["id", `${name} DESC`] })).toEqual({
      order: [`Order entry 1 names a field that cannot be sorted by: ${name}.`],
    });
  });

  test.each([{ id: "DESC" }, 5, true])("order as %j is refused", (order) => {
    expect(refused({ order })).toHaveProperty("order");
  });
});

describe("limit, offset and count (catalogue 4.7, row 14)", () => {
  test.each([
    [1, 1],
    ["50", 50],
    [5_000, 5_000],
    [null, 50],
  ])("limit %j", (limit, expected) => {
    expect(accepted({ limit })).toMatchObject({ limit: expected, notices: [] });
  });

  test.each([5_001, 1e9, "1000000"])("limit %j is capped with a notice", (limit) => {
    expect(accepted({ limit })).toMatchObject({ limit: 5_000, notices: ["limit was capped to 5000."] });
  });

  test.each([-1, 0, "0", "-1", 1.5, "", "many", true, [], {}])("limit %j is refused", (limit) => {
    expect(refused({ limit })).toEqual({ limit: ["Limit must be a whole number, 1 or more."] });
  });

  test.each([
    [0, 0],
    ["200", 200],
    [1e12, 1e12],
  ])("offset %j", (offset, expected) => {
    expect(accepted({ offset }).offset).toBe(expected);
  });

  test.each([-1, 0.5, "x", []])("offset %j is refused", (offset) => {
    expect(refused({ offset })).toEqual({ offset: ["Offset must be a whole number, 0 or more."] });
  });

  test.each([
    [1, true],
    ["1", true],
    [true, true],
    [0, false],
    [null, false],
  ])("count %j", (count, isCounted) => {
    expect(accepted({ count }).isCounted).toBe(isCounted);
  });
});

describe("select (catalogue 4.7, row 15)", () => {
  test("unknown names and secrets are dropped, nested ones stay", () => {
    const select = [
      "name",
      "password",
      "apptoken",
      "secret",
      "title",
      "constructor",
      "push_text",
      "id",
      "name",
    ];
    expect(accepted({ select }).select).toEqual(["name", "push_text", "id"]);
    expect(accepted({ select: ["secret"] }).select).toEqual([]);
  });

  test.each([[[]], [null], [undefined]])("%j means all fields", (select) => {
    expect(accepted({ select }).select).toBeNull();
  });

  test.each(["*", 5, { id: 1 }, [5], [["id"]]])("%j is refused", (select) => {
    expect(refused({ select })).toEqual({ select: ["Select must be a list of names."] });
  });
});

test("all faults are told at once", () => {
  const errors = refused({ condition: "x", order: 5, limit: 0, offset: -1, select: "*", count: 2 });
  expect(Object.keys(errors)).toEqual(["condition", "order", "limit", "offset", "select", "count"]);
});
