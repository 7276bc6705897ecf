import { describe, expect, test } from "vitest";
import { connectionStateName, parseConnection, type UrlRules } from "./connection.ts";

const urls: UrlRules = {
  allowHttp: false,
  refusal: (url) => (url.includes("private") ? "The address of this host is not public: private." : null),
};
const VALID = { name: "CRM", url: "https://example.org/hook", events: ["message_send"] };
const parse = (body: Record<string, unknown>, creating = true) => parseConnection(body, { creating, urls });

function errorsOf(body: Record<string, unknown>, creating = true): Record<string, string[]> {
  const result = parse(body, creating);
  return result.ok ? {} : { ...result.error };
}

describe("a new connection", () => {
  test("takes what is there and leaves the rest out", () => {
    expect(parse({ ...VALID, other: 1 })).toEqual({
      ok: true,
      value: { name: "CRM", url: "https://example.org/hook", events: ["message_send"] },
    });
  });

  test("names everything that is missing", () => {
    expect(errorsOf({})).toEqual({
      name: ["Name cannot be blank."],
      url: ["Url cannot be blank."],
      events: ["Events must be a list of at least one event."],
    });
  });

  test("a change may leave out all of it, but not blank it", () => {
    expect(parse({}, false)).toEqual({ ok: true, value: {} });
    expect(Object.keys(errorsOf({ name: "", url: null, events: [] }, false))).toEqual([
      "name",
      "url",
      "events",
    ]);
  });

  test("twins among events and types collapse, in a fixed order", () => {
    const body = {
      ...VALID,
      events: ["message_click", "message_send", "message_click"],
      message_types: ["sms", 7, "9"],
    };
    expect(errorsOf(body)).toHaveProperty("message_types");
    const good = parse({ ...body, message_types: ["sms", 7, 9] });
    expect(good).toMatchObject({
      value: { events: ["message_send", "message_click"], messageTypes: [7, 9] },
    });
  });
});

describe("the address", () => {
  test.each([
    ["http://example.org/", "Url must begin with https://."],
    ["https://private.example/", "The address of this host is not public: private."],
    ["https://example.org/#part", "Url must have no # part."],
    ["https://exa mple.org/", "Url must be a full https:// address."],
    ["https://example.org/\r\nx", "Url must be a full https:// address."],
    [`https://example.org/${"a".repeat(2_048)}`, "Url must have at most 2048 characters."],
    ["//example.org", "Url must be a full https:// address."],
    [["https://example.org"], "Url must be text."],
  ])("%j is refused", (url, sentence) => {
    expect(errorsOf({ ...VALID, url })).toEqual({ url: [sentence] });
  });

  test("http is taken where the deployment reaches its own network", () => {
    const result = parseConnection(
      { ...VALID, url: "http://10.0.0.7:3000/x" },
      { creating: true, urls: { allowHttp: true, refusal: () => null } },
    );
    expect(result.ok).toBe(true);
  });
});

describe("authorization", () => {
  test.each([
    [{ type: "none" }, null],
    [null, null],
    [{ type: "basic", username: "Aladdin", password: "open sesame" }, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="],
    [{ type: "basic", username: "pä", password: "" }, "Basic cMOkOg=="],
    [{ type: "bearer", token: "abc.DEF-1~+/=" }, "Bearer abc.DEF-1~+/="],
  ])("%j becomes %j", (authorization, header) => {
    expect(parse({ ...VALID, authorization })).toMatchObject({ value: { authorization: header } });
  });

  test.each([
    { type: "basic", username: "a:b", password: "x" },
    { type: "basic", username: "", password: "x" },
    { type: "basic", username: "a", password: "x\r\ny" },
    { type: "bearer", token: "a b" },
    { type: "bearer", token: "a\r\nX-Evil: 1" },
    { type: "bearer", token: "a".repeat(2_049) },
    { type: "oauth" },
    { token: "abc" },
    "Bearer abc",
  ])("%j is refused", (authorization) => {
    expect(Object.keys(errorsOf({ ...VALID, authorization }))).toEqual(["authorization"]);
  });
});

test("states have names", () => {
  expect([0, 1, 2].map(connectionStateName)).toEqual(["off", "on", "disabled"]);
});
