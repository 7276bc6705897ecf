/**
 * What comes instead of a sound HTTP request is refused in the API's own words and changes nothing (bad-input
 * catalogue 4.1, rows 1 to 7, 12, 13 and 19 to 21).
 */
import { once } from "node:events";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OPERATIONS } from "../../src/http/external/operations.ts";
import { watchTables } from "../checksums.ts";
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
const EXECUTE = pathOf("execute/campaign");
const PATHS = OPERATIONS.map(({ method, model }) => pathOf(`${method}/${model}`));
const MIB = 1_048_576;

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

describe("12: bombs of brackets", () => {
  // The catalogue asks for 50 ms; ten times that tells a stack or heap burst from a slow machine.
  const SOON_MS = 500;

  test.each<[string, string]>([
    ["33 levels of lists", `"a":${"[".repeat(32)}1${"]".repeat(32)}`],
    ["33 levels of objects", `"a":${'{"a":'.repeat(32)}1${"}".repeat(32)}`],
    ["a million brackets in a field", `"a":${"[".repeat(1_000_000)}`],
    ["a hundred thousand closed ones", `"a":${"[".repeat(100_000)}${"]".repeat(100_000)}`],
  ])("%s", async (_name, fields) => {
    const body = rawBody(stack.token, fields);
    for (const path of [LIST, EXECUTE]) {
      const { answer, faults } = await refusal(stack, { path, body }, 400);
      expect(faults).toEqual([]);
      expect(answer.body.errors.body).toEqual(["Body is nested deeper than 32."]);
      expect(answer.elapsedMs).toBeLessThan(SOON_MS);
    }
  });

  test("a million brackets and nothing else", async () => {
    const { answer, faults } = await refusal(stack, { path: EXECUTE, body: "[".repeat(1_000_000) }, 400);
    expect(faults).toEqual([]);
    expect(answer.elapsedMs).toBeLessThan(SOON_MS);
  });

  test("32 levels are taken", async () => {
    const body = rawBody(stack.token, `"a":${"[".repeat(31)}1${"]".repeat(31)}`);
    expect((await ask(stack.url, { path: LIST, body })).status).toBe(200);
  });
});

describe("13: sizes and framing", () => {
  test("33 MB where 32 are allowed, 2 MB where 1 is", async () => {
    const spaces = Buffer.alloc(33 * MIB, " ");
    expect((await refusal(stack, { path: EXECUTE, body: spaces }, 413)).faults).toEqual([]);
    expect((await refusal(stack, { path: LIST, body: spaces.subarray(0, 2 * MIB) }, 413)).faults).toEqual([]);
  });

  test("a length that nobody could mean is refused before it is read", async () => {
    const headers = { "Content-Length": "99999999999" };
    expect((await refusal(stack, { path: EXECUTE, headers, body: "{" }, 413)).faults).toEqual([]);
  });

  test("33 MB in chunks, without a length", async () => {
    const chunk = Buffer.concat([Buffer.from("100000\r\n"), Buffer.alloc(MIB, " "), Buffer.from("\r\n")]);
    const head = `POST ${EXECUTE} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const pieces = [head, ...Array.from({ length: 33 }, () => chunk), "0\r\n\r\n"];
    expect((await refusal(stack, pieces, 413)).faults).toEqual([]);
  });

  const POST = `POST ${LIST} HTTP/1.1\r\nHost: x\r\n`;
  test.each([
    ["a body longer than its length", `${POST}Content-Length: 10\r\n\r\n{"apptoken":"abcdefgh"}`],
    ["a negative length", `${POST}Content-Length: -1\r\n\r\n{}`],
    ["two lengths", `${POST}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    ["a length and chunks", `${POST}Content-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["a chunk without a size", `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n`],
    ["an unknown transfer encoding", `${POST}Transfer-Encoding: gzip\r\n\r\nxx`],
    ["a control character in a header", `${POST}X-A: a\u0001b\r\nContent-Length: 2\r\n\r\n{}`],
    ["no Host", `POST ${LIST} HTTP/1.1\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`],
    ["a method that does not exist", `FOO ${LIST} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ["a space in the path", `POST ${LIST} x HTTP/1.1\r\nHost: x\r\n\r\n`],
    ["a version that does not exist", `POST ${LIST} HTTP/9.9\r\nHost: x\r\n\r\n`],
    ["no HTTP at all", "\u0016\u0003\u0001\u0002 hello\r\n\r\n"],
  ])("%s is refused in the API's own words", async (_name, bytes) => {
    expect((await refusal(stack, [bytes], 400)).faults).toEqual([]);
  });

  test("headers of 20 KB", async () => {
    const { faults } = await refusal(stack, listWith({ headers: { "X-A": "a".repeat(20_000) } }), 431);
    expect(faults).toEqual([]);
  });

  test("an expectation that cannot be met", async () => {
    expect((await refusal(stack, listWith({ headers: { Expect: "nonsense" } }), 417)).faults).toEqual([]);
  });

  test("a body that breaks off changes nothing and the next caller is served", async () => {
    const body = rawBody(stack.token, '"title":"Half"');
    const path = pathOf("create/campaign");
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length + 5}\r\n\r\n`;
    const { changed } = await watchTables(stack.owner, async () => {
      await hangUpAfter(head + body);
      expect((await ask(stack.url, listWith({}))).status).toBe(200);
    });
    expect(changed).toEqual([]);
  });
});

/** Writes the bytes and resets the connection. */
async function hangUpAfter(bytes: string): Promise<void> {
  const { hostname, port } = new URL(stack.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write(bytes, () => socket.resetAndDestroy());
  await once(socket, "close");
}

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
