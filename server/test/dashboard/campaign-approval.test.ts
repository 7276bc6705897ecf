/** Several people at one campaign: who writes, who launches, who only looks, and two who write at once. */
import { afterAll, beforeAll, expect } from "vitest";
import { addPeople } from "../stack.ts";
import { type DashboardUnderTest, hasBrowser, startDashboard, testInBrowser } from "./harness.ts";

let dashboard: DashboardUnderTest;

beforeAll(async () => {
  if (!hasBrowser) return;
  dashboard = await startDashboard();
  await addPeople(dashboard.stack, 2);
});
afterAll(() => dashboard?.close());

const HTML = "<h1>Thank you, {{ first_name }}</h1><p>{% for item in items %}{{ item.name }} {% endfor %}</p>";

testInBrowser("a copywriter drafts, an approver launches, a viewer can do neither", async () => {
  const { page, signIn, goto, axe, screenshot, stack } = dashboard;
  await signIn("copywriter");
  await goto("campaigns/drafts");
  await page.getByRole("heading", { name: "No drafts" }).waitFor();
  expect(await axe()).toEqual([]);
  await screenshot("campaigns-empty");
  await page.getByRole("link", { name: "Create your first template" }).click();
  await page.getByRole("textbox", { name: "Title" }).fill("Order confirmation");
  await page.getByRole("checkbox", { name: "Email" }).click();
  await page.getByRole("checkbox", { name: "Webhook" }).click();
  await page.getByRole("button", { name: "Create draft" }).click();
  await page.getByRole("textbox", { name: "Subject" }).fill("Order ");
  await page.getByRole("button", { name: "Insert an attribute into Subject" }).click();
  await page.getByRole("textbox", { name: "Search attributes" }).fill("order_id");
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "From", exact: true }).fill("orders@example.org");
  const html = page.getByRole("textbox", { name: "HTML", exact: true });
  await html.click();
  await page.keyboard.insertText(HTML);
  await page.getByRole("button", { name: "Make it from the body" }).click();
  await page.getByRole("complementary", { name: "Preview of the email" }).getByText("Order 1042").waitFor();
  await page.frameLocator("iframe").getByRole("heading", { name: "Thank you" }).waitFor();
  expect(await axe()).toEqual([]);
  await screenshot("campaign-email", { height: 1300 });
  await page.getByRole("tab", { name: "Webhook" }).click();
  await page.getByRole("textbox", { name: "URL" }).fill("https://hooks.example.org/{{order_id}}");
  await page.getByRole("button", { name: "Add a header" }).click();
  await page.getByRole("textbox", { name: "Name of header 1" }).fill("x-source");
  await page.getByRole("textbox", { name: "Value of header 1" }).fill("carillon");
  await page.getByRole("complementary").getByText("x-source: carillon").waitFor();
  expect(await axe()).toEqual([]);
  await screenshot("campaign-webhook", { dark: true });

  await page.getByRole("navigation", { name: "Campaign" }).getByRole("link", { name: "Preview" }).click();
  await page.getByRole("button", { name: "Paste a call" }).click();
  const call = { id: 9, target_by: "user_id", target_with_params: { "user-1": { order_id: "X-7" } } };
  const params = { items: [{ name: "tea" }] };
  const data = JSON.stringify({ ...call, params });
  await page.getByRole("textbox", { name: "Call" }).fill(`curl https://x.example -d '${data}'`);
  expect(await axe()).toEqual([]);
  await page.getByRole("button", { name: "Preview it" }).click();
  await page.getByText("Order X-7").waitFor();
  await page.frameLocator("iframe").getByRole("heading", { name: "Thank you, Name1" }).waitFor();
  expect(await page.getByRole("combobox", { name: "Person" }).inputValue()).toBe("user-1");
  expect(await axe()).toEqual([]);
  await screenshot("campaign-preview");
  await screenshot("campaign-preview", { dark: true, width: 390, isWhole: true });

  await page.getByRole("link", { name: "Review & launch" }).click();
  await page.getByText("An approver launches this").waitFor();
  expect(await page.getByRole("button", { name: "Launch campaign" }).count()).toBe(0);
  await page.getByText("Ready to launch.").waitFor();
  expect(await axe()).toEqual([]);
  await screenshot("campaign-copywriter");
  const draft = new URL(page.url()).pathname;
  const id = Number(/campaigns\/(\d+)/.exec(draft)?.[1]);

  await signIn("viewer");
  await page.goto(draft);
  await page.getByText("As Viewer you cannot launch campaigns").waitFor();
  expect(await page.getByRole("button", { name: "Launch campaign" }).count()).toBe(0);
  await goto(`campaigns/${id}/content`);
  await page.getByText("You are reading a draft").waitFor();
  expect(await page.getByRole("textbox", { name: "Subject" }).isEditable()).toBe(false);
  expect(await page.getByRole("button", { name: /Insert an attribute/ }).count()).toBe(0);
  expect(await axe()).toEqual([]);

  await signIn("approver");
  await page.goto(draft);
  await page.getByText("You are reading a draft").waitFor();
  await page.getByRole("button", { name: "Launch campaign" }).click();
  await page.getByText("It is live").waitFor();
  const called = await stack.call("execute/campaign", {
    id,
    target: ["user-0"],
    target_by: "user_id",
    params,
  });
  expect(called.status).toBe(200);
});

