/**
 * Hostile values in the body of every operation are refused by the name of their field and change nothing
 * (bad-input catalogue 4.1, rows 8 to 11 and 22; ids as in 4.2, rows 2 to 4).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OPERATIONS } from "../../src/http/external/operations.ts";
import { ask, pathOf, type RawAnswer, rawBody, refusal } from "../raw-http.ts";
import { addPeople, launch, type Stack, smsCampaign, startStack } from "../stack.ts";

let stack: Stack;
let campaignId: number;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
  await addPeople(stack, 2);
  campaignId = await launch(stack, smsCampaign("Hi {{ constructor }}"));
});
afterAll(async () => {
  await stack.stop();
});

const NAMES = OPERATIONS.map(({ method, model }) => `${method}/${model}`);

const post = (operation: string, fields: string): Promise<RawAnswer> =>
  ask(stack.url, { path: pathOf(operation), body: rawBody(stack.token, fields) });

const refuse = (operation: string, fields: string, status = 400) =>
  refusal(stack, { path: pathOf(operation), body: rawBody(stack.token, fields) }, status);

/** Where each operation takes a string of its own, and the path under which a fault there is named. */
const HOLES: Readonly<Record<string, readonly [fields: (value: string) => string, path: string]>> = {
  "create/campaign": [(value) => `"title":${value}`, "title"],
  "update/campaign": [(value) => `"id":1,"title":${value}`, "title"],
  "import/profile": [(value) => `"columns":["user_id"],"rows":[[${value}]]`, "rows[0][0]"],
  "info/profile": [(value) => `"user_id":${value}`, "user_id"],
  "execute/campaign": [(value) => `"id":1,"target_by":"user_id","target":[${value}]`, "target[0]"],
};

const holeOf = (operation: string) =>
  HOLES[operation] ??
  (operation.startsWith("list/")
    ? ([(value: string) => `"condition":[["id","=",${value}]]`, "condition[0][2]"] as const)
    : ([(value: string) => `"id":${value}`, "id"] as const));

const VALUES: readonly (readonly [name: string, json: string, predicate: string])[] = [
  ["8 U+0000", '"a\\u0000b"', "contains characters that cannot be stored"],
  ["9 a lone high surrogate", '"\\ud800"', "contains characters that cannot be stored"],
  ["9 a lone low surrogate", '"x\\udc00"', "contains characters that cannot be stored"],
  ["infinity", "1e400", "is not a finite number"],
  ["2^53 + 1", "9007199254740993", "is beyond 2^53: send it as a string"],
  ["2^60", "1152921504606846976", "is beyond 2^53: send it as a string"],
  ["65 KiB of text", JSON.stringify("é".repeat(33_000)), "is longer than 64 KiB"],
];

describe.each(NAMES)("%s", (operation) => {
  test.each(VALUES)("%s", async (_name, json, predicate) => {
    const [fields, path] = holeOf(operation);
    const { answer, faults } = await refuse(operation, fields(json));
    expect(faults).toEqual([]);
    expect(Object.keys(answer.body.errors)).toEqual([path]);
    expect(answer.body.errors[path][0]).toContain(predicate);
  });

  test("8 and 9: the same in a name, and in a field that nobody reads", async () => {
    for (const name of ["a\\u0000b", "\\ud800"]) {
      expect((await refuse(operation, `"${name}":1`)).faults).toEqual([]);
      expect((await refuse(operation, `"x":{"${name}":1}`)).faults).toEqual([]);
      const { answer, faults } = await refuse(operation, `"x":{"y":[0,"${name}"]}`);
      expect(faults).toEqual([]);
      expect(answer.body.errors).toHaveProperty(["x.y[1]"]);
    }
  });

  test.each(["apptoken", "id", "target", "target_by", "target_with_params", "params"])(
    "10: %s twice",
    async (name) => {
      const again = name === "apptoken" ? `"apptoken":1` : `"${name}":1,"${name}":2`;
      const { answer, faults } = await refuse(operation, again);
      expect(faults).toEqual([]);
      expect(Object.keys(answer.body.errors)).toEqual([name]);
    },
  );

  test("10: a twin that is written with an escape", async () => {
    const { answer, faults } = await refuse(operation, `"id":1,"\\u0069d":2`);
    expect(faults).toEqual([]);
    expect(Object.keys(answer.body.errors)).toEqual(["id"]);
  });

  test("11: names that reach for a prototype", async () => {
    for (const field of ['"__proto__":{"isAdmin":true}', '"constructor":{"prototype":{"isAdmin":true}}']) {
      expect((await refuse(operation, field)).faults).toEqual([]);
    }
    expect((await refuse(operation, '"x":{"__proto__":{"isAdmin":true}}')).faults).toEqual([]);
    expect({}).not.toHaveProperty("isAdmin");
  });
});

