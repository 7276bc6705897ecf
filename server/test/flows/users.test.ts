/** Who belongs to a project: invitations, roles, the last administrator; projects of one's own. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ApiRole, createApi } from "../../src/app.ts";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { addAccount, Browser, PASSWORD, signedIn } from "../app-user.ts";
import type { Sink } from "../sinks/sink.ts";
import { startSmtpSink } from "../sinks/smtp-sink.ts";
import { type Answered, type Project, type Stack, startStack, until } from "../stack.ts";

let aheadMs = 0;
const clock: Clock = { ...systemClock, now: () => Date.now() + aheadMs };
let stack: Stack;
/** Another API process on the same database. */
let second: ApiRole;
let mail: Sink;

beforeAll(async () => {
  mail = await startSmtpSink();
  stack = await startStack({ workers: 0, clock, env: { EMAIL_URL: mail.url, EMAIL_FROM: "hq@example.org" } });
  second = createApi(stack.roleOptions);
  await second.start();
});
afterAll(async () => {
  await second.stop();
  await stack.stop();
  await mail.close();
});

let count = 0;
const newEmail = (): string => {
  count += 1;
  return `person${count}@example.org`;
};

interface Office {
  readonly project: Project;
  readonly admin: Browser;
  readonly adminId: number;
}

async function newOffice(): Promise<Office> {
  const project = await stack.createProject();
  const { browser, userId } = await signedIn(stack, {
    email: newEmail(),
    projectId: project.id,
    role: "admin",
  });
  return { project, admin: browser, adminId: userId };
}

/** A person with a role, in a project of which somebody else is administrator. */
const newMember = (project: Project, role: string) =>
  signedIn(stack, { email: newEmail(), projectId: project.id, role });

const tokenOf = (answer: Answered): string => new URL(answer.body.data.link).searchParams.get("token") ?? "";
const fieldsOf = (answer: Answered): unknown => [answer.status, Object.keys(answer.body.error?.errors ?? {})];
const actionsOf = async ({ admin }: Office): Promise<string[]> =>
  (await admin.ask("GET /audit?limit=500")).body.data.map((row: { action: string }) => row.action);

