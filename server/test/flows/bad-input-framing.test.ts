/**
 * Bodies that are too deep, too large or framed wrongly are refused in the API's own words, soon, and change nothing
 * (bad-input catalogue 4.1, rows 12 and 13).
 */
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { watchTables } from "../checksums.ts";
import { ask, pathOf, type RawRequest, rawBody, refusal } from "../raw-http.ts";
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
const MIB = 1_048_576;

/** An otherwise sound request for a list. */
const listWith = (changes: Partial<RawRequest>): RawRequest => ({
  path: LIST,
  body: rawBody(stack.token, ""),
  ...changes,
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
