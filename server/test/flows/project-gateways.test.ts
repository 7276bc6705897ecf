/** A project's own gateways: whose messages they carry, how fast a change counts, and what a test of them says. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { findFreePort } from "../../src/base/embedded-postgres/free-port.ts";
import { startHttpSink } from "../sinks/http-sink.ts";
import type { Sink } from "../sinks/sink.ts";
import { startSmtpSink } from "../sinks/smtp-sink.ts";
import {
  type Answered,
  addPeople,
  emailCampaign,
  launch,
  type Project,
  type Stack,
  smsCampaign,
  startStack,
  until,
} from "../stack.ts";

const PASSWORD = "a-secret-of-the-mail-server";
/** How soon a failure is told. */
const WAIT_MS = 60_000;

let smtp: Sink;
let other: Sink;
let sms: Sink;
let stack: Stack;
/** While it is set, the workers' clock stands still. */
let heldMs: number | null = null;
const clock: Clock = { ...systemClock, now: () => heldMs ?? systemClock.now() };

beforeAll(async () => {
  smtp = await startSmtpSink();
  other = await startSmtpSink({ auth: { user: "carillon", pass: PASSWORD } });
  sms = await startHttpSink();
  stack = await startStack({ workers: 2, clock, env: { ALLOW_PRIVATE_ADDRESSES: "true" } });
  await addPeople(stack, 20, "p");
});
afterAll(async () => {
  await stack.stop();
  await Promise.all([smtp.close(), other.close(), sms.close()]);
});

