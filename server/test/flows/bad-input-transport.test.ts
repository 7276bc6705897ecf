/**
 * What comes instead of a sound HTTP request is refused in the API's own words and changes nothing (bad-input
 * catalogue 4.1, rows 1 to 7 and 19 to 21).
 */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OPERATIONS } from "../../src/http/external/operations.ts";
import { ask, pathOf, type RawRequest, rawBody, refusal, send } from "../raw-http.ts";
import { type Stack, startStack } from "../stack.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
});
afterAll(async () => {
  await stack.stop();
});

const LIST = pathOf("list/campaign");
const PATHS = OPERATIONS.map(({ method, model }) => pathOf(`${method}/${model}`));

/** An otherwise sound request for a list. */
const listWith = (changes: Partial<RawRequest>): RawRequest => ({
  path: LIST,
  body: rawBody(stack.token, ""),
  ...changes,
});

describe("1: only POST is accepted", () => {
  test.each(PATHS)("GET %s", async (path) => {
    const { answer, faults } = await refusal(stack, { method: "GET", path }, 405);
    expect(faults).toEqual([]);
    expect(answer.headers.get("allow")).toBe("POST");
  });

  test.each(["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])("%s", async (method) => {
    const { answer, faults } = await refusal(stack, listWith({ method, body: "" }), 405);
    expect(faults).toEqual([]);
    expect(answer.headers.get("allow")).toBe("POST");
  });

  test("HEAD has the same headers and no body", async () => {
    const answer = await ask(stack.url, { method: "HEAD", path: LIST });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("POST");
    expect(answer.text).toBe("");
  });

  test("a header cannot change the method", async () => {
    const answer = await ask(stack.url, listWith({ headers: { "X-HTTP-Method-Override": "DELETE" } }));
    expect(answer.body).toMatchObject({ code: 200, success: true });
  });
});

describe("2: an empty body", () => {
  test.each(PATHS)("%s", async (path) => {
    const { answer, faults } = await refusal(stack, { path }, 400);
    expect(faults).toEqual([]);
    expect(answer.body.errors).toEqual({ body: ["Body cannot be blank."] });
  });

  test("white space and a byte order mark are empty too", async () => {
    const { answer, faults } = await refusal(stack, { path: LIST, body: "\ufeff \r\n\t" }, 400);
    expect(faults).toEqual([]);
    expect(answer.body.errors).toHaveProperty("body");
  });

  test("a caller who tried a wrong header hears of the header first", async () => {
    const headers = { Authorization: "Bearer wrong" };
    expect((await refusal(stack, { path: LIST, headers }, 401)).faults).toEqual([]);
  });
});

describe("3: what is no JSON object", () => {
  test.each([
    '{"apptoken":"T",}',
    "{'a':1}",
    "[1]",
    '"x"',
    "null",
    "{}{}",
    "1",
    "true",
    "text",
    "{",
    '{"a":1',
  ])("%s", async (body) => {
    const { answer, faults } = await refusal(stack, { path: LIST, body }, 400);
    expect(faults).toEqual([]);
    expect(answer.body.message).toBe("Body must be a JSON object.");
  });
});

describe("4: JSON is known by its first byte, whatever its label", () => {
  test.each([
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "application/json; charset=utf-16",
    "multipart/form-data; boundary=x",
    "application/json;;;=",
    "",
    "garbage",
    ";",
    "a/b/c",
  ])("labelled %j", async (label) => {
    const answer = await ask(stack.url, listWith({ headers: { "Content-Type": label } }));
    expect(answer.body).toMatchObject({ code: 200, success: true, data: [] });
  });

  test("not labelled at all", async () => {
    expect((await ask(stack.url, listWith({}))).body).toMatchObject({ code: 200, success: true, data: [] });
  });
});

