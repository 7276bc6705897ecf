/**
 * What comes instead of a sound HTTP request is refused in the API's own words and changes nothing (bad-input
 * catalogue 4.1, rows 1 to 7 and 19 to 21).
 */
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { OPERATIONS } from "../../src/http/external/operations.ts";
import { type Call, openDoor, type Row } from "../bad-input.ts";
import { rawBody, send } from "../raw-http.ts";
import { addPeople, launch, smsCampaign } from "../stack.ts";

let campaignId: number;

const door = openDoor({
  async prepare(stack) {
    await addPeople(stack, 1);
    campaignId = await launch(stack, smsCampaign("Hi"));
  },
});

const LIST = "list/profile";
const EXECUTE = "execute/campaign";
const NAMES = OPERATIONS.map(({ method, model }) => `${method}/${model}`);
const NONE = { code: 200, success: true, data: [] };

/** An otherwise sound request for a list that is empty. */
const listWith = (changes: Partial<Call>): Call => ({
  to: LIST,
  fields: '"condition":[["id","=",-1]]',
  ...changes,
});

describe("1 and 21: only POST is accepted", () => {
  test("GET of every operation", () =>
    door.refusesAll(NAMES.map((to): Row => [to, { method: "GET", to, body: "" }, { status: 405 }])));

  test.each(["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])("%s", async (method) => {
    const answer = await door.refuses({ method, to: EXECUTE, body: "" }, { status: 405 });
    expect(answer.headers.get("allow")).toBe("POST");
  });

  test("HEAD has the same headers and no body", async () => {
    const answer = await door.unchanged(() => door.ask({ method: "HEAD", to: LIST, body: "" }));
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("POST");
    expect(answer.text).toBe("");
  });

  test("a header cannot change the method", async () => {
    const headers = {
      "X-HTTP-Method-Override": "DELETE",
      "X-HTTP-Method": "GET",
      "X-Method-Override": "PUT",
    };
    expect((await door.ask(listWith({ headers }))).body).toMatchObject(NONE);
  });
});

describe("2: an empty body", () => {
  const blank = { named: ["body"], says: "Body cannot be blank." };

  test("of every operation", () => door.refusesAll(NAMES.map((to): Row => [to, { to, body: "" }, blank])));

  test("white space and a byte order mark are empty too", () =>
    door.refuses({ to: LIST, body: "\ufeff \r\n\t" }, blank));

  test("a caller who tried a header hears of the header first", async () => {
    await door.refuses({ to: LIST, headers: { Authorization: "Bearer wrong" }, body: "" }, { status: 401 });
    await door.refuses({ to: LIST, headers: { Authorization: `Bearer ${door.token}` }, body: "" }, blank);
  });
});

test("3: what is no JSON object", () => {
  const BODIES = [
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
    "NaN",
    '{"a":NaN}',
  ];
  return door.refusesAll(
    [LIST, EXECUTE].flatMap((to) =>
      BODIES.map(
        (body): Row => [`${to} ${body}`, { to, body }, { named: [], says: /^Body must be a JSON object\.$/ }],
      ),
    ),
  );
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
    expect((await door.ask(listWith({ headers: { "Content-Type": label } }))).body).toMatchObject(NONE);
  });

  test("not labelled at all", async () => {
    expect((await door.ask(listWith({}))).body).toMatchObject(NONE);
  });
});

describe("5 and 6: forms", () => {
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };

  test("5: the call of a client that knows forms only", async () => {
    const body = `apptoken=${door.token}&id=${campaignId}&target_by=user_id&target[]=user-0&target%5B%5D=user-1`;
    const answer = await door.accepts({ to: EXECUTE, headers, body });
    expect(answer.body.model).toMatchObject({ campaign_id: campaignId, accepted: 2 });
  });

  test("5: brackets in brackets, and as deep as they may go", async () => {
    const body = `apptoken=${door.token}&order%5B%5D=id+DESC&condition[0][]=id&condition[0][]=%3D&condition[0][]=5&limit=1`;
    expect((await door.ask({ to: "list/campaign", headers, body })).body).toMatchObject(NONE);
    await door.accepts({ to: LIST, headers, body: `apptoken=${door.token}&a${"[b]".repeat(9)}=1` });
    const many = Array.from({ length: 999 }, (_, i) => `f${i}=1`).join("&");
    await door.accepts({ to: LIST, headers, body: `apptoken=${door.token}&${many}` });
  });

  test.each([
    ["__proto__ as a name", "a[__proto__][x]=1", "a[__proto__][x]"],
    ["50 levels", `a${"[b]".repeat(50)}=1`, `a${"[b]".repeat(50)}`],
    ["11 levels", `a${"[b]".repeat(10)}=1`, `a${"[b]".repeat(10)}`],
    ["5,000 fields", Array.from({ length: 5_000 }, (_, i) => `f${i}=1`).join("&"), "body"],
    ["1,001 fields", Array.from({ length: 1_000 }, (_, i) => `f${i}=1`).join("&"), "body"],
    ["a broken percent sequence", "title=%zz", "title"],
    ["percent-encoded bytes that are no UTF-8", "title=%c3%28", "title"],
    ["brackets that do not pair up", "a[b=1", "a[b"],
    ["U+0000", "title=a%00b", "title"],
    ["id given twice", "id=1&id=2", "id"],
  ])("6: %s is refused", async (_name, fields, named) => {
    const answer = await door.refuses({ to: LIST, headers, body: `apptoken=${door.token}&${fields}` });
    const [field = ""] = Object.keys(answer.body.errors);
    expect(field).not.toBe("");
    expect(named.startsWith(field.replace(/…$/, ""))).toBe(true);
    expect({}).not.toHaveProperty("x");
  });
});

