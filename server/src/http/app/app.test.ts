import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../test/database.ts";
import { startHttpSink } from "../../../test/sinks/http-sink.ts";
import type { Sink } from "../../../test/sinks/sink.ts";
import type { Context } from "../../actions/context.ts";
import { systemClock } from "../../base/clock.ts";
import { hashPassword, randomToken, seal, sha256 } from "../../base/crypto.ts";
import { createLog } from "../../base/log.ts";
import { createSafeFetch, type SafeFetch } from "../../base/safe-fetch.ts";
import { createWebhookSender, type WebhookSender } from "../../pipeline/webhook-sender.ts";
import { insertAppToken } from "../../store/credentials.ts";
import { connect, inProject, type Sql } from "../../store/db.ts";
import { bucketedId, createIdBlocks } from "../../store/id-blocks.ts";
import { insertMembership, insertProject, insertUser } from "../../store/projects.ts";
import { insertSandboxMessages } from "../../store/sandbox.ts";
import { insertWebhookEvents } from "../../store/webhook-events.ts";
import { createAuthenticator } from "../auth.ts";
import { createServer } from "../server.ts";
import { mountApp } from "./routes.ts";

interface Project {
  readonly id: number;
  readonly token: string;
}

/** One API as the composition root builds it. */
interface Api {
  readonly url: string;
  readonly safeFetch: SafeFetch;
  close(): Promise<void>;
}

const log = createLog({ level: "silent", name: "test" });
let database: TestDatabase;
let owner: Sql;
let context: Context;
let project: Project;
let api: Api;
/** The same where private addresses are not allowed, behind https. */
let strict: Api;
let sender: WebhookSender;
let sink: Sink;

async function startApi(allowPrivateAddresses: boolean, publicUrl: string | null): Promise<Api> {
  const safeFetch = createSafeFetch({ allowPrivateAddresses, log });
  const server = createServer(log);
  mountApp(server, { context, authenticator: createAuthenticator(context), safeFetch, publicUrl });
  const url = await server.listen({ port: 0, host: "127.0.0.1" });
  return { url, safeFetch, close: async () => void (await Promise.all([server.close(), safeFetch.close()])) };
}

async function createProject(): Promise<Project> {
  const nowMs = Date.now();
  const id = await insertProject(owner, { name: "Test", nowMs });
  const token = randomToken("crl_");
  const sealed = seal(context.sealingKey, token, `project:${id}:app-token`);
  await inProject(context.app, id, (tx) => insertAppToken(tx, id, { hash: sha256(token), sealed, nowMs }));
  return { id, token };
}

beforeAll(async () => {
  database = await createTestDatabase();
  owner = connect({ url: database.url, role: "owner", max: 2, name: "test" });
  const app = connect({ url: database.url, role: "app", max: 6, name: "test" });
  const dispatch = connect({ url: database.url, role: "dispatch", max: 2, name: "test" });
  const sealingKey = { id: 1, bytes: randomBytes(32) };
  context = { app, dispatch, ids: createIdBlocks(app), clock: systemClock, log, sealingKey };
  project = await createProject();
  api = await startApi(true, null);
  strict = await startApi(false, "https://engage.example.com");
  sender = createWebhookSender({ context, safeFetch: api.safeFetch, random: Math.random });
  await sender.start();
  sink = await startHttpSink();
});

afterAll(async () => {
  await sender.stop();
  await Promise.all([api.close(), strict.close(), sink.close()]);
  await Promise.all([context.app.end(), context.dispatch.end(), owner.end()]);
  await database.close();
});

beforeEach(() => sink.reset());

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the answer holds
  readonly body: any;
}

