/** Tags: hits with a time and a value, of people and devices, beside attributes under the same call (evidence: data API, 5). */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addDevice } from "../devices.ts";
import { pathOf, rawBody, refusal } from "../raw-http.ts";
import { addPeople, type Stack, startStack } from "../stack.ts";

let stack: Stack;
let deviceId: number;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
  await addPeople(stack, 2);
  deviceId = await addDevice(stack, "user-1", 1);
});
afterAll(async () => {
  await stack.stop();
});

const hitsOf = async (tag: string, more: Readonly<Record<string, unknown>> = {}) =>
  (await stack.call("list/tag-hit", { condition: [["tag", "=", tag]], ...more })).body.data;

describe("hit/tag", () => {
  test("the first hit declares the tag and makes the person; each hit is a row", async () => {
    for (let i = 0; i < 2; i += 1)
      expect((await stack.call("hit/tag", { user_id: "new-1", tag: "signin" })).body).toMatchObject({
        code: 200,
        message: "Tag successfully hit",
        model: { accepted: 1 },
      });
    expect(await hitsOf("signin", { select: ["tag", "user_id", "device_id", "value"] })).toEqual(
      Array(2).fill({ tag: "signin", user_id: "new-1", device_id: null, value: null }),
    );
    const tags = await stack.call("list/tag", { condition: [["name", "=", "signin"]] });
    expect(tags.body.data).toMatchObject([{ name: "signin", profile_attribute: 0, device_attribute: 0 }]);
  });

  test("a list, with values, times and a device; attributes and system columns are written", async () => {
    await stack.call("create/attribute", { name: "tier", type: "String" });
    const timestamp = new Date(Date.now() - 86_400_000).toISOString();
    const tags = [
      { user_id: "user-0", tag: "viewed", value: { shoe: 7 }, timestamp },
      { device_id: deviceId, tag: "viewed", value: "app" },
      { user_id: "user-0", tag: "tier", value: "gold" },
      { user_id: "user-0", tag: "country", value: "IE" },
      { device_id: deviceId, tag: "tier", value: "tin" },
    ];
    expect((await stack.call("hit/tag", { tags })).body.model).toEqual({ accepted: 5 });
    expect(await hitsOf("viewed")).toMatchObject([
      {
        user_id: "user-0",
        device_id: null,
        value: { shoe: 7 },
        timestamp: Math.floor(Date.parse(timestamp) / 1000),
      },
      { user_id: "user-1", device_id: deviceId, value: "app" },
    ]);
    expect(await hitsOf("tier")).toEqual([]);
    const people = await stack.call("list/profile", {
      condition: [["tier", "IN", ["gold", "tin"]]],
      order: ["tier"],
    });
    expect(people.body.data).toMatchObject([
      { user_id: "user-0", tier: "gold", country: "IE" },
      { user_id: "user-1", tier: "tin" },
    ]);
  });

  test("hits are found by person, device and time, and another project sees none", async () => {
    const found = async (condition: unknown) =>
      (await stack.call("list/tag-hit", { condition, select: ["tag"] })).body.data.length;
    expect(await found([["user_id", "=", "user-0"]])).toBe(1);
    expect(await found([["user_id", "IN", ["user-0", "user-1", "nobody"]]])).toBe(2);
    expect(await found([["device_id", "=", deviceId]])).toBe(1);
    expect(await found([["timestamp", "<", Math.floor(Date.now() / 1000) - 3_600]])).toBe(1);
    expect((await (await stack.createProject()).call("list/tag-hit")).body.data).toEqual([]);
  });
});

describe("what is refused changes nothing", () => {
  const FUTURE = '"timestamp":"2999-01-01"';
  test.each<[string, readonly string[], number?]>([
    ["", ["user_id", "tag"]],
    ['"user_id":"u"', ["tag"]],
    ['"tag":"t"', ["user_id"]],
    ['"user_id":" u","tag":"t"', ["user_id"]],
    ['"user_id":"u","tag":5', ["tag"]],
    ['"user_id":"u","tag":"a b"', ["tag"]],
    ['"user_id":"u","tag":"__proto__"', ["tag"]],
    ['"user_id":"u","tag":"user_id"', ["tag"]],
    ['"user_id":"u","device_id":5,"tag":"t"', ["device_id"]],
    ['"device_id":"x","tag":"t"', ["device_id"]],
    ['"device_id":999999999,"tag":"t"', ["device_id"]],
    ['"user_id":"u","tag":"country"', ["value"]],
    ['"user_id":"u","tag":"email","value":"no address"', ["value"]],
    [`"user_id":"u","tag":"t",${FUTURE}`, ["timestamp"]],
    ['"user_id":"u","tag":"t","timestamp":{}', ["timestamp"]],
    ['"user_id":"u","tags":[{"user_id":"u","tag":"t"}]', ["user_id"]],
    ['"tags":[]', ["tags"]],
    ['"tags":{}', ["tags"]],
    ['"tags":[{"user_id":"u","tag":"t"},5,{"user_id":"u"}]', ["tags[1]", "tags[2].tag"]],
    ['"tags":[{"user_id":"u","tag":"t"},{"device_id":999999999,"tag":"t"}]', ["tags[1].device_id"]],
    [`"tags":[${Array(1_001).fill('{"user_id":"u","tag":"t"}').join(",")}]`, ["tags"], 413],
    [
      `"tags":[${Array.from({ length: 1_000 }, (_, i) => `{"user_id":"u","tag":"t${i}"}`).join(",")}]`,
      ["tag"],
    ],
  ])("hit/tag with %s", async (fields, named, status = 400) => {
    const { answer, faults } = await refusal(
      stack,
      { path: pathOf("hit/tag"), body: rawBody(stack.token, fields) },
      status,
    );
    expect(faults).toEqual([]);
    expect(Object.keys(answer.body.errors)).toEqual(named);
  });
});
