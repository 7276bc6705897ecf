/** People in the dashboard: listed, found, opened, changed in place with the server's word on each value, added by hand. */
import { afterAll, beforeAll, expect } from "vitest";
import { askApp } from "../dashboard.ts";
import { addPeople, launch, smsCampaign, until } from "../stack.ts";
import { type DashboardUnderTest, hasBrowser, STEP_MS, startDashboard, testInBrowser } from "./harness.ts";

let dashboard: DashboardUnderTest;

beforeAll(async () => {
  if (hasBrowser) dashboard = await startDashboard();
});
afterAll(() => dashboard?.close());

testInBrowser("find a person, change what is known of them, add another by hand", async () => {
  const { page, signIn, goto, axe, screenshot, stack } = dashboard;
  await signIn("admin");
  await goto("profiles");
  await page.getByRole("heading", { name: "Nobody is here yet" }).waitFor();
  expect(await axe()).toEqual([]);
  await addPeople(stack, 120, "person");
  const id = await launch(stack, { ...smsCampaign("Hello"), title: "Delivery is near" });
  const sent = await stack.call("execute/campaign", { id, target_by: "user_id", target: ["person-7"] });
  expect(sent.status).toBe(200);
  await until(
    () => askApp(stack, stack, "GET /messages?q=person-7"),
    ({ body }) => body.data.length === 1,
    STEP_MS,
  );
  await goto("profiles");
  await page.getByRole("table", { name: "User profiles" }).waitFor();
  expect(await axe()).toEqual([]);
  await screenshot("profiles");
  await screenshot("profiles", { dark: true, width: 390 });
  await page.getByRole("textbox", { name: /^Search by user ID/ }).fill("nobody-here");
  await page.getByRole("heading", { name: "Nobody has “nobody-here”" }).waitFor();
  await page.getByRole("textbox", { name: /^Search by user ID/ }).fill("+353 850 000 007");
  await page.getByRole("link", { name: "person-7", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Name7" }).waitFor();
  await page.getByRole("table", { name: "Messages" }).getByText("Delivery is near").waitFor();

  await page.getByRole("button", { name: "Edit Email" }).click();
  const form = page.getByRole("form", { name: "Edit Email" });
  await form.getByRole("textbox", { name: "Email" }).fill("not an address");
  await page.keyboard.press("Enter");
  await form.getByRole("alert").waitFor();
  expect(await axe()).toEqual([]);
  await screenshot("profile-refused", { isWhole: true });
  await form.getByRole("textbox", { name: "Email" }).fill("name7@example.org");
  await page.keyboard.press("Enter");
  await page.getByText("name7@example.org").waitFor();
  await page.locator("button[aria-label='Edit Email']:focus").waitFor();

  await page.getByRole("button", { name: "Add an attribute" }).click();
  const dialog = page.getByRole("dialog", { name: "Add an attribute" });
  await dialog.getByRole("combobox", { name: "Name" }).fill("shoe size");
  await dialog.getByRole("textbox", { name: "Value" }).fill("42");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await dialog.getByText("must consist of letters").waitFor();
  expect(await axe()).toEqual([]);
  await dialog.getByRole("combobox", { name: "Name" }).fill("shoe_size");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("shoe_size").waitFor();
  await screenshot("profile", { isWhole: true });
  await screenshot("profile", { isWhole: true, dark: true, width: 390 });

  await goto("profiles?new=1");
  const adding = page.getByRole("dialog", { name: "Add a person" });
  await adding.getByLabel("User ID").fill("grace-1");
  await adding.getByLabel("Email", { exact: true }).fill("grace@example.org");
  await adding.getByRole("button", { name: "Add the person" }).click();
  await adding.getByText("Say whether this address may be used.").waitFor();
  expect(await axe()).toEqual([]);
  await screenshot("profile-new");
  await adding.getByRole("combobox", { name: "May they be emailed?" }).click();
  await page.getByRole("option", { name: "Yes, they subscribed" }).click();
  await adding.getByRole("button", { name: "Add the person" }).click();
  await page.getByRole("heading", { level: 1, name: "grace@example.org" }).waitFor();
  expect((await stack.call("info/profile", { user_id: "grace-1" })).body.model).toMatchObject({
    email: "grace@example.org",
    email_subscription: 1,
  });
});
