import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashPassword, sha256 } from "../../base/crypto.ts";
import { inProject } from "../../store/db.ts";
import { bucketedId } from "../../store/id-blocks.ts";
import { insertMembership, insertUser } from "../../store/projects.ts";
import { insertSandboxMessages } from "../../store/sandbox.ts";
import {
  type Answered,
  type Api,
  type Asked,
  askApi,
  startTestWorld,
  type TestWorld,
} from "./fixtures/test-world.ts";

let world: TestWorld;

beforeAll(async () => {
  world = await startTestWorld();
});

afterAll(async () => {
  await world.close();
});

const ask = (method: string, path: string, asked: Asked = {}, on: Api = world.api): Promise<Answered> =>
  askApi(on, `${method} ${path}`, asked);

const VALID = { name: "CRM", url: "http://127.0.0.1:9/hook", events: ["message_send", "message_click"] };

const PASSWORD = "correct horse";
let users = 0;

async function addUser(): Promise<string> {
  users += 1;
  const email = `user${users}@example.org`;
  const passwordHash = await hashPassword(PASSWORD);
  const userId = await insertUser(world.owner, { email, passwordHash, nowMs: Date.now() });
  await inProject(world.context.app, world.project.id, (tx) =>
    insertMembership(tx, world.project.id, { userId, role: "admin" }),
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
    expect([signedIn.status, signedIn.body.data]).toEqual([200, { project_id: world.project.id }]);
    expect(signedIn.headers.get("set-cookie")).toMatch(
      /^carillon_session=cs_\w+; Path=\/; HttpOnly; SameSite=Lax/,
    );
    const cookie = cookieOf(signedIn);
    expect(
      await world.owner`select from sessions where hash = ${sha256(cookie.split("=")[1]!)}`,
    ).toHaveLength(1);
    expect((await ask("GET", "/api/app/connections", { cookie })).status).toBe(200);
    expect((await ask("POST", "/api/app/logout", { cookie, origin: world.api.url })).status).toBe(200);
    expect((await ask("GET", "/api/app/connections", { cookie })).status).toBe(401);
  });

  test("who is signed in, and where: /me; another project than one's own is refused, not unknown", async () => {
    const email = await addUser();
    const cookie = cookieOf(await ask("POST", "/api/app/login", { body: { email, password: PASSWORD } }));
    const me = await ask("GET", "/api/app/me", { cookie });
    expect(me.body.data).toMatchObject({
      user: { email, name: "", has_totp: false },
      projects: [{ id: world.project.id, name: "Test", role: "admin", role_label: "Admin" }],
      region: "local",
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      instance: { url: world.api.url },
    });
    expect(me.body.data.projects[0].permissions).toContain("users.manage");
    const other = await world.createProject();
    for (const project of [String(other.id), "999999", "x", "1 or 1=1"]) {
      const answer = await ask("GET", "/api/app/connections", { cookie, project });
      expect([answer.status, answer.body.error.code]).toEqual([403, "forbidden"]);
    }
    expect((await ask("GET", "/api/app/me", { token: world.project.token })).status).toBe(401);
    expect((await ask("GET", "/api/app/me")).status).toBe(401);
  });

  test("behind https the cookie is bound to the host and never goes over http", async () => {
    const body = { email: await addUser(), password: PASSWORD };
    const signedIn = await ask(
      "POST",
      "/api/app/login",
      { body, origin: "https://engage.example.com" },
      world.strict,
    );
    expect(signedIn.headers.get("set-cookie")).toMatch(
      /^__Host-carillon_session=cs_\w+; Path=\/; .*; Secure$/,
    );
    const cookie = cookieOf(signedIn);
    expect((await ask("GET", "/api/app/connections", { cookie }, world.strict)).status).toBe(200);
    const evil = await ask("POST", "/api/app/login", { body, origin: "https://evil.example" }, world.strict);
    expect(evil.status).toBe(403);
  });

  test("a change by cookie must come from our own pages; one by token need not", async () => {
    const email = await addUser();
    const cookie = cookieOf(await ask("POST", "/api/app/login", { body: { email, password: PASSWORD } }));
    for (const origin of [undefined, "https://evil.example", "null"]) {
      const asked = { cookie, body: VALID, ...(origin === undefined ? {} : { origin }) };
      expect((await ask("POST", "/api/app/connections", asked)).status).toBe(403);
    }
    const own = await ask("POST", "/api/app/connections", { cookie, origin: world.api.url, body: VALID });
    expect(own.status).toBe(201);
    const byToken = { token: world.project.token, origin: "https://evil.example", body: VALID };
    expect((await ask("POST", "/api/app/connections", byToken)).status).toBe(201);
  });

  test.each(["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"])(
    "a body of type %s is refused",
    async (type) => {
      const answer = await ask("POST", "/api/app/login", { body: '{"email":"a","password":"b"}', type });
      expect([answer.status, answer.body.error.code]).toEqual([400, "malformed_body"]);
      expect(answer.body.error.message).toContain("Content-Type: application/json");
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
    await inProject(world.context.app, world.project.id, (tx) =>
      insertSandboxMessages(tx, world.project.id, { rows, nowMs: Date.now() }),
    );
  }

  test("JSON: newest first, with the content as an object, for a token", async () => {
    await keep();
    const answer = await ask("GET", "/api/app/sandbox?limit=2", { token: world.project.token });
    expect(answer.body.data).toHaveLength(2);
    expect(answer.body.data[0]).toMatchObject({ message_type_name: "webhook", content: { url: EVIL } });
  });

  test("the page: a sign-in form for strangers, then every value escaped, under a policy without scripts", async () => {
    await keep();
    const email = await addUser();
    const form = await ask("GET", "/sandbox");
    expect(form.body).toContain('type="password"');
    // Under "no-referrer" a browser posts the form with `Origin: null`, and nobody could sign in.
    expect(form.headers.get("referrer-policy")).toBe("same-origin");
    const type = "application/x-www-form-urlencoded";
    const fields = (password: string): string => new URLSearchParams({ email, password }).toString();
    const path = "/sandbox/sign-in";
    expect((await ask("POST", path, { body: fields(PASSWORD), type })).status).toBe(403);
    const wrong = await ask("POST", path, { body: fields("wrong"), type, origin: world.api.url });
    expect(wrong.status).toBe(401);
    expect(wrong.body).toContain("The email or the password is wrong.");
    const right = await ask("POST", path, { body: fields(PASSWORD), type, origin: world.api.url });
    expect([right.status, right.headers.get("location")]).toEqual([303, "/sandbox"]);
    const cookie = cookieOf(right);
    const page = await ask("GET", "/sandbox", { cookie });
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/script-src|https:|\*/);
    expect(page.body).not.toMatch(/<script|<img|href="javascript/i);
    expect(page.body).toContain("&lt;script&gt;");
    expect(page.body).toMatch(/<iframe [^>]*sandbox=""[^>]* srcdoc="&lt;b&gt;&quot;&gt;/);
    const out = await ask("POST", "/sandbox/sign-out", { cookie, origin: world.api.url });
    expect([out.status, out.headers.get("location")]).toEqual([303, "/sandbox"]);
    expect((await ask("GET", "/sandbox", { cookie })).body).toContain('type="password"');
  });
});
