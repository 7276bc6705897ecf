/**
 * The list language refuses what it does not know: no field, comparator or order of a stranger's making reaches a
 * statement, and a filter that cannot be read never becomes "no filter" (bad-input catalogue 4.7, list rows).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OPERATIONS } from "../../src/http/external/operations.ts";
import { ask, pathOf, rawBody, refusal } from "../raw-http.ts";
import { launch, type Stack, smsCampaign, startStack } from "../stack.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
  await launch(stack, smsCampaign("Hi"));
});
afterAll(async () => {
  await stack.stop();
});

const LISTS = OPERATIONS.filter(({ method }) => method === "list").map(({ model }) => `list/${model}`);

const nested = (levels: number): string =>
  levels === 0 ? '["id","=",1]' : `{"operator":"AND","0":${nested(levels - 1)}}`;
const many = (count: number, entry: string): string => `[${Array(count).fill(entry).join(",")}]`;

const CONDITIONS: readonly (readonly [name: string, condition: string])[] = [
  ["1: four levels", nested(4)],
  ["1: 1,001 conditions", many(1_001, '["id","=",1]')],
  ["2: no operator", '{"0":["id","=",1]}'],
  ["2: XOR", '{"operator":"XOR","0":["id","=",1]}'],
  ["2: an operator that is a list", '{"operator":["AND"],"0":["id","=",1]}'],
  ["3: a padded key", '{"operator":"AND","00":["id","=",1]}'],
  ["3: a negative key", '{"operator":"AND","-1":["id","=",1]}'],
  ["3: a key that is a word", '{"operator":"AND","a":["id","=",1]}'],
  ["3: a fraction", '{"operator":"AND","1.5":["id","=",1]}'],
  ["4: a list that holds an object", '[["id","=",1],{"operator":"AND","0":["id","=",1]}]'],
  ["4: an object that holds a list", '{"operator":"AND","0":[["id","=",1],["id","=",2],["id","=",3]]}'],
  ["a triple that is not in a list", '["id","=",1]'],
  ["a pair", '[["id",1]]'],
  ["four parts", '[["id","=",1,2]]'],
  ["text", '"id = 1"'],
  ["a number", "1"],
  ["true", "true"],
  ["an empty triple", "[[]]"],
  ["a null among triples", "[null]"],
  ["6: SQL as a field", '[["id;DROP TABLE x","=",1]]'],
  ["6: SQL as a comparator", '[["id","= 1 OR 1","1"]]'],
  ["6: a quote in a field", '[["a\'b","=",1]]'],
  ["6: an expression as a field", '[["t.id","=",1]]'],
  ["6: a field that is a list", '[[["id"],"=",1]]'],
  ["6: an unknown field", '[["no_such_field","=",1]]'],
  ["6: an inherited name", '[["constructor","=",1]]'],
  ["6: a comparator that is a list", '[["id",["="],1]]'],
  ["6: an unknown comparator", '[["id","<>",1]]'],
  ["16: the project", '[["project_id","=",1]]'],
  ["16: the bucket", '[["bucket","=",1]]'],
  ["16: all attributes", '[["attributes","=","x"]]'],
  ["7: IN a number", '[["id","IN",5]]'],
  ["7: IN a text", '[["id","IN","1,2"]]'],
  ["7: IN an object", '[["id","IN",{"0":1}]]'],
  ["7: IN 10,001 values", `[["id","IN",[${Array.from({ length: 10_001 }, (_, i) => i).join(",")}]]]`],
  ["7: IN mixed types", '[["id","IN",[1,"x"]]]'],
  ["7: NOT IN mixed types", '[["id","NOT IN",[1,{}]]]'],
  ["8: a word for a number", '[["id",">","abc"]]'],
  ["8: an object for a number", '[["id",">",{}]]'],
  ["8: a fraction for a number", '[["id","=",1.5]]'],
  ["8: a number in hexadecimal", '[["id","=","0x10"]]'],
  ["8: a number and SQL", '[["id","=","1 or 1=1"]]'],
  ["9: LIKE", '[["id","LIKE","%"]]'],
  ["9: more than null", '[["id",">",null]]'],
];

const QUERIES: readonly (readonly [name: string, fields: string, named: string])[] = [
  ["SQL as an order", '"order":["id; DROP"]', "order"],
  ["a third word in an order", '"order":["id DESC NULLS"]', "order"],
  ["an unknown order", '"order":["unknown"]', "order"],
  ["an order by the project", '"order":["project_id"]', "order"],
  ["an order by a place", '"order":["1"]', "order"],
  ["an order with a comma", '"order":["id, id"]', "order"],
  ["an order of two spaces", '"order":["id  DESC"]', "order"],
  ["an order that is an object", '"order":{"id":"DESC"}', "order"],
  ["an order that holds a list", '"order":[["id"]]', "order"],
  ["six orders", '"order":["id","id","id","id","id","id"]', "order"],
  ["a negative limit", '"limit":-1', "limit"],
  ["a limit of 0", '"limit":0', "limit"],
  ["a fraction as a limit", '"limit":1.5', "limit"],
  ["a limit in words", '"limit":"all"', "limit"],
  ["a limit that is a list", '"limit":[5]', "limit"],
  ["a negative offset", '"offset":-1', "offset"],
  ["an offset in words", '"offset":"first"', "offset"],
  ["a star", '"select":"*"', "select"],
  ["a select that is an object", '"select":{"id":1}', "select"],
  ["a select of numbers", '"select":[1]', "select"],
  ["a count of 2", '"count":2', "count"],
];

describe.each(LISTS)("%s", (operation) => {
  const refuse = (fields: string) =>
    refusal(stack, { path: pathOf(operation), body: rawBody(stack.token, fields) }, 400);

  test.each(CONDITIONS)("%s", async (_name, condition) => {
    const { answer, faults } = await refuse(`"condition":${condition}`);
    expect(faults).toEqual([]);
    expect(Object.keys(answer.body.errors)).toEqual(["condition"]);
  });

  test.each(QUERIES)("14 and 15: %s", async (_name, fields, named) => {
    const { answer, faults } = await refuse(fields);
    expect(faults).toEqual([]);
    expect(Object.keys(answer.body.errors)).toEqual([named]);
  });

  test("5: an empty condition is no filter", async () => {
    for (const condition of ["[]", "{}", '{"operator":"AND"}', "null"]) {
      const body = rawBody(stack.token, `"condition":${condition},"count":1`);
      const all = await ask(stack.url, { path: pathOf(operation), body: rawBody(stack.token, '"count":1') });
      const answer = await ask(stack.url, { path: pathOf(operation), body });
      expect(answer.body).toMatchObject({ code: 200 });
      expect(answer.body).toEqual(all.body);
    }
  });

  test("7: as many values as the body can hold are no fault of the server", async () => {
    const values = Array.from({ length: 10_000 }, (_, i) => i).join(",");
    const body = rawBody(stack.token, `"condition":${many(9, `["id","IN",[${values}]]`)}`);
    expect((await ask(stack.url, { path: pathOf(operation), body })).status).toBe(200);
  });

  test("14: an offset beyond everything is an empty list, soon", async () => {
    const answer = await ask(stack.url, {
      path: pathOf(operation),
      body: rawBody(stack.token, '"offset":1000000000000'),
    });
    expect(answer.body).toMatchObject({ code: 200, data: [] });
  });

  test("15: secrets can be asked for and never come", async () => {
    const select = [
      "id",
      "password",
      "apptoken",
      "secret",
      "sealed",
      "project_id",
      "bucket",
      "t.id",
      "1",
      "id as x",
    ];
    const body = rawBody(stack.token, `"select":${JSON.stringify(select)}`);
    const answer = await ask(stack.url, { path: pathOf(operation), body });
    expect(answer.body).toMatchObject({ code: 200, success: true });
    for (const row of answer.body.data) expect(Object.keys(row)).toEqual(["id"]);
  });
});

describe("8: times", () => {
  test.each(['"abc"', '"2020-01-01"', "1e400", "{}", "true", '"1700000000.5"', '""'])(
    "%s is none",
    async (value) => {
      const body = rawBody(stack.token, `"condition":[["create_time",">",${value}]]`);
      expect((await refusal(stack, { path: pathOf("list/campaign"), body }, 400)).faults).toEqual([]);
    },
  );

  test.each([
    ["2020", 1],
    ['"2020"', 1],
    ["-1", 1],
    ["253402300800", 0],
    ["9007199254740991", 0],
    ["-9007199254740991", 1],
  ])("after %s there are %i", async (value, count) => {
    const body = rawBody(stack.token, `"condition":[["create_time",">",${value}]]`);
    const answer = await ask(stack.url, { path: pathOf("list/campaign"), body });
    expect(answer.status).toBe(200);
    expect(answer.body.data).toHaveLength(count as number);
  });
});
