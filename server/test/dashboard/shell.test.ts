/** The dashboard's frame in a real browser: signing in, finding one's way by mouse and keys, what a role may see, the policy. */
import { gzipSync } from "node:zlib";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, expect } from "vitest";
import { type DashboardUnderTest, hasBrowser, STEP_MS, startDashboard, testInBrowser } from "./harness.ts";
import { pressInTime } from "./keyboard.ts";

let dashboard: DashboardUnderTest;

beforeAll(async () => {
  if (hasBrowser) dashboard = await startDashboard({ workers: 0 });
});
afterAll(() => dashboard?.close());

testInBrowser("signing in by form, back to where one was going, and out again", async () => {
  const { page, stack, addUser, screenshot, axe } = dashboard;
  const { email, password } = await addUser("admin");
  await page.goto(`/p/${stack.id}/settings/audit?before=7`);
  await page.waitForURL("**/sign-in?**");
  await page.getByRole("heading", { level: 1 }).waitFor();
  expect(await axe()).toEqual([]);
  await screenshot("sign-in");
  await screenshot("sign-in", { dark: true, width: 390 });
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").first().fill("not the password");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText("The email or the password is wrong.").waitFor();
  expect(await page.getByRole("alert").textContent()).toMatch(/Request \S{8}/);
  await page.getByLabel("Password").first().fill(password);
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/p/${stack.id}/settings/audit?before=7`);
  await page.getByRole("button", { name: /Account menu/ }).click();
  await screenshot("account-menu", { dark: true });
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL("**/sign-in");
  await page.goto("/");
  await page.waitForURL("**/sign-in");
});

testInBrowser(
  "the page's policy lets in no inline script and no other host, and its nonce is new each time",
  async () => {
    const first = await fetch(`${dashboard.stack.url}/p/1/anything`, { headers: { accept: "text/html" } });
    const policy = first.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
    const nonce = /style-src 'self' 'nonce-([\w-]{24})'/.exec(policy)?.[1];
    const text = await first.text();
    expect(text).toContain(`nonce="${nonce}"`);
    expect(text).not.toContain("__CARILLON_NONCE__");
    const second = await fetch(`${dashboard.stack.url}/`);
    expect(second.headers.get("content-security-policy")).not.toContain(nonce);
    const api = await fetch(`${dashboard.stack.url}/api/app/nothing`, { headers: { accept: "text/html" } });
    expect([api.status, api.headers.get("content-type")]).toEqual([404, "application/json; charset=utf-8"]);
  },
);

testInBrowser("the first load's scripts stay small, are compressed and kept for good", async () => {
  const { stack, page, signIn } = dashboard;
  const scripts = new Map<string, number>();
  const listen = (url: string): void => void (url.endsWith(".js") && scripts.set(url, 0));
  page.on("request", (request) => listen(request.url()));
  await signIn();
  await page.reload();
  await page.locator("main h1").waitFor();
  for (const url of scripts.keys()) {
    const answer = await fetch(url, { headers: { "accept-encoding": "br" } });
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (bytes.length > 2_048) expect(answer.headers.get("content-encoding"), url).toBe("br");
    scripts.set(url, gzipSync(bytes, { level: 9 }).length);
  }
  const total = [...scripts.values()].reduce((sum, size) => sum + size, 0);
  console.log(`first load of ${stack.url}: ${scripts.size} scripts, ${Math.round(total / 1024)} KB gzip`);
  expect(total).toBeLessThanOrEqual(250 * 1024);
});

testInBrowser(
  "keys: the palette, a way by two letters, the sheet, and none of them inside a field",
  async () => {
    const { page, signIn, axe, screenshot, stack } = dashboard;
    await signIn();
    await page.keyboard.press("Control+k");
    const search = page.getByRole("textbox", { name: "Go to, create, find" });
    await search.fill("audit");
    expect(await axe()).toEqual([]);
    await screenshot("palette");
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/p/${stack.id}/settings/audit`);
    await page.getByRole("heading", { level: 1, name: "Audit log" }).waitFor();
    await page.locator("h1:focus").waitFor();
    await expect.poll(() => page.title(), { timeout: STEP_MS }).toMatch(/^Audit log · .* · Carillon$/);
    await pressInTime(page, "g", "s");
    await page.waitForURL(`**/p/${stack.id}/sandbox`);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    expect(await axe()).toEqual([]);
    await screenshot("keyboard", { dark: true });
    await pressInTime(page, "g", "h");
    expect(page.url()).toMatch(/\/sandbox$/);
    await page.keyboard.press("Escape");
  },
);

