import { describe, expect, test } from "vitest";
import { leastWorkMs, onThisMachine } from "../../../twig/test/work-time.ts";
import type { AttributeType } from "./attribute-value.ts";
import { type Body, email, one, phone, refused } from "./fixtures/import-bodies.ts";
import { type ProfileImport, parseProfileImport } from "./profile-import.ts";

function accepted(body: Body, known?: ReadonlyMap<string, AttributeType>): ProfileImport {
  const result = parseProfileImport(body, known);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

test("the evidence's sample", () => {
  const body = {
    apptoken: "T",
    columns: ["user_id", "email", "email_subscription", "tier"],
    rows: [
      ["u-1", "a@Example.org", 1, "gold"],
      ["u-2", "b@example.org", 0, "tin"],
    ],
  };
  expect(accepted(body)).toEqual({
    rows: [
      {
        no: 0,
        userId: "u-1",
        change: { system: { email: "a@example.org", email_subscription: 1 }, attributes: { tier: "gold" } },
      },
      {
        no: 1,
        userId: "u-2",
        change: { system: { email: "b@example.org", email_subscription: 0 }, attributes: { tier: "tin" } },
      },
    ],
    newAttributes: new Map([["tier", "text"]]),
    async: null,
    notes: [],
  });
});

describe("accepted (catalogue 4.3)", () => {
  test("6 null leaves, blank clears, for system columns and attributes", () => {
    const body = {
      columns: ["user_id", "email", "email_subscription", "first_name", "tier", "mobile_number", "score"],
      rows: [["u1", "", null, "", "", null, null]],
    };
    const { rows, newAttributes } = accepted(body);
    expect(rows[0]?.change).toEqual({
      system: { email: null, first_name: null },
      attributes: { tier: null },
    });
    expect(newAttributes).toEqual(new Map());
  });

  test.each([
    [true, 1],
    [1, 1],
    ["1", 1],
    [false, 0],
    [0, 0],
    ["0", 0],
  ])("6 a subscription of %j", (value, flag) => {
    expect(accepted(one("email_subscription", value)).rows[0]?.change.system).toEqual({
      email_subscription: flag,
    });
  });

  test("5 mobile_subscription is the same column under its other name", () => {
    const body = {
      columns: ["user_id", "mobile_number", "mobile_subscription"],
      rows: [["u1", "+353 87 123", "1"]],
    };
    expect(accepted(body).rows[0]?.change.system).toEqual({ mobile_number: "35387123", sms_subscription: 1 });
  });

  test("5 an address column without any value needs no subscription", () => {
    expect(accepted(one("email", null)).rows).toHaveLength(1);
    expect(accepted(one("mobile_number", "")).rows[0]?.change.system).toEqual({ mobile_number: null });
  });

  test("2 a row with email alone", () => {
    const body = { columns: ["email", "email_subscription"], rows: [["a@b.ie", null]] };
    expect(accepted(body).rows[0]).toEqual({
      no: 0,
      userId: null,
      change: { system: { email: "a@b.ie" }, attributes: {} },
    });
  });

  test.each([
    ["a@bücher.example", "a@xn--bcher-kva.example"],
    ["a@xn--bcher-kva.example", "a@xn--bcher-kva.example"],
  ])("8 %s", (value, address) => {
    expect(accepted(email(value)).rows[0]?.change.system.email).toBe(address);
  });

  test.each([["+353 87 123 4567"], [353871234567]])("9 mobile number %j", (value) => {
    expect(accepted(phone(value)).rows[0]?.change.system.mobile_number).toBe("353871234567");
  });

  test("11 of twins the last value of each cell wins, and a note says so", () => {
    const columns = ["user_id", "first_name", "tier"];
    const { rows, notes } = accepted({
      columns,
      rows: [
        ["u1", "A", "gold"],
        ["u2", "B", "tin"],
        ["u1", null, "silver"],
      ],
    });
    expect(rows).toEqual([
      { no: 2, userId: "u1", change: { system: { first_name: "A" }, attributes: { tier: "silver" } } },
      { no: 1, userId: "u2", change: { system: { first_name: "B" }, attributes: { tier: "tin" } } },
    ]);
    expect(notes).toEqual(["1 duplicate rows were merged; the last value of each cell won."]);
  });

  test("11 rows with the same email in other letters are twins, a user id that looks like it is not", () => {
    const columns = ["user_id", "email", "email_subscription"];
    const rows = [
      [null, "A@b.ie", 1],
      [null, "a@B.ie", 0],
      ["a@b.ie", null, 1],
    ];
    expect(accepted({ columns, rows }).rows.map((row) => [row.no, row.userId])).toEqual([
      [1, null],
      [2, "a@b.ie"],
    ]);
  });

  test('12 "12345" and 12345 are one profile', () => {
    const { rows } = accepted({
      columns: ["user_id", "score"],
      rows: [
        ["12345", 1],
        [12345, 2],
      ],
    });
    expect(rows).toEqual([{ no: 1, userId: "12345", change: { system: {}, attributes: { score: 2 } } }]);
  });

  test("13 composed and decomposed letters are two profiles", () => {
    expect(accepted({ columns: ["user_id"], rows: [["\u00e9"], ["e\u0301"]] }).rows).toHaveLength(2);
  });

  test.each(["=HYPERLINK(1)", "<svg onload=x>", "{{ balance }}"])("17 %s is stored as it is", (value) => {
    expect(accepted(one("first_name", value)).rows[0]?.change.system.first_name).toBe(value);
  });

  test("15 50,000 rows", () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => [i]);
    expect(accepted({ columns: ["user_id"], rows }).rows).toHaveLength(50_000);
  });

  test.each([
    [true, true],
    [0, false],
    ["1", true],
    [null, null],
  ])("async %j", (async, expected) => {
    expect(accepted({ ...one("tier", "x"), async }).async).toBe(expected);
  });

  test("consent preferences are passed over with a note", () => {
    const { rows, notes } = accepted(one("consent_preferences", { email: { Offers: 1 } }));
    expect(rows[0]?.change).toEqual({ system: {}, attributes: {} });
    expect(notes).toEqual(["consent_preferences was ignored."]);
  });

  test("language, time zone and names", () => {
    const columns = ["user_id", "language", "timezone", "first_name", "country"];
    const { rows } = accepted({ columns, rows: [["u1", "pt_BR", "Europe/Dublin", 7, "IE"]] });
    expect(rows[0]?.change.system).toEqual({
      language: "pt-BR",
      timezone: "Europe/Dublin",
      first_name: "7",
      country: "IE",
    });
  });
});

