import { describe, expect, test } from "vitest";
import { type Body, email, one, phone, refused } from "./fixtures/import-bodies.ts";
import { parseProfileImport } from "./profile-import.ts";

describe("refused (catalogue 4.3)", () => {
  const notAnEmail = { "rows[0].email": ["Rows[0].email is not a valid email address."] };
  const badName = (at = 1) => ({
    columns: [
      `Columns entry ${at} must consist of letters, digits and underscores and not begin with a digit.`,
    ],
  });
  const columns = ["user_id", "tier"];
  const rows: [string, Body, Body][] = [
    ["1 no columns", { rows: [["u1"]] }, { columns: ["Columns cannot be blank."] }],
    ["1 no rows", { columns }, { rows: ["Rows cannot be blank."] }],
    ["1 neither", {}, { columns: ["Columns cannot be blank."], rows: ["Rows cannot be blank."] }],
    ["1 empty rows", { columns, rows: [] }, { rows: ["Rows cannot be blank."] }],
    ["1 rows as an object", { columns, rows: { a: 1 } }, { rows: ["Rows must be a list of lists."] }],
    [
      "1 columns as text",
      { columns: "user_id", rows: [["u"]] },
      { columns: ["Columns must be a list of names."] },
    ],
    [
      "2 nobody named",
      { columns: ["tier"], rows: [["gold"]] },
      { columns: ["Columns must contain user_id or email."] },
    ],
    [
      "3 a column twice",
      { columns: ["user_id", "tier", "tier"], rows: [["u", 1, 2]] },
      { columns: ["Columns must not name tier twice."] },
    ],
    [
      "3 a column twice under two names",
      { columns: ["user_id", "sms_subscription", "mobile_subscription"], rows: [["u", 1, 1]] },
      { columns: ["Columns must not name sms_subscription twice."] },
    ],
    ...["", "a.b", "a b", "__proto__", "1a", "é", "a-b"].map((name): [string, Body, Body] => [
      `3 column ${JSON.stringify(name)}`,
      one(name, 1),
      badName(),
    ]),
    [
      "3 a long name",
      one("x".repeat(65), 1),
      { columns: ["Columns entry 1 must have at most 64 characters."] },
    ],
    ["3 a name of ours", one("profile_id", 1), { columns: ["Columns entry 1 is a name of the platform."] }],
    [
      "4 a short row",
      { columns, rows: [["u1", "x"], ["u2"]] },
      { "rows[1]": ["Rows[1] must have 2 cells, as columns has, but has 1."] },
    ],
    [
      "4 a long row",
      { columns, rows: [["u1", 1, 2]] },
      { "rows[0]": ["Rows[0] must have 2 cells, as columns has, but has 3."] },
    ],
    [
      "4 a row as an object",
      { columns, rows: [{ user_id: "u1" }] },
      { "rows[0]": ["Rows[0] must be a list."] },
    ],
    ["4 a row of null", { columns, rows: [["u1", 1], null] }, { "rows[1]": ["Rows[1] must be a list."] }],
    [
      "5 email without its subscription",
      one("email", "a@b.ie"),
      { columns: ["Columns must contain email_subscription, because email has values."] },
    ],
    [
      "5 number without its subscription",
      one("mobile_number", "353871234567"),
      { columns: ["Columns must contain sms_subscription, because mobile_number has values."] },
    ],
    [
      "7 a subscription of 2",
      one("email_subscription", 2),
      { "rows[0].email_subscription": ["Rows[0].email_subscription must be 0 or 1."] },
    ],
    [
      "7 a subscription of yes",
      one("sms_subscription", "yes"),
      { "rows[0].sms_subscription": ["Rows[0].sms_subscription must be 0 or 1."] },
    ],
    ...[
      "a@b",
      "a b@c.de",
      '"x@evil.com y"@good.ie',
      "a@b.co\r\nBcc:",
      "(c)a@b.ie",
      `${"x".repeat(250)}@b.ie`,
    ].map((value): [string, Body, Body] => [
      `8 ${JSON.stringify(value).slice(0, 30)}`,
      email(value),
      notAnEmail,
    ]),
    [
      "9 a national number",
      phone("0871234567"),
      {
        "rows[0].mobile_number": [
          "Rows[0].mobile_number must begin with the country code, without leading zeros.",
        ],
      },
    ],
    [
      "9 a spreadsheet's number",
      phone("3.53E+11"),
      {
        "rows[0].mobile_number": [
          "Rows[0].mobile_number was changed by a spreadsheet: format the column as text and export it again.",
        ],
      },
    ],
    [
      "9 letters",
      phone("phone"),
      {
        "rows[0].mobile_number": [
          "Rows[0].mobile_number must contain digits only, with one leading + at most.",
        ],
      },
    ],
    [
      "13 blank",
      { columns: ["user_id"], rows: [[""]] },
      { "rows[0].user_id": ["Rows[0].user_id cannot be blank."] },
    ],
    [
      "13 a space",
      { columns: ["user_id"], rows: [[" "]] },
      { "rows[0].user_id": ["Rows[0].user_id cannot be blank."] },
    ],
    [
      "13 a leading space",
      { columns: ["user_id"], rows: [[" u1"]] },
      { "rows[0].user_id": ["Rows[0].user_id must not begin or end with a space."] },
    ],
    [
      "13 4 KB",
      { columns: ["user_id"], rows: [["x".repeat(4_096)]] },
      { "rows[0].user_id": ["Rows[0].user_id must have at most 255 characters."] },
    ],
    [
      "13 null, and no email",
      { columns: ["user_id", "tier"], rows: [[null, "gold"]] },
      { "rows[0]": ["Rows[0] must have a user_id or an email."] },
    ],
    [
      "language",
      one("language", "english please"),
      { "rows[0].language": ["Rows[0].language must be a language code such as en."] },
    ],
    [
      "time zone",
      one("timezone", "Dublin"),
      { "rows[0].timezone": ["Rows[0].timezone must be a time zone such as Europe/Dublin."] },
    ],
    [
      "time zone in a list",
      {
        columns: ["user_id", "timezone"],
        rows: [
          ["a", "Europe/Dublin"],
          ["b", ["Europe/Dublin"]],
        ],
      },
      { "rows[1].timezone": ["Rows[1].timezone must be a time zone such as Europe/Dublin."] },
    ],
    ["async", { ...one("tier", 1), async: "maybe" }, { async: ["Async must be 0 or 1."] }],
  ];
  test.each(rows)("%s", (_name, body, errors) => {
    expect(refused(body)).toEqual(errors);
  });

  test("10 a known attribute's type", () => {
    expect(refused(one("score", "12a"), new Map([["score", "integer"]]))).toEqual({
      "rows[0].score": ["Rows[0].score must be a whole number below 2^53."],
    });
  });

  test("the first twenty wrong cells are named", () => {
    const wrong = Array.from({ length: 100 }, (_, i) => [`u${i}`, "nobody", 1]);
    const errors = refused({ columns: ["user_id", "email", "email_subscription"], rows: wrong });
    expect(Object.keys(errors)).toEqual(Array.from({ length: 20 }, (_, i) => `rows[${i}].email`));
  });

  test("15 50,001 rows are too large", () => {
    const result = parseProfileImport({
      columns: ["user_id"],
      rows: Array.from({ length: 50_001 }, (_, i) => [i]),
    });
    expect(result).toEqual({
      ok: false,
      error: { tooLarge: { rows: ["Rows must have at most 50000 entries per call."] } },
    });
  });
});
