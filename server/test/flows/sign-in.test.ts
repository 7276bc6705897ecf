/** Proving to be somebody: passwords, codes of an authenticator, recovery codes, resets; and how guessing is slowed. */
import { TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ApiRole, createApi } from "../../src/app.ts";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { createLog } from "../../src/base/log.ts";
import { addAccount, Browser, join, PASSWORD, signedIn } from "../app-user.ts";
import type { Sink } from "../sinks/sink.ts";
import { startSmtpSink } from "../sinks/smtp-sink.ts";
import { type Answered, type Stack, startStack, until } from "../stack.ts";

const STEP_MS = 30_000;
/** Stands still, in the middle of a step: no code gets old between its making and its use. */
let nowMs = Math.floor(Date.now() / STEP_MS) * STEP_MS + STEP_MS / 2;
const clock: Clock = { ...systemClock, now: () => nowMs };
let stack: Stack;
let mail: Sink;
/** Another API process on the same database, without a mail server; its log is kept. */
let second: ApiRole;
const logged: string[] = [];

beforeAll(async () => {
  mail = await startSmtpSink();
  stack = await startStack({ workers: 0, clock, env: { EMAIL_URL: mail.url, EMAIL_FROM: "hq@example.org" } });
  const { config, ...rest } = stack.roleOptions;
  const log = createLog({
    level: "info",
    name: "test",
    destination: { write: (line) => void logged.push(line) },
  });
  second = createApi({ ...rest, log, config: { ...config, emailUrl: null } });
  await second.start();
});
afterAll(async () => {
  await second.stop();
  await stack.stop();
  await mail.close();
});

let people = 0;
async function newPerson(): Promise<{ browser: Browser; userId: number; email: string }> {
  people += 1;
  return await signedIn(stack, { email: `person${people}@example.org`, projectId: stack.id, role: "admin" });
}

const codeAt = (secret: string, steps = 0): string =>
  new TOTP({ secret }).generate({ timestamp: clock.now() + steps * STEP_MS });
const nextStep = (): void => {
  nowMs += STEP_MS;
};
const seen = (answer: Answered): unknown => [answer.status, answer.body.error?.code];

async function withAuthenticator(): Promise<{
  browser: Browser;
  email: string;
  secret: string;
  recovery: string[];
}> {
  const { browser, email } = await newPerson();
  const { secret, uri } = (await browser.ask("POST /me/totp/start")).body.data;
  expect(uri).toContain(`secret=${secret}`);
  const confirmed = await browser.ask("POST /me/totp/confirm", { code: codeAt(secret) });
  expect(confirmed.status).toBe(200);
  return { browser, email, secret, recovery: confirmed.body.data.recovery_codes };
}

