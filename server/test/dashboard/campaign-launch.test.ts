/** From nothing to an own template that has arrived, by keyboard alone: the steps of docs/start/own-template.md. */
import { afterAll, beforeAll, expect } from "vitest";
import { addPeople, until } from "../stack.ts";
import { type DashboardUnderTest, hasBrowser, startDashboard, testInBrowser } from "./harness.ts";
import { enter, tabTo } from "./keyboard.ts";

/** A walk takes ten seconds; much longer on a machine that is busy with others. */
const WALK_MS = 90_000;

let dashboard: DashboardUnderTest;

beforeAll(async () => {
  if (!hasBrowser) return;
  dashboard = await startDashboard();
  await addPeople(dashboard.stack, 1);
  await dashboard.context.grantPermissions(["clipboard-read", "clipboard-write"]);
});
afterAll(() => dashboard?.close());

/** The request that a curl of the page makes. */
function requestOf(curl: string): { url: string; body: string } {
  const url = /--url '([^']+)'/.exec(curl)?.[1] ?? "";
  const body = /--data '([\s\S]+)'$/.exec(curl)?.[1] ?? "";
  return { url, body: body.replaceAll("'\\''", "'") };
}

testInBrowser(
  "an SMS template is written, launched and called, and its message is in the sandbox",
  async () => {
    const { page, stack, addUser, axe, screenshot } = dashboard;
    const { email, password } = await addUser("admin");
    await page.goto("/");
    await page.waitForURL("**/sign-in**");
    await tabTo(page, page.getByLabel("Email"));
    await page.keyboard.type(email);
    await tabTo(page, page.getByLabel("Password").first());
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/p/${stack.id}`);
    await page.locator("main h1").waitFor();

    await page.keyboard.press("c");
    await page.waitForURL("**/campaigns/new");
    await tabTo(page, page.getByRole("textbox", { name: "Title" }));
    await page.keyboard.type("Order shipped");
    await tabTo(page, page.getByRole("checkbox", { name: "SMS" }));
    await page.keyboard.press("Space");
    expect(await axe()).toEqual([]);
    await screenshot("campaign-new");
    await screenshot("campaign-new", { dark: true, width: 390 });
    await enter(page, page.getByRole("button", { name: "Create draft" }));

    await page.waitForURL("**/campaigns/*/content");
    await tabTo(page, page.getByRole("textbox", { name: "From name" }));
    await page.keyboard.type("Shop");
    const text = page.getByRole("textbox", { name: "Text", exact: true });
    await tabTo(page, text);
    await page.keyboard.type("Order {{ order_id }} arrives {{ day|uper }}.");
    await page.getByText(/^Line 1, column \d+: .*"uper"/).waitFor();
    await screenshot("campaign-sms-fault");
    expect(await axe()).toEqual([]);
    for (let i = 0; i < " }}.".length; i += 1) await page.keyboard.press("ArrowLeft");
    for (let i = 0; i < "uper".length; i += 1) await page.keyboard.press("Backspace");
    await page.keyboard.type("upper");
    await page.keyboard.press("Escape");
    await page.getByText("Order 1042 arrives DAY.").waitFor();
    await page
      .getByRole("status")
      .filter({ hasText: /^Saved, version/ })
      .waitFor();
    await page.getByText(/1 part · 23 of 160/).waitFor();
    expect(await axe()).toEqual([]);
    await screenshot("campaign-sms");
    await screenshot("campaign-sms", { dark: true });
    await screenshot("campaign-sms", { width: 390, isWhole: true });

    await enter(page, page.getByRole("link", { name: "Review & launch" }).last());
    await page.getByText("Ready to launch.").waitFor();
    expect(await page.getByRole("table", { name: "Params of this template" }).innerText()).toContain(
      "order_id",
    );
    expect(await axe()).toEqual([]);
    await screenshot("campaign-review");
    await screenshot("campaign-review", { dark: true, width: 390, isWhole: true });
    await enter(page, page.getByRole("button", { name: "Launch campaign" }));

    await page.getByText("It is live").waitFor();
    await tabTo(page, page.getByRole("textbox", { name: "To the user ID" }));
    await page.keyboard.type("user-0");
    await enter(page, page.getByRole("button", { name: "Fill in my token" }));
    await page.getByRole("button", { name: "Token filled in" }).waitFor();
    expect(await axe()).toEqual([]);
    await enter(page, page.getByRole("button", { name: "Copy the cURL code" }));
    const curl = await until(
      () => page.evaluate<string>("navigator.clipboard.readText()"),
      (copied) => copied.includes(stack.token),
    );
    await screenshot("campaign-overview");
    await screenshot("campaign-overview", { dark: true, width: 390, isWhole: true });
    const { url, body } = requestOf(curl);
    const headers = { "content-type": "application/json" };
    const answer = await fetch(url, { method: "POST", headers, body });
    expect(answer.status, await answer.text()).toBe(200);

    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.waitForURL("**/sandbox");
    await page.getByRole("button", { name: /Order 1042 arrives DAY\./ }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("e");
    await page.waitForURL("**/executions");
    await enter(page, page.getByRole("table", { name: "Executions" }).getByRole("link").first());
    await page.waitForURL(/executions\/\d+$/);
    await tabTo(page, page.getByLabel("Target or user ID"));
    await page.keyboard.type("user-0");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/explain?target=user-0");
    await page.getByRole("list", { name: "What happened" }).waitFor();
    await page.getByText("Order 1042 arrives DAY.").first().waitFor();
    expect(await axe()).toEqual([]);
    await screenshot("campaign-explained");
  },
  WALK_MS,
);