describe("5 and 6: forms", () => {
  const form = { "Content-Type": "application/x-www-form-urlencoded" };

  test("a real form is taken, brackets and all", async () => {
    const body = `apptoken=${stack.token}&order%5B%5D=id+DESC&condition[0][]=id&condition[0][]=%3D&condition[0][]=5&limit=1`;
    const answer = await ask(stack.url, { path: LIST, headers: form, body });
    expect(answer.body).toMatchObject({ code: 200, success: true, data: [] });
  });

  test.each([
    ["__proto__ as a name", "a[__proto__][x]=1", "a[__proto__][x]"],
    ["50 levels", `a${"[b]".repeat(50)}=1`, `a${"[b]".repeat(50)}`],
    ["5,000 fields", Array.from({ length: 5_000 }, (_, i) => `f${i}=1`).join("&"), "body"],
    ["a broken percent sequence", "title=%zz", "title"],
    ["percent-encoded bytes that are no UTF-8", "title=%c3%28", "title"],
    ["brackets that do not pair up", "a[b=1", "a[b"],
    ["U+0000", "title=a%00b", "title"],
    ["id given twice", "id=1&id=2", "id"],
  ])("%s is refused", async (_name, fields, named) => {
    const body = `apptoken=${stack.token}&${fields}`;
    const { answer, faults } = await refusal(stack, { path: LIST, headers: form, body }, 400);
    expect(faults).toEqual([]);
    const [field = ""] = Object.keys(answer.body.errors);
    expect(named.startsWith(field.replace(/…$/, ""))).toBe(true);
    expect({}).not.toHaveProperty("x");
  });
});

describe("7: encodings", () => {
  test("a byte order mark is passed over", async () => {
    const answer = await ask(stack.url, listWith({ body: `\ufeff${rawBody(stack.token, "")}` }));
    expect(answer.status).toBe(200);
  });

  test.each<[string, (text: string) => Buffer]>([
    ["UTF-16 with a mark", (text) => Buffer.from(`\ufeff${text}`, "utf16le")],
    ["UTF-16 without one", (text) => Buffer.from(text, "utf16le")],
    [
      "an invalid sequence",
      (text) => Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xc3, 0x28, 0x7d])]),
    ],
    [
      "an overlong slash",
      (text) =>
        Buffer.concat([
          Buffer.from(`${text.slice(0, -1)},"a":"`),
          Buffer.from([0xc0, 0xaf]),
          Buffer.from('"}'),
        ]),
    ],
    [
      "a surrogate as bytes",
      (text) =>
        Buffer.concat([
          Buffer.from(`${text.slice(0, -1)},"a":"`),
          Buffer.from([0xed, 0xa0, 0x80]),
          Buffer.from('"}'),
        ]),
    ],
    ["gzip, which nobody unpacks", (text) => gzipSync(text)],
    ["garbage that says it is gzip", () => Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3])],
  ])("%s is refused", async (_name, encode) => {
    const body = encode(rawBody(stack.token, ""));
    const headers: Record<string, string> = body[0] === 0x1f ? { "Content-Encoding": "gzip" } : {};
    expect((await refusal(stack, listWith({ body, headers }), 400)).faults).toEqual([]);
  });
});

describe("19 and 20: paths", () => {
  test("one trailing slash is tolerated, a query is passed over", async () => {
    for (const path of [`${LIST}/`, `${LIST}?x=1`]) {
      expect((await ask(stack.url, listWith({ path }))).body).toMatchObject({ code: 200, data: [] });
    }
  });

  test.each([
    "/api/external/List/Campaign",
    "/api/external//list/campaign",
    "//api/external/list/campaign",
    "/api/external/list/campaign//",
    "/api/external/list/campaign;x",
    "/api/external/%2e%2e/external/list/campaign",
    "/api/external/../external/list/campaign",
    "/api/external/list%2fcampaign",
    "/api/external/list/campaign%00",
    "/api/external/list/%zz",
    "/api/external/list/%c3%28",
    "/api/external/list",
    "/api/external/list/nothing",
    "/api/external/nothing/campaign",
    "/api/external/__proto__/constructor",
    "/api/external/delete/campaign",
    `/api/external/list/${"a".repeat(5_000)}`,
    "/api/external/list/<script>alert(1)</script>",
    "*",
  ])("%s is no operation", async (path) => {
    expect((await refusal(stack, listWith({ path }), 404)).faults).toEqual([]);
  });

  test("the answer names what was asked for", async () => {
    const { answer } = await refusal(stack, listWith({ path: pathOf("list/nothing") }), 404);
    expect(answer.body.message).toContain("list/nothing");
  });
});

describe("request ids", () => {
  test("a plain one is taken over, another is replaced", async () => {
    const idOf = async (given: string) =>
      (await ask(stack.url, listWith({ headers: { "X-Request-Id": given } }))).headers.get("x-request-id");
    expect(await idOf("caller-1.2:3")).toBe("caller-1.2:3");
    for (const given of ["a b", "<script>", "é", "x".repeat(129), ""]) {
      expect(await idOf(given)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test("the connection goes on after a refusal", async () => {
    const bad = `POST ${LIST} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n[]`;
    const answer = await send(stack.url, [bad]);
    expect(answer.headers.get("connection")).not.toBe("close");
  });
});