testInBrowser(
  "what is copied is on the clipboard, also where the page does not come over https",
  async () => {
    const { page, context, signIn, goto } = dashboard;
    // As browsers have it on http://name-of-the-server:8400.
    await context.addInitScript("delete Navigator.prototype.clipboard");
    await signIn();
    await goto("settings/api");
    await page.getByRole("button", { name: "Show the app token" }).click();
    const token = await page.getByText(/^crl_/).innerText();
    await page.getByRole("button", { name: "Copy: App token" }).click();
    await page.getByRole("status").getByText("Copied").waitFor({ state: "attached" });
    await page.keyboard.press("Control+k");
    const search = page.getByRole("textbox", { name: "Go to, create, find" });
    await search.press("Control+v");
    await expect.poll(() => search.inputValue(), { timeout: STEP_MS }).toBe(token);
    await page.keyboard.press("Escape");
  },
);

testInBrowser("a role sees its own ways, and a page that it may not open says so in words", async () => {
  const { page, signIn, goto, axe } = dashboard;
  await signIn("viewer");
  const nav = page.getByRole("navigation", { name: "Main" });
  expect(await nav.getByRole("link", { name: "Audit log" }).count()).toBe(0);
  await goto("settings/audit");
  await page.getByRole("heading", { name: "You may not open Audit log" }).waitFor();
  expect(await page.locator("main").textContent()).toContain("Viewer");
  expect(await axe()).toEqual([]);
  await goto("no/such/page");
  await page.getByRole("heading", { name: "There is no such page" }).waitFor();
  await page.goto("/p/999999");
  await page.getByRole("heading", { name: "You do not belong to this project" }).waitFor();
});

testInBrowser(
  "an invitation is accepted, and signing in asks for the code of who has an authenticator",
  async () => {
    const { page, context, stack, signIn, addUser, axe, screenshot } = dashboard;
    await signIn();
    const headers = { origin: stack.url, "carillon-project": String(stack.id) };
    const asked = { email: "grace@example.org", role: "viewer" };
    const invited = await context.request.post("/api/app/invitations", { data: asked, headers });
    const { link } = (await invited.json()).data;
    await context.clearCookies();
    await page.goto(new URL(link).pathname + new URL(link).search);
    await page.getByRole("heading", { name: "Join Harbour Books" }).waitFor();
    expect(await axe()).toEqual([]);
    await screenshot("invitation");
    await page.getByLabel("Your name").fill("Grace");
    await page.getByLabel("Choose a password").fill("short");
    await page.getByRole("button", { name: "Join" }).click();
    await page.locator("[name=password]:focus").waitFor();
    await page.getByLabel("Choose a password").fill("a ship in harbour is safe");
    await page.getByRole("button", { name: "Join" }).click();
    await page.getByRole("button", { name: /Grace/ }).waitFor();

    const user = await addUser("viewer");
    await context.clearCookies();
    await context.request.post("/api/app/login", { data: user, headers });
    const started = await (
      await context.request.post("/api/app/me/totp/start", { data: {}, headers })
    ).json();
    const code = new TOTP({ secret: Secret.fromBase32(started.data.secret) }).generate();
    const confirmed = await context.request.post("/api/app/me/totp/confirm", { data: { code }, headers });
    const [recovery] = (await confirmed.json()).data.recovery_codes;
    await context.clearCookies();
    await page.goto("/sign-in");
    await page.getByLabel("Email").fill(user.email);
    await page.getByLabel("Password").first().fill(user.password);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Your code" }).waitFor();
    await page.getByLabel("Code of your authenticator").fill(recovery);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/p/${stack.id}`);
  },
);

testInBrowser("a forgotten password is asked for calmly, and a spent link says so", async () => {
  const { page, axe } = dashboard;
  await page.goto("/forgot-password");
  await page.getByLabel("Email").fill("nobody@example.org");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Look into your mailbox" }).waitFor();
  await page.goto("/reset-password?token=spent");
  await page.getByLabel("New password").first().fill("a ship in harbour is safe");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  expect(await axe()).toEqual([]);
});

testInBrowser("a session that ends leads to signing in, and back to the same place", async () => {
  const { page, context, signIn, goto, stack } = dashboard;
  const { email, password } = await signIn();
  await goto("sandbox");
  await context.clearCookies();
  await page.getByRole("link", { name: "Webhooks" }).click();
  await page.waitForURL("**/sign-in?next=*");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").first().fill(password);
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/p/${stack.id}/settings/webhooks`);
  await page.getByText("No endpoint hears from this project").waitFor();
});

testInBrowser("on a telephone the ways are in a drawer, which goes away with the choice", async () => {
  const { page, signIn, axe, screenshot, stack } = dashboard;
  await signIn();
  await screenshot("drawer", { width: 390, dark: true }, async () => {
    await page.getByRole("button", { name: "Open the navigation" }).click();
    await page.getByRole("dialog", { name: "Navigation" }).waitFor();
    expect(await axe()).toEqual([]);
    await screenshot("drawer-open", { width: 390, dark: true }, async () => {
      await page.getByRole("dialog").getByRole("link", { name: "Webhooks" }).click();
      await page.waitForURL(`**/p/${stack.id}/settings/webhooks`);
      await page.getByRole("dialog", { name: "Navigation" }).waitFor({ state: "detached" });
    });
  });
});