async function app(method: string, path: string, body?: object, project: Project = stack): Promise<Answered> {
  const response = await fetch(`${stack.url}/api/app${path}`, {
    method,
    headers: { "content-type": "application/json", authorization: `Bearer ${project.token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const smtpAt = (port: number, more: object = {}): object => ({
  kind: "smtp",
  settings: { host: "127.0.0.1", port, ...more },
});

async function send(id: number, target: string[]): Promise<number> {
  const answer = await stack.call("execute/campaign", { id, target_by: "user_id", target });
  expect(answer.status).toBe(200);
  return answer.body.model.id as number;
}

const statuses = (execution: number): Promise<number[]> =>
  stack.owner<{ status: number }[]>`select status from messages where execution_id = ${execution}`.then(
    (rows) => rows.map(({ status }) => status),
  );

test("a project's own gateway carries its messages, and no other project's", async () => {
  const email = await launch(stack, emailCampaign("Hello", "<p>Hello</p>"));
  expect((await app("PUT", "/gateways/email", smtpAt(smtp.port))).status).toBe(200);
  await send(email, ["p-0", "p-1"]);
  await smtp.waitFor(() => smtp.count() === 2, WAIT_MS);
  const stranger = await stack.createProject();
  const rows = [["s-0", "s-0@example.org", 1]];
  await stranger.call("import/profile", { columns: ["user_id", "email", "email_subscription"], rows });
  const theirs = await launch(stranger, emailCampaign("Theirs", "<p>x</p>"));
  await stranger.call("execute/campaign", { id: theirs, target_by: "user_id", target: ["s-0"] });
  await until(
    () => app("GET", "/sandbox", undefined, stranger),
    (answer) => answer.body.data.length === 1,
  );
  expect(smtp.count()).toBe(2);
  const shown = await app("GET", "/gateways", undefined, stranger);
  expect(shown.body.data.find((row: { channel: string }) => row.channel === "email")).toMatchObject({
    source: "sandbox",
    settings: null,
  });
});

test("a change counts for the next message on every worker", async () => {
  const email = await launch(stack, emailCampaign("Moved", "<p>x</p>"));
  const settings = { user: "carillon", password: PASSWORD };
  expect((await app("PUT", "/gateways/email", smtpAt(other.port, settings))).status).toBe(200);
  const before = smtp.count();
  for (let n = 0; n < 6; n += 1) await send(email, [`p-${n}`]);
  await other.waitFor(() => other.count() === 6, WAIT_MS);
  expect(smtp.count()).toBe(before);
});

test("a secret goes in and never comes out; left out, it stays", async () => {
  const changed = await app(
    "PUT",
    "/gateways/email",
    smtpAt(other.port, { user: "carillon", connections: 3 }),
  );
  expect(changed.body.data).toMatchObject({
    settings: { has_password: true, password: null, connections: 3 },
  });
  const tested = await app("POST", "/gateways/email/test", {});
  expect(tested.body.data).toMatchObject({ ok: true });
  const audit = await app("GET", "/audit");
  const seen = [changed, tested, audit, await app("GET", "/gateways")].map((one) => JSON.stringify(one.body));
  expect(seen.join()).toContain("gateway.save");
  expect(seen.join()).not.toContain(PASSWORD);
  const [row] = await stack.owner`select settings from gateways where project_id = ${stack.id}`;
  expect(String(row?.settings)).not.toContain(PASSWORD);
});

test("what waits for a broken server goes out as soon as it is mended, not when its next try is due", async () => {
  const closed = await findFreePort();
  await app("PUT", "/gateways/email", smtpAt(closed));
  const email = await launch(stack, emailCampaign("Patience", "<p>x</p>"));
  // From here on no next try comes due by itself, however long this takes.
  heldMs = Date.now();
  try {
    const execution = await send(email, ["p-1", "p-2", "p-3"]);
    await until(
      () => stack.owner`select from attempts a join messages m on m.id = a.message_id
        where m.execution_id = ${execution}`,
      (rows) => rows.length >= 3,
    );
    // All that is left waits for its next try: nobody holds anything.
    await until(
      () => stack.owner`select state from chunks where execution_id = ${execution} and state < 2`,
      (chunks) => chunks.length > 0 && chunks.every(({ state }) => state === 0),
    );
    const before = smtp.count();
    await app("PUT", "/gateways/email", smtpAt(smtp.port));
    await smtp.waitFor(() => smtp.count() === before + 3, WAIT_MS);
    await until(
      () => statuses(execution),
      (all) => all.every((status) => status === 2),
    );
  } finally {
    heldMs = null;
  }
});

test("an SMS provider is described by its request; without a gateway the sandbox takes over again", async () => {
  const settings = { url: `${sms.url}/send`, headers: { Authorization: "Bearer provider-key" } };
  expect((await app("PUT", "/gateways/sms", { kind: "sms-http", settings })).body.data).toMatchObject({
    settings: { headers: { Authorization: null } },
  });
  const id = await launch(stack, smsCampaign("Hello {{ first_name }}"));
  await send(id, ["p-4"]);
  await sms.waitFor(() => sms.count() === 1, WAIT_MS);
  expect(sms.received[0]?.headers.authorization).toBe("Bearer provider-key");
  expect((await app("DELETE", "/gateways/sms")).status).toBe(200);
  await send(id, ["p-5"]);
  await until(
    () => app("GET", "/sandbox"),
    (answer) => answer.body.data.some((row: { message_type: number }) => row.message_type === 9),
  );
  expect(sms.count()).toBe(1);
  expect((await app("DELETE", "/gateways/sms")).status).toBe(404);
});

test("a test says what is wrong, at the step where it is wrong", async () => {
  const failed = async (channel: string, body: object): Promise<{ name: string; detail: string }> => {
    const { steps, ok } = (await app("POST", `/gateways/${channel}/test`, body)).body.data;
    expect(ok).toBe(false);
    return steps.at(-1);
  };
  const closed = await findFreePort();
  expect(await failed("email", smtpAt(closed))).toMatchObject({
    name: "connection",
    detail: expect.stringContaining("nothing listens there"),
  });
  expect(await failed("email", { kind: "smtp", settings: { host: "mail.invalid" } })).toMatchObject({
    name: "address",
    detail: expect.stringContaining("does not resolve"),
  });
  const wrong = { user: "carillon", password: "wrong" };
  expect(await failed("email", smtpAt(other.port, wrong))).toMatchObject({
    name: "sign_in",
    detail: expect.stringMatching(/refused the user name or password.*535/),
  });
  expect(await failed("email", smtpAt(smtp.port, { security: "tls" }))).toMatchObject({ name: "sign_in" });
  smtp.fault({ mode: "reply", at: "rcpt", code: 550, text: "no such mailbox" });
  expect(await failed("email", { ...smtpAt(smtp.port), to: "nobody@example.org" })).toMatchObject({
    name: "message",
    detail: expect.stringContaining("no such mailbox"),
  });
  smtp.fault();
  sms.fault({ mode: "status", code: 401, body: "bad key" });
  const settings = { url: `${sms.url}/send` };
  expect(await failed("sms", { kind: "sms-http", settings, to: "353861234567" })).toMatchObject({
    name: "message",
    detail: expect.stringContaining("401"),
  });
  sms.fault();
});

test.each([
  ["email", { kind: "smpp", settings: { host: "x" } }, "kind"],
  ["email", { kind: "smtp" }, "settings"],
  ["email", { kind: "smtp", settings: {} }, "host"],
  ["email", { kind: "smtp", settings: { host: "smtp://x" } }, "host"],
  ["email", { kind: "smtp", settings: { host: "x", port: 70_000 } }, "port"],
  ["email", { kind: "smtp", settings: { host: "x", user: "a\r\nb" } }, "user"],
  ["email", { kind: "smtp", settings: { host: "x", security: "ssl" } }, "security"],
  ["sms", { kind: "sms-http", settings: { url: "ftp://x" } }, "url"],
  ["sms", { kind: "sms-http", settings: { url: "https://x/", headers: { "a b": "c" } } }, "headers"],
  ["sms", { kind: "sms-http", settings: { url: "https://x/", body: "{{nobody}}" } }, "body"],
  ["sms", { kind: "smpp", settings: { host: "x", password: "longer than eight" } }, "password"],
])("%s with %j is refused by its field %s", async (channel, body, field) => {
  const before = await stack.owner`select * from gateways`;
  const answer = await app("PUT", `/gateways/${channel}`, body);
  expect(answer.status).toBe(400);
  expect(Object.keys(answer.body.error.errors)).toContain(field);
  expect(await stack.owner`select * from gateways`).toEqual(before);
});

test("a channel that takes no gateway of a project's own, and a name that is none, are not found", async () => {
  for (const channel of ["webhook", "inbox", "pigeon"])
    expect((await app("PUT", `/gateways/${channel}`, smtpAt(1))).status).toBe(404);
});

test("without leave, a project's gateway reaches public addresses only", async () => {
  const strict = await startStack({ workers: 1 });
  try {
    const call = async (method: string, path: string, body: object): Promise<Answered> => {
      const response = await fetch(`${strict.url}/api/app${path}`, {
        method,
        headers: { "content-type": "application/json", authorization: `Bearer ${strict.token}` },
        body: JSON.stringify(body),
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    };
    const tested = await call("POST", "/gateways/email/test", smtpAt(smtp.port));
    expect(tested.body.data.steps.at(-1)).toMatchObject({ name: "address", ok: false });
    await addPeople(strict, 1, "p");
    await call("PUT", "/gateways/email", smtpAt(smtp.port));
    const before = smtp.connections();
    const id = await launch(strict, emailCampaign("Inside", "<p>x</p>"));
    await strict.call("execute/campaign", { id, target_by: "user_id", target: ["p-0"] });
    await until(
      () => strict.owner<{ detail: string }[]>`select detail from attempts`,
      (rows) => rows.some(({ detail }) => detail.includes("not public")),
    );
    expect(smtp.connections()).toBe(before);
  } finally {
    await strict.stop();
  }
});

test("health tells the workers, the lanes and the oldest transaction", async () => {
  // Each says every few seconds that it lives; after a clock that stood still its last word is an old one.
  const health = await until(
    () => app("GET", "/health"),
    (answer) => {
      const workers: { alive: boolean }[] = answer.body.data?.workers ?? [];
      return workers.length === 2 && workers.every(({ alive }) => alive);
    },
  );
  expect(health.body.data.queue.map(({ name }: { name: string }) => name)).toEqual([
    "otp",
    "transactional",
    "triggered",
    "bulk",
    "imports",
  ]);
  expect(health.body.data.database.oldest_transaction_seconds).toBeGreaterThanOrEqual(0);
});
