/**
 * import/profile checks every row before it writes one: a fault names its cell and nothing is stored; odd spellings
 * that callers use are taken (bad-input catalogue 4.3, rows 1 to 4 and 11 to 17).
 */
import { describe, expect, test } from "vitest";
import { openDoor, type Row } from "../bad-input.ts";
import type { RawAnswer } from "../raw-http.ts";

const door = openDoor();

const TO = "import/profile";

/** `rows` is JSON text, so that it can hold what JSON.stringify cannot write. */
const fieldsOf = (columns: readonly string[], rows: string): string =>
  `"columns":${JSON.stringify(columns)},"rows":${rows}`;

const refuses = (fields: string, named: readonly string[], status = 400): Promise<RawAnswer> =>
  door.refuses({ to: TO, fields }, { named, status });

const send = (fields: string): Promise<RawAnswer> => door.ask({ to: TO, fields });
const accepts = (fields: string): Promise<RawAnswer> => door.accepts({ to: TO, fields });

const profileOf = async (userId: string): Promise<Record<string, unknown>> =>
  (await door.stack.call("info/profile", { user_id: userId })).body.model;

const people = (count: number): string =>
  JSON.stringify(Array.from({ length: count }, (_, i) => [`many-${i}`]));

describe("1 to 3: columns and rows", () => {
  const WRONG: readonly (readonly [fields: string, named: readonly string[]])[] = [
    ['"rows":[["u"]]', ["columns"]],
    ['"columns":["user_id"]', ["rows"]],
    ["", ["rows", "columns"]],
    ['"columns":["user_id"],"rows":[]', ["rows"]],
    ['"columns":["user_id"],"rows":{}', ["rows"]],
    ['"columns":["user_id"],"rows":"u"', ["rows"]],
    ['"columns":[],"rows":[[]]', ["columns"]],
    ['"columns":"user_id","rows":[["u"]]', ["columns"]],
    ['"columns":["user_id",5],"rows":[["u",1]]', ["columns"]],
    ['"columns":["first_name"],"rows":[["A"]]', ["columns"]],
    ['"columns":["user_id"],"rows":[["u"]],"async":"later"', ["async"]],
  ];
  test("1 and 2: what is missing or of another type", () =>
    door.refusesAll(WRONG.map(([fields, named]): Row => [fields, { to: TO, fields }, { named }])));

  const COLUMNS = [
    "user_id",
    "",
    "a.b",
    "a b",
    "__proto__",
    "1a",
    "a-b",
    "a'b",
    'a"b',
    "é",
    "a;drop table profiles",
    "x".repeat(65),
    "id",
    "profile_id",
    "project_id",
    "create_time",
  ];
  test("3: second columns that cannot be", () =>
    door.refusesAll(
      COLUMNS.map((name): Row => {
        const fields = fieldsOf(["user_id", name], '[["u","x"]]');
        return [JSON.stringify(name), { to: TO, fields }, { named: ["columns"] }];
      }),
    ));

  test("3: one column in two spellings, and too many columns", async () => {
    await refuses(fieldsOf(["user_id", "sms_subscription", "mobile_subscription"], '[["u",1,1]]'), [
      "columns",
    ]);
    const columns = ["user_id", ...Array.from({ length: 500 }, (_, i) => `c${i}`)];
    await refuses(fieldsOf(columns, JSON.stringify([columns])), ["columns"]);
  });

  test("3: an unknown attribute is made with its first use", async () => {
    await accepts(fieldsOf(["user_id", "shoe_size"], '[["maker",44]]'));
    expect(await profileOf("maker")).toMatchObject({ shoe_size: 44 });
  });
});

describe("4: rows that do not fit their columns", () => {
  const ROWS: readonly (readonly [rows: string, named: readonly string[]])[] = [
    ['[["a"],["b","B"]]', ["rows[0]"]],
    ['[["a","A"],["b","B","C"]]', ["rows[1]"]],
    ['[["a","A"],{"user_id":"b"}]', ["rows[1]"]],
    ['[["a","A"],null,[]]', ["rows[1]", "rows[2]"]],
    ['[["a","A"],"b",5,true]', ["rows[1]", "rows[2]", "rows[3]"]],
  ];
  test("each is named by its place", () =>
    door.refusesAll(
      ROWS.map(
        ([rows, named]): Row => [
          rows,
          { to: TO, fields: fieldsOf(["user_id", "first_name"], rows) },
          { named },
        ],
      ),
    ));

  test("of ten thousand wrong rows the first twenty are named", async () => {
    const answer = await refuses(
      fieldsOf(["user_id", "first_name"], people(10_000)),
      Array.from({ length: 20 }, (_, i) => `rows[${i}]`),
    );
    expect(answer.text.length).toBeLessThan(5_000);
  });

  test("good rows around a wrong one are not written", async () => {
    await refuses(
      fieldsOf(
        ["user_id", "email", "email_subscription"],
        '[["g1","g1@a.ie",1],["g2","no",1],["g3",null,null]]',
      ),
      ["rows[1].email"],
    );
  });
});