describe("7: encodings", () => {
  test("a byte order mark is passed over", async () => {
    expect((await door.ask(listWith({ body: `\ufeff${rawBody(door.token, "")}` }))).status).toBe(200);
  });

  const withBytes = (text: string, ...bytes: number[]): Buffer =>
    Buffer.concat([Buffer.from(`${text.slice(0, -1)},"a":"`), Buffer.from(bytes), Buffer.from('"}')]);

  test("what is no UTF-8", () => {
    const text = rawBody(door.token, "");
    const BODIES: readonly (readonly [name: string, body: Buffer])[] = [
      ["UTF-16 with a mark", Buffer.from(`\ufeff${text}`, "utf16le")],
      ["UTF-16 without one", Buffer.from(text, "utf16le")],
      ["an invalid sequence", withBytes(text, 0xc3, 0x28)],
      ["an overlong slash", withBytes(text, 0xc0, 0xaf)],
      ["a surrogate as bytes", withBytes(text, 0xed, 0xa0, 0x80)],
      ["gzip that does not say so", gzipSync(text)],
    ];
    return door.refusesAll(BODIES.map(([name, body]): Row => [name, listWith({ body })]));
  });

  test("what is not packed as it says", () => {
    const PACKED: readonly (readonly [name: string, body: Buffer, encoding: string])[] = [
      ["garbage that says it is gzip", Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]), "gzip"],
      ["gzip cut short", gzipSync("x".repeat(1_000)).subarray(0, 20), "gzip"],
      ["plain JSON that says it is gzip", Buffer.from(rawBody(door.token, "")), "gzip"],
      ["an encoding that nobody knows", Buffer.from(rawBody(door.token, "")), "br"],
      ["two encodings", gzipSync(gzipSync(rawBody(door.token, ""))), "gzip, gzip"],
    ];
    return door.refusesAll(
      PACKED.map(([name, body, encoding]): Row => {
        return [name, listWith({ body, headers: { "Content-Encoding": encoding } })];
      }),
    );
  });

  test.each(["gzip", "GZIP", "x-gzip"])("%s is unpacked", async (encoding) => {
    const body = gzipSync(rawBody(door.token, '"condition":[["id","=",-1]]'));
    expect(
      (await door.ask(listWith({ body, headers: { "Content-Encoding": encoding } }))).body,
    ).toMatchObject(NONE);
  });
});

describe("19 and 20: paths", () => {
  test("one trailing slash is tolerated, a query is passed over", async () => {
    for (const to of [`${LIST}/`, `${LIST}?x=1`]) {
      expect((await door.ask(listWith({ to }))).body).toMatchObject(NONE);
    }
    const fields = `"id":${campaignId},"target_by":"user_id","target":["user-0"]`;
    await door.accepts({ to: `${EXECUTE}/`, fields });
  });

  const wrongPaths = (operation: string): string[] => {
    const [method = "", model = ""] = operation.split("/");
    const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
    return [
      `/api/external/${capital(method)}/${capital(model)}`,
      `/api/external/${method.toUpperCase()}/${model}`,
      `/api/external//${operation}`,
      `//api/external/${operation}`,
      `//${operation}`,
      `/api/external/${operation}//`,
      `/api/external/${operation};x`,
      `/api/external/${operation};x=1/`,
      `/api/external/%2e%2e/external/${operation}`,
      `/api/external/../external/${operation}`,
      `/api/external/${method}/%2e%2e/${operation}`,
      `/api/external/${method}%2f${model}`,
      `/api/external/${operation}%00`,
      `/api/external/${operation}/1`,
    ];
  };

  test("19: spellings of an operation that are none", () =>
    door.refusesAll(
      [LIST, EXECUTE].flatMap(wrongPaths).map((path): Row => [path, listWith({ path }), { status: 404 }]),
    ));

  test("20: what is not there, and the answer names what was asked for", async () => {
    const names = [
      "list/%zz",
      "list/%c3%28",
      "list",
      "list/nothing",
      "nothing/campaign",
      "__proto__/constructor",
      "delete/campaign",
      `list/${"a".repeat(5_000)}`,
      "list/<script>alert(1)</script>",
    ];
    const paths = ["*", ...names.map((name) => `/api/external/${name}`)];
    await door.refusesAll(paths.map((path): Row => [path, listWith({ path }), { status: 404 }]));
    await door.refuses(listWith({ to: "list/nothing" }), { status: 404, says: "list/nothing" });
    await door.refuses(listWith({ to: "nothing/campaign" }), { status: 404, says: "nothing/campaign" });
  });
});

describe("request ids", () => {
  test("a plain one is taken over, another is replaced", async () => {
    const idOf = async (given: string) =>
      (await door.ask(listWith({ headers: { "X-Request-Id": given } }))).headers.get("x-request-id");
    expect(await idOf("caller-1.2:3")).toBe("caller-1.2:3");
    for (const given of ["a b", "<script>", "é", "x".repeat(129), ""]) {
      expect(await idOf(given)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test("the connection goes on after a refusal", async () => {
    const bad = `POST /api/external/${LIST} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n[]`;
    const answer = await send(door.url, [bad]);
    expect(answer.headers.get("connection")).not.toBe("close");
  });
});
