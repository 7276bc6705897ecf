import { expect, test } from "vitest";
import { createLog, type LogLevel } from "./log.ts";

function record(level: LogLevel = "trace") {
  const lines: string[] = [];
  const log = createLog({ level, name: "test", destination: { write: (line) => lines.push(line) } });
  return { log, lines, entry: () => JSON.parse(lines.at(-1)!) as Record<string, unknown> };
}

test("an entry is one line of JSON with name, pid, time, message and fields", () => {
  const { log, lines, entry } = record();
  log.info({ haul: 3 }, "claimed\nwith a line break");
  expect(lines).toHaveLength(1);
  expect(lines[0]!.trimEnd()).not.toContain("\n");
  expect(entry()).toMatchObject({
    name: "test",
    pid: process.pid,
    haul: 3,
    msg: "claimed\nwith a line break",
    level: 30,
  });
  expect(Date.parse(String(entry().time))).toBeGreaterThan(0);
});

const SECRET_NAMES = [
  "apptoken",
  "Authorization",
  "password",
  "secret",
  "token",
  "client_secret",
  "assertion",
  "access_token",
  "refreshToken",
  "set-cookie",
  "x-api-key",
  "private_key",
];

test.each(SECRET_NAMES)("%s is masked at the top, deep inside, in lists and in children", (name) => {
  const { log, lines } = record();
  const hidden = "h1dden-value";
  log.info({ [name]: hidden }, "top");
  log.info({ request: { headers: [{ [name]: [hidden] }] } }, "deep");
  log.child({ [name]: hidden }).warn("child");
  log.error({ err: Object.assign(new Error("failed"), { options: { [name]: hidden } }) }, "in an error");
  log.info({ map: new Map([[name, hidden]]) }, "in a map");
  expect(lines).toHaveLength(5);
  expect(lines.join("")).not.toContain(hidden);
  for (const line of lines) expect(line).toContain('"***"');
});

test("counts and flags under such names are kept, and nothing else is touched", () => {
  const { log, entry } = record();
  const given = { tokens: 3, hasPassword: true, deep: { name: "kept", list: [1, null, "x"] } };
  log.info(given, "x");
  expect(entry()).toMatchObject(given);
});

test("passwords in URLs are blotted out, also in messages and stacks", () => {
  const { log, lines } = record();
  log.info({ url: "postgres://carillon:pw123@db:5432/x" }, "to smtp://user:pw123@mail:25");
  log.error(new Error("cannot reach smtp://user:pw123@mail"), "failed");
  expect(lines.join("")).not.toContain("pw123");
  expect(lines.join("")).toContain("postgres://***@db:5432/x");
});

test("errors keep type, message, stack, code and cause", () => {
  const { log, entry } = record();
  const cause = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  log.error({ err: new TypeError("no connection", { cause }) }, "x");
  expect(entry().err).toMatchObject({
    type: "TypeError",
    message: "no connection",
    stack: expect.stringContaining("log.test.ts"),
    cause: { message: "refused", code: "ECONNREFUSED" },
  });
});

test("circles, depth, bytes, bigints and own toJSON do not break a line", () => {
  const { log, lines, entry } = record();
  const circle: Record<string, unknown> = { name: "circle" };
  circle.self = circle;
  log.info({ circle, big: 10n, bytes: Buffer.from("abc"), shown: { toJSON: () => "as json" } }, "x");
  expect(lines).toHaveLength(1);
  expect(entry()).toMatchObject({ big: "10", bytes: "[3 bytes]", shown: "as json" });
});

test("the level is honoured, and silent says nothing", () => {
  const { log, lines } = record("warn");
  log.info("no");
  log.child({ a: 1 }).debug("no");
  log.warn("yes");
  expect(lines).toHaveLength(1);
  const silent = record("silent");
  silent.log.fatal("no");
  expect(silent.lines).toHaveLength(0);
});
