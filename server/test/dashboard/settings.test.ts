/** Settings in the dashboard: a gateway that is tested until it works, health in words, the project's own settings. */
import { afterAll, beforeAll, expect } from "vitest";
import { findFreePort } from "../../src/base/embedded-postgres/free-port.ts";
import type { Sink } from "../sinks/sink.ts";
import { startSmtpSink } from "../sinks/smtp-sink.ts";
import { type DashboardUnderTest, hasBrowser, STEP_MS, startDashboard, testInBrowser } from "./harness.ts";

const PASSWORD = "a-secret-of-the-mail-server";

let dashboard: DashboardUnderTest;
let smtp: Sink;

beforeAll(async () => {
  if (!hasBrowser) return;
  smtp = await startSmtpSink({ auth: { user: "carillon", pass: PASSWORD } });
  dashboard = await startDashboard({ env: { ALLOW_PRIVATE_ADDRESSES: "true" } });
});
afterAll(async () => {
  await dashboard?.close();
  await smtp?.close();
});

testInBrowser("a gateway is tested in words until it works, saved, and taken away again", async () => {
  const { page, signIn, goto, axe, screenshot } = dashboard;
  await signIn("admin");
  await goto("settings/gateways");
  await page.getByRole("table", { name: "Gateways" }).waitFor();
  expect(await axe()).toEqual([]);
  await screenshot("gateways");
  await screenshot("gateways", { dark: true, width: 390 });
  await page.getByRole("link", { name: "Set up Email" }).click();
  await page.getByRole("heading", { level: 1, name: "Gateway for Email" }).waitFor();
  const test = page.getByRole("button", { name: "Test", exact: true });
  const steps = page.getByRole("list", { name: "Steps of the test" });
  await test.click();
  await page.getByText("Host cannot be blank.").waitFor();
  expect(await axe()).toEqual([]);
  await page.getByLabel("Host").fill("127.0.0.1");
  await page.getByLabel("Port").fill(String(await findFreePort()));
  await test.click();
  await steps.getByText("nothing listens there").waitFor();
  expect(await axe()).toEqual([]);
  await screenshot("gateway-refused", { isWhole: true });
  await page.getByLabel("Port").fill(String(smtp.port));
  await page.getByLabel("User name").fill("carillon");
  await page.getByLabel("Password").first().fill("wrong");
  await test.click();
  await steps.locator("[data-bad]").getByText("Sign-in").waitFor();
  await page.getByLabel("Password").first().fill(PASSWORD);
  await page.getByLabel("Send a test message to (optional)").fill("ada@example.org");
  await test.click();
  await page.getByText("The gateway works").waitFor();
  await steps.getByText("The test message to ada@example.org was taken.").waitFor();
  await smtp.waitFor(() => smtp.count() === 1, STEP_MS);
  await screenshot("gateway-works", { isWhole: true });
  await screenshot("gateway-works", { isWhole: true, dark: true, width: 390 });

  await page.getByRole("main").getByRole("link", { name: "Gateways" }).click();
  const asked = page.getByRole("dialog", { name: "Leave without saving?" });
  await asked.waitFor();
  expect(await axe()).toEqual([]);
  await asked.getByRole("button", { name: "Stay" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Remove" }).waitFor();
  const password = page.getByLabel("Password").first();
  await expect.poll(() => password.inputValue(), { timeout: STEP_MS }).toBe("");
  await expect.poll(() => password.getAttribute("placeholder"), { timeout: STEP_MS }).toBe("Kept as it is");
  await test.click();
  await page.getByText("The gateway works").waitFor();
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("Messages stay in the sandbox now").waitFor();
  await goto("settings/gateways/sms");
  await page.getByRole("button", { name: "Add a header" }).click();
  expect(await axe()).toEqual([]);
  await screenshot("gateway-sms", { isWhole: true });
});

testInBrowser("health in words, and the project's settings", async () => {
  const { page, signIn, goto, axe, screenshot, stack } = dashboard;
  await signIn("admin");
  await goto("settings/health");
  await page.getByText("All is well").waitFor();
  expect(await axe()).toEqual([]);
  await screenshot("health", { isWhole: true });
  await screenshot("health", { isWhole: true, dark: true, width: 390 });

  await goto("settings/project");
  await page.getByLabel("Most calls of the External API per second").fill("fast");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText(/must be a whole number from 1/).waitFor();
  expect(await axe()).toEqual([]);
  await page.getByLabel("Most calls of the External API per second").fill("50");
  await page.getByLabel("Name").fill("Bells and whistles");
  await page.getByRole("combobox", { name: "Time zone" }).fill("Dublin");
  await page.getByRole("option", { name: "Europe/Dublin" }).click();
  await page.getByRole("switch", { name: "Know repeated calls again" }).click();
  await page.getByRole("switch", { name: "Only attributes that were created" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: /Bells and whistles/ }).waitFor();
  await screenshot("project", { isWhole: true });
  await screenshot("project", { isWhole: true, dark: true, width: 390 });
  await page.reload();
  const zone = page.getByRole("combobox", { name: "Time zone" });
  await expect.poll(() => zone.inputValue(), { timeout: STEP_MS }).toBe("Europe/Dublin");
  expect(await page.getByRole("switch", { name: "Know repeated calls again" }).isChecked()).toBe(false);
  expect(await page.getByRole("switch", { name: "Only attributes that were created" }).isChecked()).toBe(
    true,
  );
  await page.getByRole("button", { name: "New project" }).click();
  const dialog = page.getByRole("dialog", { name: "New project" });
  await dialog.getByLabel("Name").fill("Second");
  expect(await axe()).toEqual([]);
  await dialog.getByRole("button", { name: "Create the project" }).click();
  await page.waitForURL((url) => /^\/p\/\d+$/.test(url.pathname) && url.pathname !== `/p/${stack.id}`);
  await page.getByRole("button", { name: /Project Second/ }).waitFor();

  await signIn("viewer");
  await goto("settings/project");
  await page.getByText("The role Viewer sees these settings").waitFor();
  expect(await axe()).toEqual([]);
});
