/**
 * The app token's rotation and switch (decisions, section 2), and the audit trail: one row for each change, a chain
 * that shows tampering, and a table that the application can only read and add to (reliability battery, F6 and F9).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ApiRole, createApi } from "../../src/app.ts";
import { hashPassword } from "../../src/base/crypto.ts";
import { inProject, sqlState } from "../../src/store/db.ts";
import { insertMembership, insertUser } from "../../src/store/projects.ts";
import { untilSoon } from "../soon.ts";
import { type Project, type Stack, startStack } from "../stack.ts";
import { asAdmin, makeClient, takeToken } from "./oauth-admin.ts";

let stack: Stack;
let second: ApiRole;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
  second = createApi(stack.roleOptions);
  await second.start();
});
afterAll(async () => {
  await second.stop();
  await stack.stop();
});

interface Owner {
  readonly id: number;
  readonly url: string;
  readonly token: string;
}

async function newProject(): Promise<Owner> {
  const project: Project = await stack.createProject();
  return { id: project.id, url: stack.url, token: project.token };
}

async function statusOf(url: string, apptoken: string): Promise<number> {
  const body = JSON.stringify({ apptoken });
  return (await fetch(`${url}/api/external/list/campaign`, { method: "POST", body })).status;
}

/** Both processes answer so, within a second of the change. */
async function expectSoon(apptoken: string, status: number): Promise<void> {
  const ask = async (url: string) => ({ status: await statusOf(url, apptoken) });
  await Promise.all([stack, second].map(({ url }) => untilSoon(() => ask(url), status)));
}

const PASSWORD = "a long enough password";