describe("11: constructor further down is plain data", () => {
  test("as a name of params", async () => {
    const answer = await post(
      "execute/campaign",
      `"id":${campaignId},"target_by":"user_id","target":["user-0"],"params":{"constructor":"Bob"}`,
    );
    expect(answer.body).toMatchObject({ code: 200, model: { accepted: 1 } });
    const [row] = await stack.owner<{ params: string }[]>`
      select params from executions where id = ${answer.body.model.id}`;
    expect(JSON.parse(row?.params ?? "")).toEqual({ constructor: "Bob" });
  });

  test("as the name of an attribute", async () => {
    const answer = await post(
      "import/profile",
      '"columns":["user_id","constructor","toString"],"rows":[["plain","Bob","x"]]',
    );
    expect(answer.body).toMatchObject({ code: 200, success: true });
    const info = await post("info/profile", '"user_id":"plain","select":["constructor","toString"]');
    expect(info.body.model).toEqual({ constructor: "Bob", toString: "x" });
  });
});

describe("ids (4.2, rows 2 to 4)", () => {
  const BY_ID = [
    ...["info", "update", "start", "stop", "execute"].map((method) => `${method}/campaign`),
    "info/profile",
    "info/task",
  ];

  // A number 1e3 is the number 1000 to every JSON parser, so only the text is a fault.
  const WRONG: readonly string[] = [
    "null",
    '""',
    '" 5 "',
    "5.5",
    "-1",
    "0",
    '"0"',
    '"05"',
    '"+5"',
    '"1e3"',
    '"0x5"',
    '"5abc"',
    '"5.0"',
    '"５"',
    "true",
    "[5]",
    '{"$gt":0}',
    "9007199254740992",
    '"9007199254740993"',
    '"99999999999999999999"',
    '"1 or 1=1"',
  ];

  describe.each(BY_ID)("%s", (operation) => {
    test.each(WRONG)("%s is no id", async (id) => {
      const { answer, faults } = await refuse(operation, `"id":${id},"target":[1]`);
      expect(faults).toEqual([]);
      expect(Object.keys(answer.body.errors)).toEqual(["id"]);
    });

    test("none is no id either", async () => {
      const { answer, faults } = await refuse(operation, '"target":[1]');
      expect(faults).toEqual([]);
      expect(answer.body.errors.id).toEqual(["Id cannot be blank."]);
    });

    test("one that never existed is not found, as a number and as text", async () => {
      for (const id of ["999999", '"999999"', "9007199254740991", '"9007199254740991"']) {
        const { answer, faults } = await refuse(operation, `"id":${id},"target":[1]`, 404);
        expect(faults).toEqual([]);
        expect(answer.body).toEqual({
          code: 404,
          success: false,
          message: "There is no such object in this project.",
        });
      }
    });
  });
});

describe("22: names that mean nothing", () => {
  test.each(["list/campaign", "list/profile", "list/message"])("%s passes over them", async (operation) => {
    const answer = await post(operation, '"async":false,"page":2,"targets":["x"],"limit":1');
    expect(answer.body).toMatchObject({ code: 200, success: true });
  });

  test("create and import pass over them", async () => {
    const created = await post("create/campaign", '"title":"T","encryption":"0","no_such_field":{"a":1}');
    expect(created.body).toMatchObject({ code: 200, model: { title: "T" } });
    expect(created.body.model).not.toHaveProperty("no_such_field");
    const imported = await post("import/profile", '"columns":["user_id"],"rows":[["u"]],"source":"crm"');
    expect(imported.body).toMatchObject({ code: 200 });
  });

  test("execute passes over them", async () => {
    const fields = `"id":${campaignId},"target_by":"user_id","target":["user-0"]`;
    const answer = await post("execute/campaign", `${fields},"async":true,"source":"crm"`);
    expect(answer.body).toMatchObject({ code: 200, model: { accepted: 1 } });
  });

  test.each([
    "targets",
    "target_by_",
    "target_by_user",
    "Target",
    "target_ids",
    "targetby",
    "target_with_param",
    "parameters",
    "Time",
    "send_at",
    "idempotencykey",
  ])("%s on execute looks like a misspelt safety field", async (name) => {
    const fields = `"id":${campaignId},"target_by":"user_id","target":["user-0"],"${name}":["user-1"]`;
    const { answer, faults } = await refuse("execute/campaign", fields);
    expect(faults).toEqual([]);
    expect(Object.keys(answer.body.errors)).toEqual([name]);
  });
});