describe("types of new attributes", () => {
  const typed = (values: unknown[]) => {
    const { rows, newAttributes } = accepted({
      columns: ["user_id", "x"],
      rows: values.map((value, i) => [i, value]),
    });
    return [newAttributes.get("x"), ...rows.map((row) => row.change.attributes.x)];
  };

  test.each([
    [["gold"], ["text", "gold"]],
    [["x".repeat(102)], ["text", "x".repeat(102)]],
    [
      [null, 1.5, 2],
      ["number", undefined, 1.5, 2],
    ],
    [
      [true, false],
      ["boolean", true, false],
    ],
    [
      ["2021-02-28", "2021-02-28 10:00:00 +01:00"],
      ["date", "2021-02-28", "2021-02-28 09:00:00"],
    ],
    [["1969-07-20"], ["date", "1969-07-20"]],
    [["2021-02-30"], ["text", "2021-02-30"]],
    [
      ["2021-02-28", "soon"],
      ["text", "2021-02-28", "soon"],
    ],
    [
      [5, "five"],
      ["text", "5", "five"],
    ],
    [["5"], ["text", "5"]],
    [
      [{ a: [1] }, []],
      ["json", { a: [1] }, []],
    ],
    [
      ['[{"a":1}]', "{}"],
      ["json", [{ a: 1 }], {}],
    ],
    [["[not json"], ["text", "[not json"]],
  ])("%j", (values, expected) => {
    expect(typed(values)).toEqual(expected);
  });

  test("JSON and plain values do not share a column", () => {
    expect(
      refused({
        columns: ["user_id", "x"],
        rows: [
          ["a", { b: 1 }],
          ["c", "plain"],
        ],
      }),
    ).toEqual({
      "rows[1].x": ["Rows[1].x must be a JSON object or list."],
    });
  });

  test("a known type is kept, not inferred again", () => {
    const { rows, newAttributes } = accepted(one("score", "12"), new Map([["score", "integer"]]));
    expect(rows[0]?.change.attributes).toEqual({ score: 12 });
    expect(newAttributes.size).toBe(0);
  });
});

test("10,000 rows of ten columns take less than 150 ms", () => {
  const columns = [
    "user_id",
    "email",
    "email_subscription",
    "mobile_number",
    "sms_subscription",
    "first_name",
    "language",
    "timezone",
    "tier",
    "score",
  ];
  const rows = Array.from({ length: 10_000 }, (_, i) => [
    `u${i}`,
    `p${i}@example.org`,
    1,
    `35387${1_000_000 + i}`,
    1,
    "Alex",
    "en",
    "Europe/Dublin",
    "gold",
    i,
  ]);
  const maxMs = onThisMachine(150);
  const work = () => expect(accepted({ columns, rows }).rows).toHaveLength(10_000);
  expect(leastWorkMs(work, maxMs)).toBeLessThan(maxMs);
});