/** Signs a new user in. @returns the cookie. */
async function signIn(projectId: number, role: string): Promise<string> {
  const email = `${role}-${projectId}@example.org`;
  const user = { email, passwordHash: await hashPassword(PASSWORD), nowMs: Date.now() };
  const userId = await insertUser(stack.owner, user);
  await inProject(stack.context.app, projectId, (tx) => insertMembership(tx, projectId, { userId, role }));
  const response = await fetch(`${stack.url}/api/app/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

describe("the app token", () => {
  test("is shown again, and kept sealed", async () => {
    const owner = await newProject();
    const { data } = (await asAdmin(owner, "GET /app-token")).body;
    expect(data).toMatchObject({ token: owner.token, enabled: true, previous_token_until: null });
    const [row] = await stack.owner`select t::text as text from app_tokens t where project_id = ${owner.id}`;
    expect(row!.text).not.toContain(Buffer.from(owner.token).toString("hex"));
  });

  test("a rotation leaves the old one a day", async () => {
    const owner = await newProject();
    const { data } = (await asAdmin(owner, "POST /app-token/rotate", {})).body;
    expect(data.token).not.toBe(owner.token);
    expect(Math.abs(data.previous_token_until - Date.now() / 1000 - 86_400)).toBeLessThan(120);
    for (const token of [owner.token, data.token]) expect(await statusOf(stack.url, token)).toBe(200);
    await stack.owner`update app_tokens set valid_until = now() where project_id = ${owner.id} and valid_until is not null`;
    await expectSoon(owner.token, 401);
    await expectSoon(data.token, 200);
  });

  test("without an overlap the old one ends within a second, those before it too", async () => {
    const owner = await newProject();
    const next = (await asAdmin(owner, "POST /app-token/rotate", {})).body.data.token;
    for (const token of [owner.token, next]) await expectSoon(token, 200);
    const { data } = (await asAdmin(owner, "POST /app-token/rotate", { overlap_seconds: 0 })).body;
    expect(data.previous_token_until).toBeNull();
    for (const token of [owner.token, next]) await expectSoon(token, 401);
    await expectSoon(data.token, 200);
  });

  test.each([-1, 1.5, "0", 2_592_001, null])("an overlap of %j is refused", async (overlap_seconds) => {
    const { status, body } = await asAdmin(stack, "POST /app-token/rotate", { overlap_seconds });
    expect([status, Object.keys(body.error.errors)]).toEqual([400, ["overlap_seconds"]]);
  });

  test("switched off, no token of the project works; on again, they do; a rotation keeps the switch", async () => {
    const owner = await newProject();
    const cookie = await signIn(owner.id, "admin");
    const asUser = (method: string, path: string, body: object) =>
      fetch(`${stack.url}/api/app${path}`, {
        method,
        headers: { cookie, origin: stack.url, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    expect((await asUser("PATCH", "/app-token", { enabled: false })).status).toBe(200);
    await expectSoon(owner.token, 401);
    const rotated = await asUser("POST", "/app-token/rotate", {});
    const { data } = (await rotated.json()) as { data: { token: string; enabled: boolean } };
    expect(data.enabled).toBe(false);
    expect(await statusOf(stack.url, data.token)).toBe(401);
    expect((await asUser("PATCH", "/app-token", { enabled: true })).status).toBe(200);
    for (const token of [owner.token, data.token]) await expectSoon(token, 200);
    const actors = (await asAdmin(owner, "GET /audit")).body.data.map((row: { actor: string }) => row.actor);
    expect(new Set(actors).size).toBe(1);
    expect(actors[0]).toMatch(/^user:\d+$/);
  });

  test("whoever is no administrator sees and changes nothing", async () => {
    const owner = await newProject();
    const cookie = await signIn(owner.id, "editor");
    const lines = ["GET /app-token", "GET /clients", "GET /audit", "GET /audit/verify", "GET /scopes"];
    for (const line of [...lines, "POST /clients", "POST /app-token/rotate", "PATCH /app-token"]) {
      const [method = "", path = ""] = line.split(" ");
      const response = await fetch(`${stack.url}/api/app${path}`, {
        method,
        headers: { cookie, origin: stack.url, "content-type": "application/json" },
        ...(method === "GET" ? {} : { body: JSON.stringify({ name: "x", enabled: false }) }),
      });
      expect([line, response.status]).toEqual([line, 403]);
      const nobody = await fetch(`${stack.url}/api/app${path}`, { method });
      expect([line, nobody.status]).toEqual([line, 401]);
    }
    expect(await statusOf(stack.url, owner.token)).toBe(200);
  });
});

interface Row {
  readonly no: number;
  readonly action: string;
}

describe("the audit trail", () => {
  /** A project in which each kind of change has happened once. */
  async function busyProject(): Promise<Owner & { secrets: string[] }> {
    const owner = await newProject();
    const client = await makeClient(owner, ["list"]);
    const token = await takeToken(owner, client);
    await asAdmin(owner, `PATCH /clients/${client.id}`, { scopes: [] });
    await asAdmin(owner, `POST /clients/${client.id}/revoke-tokens`, {});
    await asAdmin(owner, `DELETE /clients/${client.id}/secrets/${client.secretId}`);
    await asAdmin(owner, `DELETE /clients/${client.id}`);
    const { data } = (await asAdmin(owner, "POST /app-token/rotate", {})).body;
    return { ...owner, secrets: [owner.token, client.secret, token, data.token] };
  }
  const verify = async (owner: Owner) => (await asAdmin(owner, "GET /audit/verify")).body.data;
  const rowsOf = async (owner: Owner): Promise<Row[]> => (await asAdmin(owner, "GET /audit")).body.data;

  test("holds one row for each change, in order, without secrets", async () => {
    const owner = await busyProject();
    const rows = await rowsOf(owner);
    expect(rows.toReversed().map(({ no, action }) => [no, action])).toEqual(
      [
        "client.create",
        "client.add_secret",
        "client.update",
        "client.revoke_tokens",
        "client.delete_secret",
        "client.delete",
        "app_token.rotate",
      ].map((action, i) => [i + 1, action]),
    );
    for (const secret of owner.secrets) expect(JSON.stringify(rows)).not.toContain(secret);
    expect(await verify(owner)).toEqual({ valid: true, checked: 7, broken_at: null });
    const page = (await asAdmin(owner, "GET /audit?limit=2&before=5")).body.data as Row[];
    expect(page.map(({ no }) => no)).toEqual([4, 3]);
  });

  test("a refused change leaves no row", async () => {
    const owner = await newProject();
    await asAdmin(owner, "POST /clients", { name: "", scopes: ["nonsense"] });
    await asAdmin(owner, "DELETE /clients/ccl_1_000000000000000000000000");
    expect(await rowsOf(owner)).toEqual([]);
  });

  test("changes at once make one chain", async () => {
    const owner = await newProject();
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => asAdmin(owner, "POST /clients", { name: `C${i}` })),
    );
    expect(await verify(owner)).toEqual({ valid: true, checked: 20, broken_at: null });
  });

  const TAMPERED: readonly (readonly [name: string, sql: string, brokenAt: number])[] = [
    ["another actor", "update audit.entries set actor = 'x' where no = 3", 3],
    ["another time", "update audit.entries set at = at + interval '1 s' where no = 4", 4],
    ["other contents", "update audit.entries set after = '{}' where no = 1", 1],
    ["another hash", "update audit.entries set hash = '\\x00' where no = 2", 2],
    ["one taken out", "delete from audit.entries where no = 5", 5],
    ["the first taken out", "delete from audit.entries where no = 1", 1],
  ];
  test.each(TAMPERED)(
    "%s is found, even if the owner of the database did it",
    async (_name, sql, brokenAt) => {
      const owner = await busyProject();
      await stack.owner.unsafe(`${sql} and project_id = ${owner.id}`);
      expect(await verify(owner)).toMatchObject({ valid: false, broken_at: brokenAt });
    },
  );

  test("the application can add and read, and nothing else; the dispatcher sees nothing", async () => {
    const owner = await busyProject();
    const asApp = async (projectId: number, statement: string): Promise<string | number> => {
      try {
        return await inProject(
          stack.context.app,
          projectId,
          async (tx) => (await tx.unsafe(statement)).length,
        );
      } catch (error) {
        return sqlState(error);
      }
    };
    for (const statement of [
      "update audit.entries set actor = 'x'",
      "update audit.entries set project_id = project_id",
      "delete from audit.entries",
      "truncate audit.entries",
      "alter table audit.entries disable row level security",
      "drop table audit.entries",
      "create table audit.other (id integer)",
    ])
      expect([statement, await asApp(owner.id, statement)]).toEqual([statement, "42501"]);
    expect(await asApp(owner.id, "select from audit.entries")).toBe(7);
    const read = stack.context.dispatch.unsafe("select no from audit.entries");
    await expect(read).rejects.toMatchObject({ code: "42501" });
    expect(await verify(owner)).toMatchObject({ valid: true });
  });

  test("row security is forced: another project neither reads nor adds", async () => {
    const [owner, other] = [await busyProject(), await newProject()];
    const [flags] = await stack.owner`
      select relrowsecurity as enabled, relforcerowsecurity as forced from pg_class
      where oid = 'audit.entries'::regclass`;
    expect(flags).toEqual({ enabled: true, forced: true });
    const count = (sql: string) => inProject(stack.context.app, other.id, (tx) => tx.unsafe(sql));
    expect(await count("select from audit.entries")).toHaveLength(0);
    expect(await stack.context.app.unsafe("select from audit.entries")).toHaveLength(0);
    const foreign = count(
      `insert into audit.entries values (${owner.id}, 99, now(), '', '', '', '', '', '', '\\x00')`,
    );
    await expect(foreign).rejects.toMatchObject({ code: "42501" });
    expect(await rowsOf(other)).toEqual([]);
  });
});
