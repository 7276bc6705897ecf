/** Several people at one campaign: who writes, who launches, who only looks, and two who write at once. */
import { afterAll, beforeAll, expect } from "vitest";
import { addPeople } from "../stack.ts";
import { type DashboardUnderTest, hasBrowser, STEP_MS, startDashboard, testInBrowser } from "./harness.ts";

let dashboard: DashboardUnderTest;

beforeAll(async () => {
  if (!hasBrowser) return;
  dashboard = await startDashboard();
  await addPeople(dashboard.stack, 2);
});
afterAll(() => dashboard?.close());

const HTML = "<h1>Thank you, {{ first_name }}</h1><p>{% for item in items %}{{ item.name }} {% endfor %}</p>";

/** What no button offers, asked past the page. @returns the status. */
async function askAsSignedIn(path: string, data: object = {}): Promise<number> {
  const { context, stack } = dashboard;
  const headers = { origin: stack.url, "carillon-project": String(stack.id) };
  return (await context.request.post(`/api/app/${path}`, { data, headers })).status();
}

testInBrowser("a copywriter drafts, an approver launches, a viewer can do neither", async () => {
  const { page, signIn, goto, axe, screenshot, stack } = dashboard;
  await signIn("copywriter");
  await goto("campaigns/drafts");
  await page.getByRole("heading", { name: "No drafts" }).waitFor();
  expect(await axe()).toEqual([]);
  await screenshot("campaigns-empty");
  await page.getByRole("link", { name: "Create your first template" }).click();
  await page.getByRole("textbox", { name: "Title" }).fill("Order confirmation");
  await page.getByRole("checkbox", { name: "Email" }).check();
  await page.getByRole("checkbox", { name: "Webhook" }).check();
  await page.getByRole("button", { name: "Create draft" }).click();
  await page.waitForURL("**/content");
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
  await expect
    .poll(() => page.getByRole("combobox", { name: "Person" }).inputValue(), { timeout: STEP_MS })
    .toBe("user-1");
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
  expect(await askAsSignedIn(`campaigns/${id}/launch`)).toBe(403);

  await signIn("viewer");
  expect(await page.getByRole("link", { name: "Create campaign" }).count()).toBe(0);
  expect(await askAsSignedIn(`campaigns/${id}/launch`)).toBe(403);
  expect(await askAsSignedIn("campaigns", { title: "Mine", trigger: 3, sms: 1 })).toBe(403);
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
