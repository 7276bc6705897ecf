/**
 * The cells of import/profile: consents, addresses and attributes. A fault names its cell and nothing is stored; odd
 * spellings that callers use are taken (bad-input catalogue 4.3, rows 5 to 10 and 18).
 */
import { describe, expect, test } from "vitest";
import { openDoor, type Row } from "../bad-input.ts";
import type { RawAnswer } from "../raw-http.ts";

const door = openDoor({
  async prepare(stack) {
    // Declared types: what is first used by an import is typed by its values.
    const declared = {
      nickname: "string",
      age: "integer",
      height: "number",
      born: "date",
      vip: "boolean",
      tree: "json",
    };
    for (const [name, type] of Object.entries(declared)) {
      await stack.owner`insert into attributes (project_id, name, type, create_time) values (${stack.id}, ${name}, ${type}, now())`;
    }
  },
});

const TO = "import/profile";

/** `rows` is JSON text, so that it can hold what JSON.stringify cannot write. */
const fieldsOf = (columns: readonly string[], rows: string): string =>
  `"columns":${JSON.stringify(columns)},"rows":${rows}`;

const refuses = (fields: string, named: readonly string[], status = 400): Promise<RawAnswer> =>
  door.refuses({ to: TO, fields }, { named, status });

/** Each as the cell of a row of its own, beside its consent where it is an address. */
const refusesCells = (column: string, cells: readonly string[]): Promise<void> => {
  const consent = { email: "email_subscription", mobile_number: "sms_subscription" }[column];
  const columns = ["user_id", column, ...(consent === undefined ? [] : [consent])];
  const rest = consent === undefined ? "" : ",1";
  return door.refusesAll(
    cells.map((cell): Row => {
      const fields = fieldsOf(columns, `[["ok",null${rest}],["u",${cell}${rest}]]`);
      return [`${column} ${cell.slice(0, 80)}`, { to: TO, fields }, { named: [`rows[1].${column}`] }];
    }),
  );
};

const accepts = (fields: string): Promise<RawAnswer> => door.accepts({ to: TO, fields });

const profileOf = async (userId: string): Promise<Record<string, unknown>> =>
  (await door.stack.call("info/profile", { user_id: userId })).body.model;

describe("5 to 7: consent", () => {
  test("5: an address needs its consent in the columns, unless it has no value", async () => {
    await refuses(fieldsOf(["user_id", "email"], '[["u","u@a.ie"]]'), ["columns"]);
    await refuses(fieldsOf(["user_id", "mobile_number"], '[["u","353871234567"]]'), ["columns"]);
    await accepts(fieldsOf(["user_id", "email", "mobile_number"], '[["u",null,""]]'));
  });

  test("6: null leaves a value, a blank clears it", async () => {
    const columns = ["user_id", "email", "email_subscription", "first_name", "nickname"];
    await accepts(fieldsOf(columns, '[["nulls","n@a.ie",true,"Ada","Countess"]]'));
    await accepts(fieldsOf(columns, '[["nulls",null,null,null,null]]'));
    const kept = { email: "n@a.ie", email_subscription: 1, first_name: "Ada", nickname: "Countess" };
    expect(await profileOf("nulls")).toMatchObject(kept);
    await accepts(fieldsOf(columns, '[["nulls","","","",""]]'));
    const cleared = { email: null, email_subscription: null, first_name: null, nickname: null };
    expect(await profileOf("nulls")).toMatchObject(cleared);
  });

  test.each(["true", "1", '"1"', '"true"'])("6: %s is a consent", async (flag) => {
    await accepts(fieldsOf(["user_id", "sms_subscription"], `[["flags",${flag}]]`));
    expect(await profileOf("flags")).toMatchObject({ sms_subscription: 1 });
  });

  test("7: what is none", () =>
    refusesCells("email_subscription", ["2", "-1", '"yes"', "[]", "{}", "0.5", '" 1"']));
});

