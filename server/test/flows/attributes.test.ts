/** Attributes and tags through the front door: declared, written, listed, and refused without a trace. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askApp } from "../dashboard.ts";
import { pathOf, rawBody, refusal } from "../raw-http.ts";
import { type Stack, startStack } from "../stack.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
});
afterAll(async () => {
  await stack.stop();
});

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

const profileOf = async (userId: string): Promise<Record<string, unknown>> =>
  (await stack.call("info/profile", { user_id: userId })).body.model;

const namesIn = async (operation: string): Promise<string[]> =>
  (await stack.call(operation)).body.data.map((row: { name: string }) => row.name);

describe("create", () => {
  test("a tag and an attribute of one registry", async () => {
    const tag = await stack.call("create/tag", { name: "signin", title: "Signed in", alias: "login" });
    expect(tag.body).toMatchObject({
      code: 200,
      success: true,
      message: "Tag successfully created",
      model: {
        name: "signin",
        title: "Signed in",
        alias: "login",
        profile_attribute: 0,
        device_attribute: 0,
      },
    });
    expect(tag.body.model.id).toBeGreaterThan(0);
    const typed = await stack.call("create/tag", { name: "tier", type: "String" });
    expect(typed.body.model).toMatchObject({ type: "string", profile_attribute: 1 });
    const attribute = await stack.call("create/attribute", { name: "visits", type: "Integer" });
    expect(attribute.body).toMatchObject({
      message: "Attribute successfully created",
      model: { title: "visits", type: "integer", profile_attribute: 1, device_attribute: 0 },
    });
    const device = await stack.call("create/attribute", { name: "screen", device_attribute: 1 });
    expect(device.body.model).toMatchObject({ type: "text", profile_attribute: 0, device_attribute: 1 });
    expect(await namesIn("list/tag")).toEqual(["signin"]);
    expect(await namesIn("list/attribute")).toEqual(["tier", "visits", "screen"]);
  });

  test("many at once, under both names, all or none", async () => {
    const tags = [{ name: "many_a" }, { name: "many_b", type: "Array" }];
    const answer = await stack.call("batch-create/tag", { tags });
    expect(answer.body.data).toMatchObject([
      { name: "many_a", profile_attribute: 0 },
      { name: "many_b", type: "json", profile_attribute: 1 },
    ]);
    expect((await stack.call("batch-create/attribute", { tags: [{ name: "many_c" }] })).status).toBe(200);
    await refuses("batch-create/tag", '"tags":[{"name":"fresh"},{"name":"many_a"}]', ["tags[1].name"]);
  });

  test.each<[string, string, readonly string[], number?]>([
    ["create/tag", "", ["name"]],
    ["create/tag", '"name":""', ["name"]],
    ["create/tag", '"name":5', ["name"]],
    ["create/tag", '"name":"a b"', ["name"]],
    ["create/tag", '"name":"a.b"', ["name"]],
    ["create/tag", '"name":"email"', ["name"]],
    ["create/tag", '"name":"user_id"', ["name"]],
    ["create/tag", '"name":"id"', ["name"]],
    ["create/tag", '"name":"signin"', ["name"]],
    ["create/attribute", '"name":"tier"', ["name"]],
    ["create/attribute", '"name":"x","type":"Blob"', ["type"]],
    ["create/attribute", '"name":"x","title":[]', ["title"]],
    ["create/attribute", '"name":"x","profile_attribute":2', ["profile_attribute"]],
    ["batch-create/tag", "", ["tags"]],
    ["batch-create/tag", '"tags":[]', ["tags"]],
    ["batch-create/tag", '"tags":{"name":"x"}', ["tags"]],
    ["batch-create/tag", '"tags":["x"]', ["tags[0]"]],
    ["batch-create/tag", '"tags":[{"name":"x"},{"name":"x"}]', ["tags[1].name"]],
    ["batch-create/tag", `"tags":[${Array(1_001).fill("{}").join(",")}]`, ["tags"], 413],
  ])("%s is refused: %.60s", refuses);

  test("the same names are free in another project, and none of ours are seen there", async () => {
    const other = await stack.createProject();
    expect((await other.call("create/tag", { name: "signin" })).status).toBe(200);
    const { body } = await other.call("list/tag");
    expect(body.data.map((row: { name: string }) => row.name)).toEqual(["signin"]);
    expect((await other.call("list/profile-attribute")).body.data).toEqual([]);
  });
});

describe("hit/attribute", () => {
  test("writes a value in its declared type, for somebody new too", async () => {
    await stack.call("create/attribute", { name: "points", type: "Number" });
    const answer = await stack.call("hit/attribute", { user_id: "h-1", attribute: "points", value: "12.5" });
    expect(answer.body).toMatchObject({ code: 200, model: { accepted: 1 } });
    expect(await profileOf("h-1")).toMatchObject({ points: 12.5 });
    await stack.call("hit/attribute", { user_id: "h-1", attribute: "points", value: "" });
    expect((await profileOf("h-1")).points).toBeNull();
  });

  test("system columns keep their rules, and their keys lead to the person", async () => {
    await stack.call("hit/attribute", {
      user_id: "h-2",
      attribute: "mobile_number",
      value: "+353 86 1234567",
    });
    expect(await profileOf("h-2")).toMatchObject({ mobile_number: "353861234567" });
    const [key] = await stack.owner`select key from lookup_keys where key = '353861234567'`;
    expect(key).toBeDefined();
  });

  test("many people and attributes at once, the last of twins wins", async () => {
    const attributes = Array.from({ length: 1_000 }, (_, i) => ({
      user_id: `h-many-${i % 100}`,
      attribute: "score",
      value: i,
    }));
    const answer = await stack.call("hit/attribute", { attributes });
    expect(answer.body.model).toEqual({ accepted: 1_000 });
    expect(await profileOf("h-many-42")).toMatchObject({ score: 942 });
  });

  test("a tag that gets a value becomes an attribute of that value's type", async () => {
    await stack.call("create/tag", { name: "turned" });
    await stack.call("hit/attribute", { user_id: "h-3", attribute: "turned", value: 3 });
    expect(await namesIn("list/tag")).not.toContain("turned");
    const { body } = await stack.call("list/attribute", { condition: [["name", "=", "turned"]] });
    expect(body.data).toMatchObject([{ type: "number", profile_attribute: 1 }]);
    expect(await profileOf("h-3")).toMatchObject({ turned: 3 });
    // Whoever hits it as a tag goes on doing so, and changes nothing of the attribute.
    const hit = await stack.call("hit/tag", { user_id: "h-3", tag: "turned" });
    expect(hit.body).toMatchObject({ code: 200, model: { accepted: 1 } });
    const hits = await stack.call("list/tag-hit", { condition: [["tag", "=", "turned"]] });
    expect(hits.body.data).toMatchObject([{ user_id: "h-3", value: null }]);
    expect(await profileOf("h-3")).toMatchObject({ turned: 3 });
  });

  test("an attribute of devices keeps its type when people have it too", async () => {
    await stack.call("create/attribute", { name: "both", type: "Integer", device_attribute: 1 });
    await stack.call("hit/attribute", { user_id: "h-4", attribute: "both", value: 3 });
    const { body } = await stack.call("list/attribute", { condition: [["name", "=", "both"]] });
    expect(body.data).toMatchObject([{ type: "integer", profile_attribute: 1, device_attribute: 1 }]);
  });

  test.each<[string, readonly string[], number?]>([
    ["", ["user_id", "attribute", "value"]],
    ['"user_id":"u","attribute":"points"', ["value"]],
    ['"user_id":"u","attribute":"points","value":null', ["value"]],
    ['"user_id":"u","attribute":"points","value":"many"', ["value"]],
    ['"user_id":"u","attribute":"email","value":"no"', ["value"]],
    ['"user_id":"u","attribute":"user_id","value":"u"', ["attribute"]],
    ['"user_id":"u","attribute":"a b","value":1', ["attribute"]],
    ['"user_id":"","attribute":"points","value":1', ["user_id"]],
    ['"attributes":[]', ["attributes"]],
    ['"attributes":{"points":1}', ["attributes"]],
    ['"user_id":"u","attributes":[{}]', ["user_id"]],
    [
      '"attributes":[{"user_id":"u","attribute":"points","value":1},{"user_id":"u","attribute":"points","value":[]}]',
      ["attributes[1].value"],
    ],
    [`"attributes":[${Array(1_001).fill("{}").join(",")}]`, ["attributes"], 413],
  ])("is refused: %.80s", (fields, named, status) => refuses("hit/attribute", fields, named, status));
});

test("list/profile-attribute has one row a value, in pages that do not overlap", async () => {
  const attributes = ["va", "vb", "vc"].flatMap((attribute) =>
    ["v-1", "v-2"].map((user_id) => ({ user_id, attribute, value: `${user_id} ${attribute}` })),
  );
  await stack.call("hit/attribute", { attributes });
  const condition = [["user_id", "IN", ["v-1", "v-2"]]];
  const rows: Record<string, unknown>[] = [];
  for (let offset = 0; offset < 6; offset += 2) {
    const page = await stack.call("list/profile-attribute", { condition, limit: 2, offset, count: 1 });
    expect(page.body.total).toBe(6);
    rows.push(...page.body.data);
  }
  expect(rows.map((row) => row.value).sort()).toEqual(attributes.map(({ value }) => value).sort());
  expect(new Set(rows.map((row) => row.id)).size).toBe(6);
  expect(rows[0]?.profile_id).toBeTypeOf("string");
  const byId = await stack.call("list/profile-attribute", { condition: [["id", "=", rows[4]?.id]] });
  expect(byId.body.data).toEqual([rows[4]]);
  const typed = await stack.call("list/profile-attribute", {
    condition: [
      ["attribute", "=", "score"],
      ["value", "=", "942"],
    ],
  });
  expect(typed.body.data).toMatchObject([{ user_id: "h-many-42", value: 942 }]);
});

test("a project may insist on attributes that were created: each way of writing another is refused by name", async () => {
  const patch = (known_attributes_only: boolean) =>
    askApp(stack, stack, "PATCH /project", { known_attributes_only });
  expect((await patch(true)).status).toBe(200);
  const ways: [operation: string, fields: string, named: string][] = [
    ["import/profile", '"columns":["user_id","shoe"],"rows":[["strict-1",42]]', "columns"],
    ["hit/attribute", '"user_id":"strict-1","attribute":"shoe","value":42', "attribute"],
    ["hit/event", '"user_id":"strict-1","event":"bought","user_attributes":{"shoe":42}', "user_attributes"],
  ];
  for (const [operation, fields, named] of ways) {
    const request = { path: pathOf(operation), body: rawBody(stack.token, fields) };
    const { answer, faults } = await refusal(stack, request, 400);
    expect(faults).toEqual([]);
    expect(answer.body.errors).toEqual({ [named]: [expect.stringContaining("unknown: shoe")] });
  }
  const file = await askApp(stack, stack, "POST /imports", "user_id,shoe\nstrict-1,42\n");
  const mapping = { user_id: "user_id", shoe: "shoe" };
  const dry = await askApp(stack, stack, `POST /imports/${file.body.data.id}/dry-run`, { mapping });
  expect([dry.status, dry.body.error?.errors]).toEqual([
    400,
    { mapping: [expect.stringContaining("unknown: shoe")] },
  ]);
  const created = await stack.call("create/attribute", { name: "shoe", type: "Integer" });
  expect(created.status).toBe(200);
  const hit = { user_id: "strict-1", attribute: "shoe", value: 42 };
  expect((await stack.call("hit/attribute", hit)).status).toBe(200);
  expect(await profileOf("strict-1")).toMatchObject({ shoe: 42 });
  expect((await patch(false)).status).toBe(200);
  expect((await stack.call("hit/attribute", { ...hit, attribute: "hat" })).status).toBe(200);
});