testInBrowser(
  "a live campaign is saved as a new version, never over somebody else's, and nobody leaves by mistake",
  async () => {
    const { page, signIn, goto, axe, screenshot, stack } = dashboard;
    await signIn("campaign_manager");
    const model = { title: "Gate change", trigger: 3, active: 1, sms: 1 };
    const made = await stack.call("create/campaign", {
      ...model,
      messages: { "9": { sms_text: "Gate {{ gate }}" } },
    });
    const { id } = made.body.model;
    await goto("campaigns/live");
    await page.getByRole("row", { name: /Gate change/ }).waitFor();
    expect(await axe()).toEqual([]);
    await screenshot("campaigns-live");
    await screenshot("campaigns-live", { dark: true, width: 390 });
    await goto(`campaigns/${id}/content`);
    const text = page.getByRole("textbox", { name: "Text", exact: true });
    await text.click();
    await page.keyboard.press("End");
    await page.keyboard.type(" now");
    await page.getByRole("status").filter({ hasText: "Changed, not saved" }).waitFor();
    await page.getByRole("link", { name: "Overview" }).last().click();
    await page.getByRole("dialog", { name: "Leave without saving?" }).waitFor();
    expect(await axe()).toEqual([]);
    await page.getByRole("button", { name: "Stay" }).click();
    await stack.call("update/campaign", { id, title: "Gate change, better" });
    await page.getByRole("button", { name: "Save as version 2" }).click();
    await page.getByText("Somebody else saved in the meantime").waitFor();
    expect(await axe()).toEqual([]);
    await screenshot("campaign-conflict");
    await page.getByRole("button", { name: "Save mine over it" }).click();
    await page.getByRole("status").filter({ hasText: "Saved, version 3" }).waitFor();
    const stored = await stack.call("info/campaign", { id, select: ["title", "sms_text"] });
    expect(stored.body.model).toMatchObject({ title: "Gate change, better" });
    expect(stored.body.model.messages["9"].sms_text).toBe("Gate {{ gate }} now");

    await page.getByRole("heading", { level: 1, name: "Gate change, better" }).waitFor();

    await page.getByRole("link", { name: "Versions" }).click();
    await page.locator("ins", { hasText: "now" }).waitFor();
    expect(await axe()).toEqual([]);
    await screenshot("campaign-versions");
    await screenshot("campaign-versions", { dark: true, width: 390 });
    await page.getByRole("button", { name: "More for this campaign" }).click();
    await page.getByRole("menuitem", { name: "Stop" }).click();
    await page.getByRole("dialog", { name: "Stop the campaign" }).waitFor();
    await page.getByRole("button", { name: "Stop it" }).click();
    await page.getByText("Stopped", { exact: true }).first().waitFor();
    await goto("campaigns/past");
    await page.getByRole("row", { name: /Gate change, better/ }).waitFor();
  },
);

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
  expect(await shown.locator("body").evaluate("getComputedStyle(document.body).backgroundColor")).toBe(
    "rgb(0, 0, 0)",
  );
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
