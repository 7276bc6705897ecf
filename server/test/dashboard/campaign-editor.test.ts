/** The editor's tabs and their odd states: nothing there, a refusal, MJML to and fro. */
import { afterAll, beforeAll, expect } from "vitest";
import { type DashboardUnderTest, hasBrowser, STEP_MS, startDashboard, testInBrowser } from "./harness.ts";

let dashboard: DashboardUnderTest;

beforeAll(async () => {
  if (hasBrowser) dashboard = await startDashboard({ workers: 0 });
});
afterAll(() => dashboard?.close());

testInBrowser(
  "every tab, a campaign that is not there, a list that fails and a search without a hit say what to do",
  async () => {
    const { page, signIn, goto, axe, screenshot, stack } = dashboard;
    await signIn("admin");
    const made = await stack.call("create/campaign", {
      title: "Tabs",
      sms: 1,
      messages: { "9": { sms_text: "Hi" } },
    });
    const { id } = made.body.model;
    for (const [tab, words] of [
      ["setup", "Known by"],
      ["segment", "Everybody whom the call names"],
      ["schedule", "When nobody knows whether it was sent"],
      ["nothing", "A campaign has no such tab"],
    ] as const) {
      await goto(`campaigns/${id}/${tab}`);
      await page.getByText(words).waitFor();
      expect(await axe(), tab).toEqual([]);
      await screenshot(`campaign-${tab}`);
      await screenshot(`campaign-${tab}`, { dark: true, width: 390, isWhole: true });
    }
    await goto(`campaigns/${id}/setup`);
    await page.getByRole("textbox", { name: "Title" }).fill("Saved on the way out");
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Drafts" }).click();
    await page.getByRole("row", { name: /Saved on the way out/ }).waitFor();
    await goto("campaigns/999999");
    await page.getByRole("heading", { name: "There is no such campaign in this project" }).waitFor();
    expect(await axe()).toEqual([]);
    await goto("campaigns/drafts?q=zzz");
    await page.getByText("Nothing with “zzz”").waitFor();
    expect(await axe()).toEqual([]);
    const error = { code: "too_many", message: "Slow down." };
    await page.route("**/api/app/campaigns?*", (route) =>
      route.fulfill({ status: 429, headers: { "x-request-id": "r-1" }, json: { error } }),
    );
    await goto("campaigns/live");
    await page.getByText("Slow down.").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("r-1");
    expect(await axe()).toEqual([]);
    await page.unroute("**/api/app/campaigns?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Live campaigns", { exact: true }).first().waitFor();
  },
);

testInBrowser("MJML is previewed as it is typed, saved compiled, and left again for its HTML", async () => {
  const { page, signIn, goto, axe, screenshot, stack } = dashboard;
  await signIn("admin");
  const html = "<style>@media (prefers-color-scheme: dark) { body { background: #000 } }</style><p>Old</p>";
  const messages = { "7": { email_subject: "Hello", email_from: "news@example.org", email_html: html } };
  const made = await stack.call("create/campaign", { title: "MJML", email: 1, messages });
  const { id } = made.body.model;
  await goto(`campaigns/${id}/content`);
  const shown = page.frameLocator("iframe");
  await shown.getByText("Old").waitFor();
  await page.getByText("Dark", { exact: true }).click();
  await page.waitForURL("**screen=dark");
  // The address changes first; the preview is drawn anew after it.
  const ground = (): Promise<string> =>
    shown.locator("body").evaluate("getComputedStyle(document.body).backgroundColor");
  await expect.poll(ground, { timeout: STEP_MS }).toBe("rgb(0, 0, 0)");
  await page.getByText("Phone", { exact: true }).click();
  await screenshot("campaign-email-phone", { dark: true });
  await page.getByText("MJML", { exact: true }).last().click();
  await page.getByRole("textbox", { name: "MJML" }).waitFor();
  await shown.getByText("Hello First Name,").waitFor();
  await page.getByRole("status").filter({ hasText: "Saved, version 2" }).waitFor();
  expect(await axe()).toEqual([]);
  await page.getByText("HTML", { exact: true }).first().click();
  await page.getByRole("textbox", { name: "HTML" }).getByText("<!doctype html>", { exact: false }).waitFor();
  await page.getByRole("status").filter({ hasText: "Saved, version 3" }).waitFor();
  const { model } = (await stack.call("info/campaign", { id })).body;
  expect(model.messages["7"]).toMatchObject({ email_mjml: null });
  expect(model.messages["7"].email_html).toContain("{{ first_name|default(");
});