describe("11 to 14: who a row is about", () => {
  test("11: of twins the last value of each cell wins, with a note", async () => {
    const rows = '[["same","A",null],["same",null,"B"],["same","C",null]]';
    const answer = await accepts(fieldsOf(["user_id", "first_name", "last_name"], rows));
    expect(answer.body.message).toContain("2 duplicate rows");
    expect(await profileOf("same")).toMatchObject({ first_name: "C", last_name: "B" });
  });

  test("11: two calls about the same people at once lose no column", async () => {
    const ids = Array.from({ length: 40 }, (_, i) => `race-${i}`);
    const rows = (list: readonly string[], value: string) => JSON.stringify(list.map((id) => [id, value]));
    const answers = await Promise.all(
      ["first_name", "last_name", "country", "race_note"].map((name, i) =>
        send(fieldsOf(["user_id", name], rows(i % 2 === 0 ? ids : ids.toReversed(), name))),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    const { body } = await door.stack.call("list/profile", {
      condition: [["user_id", "IN", ids]],
      limit: 100,
    });
    expect(body.data).toHaveLength(40);
    const whole = {
      first_name: "first_name",
      last_name: "last_name",
      country: "country",
      race_note: "race_note",
    };
    for (const row of body.data) expect(row).toMatchObject(whole);
  });

  test("12: a number is its text", async () => {
    await accepts(fieldsOf(["user_id", "first_name"], '[["12345","Text"]]'));
    await accepts(fieldsOf(["user_id", "last_name"], '[[12345,"Number"]]'));
    expect(await profileOf("12345")).toMatchObject({ first_name: "Text", last_name: "Number" });
  });

  const NOBODY = ['""', '" "', '" u1"', '"u1 "', '"a\\tb"', '"a\\u0085b"', "1.5", "true", "[]", "{}"];
  test("13: what is no user id", () =>
    door.refusesAll(
      NOBODY.map((userId): Row => {
        const fields = fieldsOf(["user_id", "first_name"], `[[${userId},"A"]]`);
        return [userId, { to: TO, fields }, { says: /\./ }];
      }),
    ));

  test("13: nor is none", () => door.refuses({ to: TO, fields: fieldsOf(["user_id"], "[[null]]") }));

  test("13: of 256 characters or four kilobytes", async () => {
    for (const length of [256, 4_096]) {
      await refuses(fieldsOf(["user_id"], JSON.stringify([["x".repeat(length)]])), ["rows[0].user_id"]);
    }
    await accepts(fieldsOf(["user_id"], JSON.stringify([["é".repeat(255)]])));
  });

  test("13: other bytes are another person", async () => {
    await accepts(
      fieldsOf(["user_id", "first_name"], '[["caf\\u00e9","composed"],["cafe\\u0301","apart"],["CAFÉ","x"]]'),
    );
    expect(await profileOf("caf\u00e9")).toMatchObject({ first_name: "composed" });
    expect(await profileOf("cafe\u0301")).toMatchObject({ first_name: "apart" });
  });

  test("14: two people may have one address, and stay two", async () => {
    const columns = ["user_id", "email", "email_subscription"];
    await accepts(fieldsOf(columns, '[["owner-1","shared@a.ie",1]]'));
    await accepts(fieldsOf(columns, '[["owner-2","Shared@a.ie",0]]'));
    expect(await profileOf("owner-1")).toMatchObject({ email: "shared@a.ie", email_subscription: 1 });
    expect(await profileOf("owner-2")).toMatchObject({ email: "Shared@a.ie", email_subscription: 0 });
  });
});

describe("15 to 17", () => {
  test("15: 99 rows are done at once, 100 become a task, 50,001 are too many", async () => {
    const columns = ["user_id"];
    expect((await accepts(fieldsOf(columns, people(99)))).body.model).toEqual({ rows: 99 });
    for (const count of [100, 10_000]) {
      const answer = await send(fieldsOf(columns, people(count)));
      expect(answer.body).toMatchObject({ code: 202, success: true });
      expect(answer.status).toBe(202);
      const { id, task_id: taskId } = answer.body.model;
      expect(taskId).toBe(id);
      const { body } = await door.stack.call("info/task", { id });
      expect(body.model).toMatchObject({ id, identifier: "profile_import", status: "queued", total: count });
    }
    await refuses(fieldsOf(columns, people(50_001)), ["rows"], 413);
  });

  test("15: async asks for either", async () => {
    expect((await send(`${fieldsOf(["user_id"], '[["u"]]')},"async":true`)).status).toBe(202);
    expect((await send(`${fieldsOf(["user_id"], people(100))},"async":false`)).status).toBe(200);
  });

  test.each([
    '=HYPERLINK("http://x.example")',
    "<svg onload=alert(1)>",
    "'; drop table profiles; --",
    "{{ 7*7 }}",
  ])("17: %s is a name like any other", async (name) => {
    await accepts(fieldsOf(["user_id", "first_name"], JSON.stringify([["odd", name]])));
    expect(await profileOf("odd")).toMatchObject({ first_name: name });
  });
});