async function until<T>(check: () => Promise<T>, isDone: (seen: T) => boolean): Promise<T> {
  const endMs = performance.now() + 10_000;
  for (;;) {
    const seen = await check();
    if (isDone(seen)) return seen;
    if (performance.now() > endMs) throw new Error(`not in time; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

interface Asked {
  readonly token?: string;
  readonly cookie?: string;
  readonly origin?: string;
  readonly body?: unknown;
  readonly type?: string;
}

async function ask(method: string, path: string, asked: Asked = {}, on: Api = api): Promise<Answered> {
  const headers: Record<string, string> = {};
  if (asked.token !== undefined) headers.authorization = `Bearer ${asked.token}`;
  if (asked.cookie !== undefined) headers.cookie = asked.cookie;
  if (asked.origin !== undefined) headers.origin = asked.origin;
  if (asked.body !== undefined) headers["content-type"] = asked.type ?? "application/json";
  const body = typeof asked.body === "string" ? asked.body : JSON.stringify(asked.body);
  const response = await fetch(`${on.url}${path}`, {
    method,
    headers,
    redirect: "manual",
    ...(asked.body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

const asOwner = (method: string, path: string, body?: unknown): Promise<Answered> =>
  ask(method, `/api/app${path}`, { token: project.token, ...(body === undefined ? {} : { body }) });

const VALID = { name: "CRM", url: "http://127.0.0.1:9/hook", events: ["message_send", "message_click"] };

async function addEvents(connectionId: number, count: number): Promise<number[]> {
  const numbers = await context.ids.take("webhook_event_ids", count);
  const rows = numbers.map((no, i) => {
    const bucket = i % 64;
    return { id: bucketedId(no, bucket), bucket, connectionId, event: "message_send", body: `{"n":${i}}` };
  });
  await inProject(context.app, project.id, (tx) =>
    insertWebhookEvents(tx, project.id, rows, context.clock.now()),
  );
  return rows.map((row) => row.id);
}

describe("connections", () => {
  test("the secret is shown once, at the creation, and is sealed in the database", async () => {
    const authorization = { type: "basic", username: "us", password: "pä:ss" };
    const created = await asOwner("POST", "/connections", {
      ...VALID,
      message_types: ["email", 9],
      authorization,
    });
    expect(created.status).toBe(201);
    expect(created.body.data).toMatchObject({
      name: "CRM",
      events: ["message_send", "message_click"],
      message_types: ["email", "sms"],
      authorization: { type: "basic" },
      state: "on",
      failures: 0,
    });
    const { id, secret } = created.body.data;
    expect(Buffer.from(secret.replace(/^whsec_/, ""), "base64")).toHaveLength(32);
    const one = await asOwner("GET", `/connections/${id}`);
    const all = await asOwner("GET", "/connections");
    expect(JSON.stringify([one.body, all.body])).not.toContain(secret.slice(6));
    expect(all.body.data.map((row: { id: number }) => row.id)).toContain(id);
    const [row] =
      await owner`select secret, authorization_header as header from connections where id = ${id}`;
    const stored = `${row!.secret.toString("latin1")} ${row!.header.toString("latin1")}`;
    expect(stored).not.toMatch(/whsec_|Basic/);
  });

  test.each([
    [{ ...VALID, name: "" }, "name"],
    [{ ...VALID, url: "not a url" }, "url"],
    [{ ...VALID, url: "ftp://example.org/" }, "url"],
    [{ ...VALID, url: "https://user:pass@example.org/" }, "url"],
    [{ ...VALID, events: [] }, "events"],
    [{ ...VALID, events: ["message_sent"] }, "events"],
    [{ ...VALID, message_types: ["fax"] }, "message_types"],
    [{ ...VALID, message_types: [] }, "message_types"],
    [{ ...VALID, authorization: { type: "bearer", token: "a b" } }, "authorization"],
    [{ ...VALID, authorization: { type: "basic", username: "a:b", password: "x" } }, "authorization"],
    [{}, "events"],
  ])("%j is refused by the field %s", async (body, field) => {
    const answer = await asOwner("POST", "/connections", body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.code).toBe("invalid");
    expect(Object.keys(answer.body.error.errors)).toContain(field);
  });

  test.each([
    "http://example.org/hook",
    "https://127.0.0.1/",
    "https://0x7f.1/",
    "https://[::ffff:10.0.0.1]/",
    "https://169.254.169.254/latest",
    "https://localhost/",
    "https://example.org:5432/",
  ])("where private addresses are not allowed, %s is refused at creation and at change", async (url) => {
    const refused = await ask(
      "POST",
      "/api/app/connections",
      { token: project.token, body: { ...VALID, url } },
      strict,
    );
    expect([refused.status, Object.keys(refused.body.error.errors)]).toEqual([400, ["url"]]);
    const body = { ...VALID, url: "https://example.org/hook" };
    const made = await ask("POST", "/api/app/connections", { token: project.token, body }, strict);
    const path = `/api/app/connections/${made.body.data.id}`;
    expect((await ask("PATCH", path, { token: project.token, body: { url } }, strict)).status).toBe(400);
    expect((await ask("DELETE", path, { token: project.token }, strict)).status).toBe(200);
  });

  test("a change leaves alone what it does not name, and switching off keeps the record clean", async () => {
    const { id } = (await asOwner("POST", "/connections", VALID)).body.data;
    const off = await asOwner("PATCH", `/connections/${id}`, { enabled: false, name: "Other" });
    expect(off.body.data).toMatchObject({
      name: "Other",
      url: VALID.url,
      events: VALID.events,
      state: "off",
    });
    await owner`update connections set failures = 7, hold_until = now(), state = 2 where id = ${id}`;
    const on = await asOwner("POST", `/connections/${id}/enable`);
    expect(on.body.data).toMatchObject({ state: "on", failures: 0, resting_until: null });
  });

  test("another project's connection is as if it never was", async () => {
    const { id } = (await asOwner("POST", "/connections", VALID)).body.data;
    const [eventId] = await addEvents(id, 1);
    const other: Project = await createProject();
    const paths: [string, string][] = [
      ["GET", `/connections/${id}`],
      ["PATCH", `/connections/${id}`],
      ["DELETE", `/connections/${id}`],
      ["POST", `/connections/${id}/enable`],
      ["POST", `/connections/${id}/rotate-secret`],
      ["GET", `/connections/${id}/deliveries`],
      ["GET", `/deliveries/${eventId}`],
      ["POST", `/deliveries/${eventId}/replay`],
    ];
    for (const [method, path] of paths) {
      const foreign = await ask(method, `/api/app${path}`, { token: other.token });
      const missing = await ask(method, `/api/app${path.replace(/\d+/, "987654321")}`, {
        token: other.token,
      });
      expect([path, foreign.status, foreign.body]).toEqual([path, 404, missing.body]);
      for (const id of ["9007199254740991", "2147483648", "0", "-1", "1e3", "x"]) {
        const odd = await ask(method, `/api/app${path.replace(/\d+/, id)}`, { token: other.token });
        expect([path, id, odd.status]).toEqual([path, id, 404]);
      }
    }
    expect((await asOwner("GET", `/connections/${id}`)).status).toBe(200);
  });

  test("a deleted connection takes its log with it", async () => {
    const { id } = (await asOwner("POST", "/connections", { ...VALID, enabled: false })).body.data;
    await addEvents(id, 20);
    expect((await asOwner("DELETE", `/connections/${id}`)).status).toBe(200);
    expect((await asOwner("GET", `/connections/${id}`)).status).toBe(404);
    expect(await owner`select from webhook_events where connection_id = ${id}`).toHaveLength(0);
  });
});

describe("deliveries", () => {
  test("what was posted stands in the log page by page, and one event can be posted again", async () => {
    const authorization = { type: "bearer", token: "let-me-in" };
    const body = { ...VALID, url: sink.url, authorization };
    const { id } = (await asOwner("POST", "/connections", body)).body.data;
    const ids = await addEvents(id, 5);
    const log = () => asOwner("GET", `/connections/${id}/deliveries?state=delivered`);
    const answered = await until(log, (seen) => seen.body.data.length === 5);
    expect(answered.body.data.map((row: { id: number }) => row.id)).toEqual(ids.toReversed());
    expect(answered.body.data[0]).toMatchObject({
      event: "message_send",
      tries: 1,
      last_status: 200,
      next_try: null,
    });
    expect(sink.received[0]!.headers.authorization).toBe("Bearer let-me-in");
    const page = await asOwner("GET", `/connections/${id}/deliveries?limit=2&before=${ids[3]}`);
    expect(page.body.data.map((row: { id: number }) => row.id)).toEqual([ids[2], ids[1]]);
    const replayed = await asOwner("POST", `/deliveries/${ids[0]}/replay`);
    expect(replayed.status).toBe(202);
    await sink.waitFor((now) => now.count() === 6, 5_000);
    expect(sink.received[5]!.key).toBe(`evt_${ids[0]!.toString(36)}`);
    const one = await asOwner("GET", `/deliveries/${ids[0]}`);
    expect(one.body.data).toMatchObject({ id: ids[0], body: '{"n":0}', webhook_id: sink.received[5]!.key });
  });

  test("recover needs a moment and a connection that is on", async () => {
    const { id } = (await asOwner("POST", "/connections", { ...VALID, enabled: false })).body.data;
    const wrong = await asOwner("POST", `/connections/${id}/recover`, { since: "yesterday" });
    expect([wrong.status, Object.keys(wrong.body.error.errors)]).toEqual([400, ["since"]]);
    const off = await asOwner("POST", `/connections/${id}/recover`, { since: 1_700_000_000 });
    expect([off.status, off.body.error.code]).toEqual([409, "conflict"]);
    await asOwner("POST", `/connections/${id}/enable`);
    const done = await asOwner("POST", `/connections/${id}/recover`, { since: 1_700_000_000 });
    expect([done.status, done.body.data]).toEqual([200, { recovered: 0 }]);
  });

  test.each(["state=gone", "limit=0", "limit=x", "before=-1"])("?%s is refused", async (query) => {
    const { id } = (await asOwner("POST", "/connections", VALID)).body.data;
    expect((await asOwner("GET", `/connections/${id}/deliveries?${query}`)).status).toBe(400);
    await asOwner("DELETE", `/connections/${id}`);
  });
});

const PASSWORD = "correct horse";
let users = 0;

async function addUser(): Promise<string> {
  users += 1;
  const email = `user${users}@example.org`;
  const passwordHash = await hashPassword(PASSWORD);
  const userId = await insertUser(owner, { email, passwordHash, nowMs: Date.now() });
  await inProject(context.app, project.id, (tx) =>
    insertMembership(tx, project.id, { userId, role: "admin" }),
  );
  return email;
}

const cookieOf = (answer: Answered): string => (answer.headers.get("set-cookie") ?? "").split(";")[0]!;

describe("sessions", () => {
  test("a sign-in sets a cookie that scripts cannot read, kept as a hash; a sign-out ends it", async () => {
    const email = await addUser();
    const signedIn = await ask("POST", "/api/app/login", {
      body: { email: email.toUpperCase(), password: PASSWORD },
    });
    expect([signedIn.status, signedIn.body.data]).toEqual([200, { project_id: project.id }]);
    expect(signedIn.headers.get("set-cookie")).toMatch(
      /^carillon_session=cs_\w+; Path=\/; HttpOnly; SameSite=Lax/,
    );
    const cookie = cookieOf(signedIn);
    expect(await owner`select from sessions where hash = ${sha256(cookie.split("=")[1]!)}`).toHaveLength(1);
    expect((await ask("GET", "/api/app/connections", { cookie })).status).toBe(200);
    expect((await ask("POST", "/api/app/logout", { cookie, origin: api.url })).status).toBe(200);
    expect((await ask("GET", "/api/app/connections", { cookie })).status).toBe(401);
  });

  test("behind https the cookie is bound to the host and never goes over http", async () => {
    const body = { email: await addUser(), password: PASSWORD };
    const signedIn = await ask(
      "POST",
      "/api/app/login",
      { body, origin: "https://engage.example.com" },
      strict,
    );
    expect(signedIn.headers.get("set-cookie")).toMatch(
      /^__Host-carillon_session=cs_\w+; Path=\/; .*; Secure$/,
    );
    const cookie = cookieOf(signedIn);
    expect((await ask("GET", "/api/app/connections", { cookie }, strict)).status).toBe(200);
    const evil = await ask("POST", "/api/app/login", { body, origin: "https://evil.example" }, strict);
    expect(evil.status).toBe(403);
  });

  test("a change by cookie must come from our own pages; one by token need not", async () => {
    const email = await addUser();
    const cookie = cookieOf(await ask("POST", "/api/app/login", { body: { email, password: PASSWORD } }));
    for (const origin of [undefined, "https://evil.example", "null"]) {
      const asked = { cookie, body: VALID, ...(origin === undefined ? {} : { origin }) };
      expect((await ask("POST", "/api/app/connections", asked)).status).toBe(403);
    }
    const own = await ask("POST", "/api/app/connections", { cookie, origin: api.url, body: VALID });
    expect(own.status).toBe(201);
    const byToken = { token: project.token, origin: "https://evil.example", body: VALID };
    expect((await ask("POST", "/api/app/connections", byToken)).status).toBe(201);
  });

  test.each(["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"])(
    "a body of type %s is refused",
    async (type) => {
      const answer = await ask("POST", "/api/app/login", { body: '{"email":"a","password":"b"}', type });
      expect([answer.status, answer.body.error.code]).toEqual([400, "malformed_body"]);
    },
  );

  test("a wrong password, an unknown user and nonsense get the same answer; the eleventh try waits", async () => {
    const email = await addUser();
    const tries = [
      { email, password: "wrong" },
      { email: "nobody@example.org", password: PASSWORD },
      { email: ["x"], password: { y: 1 } },
    ];
    const answers = await Promise.all(tries.map((body) => ask("POST", "/api/app/login", { body })));
    expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    const body = { email, password: "wrong" };
    for (let i = 1; i < 10; i += 1) await ask("POST", "/api/app/login", { body });
    const late = await ask("POST", "/api/app/login", { body: { email, password: PASSWORD } });
    expect(late.status).toBe(429);
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(200);
  });

  test("no credential: 401; an unknown path: 404; both in this API's own envelope", async () => {
    const nobody = await ask("GET", "/api/app/connections");
    expect([nobody.status, nobody.body.error.code]).toEqual([401, "unauthenticated"]);
    const nowhere = await ask("GET", "/api/app/nowhere");
    expect([nowhere.status, nowhere.body.error.code]).toEqual([404, "unknown_operation"]);
  });
});

describe("the sandbox", () => {
  const EVIL = `"><script>alert(1)</script><img src=x onerror=alert(2)>`;

  async function keep(): Promise<void> {
    const contents: [number, object][] = [
      [
        7,
        {
          channel: "email",
          from: { address: "a@example.org", name: EVIL },
          subject: EVIL,
          html: `<b>${EVIL}</b>`,
          text: EVIL,
        },
      ],
      [9, { channel: "sms", from: EVIL, text: EVIL }],
      [
        3,
        {
          channel: "web_push",
          title: EVIL,
          text: EVIL,
          url: "javascript:alert(1)",
          payload: { [EVIL]: EVIL },
        },
      ],
      [8, { channel: "webhook", url: EVIL, body: EVIL }],
    ];
    const rows = contents.map(([messageType, content], i) => {
      return { id: bucketedId(1_000 + i, i), messageType, address: EVIL, content: JSON.stringify(content) };
    });
    await inProject(context.app, project.id, (tx) =>
      insertSandboxMessages(tx, project.id, { rows, nowMs: Date.now() }),
    );
  }

  test("JSON: newest first, with the content as an object, for a token", async () => {
    await keep();
    const answer = await ask("GET", "/api/app/sandbox?limit=2", { token: project.token });
    expect(answer.body.data).toHaveLength(2);
    expect(answer.body.data[0]).toMatchObject({ message_type_name: "webhook", content: { url: EVIL } });
  });

  test("the page: a sign-in form for strangers, then every value escaped, under a policy without scripts", async () => {
    await keep();
    const email = await addUser();
    const home = await ask("GET", "/");
    expect([home.status, home.headers.get("location")]).toEqual([302, "/sandbox"]);
    const form = await ask("GET", "/sandbox");
    expect(form.body).toContain('type="password"');
    // Under "no-referrer" a browser posts the form with `Origin: null`, and nobody could sign in.
    expect(form.headers.get("referrer-policy")).toBe("same-origin");
    const type = "application/x-www-form-urlencoded";
    const fields = (password: string): string => new URLSearchParams({ email, password }).toString();
    const path = "/sandbox/sign-in";
    expect((await ask("POST", path, { body: fields(PASSWORD), type })).status).toBe(403);
    const wrong = await ask("POST", path, { body: fields("wrong"), type, origin: api.url });
    expect(wrong.status).toBe(401);
    expect(wrong.body).toContain("The email or the password is wrong.");
    const right = await ask("POST", path, { body: fields(PASSWORD), type, origin: api.url });
    expect([right.status, right.headers.get("location")]).toEqual([303, "/sandbox"]);
    const cookie = cookieOf(right);
    const page = await ask("GET", "/sandbox", { cookie });
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/script-src|https:|\*/);
    expect(page.body).not.toMatch(/<script|<img|href="javascript/i);
    expect(page.body).toContain("&lt;script&gt;");
    expect(page.body).toMatch(/<iframe [^>]*sandbox=""[^>]* srcdoc="&lt;b&gt;&quot;&gt;/);
    const out = await ask("POST", "/sandbox/sign-out", { cookie, origin: api.url });
    expect([out.status, out.headers.get("location")]).toEqual([303, "/sandbox"]);
    expect((await ask("GET", "/sandbox", { cookie })).body).toContain('type="password"');
  });
});
