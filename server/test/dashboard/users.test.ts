/** A new colleague: invited by link, joins, sets up an authenticator, and signs in with its code; then gets another role. */
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, expect } from "vitest";
import { type DashboardUnderTest, hasBrowser, startDashboard, testInBrowser } from "./harness.ts";

let dashboard: DashboardUnderTest;

beforeAll(async () => {
  if (hasBrowser) dashboard = await startDashboard({ workers: 0 });
});
afterAll(() => dashboard?.close());

const PASSWORD = "a password of her own";

/** @param later steps of 30 s: a code is taken once. */
const codeOf = (secret: string, later = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + later * 30_000 });

/** Whatever the moment, none of the codes around it. */
const wrongCodeOf = (secret: string): string => {
  const right = [-2, -1, 0, 1, 2, 3].map((later) => codeOf(secret, later));
  return ["000000", "111111", "222222", "333333", "444444", "555555", "666666"].find(
    (code) => !right.includes(code),
  ) as string;
};

testInBrowser("an invitation becomes a member who signs in with an authenticator", async () => {
  const { page, signIn, goto, axe, screenshot, context } = dashboard;
  const admin = await signIn("admin");
  await goto("settings/users");
  await page.getByRole("button", { name: "Invite somebody" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite somebody" });
  await dialog.getByLabel("Email").fill("not an address");
  await dialog.getByRole("button", { name: "Invite", exact: true }).click();
  await page.locator("input[aria-invalid=true]:focus").waitFor();
  expect(await axe()).toEqual([]);
  await dialog.getByLabel("Email").fill("rosa@example.org");
  await dialog.getByRole("combobox", { name: "Role" }).click();
  await page.getByRole("option", { name: "Campaign manager" }).click();
  await dialog.getByRole("button", { name: "Invite", exact: true }).click();
  const link = await dialog.getByText(/\/invitation\?token=/).innerText();
  expect(await axe()).toEqual([]);
  await screenshot("invitation-link");
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("table", { name: "Invitations" }).getByText("rosa@example.org").waitFor();
  expect(await axe()).toEqual([]);
  await screenshot("users", { isWhole: true });
  await screenshot("users", { isWhole: true, dark: true, width: 390 });

  await context.clearCookies();
  await page.goto(link);
  await page.getByRole("heading", { name: "Join Harbour Books" }).waitFor();
  expect(await axe()).toEqual([]);
  await page.getByLabel("Your name").fill("Rosa Luxem");
  await page.getByLabel("Choose a password").first().fill(PASSWORD);
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();

  await goto("account");
  expect(await axe()).toEqual([]);
  await page.getByRole("button", { name: "Set up an authenticator" }).click();
  await page.getByRole("img", { name: "QR code for the authenticator app" }).waitFor();
  const secret = await page.getByRole("group", { name: "Key" }).innerText();
  const key = secret.replace(/\s/g, "");
  await page.getByLabel("Code that the app shows now").fill(wrongCodeOf(key));
  await page.keyboard.press("Enter");
  await page.getByText("check that the clock of the device is right").waitFor();
  expect(await axe()).toEqual([]);
  await screenshot("authenticator", { isWhole: true });
  await screenshot("authenticator", { isWhole: true, dark: true, width: 390 });
  await page.getByLabel("Code that the app shows now").fill(codeOf(key));
  await page.keyboard.press("Enter");
  const codes = page.getByRole("list", { name: "Recovery codes" });
  await codes.waitFor();
  expect(await codes.getByRole("listitem").count()).toBe(10);
  const recoveryCode = await codes.getByRole("listitem").first().innerText();
  expect(await axe()).toEqual([]);
  await screenshot("recovery-codes", { isWhole: true });
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download" }).click(),
  ]);
  expect(file.suggestedFilename()).toBe("carillon-recovery-codes.txt");
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.getByRole("button", { name: "Remove the authenticator" }).waitFor();

  await context.clearCookies();
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill("rosa@example.org");
  await page.getByLabel("Password").first().fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByLabel(/code/i).first().fill(codeOf(key, 1));
  await page.keyboard.press("Enter");
  await page.getByRole("navigation", { name: "Main" }).waitFor();

  await context.clearCookies();
  await context.request.post("/api/app/login", { data: admin, headers: { origin: dashboard.stack.url } });
  await goto("settings/users");
  const rosa = page.getByRole("button", { name: "What to do with Rosa Luxem" });
  await rosa.click();
  await page.getByRole("menuitem", { name: "Change the role" }).click();
  await page.getByRole("combobox", { name: "Role" }).click();
  await page.getByRole("option", { name: "Viewer" }).click();
  await page.getByRole("button", { name: "Change the role" }).click();
  await page.getByRole("table", { name: "Members" }).getByText("Viewer").waitFor();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await rosa.click();
  await page.getByRole("menuitem", { name: "Remove from the project" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await rosa.waitFor({ state: "detached" });
  await invitedAgain(recoveryCode);
  await page.getByRole("button", { name: /^What to do with Ada Byron/ }).click();
  await page.getByRole("menuitem", { name: "Leave the project" }).click();
  await page.getByRole("button", { name: "Leave", exact: true }).click();
  await page.getByRole("dialog").getByRole("alert").waitFor();
  expect(await axe()).toEqual([]);
});

/** With an account and an authenticator the link alone does not do; then back to the administrator's page. */
async function invitedAgain(recoveryCode: string): Promise<void> {
  const { page, context } = dashboard;
  await page.getByRole("button", { name: "Invite somebody" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite somebody" });
  await dialog.getByLabel("Email").fill("rosa@example.org");
  await dialog.getByRole("button", { name: "Invite", exact: true }).click();
  const link = await dialog.getByText(/\/invitation\?token=/).innerText();
  const before = await context.cookies();
  await context.clearCookies();
  await page.goto(link);
  await page.getByLabel("Your password").first().fill(PASSWORD);
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByLabel("Code of your authenticator").fill(recoveryCode);
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  await context.addCookies(before);
  await dashboard.goto("settings/users");
}