describe("8 and 9: addresses", () => {
  const EMAILS = [
    "a@b",
    "a b@c.d",
    '"x@evil.com y"@good.ie',
    "a@b.c\r\nBcc:",
    "a@b.c\r\nBcc: x@y.ie",
    "(c)a@b.ie",
    "Ada <a@b.ie>",
    "a@b.ie,c@d.ie",
    "a@@b.ie",
    "a@b..ie",
    "a@[127.0.0.1]",
    "a@127.0.0.1",
    "@b.ie",
    "a@",
    " a@b.ie",
    "ä@b.ie",
    `${"a".repeat(65)}@b.ie`,
    `a@${"b".repeat(64)}.ie`,
    `a@${"b.".repeat(126)}ie`,
  ];
  test("8: emails that are none", () =>
    refusesCells("email", [...EMAILS.map((email) => JSON.stringify(email)), "5", "true", "[]", "{}"]));

  test.each([
    ["Me@Bücher.example", "Me@xn--bcher-kva.example"],
    ["me@xn--bcher-kva.example", "me@xn--bcher-kva.example"],
    ["o'neil+x@Shop.IE", "o'neil+x@shop.ie"],
  ])("8: %s is stored as %s", async (email, stored) => {
    await accepts(fieldsOf(["user_id", "email", "email_subscription"], JSON.stringify([["mail", email, 1]])));
    expect(await profileOf("mail")).toMatchObject({ email: stored });
  });

  test("9: mobile numbers that are none", () =>
    refusesCells("mobile_number", [
      '"0871234567"',
      '"3.53E+11"',
      '"+353 87 LETTERS"',
      '"++353871234567"',
      "-353871234567",
      "353871234567.5",
      '"123456"',
      '"1234567890123456"',
      '"٣٥٣٨٧١٢٣٤٥٦٧"',
      "true",
      "[]",
    ]));

  test("9: spaces and one leading plus are left out", async () => {
    await accepts(fieldsOf(["user_id", "mobile_number", "sms_subscription"], '[["short","+353 87 123",1]]'));
    expect(await profileOf("short")).toMatchObject({ mobile_number: "35387123" });
  });

  test.each(['"+353 87 123 4567"', "353871234567", '"353871234567"', '"+353 (87) 123-4567"'])(
    "9: %s is a number",
    async (number) => {
      await accepts(fieldsOf(["user_id", "mobile_number", "sms_subscription"], `[["phone",${number},1]]`));
      expect(await profileOf("phone")).toMatchObject({ mobile_number: "353871234567" });
    },
  );
});

describe("10 and 18: attributes of a declared type", () => {
  const CELLS = [
    ["nickname", JSON.stringify("x".repeat(102))],
    ["nickname", "[]"],
    ["age", "1.5"],
    ["age", '"12a"'],
    ["age", '"9223372036854775808"'],
    ["age", "true"],
    ["height", '"tall"'],
    ["height", '"0x10"'],
    ["born", '"2021-02-30"'],
    ["born", '"soon"'],
    ["born", "5"],
    ["vip", '"maybe"'],
    ["vip", "2"],
    ["tree", '"not json"'],
    ["tree", '"5"'],
    ["tree", "5"],
    ["tree", JSON.stringify(`{"a":"${"\\u0000"}"}`)],
    ["tree", JSON.stringify(`${"[".repeat(100)}${"]".repeat(100)}`)],
    ["tree", JSON.stringify(Array.from({ length: 20 }, () => "x".repeat(50_000)))],
    ["timezone", '"Mars/Base"'],
    ["language", '"english please"'],
    ["first_name", JSON.stringify("x".repeat(256))],
    ["first_name", "{}"],
  ] as const;
  test.each([...new Set(CELLS.map(([name]) => name))])("%s cannot hold what is of another type", (name) =>
    refusesCells(
      name,
      CELLS.filter(([column]) => column === name).map(([, cell]) => cell),
    ),
  );

  test("18: a hundred levels of lists", () =>
    door.refuses({
      to: TO,
      fields: fieldsOf(["user_id", "tree"], `[["u",${"[".repeat(100)}${"]".repeat(100)}]]`),
    }));

  test.each<[string, string, unknown]>([
    ["nickname", JSON.stringify("👩‍👩‍👧".repeat(20)), "👩‍👩‍👧".repeat(20)],
    ["age", '"12"', 12],
    ["height", "1.5", 1.5],
    ["born", '"1969-07-20 20:17:40 +02:00"', "1969-07-20 18:17:40"],
    ["vip", '"TRUE"', true],
    ["vip", "0", false],
    ["vip", '"False"', false],
    ["vip", "1", true],
    ["tree", '{"a":[1]}', { a: [1] }],
    ["tree", '"[1,2]"', [1, 2]],
  ])("%s holds %s", async (name, value, stored) => {
    await accepts(fieldsOf(["user_id", name], `[["typed",${value}]]`));
    expect(await profileOf("typed")).toHaveProperty([name], stored);
  });

  test("a thousand attributes are enough for a project", async () => {
    await door.stack.owner`
      insert into attributes (project_id, name, type, create_time)
      select ${door.stack.id}, 'filler_' || i, 'text', now() from generate_series(1, 1000) as i`;
    await refuses(fieldsOf(["user_id", "one_more"], '[["u","x"]]'), ["columns"]);
    await door.stack.owner`delete from attributes where name like 'filler_%'`;
  });
});