describe("the authenticator", () => {
  test("once confirmed, the password alone does not sign in; the code does, once", async () => {
    const { email, secret, browser } = await withAuthenticator();
    expect((await browser.ask("GET /me")).body.data.user.has_totp).toBe(true);
    const tab = new Browser(stack.url);
    expect(seen(await tab.signIn(email))).toEqual([401, "code_required"]);
    expect(seen(await tab.signIn(email, { password: "wrong", code: codeAt(secret, 1) }))).toEqual([
      401,
      "unauthenticated",
    ]);
    // What confirmed the set-up was used by that.
    expect(seen(await tab.signIn(email, { code: codeAt(secret) }))).toEqual([401, "unauthenticated"]);
    nextStep();
    const code = codeAt(secret);
    expect((await tab.signIn(email, { code })).status).toBe(200);
    expect(seen(await new Browser(stack.url).signIn(email, { code }))).toEqual([401, "unauthenticated"]);
    expect(seen(await new Browser(second.url).signIn(email, { code }))).toEqual([401, "unauthenticated"]);
    // The step before it is older than what was taken.
    expect(seen(await tab.signIn(email, { code: codeAt(secret, -1) }))).toEqual([401, "unauthenticated"]);
  });

  test("of two uses of a code at once, one signs in", async () => {
    const { email, secret } = await withAuthenticator();
    nextStep();
    const code = codeAt(secret);
    const urls = [stack.url, second.url, stack.url, second.url];
    const answers = await Promise.all(urls.map((url) => new Browser(url).signIn(email, { code })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  });

  test("a code of another time is refused; the page of the sandbox asks for a code too", async () => {
    const { email, secret } = await withAuthenticator();
    for (const steps of [-3, 3])
      expect((await new Browser(stack.url).signIn(email, { code: codeAt(secret, steps) })).status).toBe(401);
    nextStep();
    const post = (code: string): Promise<Response> =>
      fetch(`${stack.url}/sandbox/sign-in`, {
        method: "POST",
        redirect: "manual",
        headers: { origin: stack.url },
        body: new URLSearchParams({ email, password: PASSWORD, code }),
      });
    expect((await post("")).status).toBe(401);
    expect((await post(codeAt(secret))).status).toBe(303);
  });

  test("a recovery code signs in once, however it is written; none is kept in the clear", async () => {
    const { email, recovery } = await withAuthenticator();
    expect(recovery).toHaveLength(10);
    expect(new Set(recovery).size).toBe(10);
    const [first = "", other = ""] = recovery;
    expect((await new Browser(stack.url).signIn(email, { code: first })).status).toBe(200);
    expect((await new Browser(stack.url).signIn(email, { code: first })).status).toBe(401);
    const spoken = other.replaceAll("-", " ").toLowerCase();
    expect((await new Browser(stack.url).signIn(email, { code: spoken })).status).toBe(200);
    const rows = await stack.owner`select encode(hash, 'escape') as text from recovery_codes`;
    expect(JSON.stringify(rows)).not.toContain(recovery[5]);
  });

  test("set up only with a right code, only once, and taken off only with the password", async () => {
    const { browser, email } = await newPerson();
    expect((await browser.ask("POST /me/totp/confirm", { code: "123456" })).status).toBe(409);
    const { secret } = (await browser.ask("POST /me/totp/start")).body.data;
    const wrong = await browser.ask("POST /me/totp/confirm", { code: codeAt(secret, 5) });
    expect([wrong.status, Object.keys(wrong.body.error.errors)]).toEqual([400, ["code"]]);
    expect((await new Browser(stack.url).signIn(email)).status).toBe(200);
    expect((await browser.ask("POST /me/totp/confirm", { code: codeAt(secret) })).status).toBe(200);
    expect((await browser.ask("POST /me/totp/start")).status).toBe(409);
    expect((await browser.ask("DELETE /me/totp", { password: "wrong" })).status).toBe(400);
    expect(seen(await new Browser(stack.url).signIn(email))).toEqual([401, "code_required"]);
    expect((await browser.ask("DELETE /me/totp", { password: PASSWORD })).status).toBe(200);
    expect((await new Browser(stack.url).signIn(email)).status).toBe(200);
    const trail = (await browser.ask("GET /audit?limit=500")).body.data;
    const own = trail.filter((row: { object: string }) => row.object === trail[0].object);
    expect(own.map((row: { action: string }) => row.action)).toEqual(["user.totp_off", "user.totp_on"]);
    expect((await browser.ask("GET /audit/verify")).body.data.valid).toBe(true);
  });

  test("who has the password gets ten guesses at the code, wherever they come from", async () => {
    const { email, secret } = await withAuthenticator();
    const tab = new Browser(stack.url);
    for (let i = 0; i < 10; i += 1) expect((await tab.signIn(email, { code: "000000" })).status).toBe(401);
    nextStep();
    const late = await tab.signIn(email, { code: codeAt(secret) });
    expect(late.status).toBe(429);
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(200);
  });
});

describe("a new password", () => {
  test("needs the old one, keeps the rules, ends the other sessions and leaves this one", async () => {
    const { browser, email } = await newPerson();
    const other = new Browser(second.url);
    await other.signIn(email);
    const change = (current: string, next: unknown) =>
      browser.ask("PATCH /me", { password: { current, next } });
    for (const next of ["short", "x".repeat(1_025), email.toUpperCase(), "", 7, undefined]) {
      const { status, body } = await change(PASSWORD, next);
      expect([status, Object.keys(body.error.errors)]).toEqual([400, ["password.next"]]);
    }
    const wrong = await change("not the password", "another long password");
    expect([wrong.status, Object.keys(wrong.body.error.errors)]).toEqual([400, ["password.current"]]);
    expect((await other.ask("GET /me")).status).toBe(200);
    expect((await change(PASSWORD, "another long password")).status).toBe(200);
    expect([(await other.ask("GET /me")).status, (await browser.ask("GET /me")).status]).toEqual([401, 200]);
    expect((await new Browser(stack.url).signIn(email)).status).toBe(401);
    const again = await new Browser(stack.url).signIn(email, { password: "another long password" });
    expect(again.status).toBe(200);
  });

  test("a sign-in with the old one that overtakes the change does not outlive it", async () => {
    const { email, userId } = await newPerson();
    const late = new Browser(stack.url);
    let signIn: Promise<Answered> | null = null;
    // As the change does it: the new hash, then the end of all sessions. In between, the old one is judged right.
    await stack.owner.begin(async (tx) => {
      await tx`update users set password_hash = 'another' where id = ${userId}`;
      await tx`delete from sessions where user_id = ${userId}`;
      signIn = late.signIn(email);
      await until(
        () =>
          // Other test files have databases of their own on this server.
          stack.owner`select from pg_stat_activity where datname = current_database()
            and wait_event_type = 'Lock' and query like '%insert into sessions%'`,
        (waiting) => waiting.length === 1,
      );
    });
    expect(seen(await signIn!)).toEqual([401, "unauthenticated"]);
    expect((await late.ask("GET /me")).status).toBe(401);
  });

  test("with a wrong name nothing is changed", async () => {
    const { browser, email } = await newPerson();
    const body = { name: "a\nb", password: { current: PASSWORD, next: "another long password" } };
    expect((await browser.ask("PATCH /me", body)).status).toBe(400);
    expect((await new Browser(stack.url).signIn(email)).status).toBe(200);
    expect((await browser.ask("PATCH /me", { name: " Ada " })).body.data.user.name).toBe("Ada");
  });
});

describe("a forgotten password", () => {
  async function mailedLink(to: string): Promise<string> {
    const text = await until(
      () => mail.received.findLast((entry) => entry.to === to)?.body ?? "",
      (body) => body.includes("token="),
    );
    return /https?:\S+token=\S+/.exec(text)?.[0] ?? "";
  }

  test("the mailed link sets a new one once and ends every session", async () => {
    const { browser, email } = await newPerson();
    expect((await new Browser(stack.url).ask("POST /password-reset", { email: ` ${email}` })).status).toBe(
      202,
    );
    const asked = await new Browser(stack.url).ask("POST /password-reset", { email: email.toUpperCase() });
    expect(asked.status).toBe(202);
    const link = new URL(await mailedLink(email));
    expect([link.origin, link.pathname]).toEqual([stack.url, "/password-reset/confirm"]);
    const token = link.searchParams.get("token");
    const confirm = (password: string, url = stack.url) =>
      new Browser(url).ask("POST /password-reset/confirm", { token, password });
    expect((await confirm("short")).status).toBe(400);
    const answers = await Promise.all([
      confirm("a brand new password"),
      confirm("a brand new password", second.url),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
    expect((await browser.ask("GET /me")).status).toBe(401);
    const fresh = await new Browser(stack.url).signIn(email, { password: "a brand new password" });
    expect(fresh.status).toBe(200);
    const rows = await stack.owner`select from password_resets`;
    expect(rows).toHaveLength(0);
  });

  test("without a mail server the operator finds the link in the log; it is good for an hour", async () => {
    const { email } = await newPerson();
    const ask = new Browser(second.url);
    expect((await ask.ask("POST /password-reset", { email })).status).toBe(202);
    const line = await until(
      () => logged.find((text) => text.includes(email) && text.includes("token=")) ?? "",
      (text) => text !== "",
    );
    const { link, level } = JSON.parse(line);
    expect(level).toBe(30);
    const token = new URL(link).searchParams.get("token");
    nowMs += 3_600_000;
    const body = { token, password: "a brand new password" };
    expect((await ask.ask("POST /password-reset/confirm", body)).status).toBe(404);
  });

  test("an unknown email gets the same answer, before anybody has looked whether it is known", async () => {
    const { email } = await newPerson();
    const later = await newPerson();
    const ask = new Browser(stack.url);
    const strangers = ["nobody@example.org", "no address", "a@b"];
    // Mails of other tests may still be on their way.
    const receivers = (): string[] =>
      mail.received.map(({ to }) => to).filter((to) => [email, ...strangers].includes(to));
    // Whoever looked would wait for the lock, and be timed by it.
    await stack.owner.begin(async (tx) => {
      await tx`lock table users in access exclusive mode`;
      for (const given of [email, null, {}, ...strangers]) {
        const { status, body } = await ask.ask("POST /password-reset", { email: given });
        expect([status, body]).toEqual([202, { data: {} }]);
      }
      expect(receivers()).toEqual([]);
    });
    await mailedLink(email);
    // Another's, asked for later, has come: whatever was to be sent before it has been.
    await ask.ask("POST /password-reset", { email: later.email });
    await mailedLink(later.email);
    expect(receivers()).toEqual([email]);
  });

  test.each([undefined, null, 7, "", "crs_x", `crs_${"0".repeat(49)}`, { a: 1 }])(
    "a token %j is refused",
    async (token) => {
      const body = { token, password: "a brand new password" };
      expect((await new Browser(stack.url).ask("POST /password-reset/confirm", body)).status).toBe(404);
    },
  );

  test("nobody is mailed more than ten links in five minutes", async () => {
    const { email } = await newPerson();
    const ask = new Browser(stack.url);
    for (let i = 0; i < 14; i += 1) await ask.ask("POST /password-reset", { email });
    // Another's, asked for later, has come: whatever was to be sent before it has been.
    const other = await newPerson();
    await ask.ask("POST /password-reset", { email: other.email });
    await mailedLink(other.email);
    await until(
      () => mail.received.filter(({ to }) => to === email).length,
      (count) => count >= 10,
    );
    expect(mail.received.filter(({ to }) => to === email)).toHaveLength(10);
  });
});

test("one user in two projects: the header chooses, and what they change stands in both trails", async () => {
  const other = await stack.createProject();
  const third = await stack.createProject();
  const email = "both@example.org";
  const userId = await addAccount(stack, email);
  await join(stack, userId, { projectId: stack.id, role: "viewer" });
  await join(stack, userId, { projectId: other.id, role: "admin" });
  const browser = new Browser(stack.url);
  await browser.signIn(email);
  const { projects } = (await browser.ask("GET /me")).body.data;
  expect(projects.map(({ id, role }: { id: number; role: string }) => [id, role])).toEqual([
    [stack.id, "viewer"],
    [other.id, "admin"],
  ]);
  expect((await browser.ask("GET /users", undefined, stack.id)).status).toBe(403);
  expect((await browser.ask("GET /users", undefined, other.id)).status).toBe(200);
  expect(seen(await browser.ask("GET /users", undefined, third.id))).toEqual([403, "forbidden"]);
  await browser.ask("PATCH /me", { name: "Both" });
  const rows = await stack.owner`
    select project_id from audit.entries where action = 'user.rename' and object = ${`user:${userId}`} order by 1`;
  expect(rows.map(({ project_id }) => project_id)).toEqual([stack.id, other.id]);
});