describe("an invitation", () => {
  test("is shown to the administrator and mailed; accepting it makes an account and signs in", async () => {
    const office = await newOffice();
    const email = newEmail();
    const made = await office.admin.ask("POST /invitations", {
      email: email.toUpperCase(),
      role: "copywriter",
    });
    expect(made.status).toBe(201);
    const { link } = made.body.data;
    expect(link).toMatch(new RegExp(`^${stack.url}/invitation\\?token=cin_${office.project.id}_`));
    const mailed = await until(
      () => mail.received.find(({ to }) => to === email),
      (received) => received !== undefined,
    );
    expect(mailed?.body).toContain(tokenOf(made));
    const listed = (await office.admin.ask("GET /users")).body.invitations;
    expect(listed).toMatchObject([{ id: made.body.data.id, email, role: "copywriter" }]);
    expect(listed[0].valid_until - listed[0].create_time).toBe(7 * 86_400);
    const stranger = new Browser(second.url);
    const shown = await stranger.ask(`GET /invitations/lookup?token=${tokenOf(made)}`);
    expect(shown.body.data).toMatchObject({ email, role_label: "Copywriter", has_account: false });
    const body = { token: tokenOf(made), name: "Ada", password: PASSWORD };
    expect((await stranger.ask("POST /invitations/accept", body)).body.data).toEqual({
      project_id: office.project.id,
    });
    const me = (await stranger.ask("GET /me")).body.data;
    expect([me.user.name, me.projects.map(({ role }: { role: string }) => role)]).toEqual([
      "Ada",
      ["copywriter"],
    ]);
    expect((await new Browser(stack.url).signIn(email)).status).toBe(200);
    const { data, invitations } = (await office.admin.ask("GET /users")).body;
    expect(invitations).toEqual([]);
    expect(data).toHaveLength(2);
    for (const { last_seen } of data) expect(Math.abs(last_seen - Date.now() / 1000)).toBeLessThan(120);
    expect(await actionsOf(office)).toEqual(["invitation.accept", "invitation.create"]);
  });

  test("works once, also for two at the same moment on two processes", async () => {
    const office = await newOffice();
    const made = await office.admin.ask("POST /invitations", { email: newEmail(), role: "viewer" });
    const body = { token: tokenOf(made), name: "Ada", password: PASSWORD };
    const answers = await Promise.all(
      [stack.url, second.url, stack.url].map((url) => new Browser(url).ask("POST /invitations/accept", body)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
    expect((await office.admin.ask("GET /users")).body.data).toHaveLength(2);
    const shown = await new Browser(stack.url).ask(`GET /invitations/lookup?token=${body.token}`);
    expect(shown.status).toBe(404);
  });

  test("does not open an account that is there: its password does, or its session", async () => {
    const office = await newOffice();
    const { email } = await newMember(stack, "viewer");
    const made = await office.admin.ask("POST /invitations", { email, role: "approver" });
    const token = tokenOf(made);
    const stranger = new Browser(stack.url);
    expect((await stranger.ask(`GET /invitations/lookup?token=${token}`)).body.data.has_account).toBe(true);
    const wrong = { token, name: "Thief", password: "the thief's password" };
    expect((await stranger.ask("POST /invitations/accept", wrong)).status).toBe(401);
    expect((await stranger.ask("POST /invitations/accept", { token, password: PASSWORD })).status).toBe(200);
    expect((await stranger.ask("GET /me")).body.data.projects).toHaveLength(2);

    const other = await newOffice();
    const again = tokenOf(await other.admin.ask("POST /invitations", { email, role: "viewer" }));
    const someoneElse = (await newMember(stack, "viewer")).browser;
    expect((await someoneElse.ask("POST /invitations/accept", { token: again })).status).toBe(401);
    expect((await stranger.ask("POST /invitations/accept", { token: again })).status).toBe(200);
    expect((await stranger.ask("GET /me")).body.data.projects).toHaveLength(3);
  });

  test("of the same email ends the one before; taken back or a week old, it is over", async () => {
    const { admin } = await newOffice();
    const email = newEmail();
    const first = await admin.ask("POST /invitations", { email, role: "admin" });
    const then = await admin.ask("POST /invitations", { email, role: "viewer" });
    const lookUp = async (made: Answered): Promise<number> =>
      (await new Browser(stack.url).ask(`GET /invitations/lookup?token=${tokenOf(made)}`)).status;
    expect([await lookUp(first), await lookUp(then)]).toEqual([404, 200]);
    expect((await admin.ask(`DELETE /invitations/${then.body.data.id}`)).status).toBe(200);
    expect(await lookUp(then)).toBe(404);
    expect((await admin.ask(`DELETE /invitations/${then.body.data.id}`)).status).toBe(404);
    const last = await admin.ask("POST /invitations", { email, role: "viewer" });
    aheadMs += 6 * 86_400_000;
    expect(await lookUp(last)).toBe(200);
    aheadMs += 86_400_000;
    expect(await lookUp(last)).toBe(404);
    aheadMs = 0;
  });

  test("with a wrong email, a wrong role or for a member is refused by the field", async () => {
    const { admin, project } = await newOffice();
    const { email: ofMember } = await newMember(project, "viewer");
    for (const [body, field] of [
      [{ email: "x", role: "viewer" }, "email"],
      [{ email: null, role: "viewer" }, "email"],
      [{ email: ["a@example.org"], role: "viewer" }, "email"],
      [{ email: "a\r\nBcc: b@example.org", role: "viewer" }, "email"],
      [{ email: ofMember, role: "viewer" }, "email"],
      [{ email: newEmail(), role: "owner" }, "role"],
      [{ email: newEmail(), role: "toString" }, "role"],
      [{ email: newEmail() }, "role"],
    ] as const)
      expect(fieldsOf(await admin.ask("POST /invitations", body))).toEqual([400, [field]]);
    expect((await admin.ask("GET /users")).body.invitations).toEqual([]);
  });

  test("accepted with a weak password or no name changes nothing", async () => {
    const { admin } = await newOffice();
    const token = tokenOf(await admin.ask("POST /invitations", { email: newEmail(), role: "viewer" }));
    const accept = (body: object) =>
      new Browser(stack.url).ask("POST /invitations/accept", { token, ...body });
    expect(fieldsOf(await accept({ name: "Ada", password: "short" }))).toEqual([400, ["password"]]);
    expect(fieldsOf(await accept({ password: PASSWORD }))).toEqual([400, ["name"]]);
    expect((await accept({ name: "Ada", password: PASSWORD })).status).toBe(200);
  });

  test.each(["", "x", "cin_1_x", `cin_1_${"0".repeat(49)}`, "cin_99999999999_x"])(
    "a token %j leads nowhere",
    async (token) => {
      const stranger = new Browser(stack.url);
      expect((await stranger.ask(`GET /invitations/lookup?token=${token}`)).status).toBe(404);
      const body = { token, name: "Ada", password: PASSWORD };
      expect((await stranger.ask("POST /invitations/accept", body)).status).toBe(404);
    },
  );
});

describe("members", () => {
  test("a role changes at once on every process; a removal too", async () => {
    const office = await newOffice();
    const { browser, userId } = await newMember(office.project, "viewer");
    const elsewhere = new Browser(second.url);
    elsewhere.cookie = browser.cookie;
    const statusesOf = async (): Promise<number[]> => [
      (await browser.ask("GET /users")).status,
      (await elsewhere.ask("GET /users")).status,
    ];
    expect(await statusesOf()).toEqual([403, 403]);
    expect((await office.admin.ask(`PATCH /users/${userId}`, { role: "admin" })).body.data.role).toBe(
      "admin",
    );
    expect(await statusesOf()).toEqual([200, 200]);
    await office.admin.ask(`PATCH /users/${userId}`, { role: "support_agent" });
    expect(await statusesOf()).toEqual([403, 403]);
    expect((await browser.ask("GET /sandbox")).status).toBe(200);
    expect((await office.admin.ask(`DELETE /users/${userId}`)).status).toBe(200);
    expect((await browser.ask("GET /sandbox")).status).toBe(403);
    expect((await browser.ask("GET /me")).body.data.projects).toEqual([]);
    expect(await actionsOf(office)).toEqual(["user.remove", "user.role", "user.role"]);
  });

  test("the last administrator can be neither removed nor demoted, by nobody", async () => {
    const { admin, adminId, project } = await newOffice();
    await newMember(project, "campaign_manager");
    const byToken = { authorization: `Bearer ${project.token}`, "content-type": "application/json" };
    for (const [method, body] of [
      ["PATCH", { role: "viewer" }],
      ["DELETE", undefined],
    ] as const) {
      const own = await admin.ask(`${method} /users/${adminId}`, body);
      expect([own.status, own.body.error.code]).toEqual([409, "conflict"]);
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const path = `${stack.url}/api/app/users/${adminId}`;
      expect((await fetch(path, { method, headers: byToken, ...sent })).status).toBe(409);
    }
    expect((await admin.ask(`PATCH /users/${adminId}`, { role: "admin" })).status).toBe(200);
    expect((await admin.ask("GET /users")).body.data).toHaveLength(2);
  });

  test("of two administrators who demote each other at the same moment, one stays", async () => {
    for (let round = 0; round < 5; round += 1) {
      const { admin, adminId, project } = await newOffice();
      const other = await newMember(project, "admin");
      const onSecond = new Browser(second.url);
      onSecond.cookie = other.browser.cookie;
      const answers = await Promise.all([
        admin.ask(`PATCH /users/${other.userId}`, { role: "viewer" }),
        onSecond.ask(`DELETE /users/${adminId}`),
      ]);
      // The second of them is no administrator any more, or would take the last one away.
      expect(answers.map(({ status }) => status).sort()[0]).toBe(200);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    }
  });

  test("the list names nobody of another project, and no id of another leads anywhere", async () => {
    const a = await newOffice();
    const b = await newOffice();
    const ofB = await newMember(b.project, "viewer");
    const listed = (await a.admin.ask("GET /users")).body.data;
    expect(listed.map(({ id }: { id: number }) => id)).toEqual([a.adminId]);
    const invited = await b.admin.ask("POST /invitations", { email: newEmail(), role: "viewer" });
    const bodyOf = async (line: string, body?: object): Promise<string> => {
      const answer = await a.admin.ask(line, body);
      return JSON.stringify([answer.status, answer.body]);
    };
    for (const [line, id] of [
      ["PATCH /users/", ofB.userId],
      ["DELETE /users/", ofB.userId],
      ["DELETE /invitations/", invited.body.data.id],
    ] as const) {
      const body = line.startsWith("PATCH") ? { role: "admin" } : undefined;
      const answer = await bodyOf(`${line}${id}`, body);
      expect(answer).toMatch(/^\[404,/);
      for (const never of ["987654", "2147483648", "9007199254740991", "x", "-1", "0"])
        expect(await bodyOf(`${line}${never}`, body)).toBe(answer);
    }
    for (const line of ["GET /users", "GET /project", "GET /me"].slice(0, 2))
      expect((await a.admin.ask(line, undefined, b.project.id)).status).toBe(403);
    expect((await b.admin.ask("GET /users")).body).toMatchObject({
      data: { length: 2 },
      invitations: [{ id: invited.body.data.id }],
    });
  });
});

describe("projects", () => {
  test("an administrator makes one, which is whole: token, membership, trail; a viewer does not", async () => {
    const { admin } = await newOffice();
    const { body, status } = await admin.ask("POST /projects", {
      name: "Second",
      time_zone: "Europe/Dublin",
    });
    expect(status).toBe(201);
    const { id } = body.data;
    expect(body.data).toMatchObject({
      name: "Second",
      time_zone: "Europe/Dublin",
    });
    const { projects } = (await admin.ask("GET /me")).body.data;
    expect(projects.at(-1)).toMatchObject({ id, name: "Second", role: "admin" });
    const { token } = (await admin.ask("GET /app-token", undefined, id)).body.data;
    const called = await fetch(`${stack.url}/api/external/list/campaign`, {
      method: "POST",
      body: JSON.stringify({ apptoken: token }),
    });
    expect(called.status).toBe(200);
    const viewer = await newMember(stack, "viewer");
    expect((await viewer.browser.ask("POST /projects", { name: "Mine" })).status).toBe(403);
    expect(fieldsOf(await admin.ask("POST /projects", { time_zone: "Mars/Olympus" }))).toEqual([
      400,
      ["name", "time_zone"],
    ]);
  });

  test("settings change one by one, are checked by field and stand in the trail", async () => {
    const office = await newOffice();
    const { admin } = office;
    const patched = await admin.ask("PATCH /project", {
      quota_calls_per_second: 20,
      time_zone: "Asia/Tokyo",
    });
    expect(patched.body.data).toEqual((await admin.ask("GET /project")).body.data);
    expect(patched.body.data).toMatchObject({
      name: "Test",
      time_zone: "Asia/Tokyo",
      quota_calls_per_second: 20,
      unkeyed_retry_detection: true,
    });
    const wrong = { name: "", quota_calls_per_second: 0, unkeyed_retry_detection: 1, time_zone: 7 };
    const refused = await admin.ask("PATCH /project", wrong);
    expect([refused.status, Object.keys(refused.body.error.errors).sort()]).toEqual([
      400,
      Object.keys(wrong).sort(),
    ]);
    expect((await admin.ask("GET /project")).body.data).toEqual(patched.body.data);
    const [change] = (await admin.ask("GET /audit")).body.data;
    expect(change).toMatchObject({
      action: "project.update",
      before: { quota_calls_per_second: null },
      after: { quota_calls_per_second: 20 },
    });
    const viewer = await newMember(office.project, "viewer");
    expect((await viewer.browser.ask("GET /project")).status).toBe(200);
    expect((await viewer.browser.ask("PATCH /project", { name: "x" })).status).toBe(403);
  });
});

test("a session alone, whose account is in no project, may do nothing but see that", async () => {
  const { admin } = await newOffice();
  const email = newEmail();
  await addAccount(stack, email);
  const loner = new Browser(stack.url);
  expect((await loner.signIn(email)).status).toBe(403);
  const token = tokenOf(await admin.ask("POST /invitations", { email, role: "viewer" }));
  expect((await loner.ask("POST /invitations/accept", { token, password: PASSWORD })).status).toBe(200);
});
