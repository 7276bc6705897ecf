/**
 * Somebody breaks a gateway in its settings. What failed is seen by its reason, the settings page's test says what is
 * wrong and then that it works, and only what failed goes again, none twice.
 */
import { afterAll, beforeAll, expect } from "vitest";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { findFreePort } from "../../src/base/embedded-postgres/free-port.ts";
import { askApp, listAll } from "../dashboard.ts";
import { startHttpSink } from "../sinks/http-sink.ts";
import type { Sink } from "../sinks/sink.ts";
import { startSmtpSink } from "../sinks/smtp-sink.ts";
import { addPeople, launch, until } from "../stack.ts";
import { type DashboardUnderTest, hasBrowser, STEP_MS, startDashboard, testInBrowser } from "./harness.ts";

let dashboard: DashboardUnderTest;
let sms: Sink;
let email: Sink;
let campaign: number;

let aheadMs = 0;
const clock: Clock = { ...systemClock, now: () => Date.now() + aheadMs };

const PEOPLE = 12;
const UNSUBSCRIBED = 7;
const everybody = Array.from({ length: PEOPLE }, (_, i) => i);
const texted = everybody.filter((i) => i !== UNSUBSCRIBED);
const mobileOf = (i: number): string => String(353_850_000_000 + i);

beforeAll(async () => {
  if (!hasBrowser) return;
  sms = await startHttpSink({ name: "sms", keep: "body" });
  email = await startSmtpSink();
  dashboard = await startDashboard({ env: { ALLOW_PRIVATE_ADDRESSES: "true" }, clock });
  const { stack } = dashboard;
  await addPeople(stack, PEOPLE, "ada");
  const unsubscribed = [[`ada-${UNSUBSCRIBED}`, 0]];
  await stack.call("import/profile", { columns: ["user_id", "sms_subscription"], rows: unsubscribed });
  const settings = { url: `${sms.url}/sms`, method: "POST" };
  await askApp(stack, stack, "PUT /gateways/sms", { kind: "sms-http", settings });
  const server = { host: "127.0.0.1", port: email.port };
  await askApp(stack, stack, "PUT /gateways/email", { kind: "smtp", settings: server });
  campaign = await launch(stack, {
    title: "Order shipped",
    sms: 1,
    email: 1,
    // Longer than any machine takes to see them wait; the clock goes on by more when they have been seen.
    retry_for: 10,
    retry_for_period: "minutes",
    messages: {
      "7": {
        email_subject: "{{ first_name }}, your order is on its way",
        email_html: "<h1>Hello {{ first_name }}</h1><p>Your order {{ order }} left our house today.</p>",
        email_from: "shop@example.org",
      },
      "9": { sms_text: "Hi {{ first_name }}, order {{ order }} is on its way.", sms_from: "Shop" },
    },
  });
});
afterAll(async () => {
  await dashboard?.close();
  await Promise.all([sms?.close(), email?.close()]);
});

async function lookAt(name: string): Promise<void> {
  const { axe, screenshot } = dashboard;
  expect(await axe()).toEqual([]);
  await screenshot(name);
  // Taller than a telephone: frames that are out of view are not drawn on a picture of the whole page.
  await screenshot(name, { width: 390, height: 1_500, dark: true });
}

/** Whom the provider was told to text. The settings page's test asks it for nobody, too. */
const texts = (): string[] => sms.received.map(({ to }) => to).filter((to) => to !== "");

/** Types another address into the settings and saves them. */
async function saveUrl(url: string): Promise<void> {
  const { page, goto } = dashboard;
  await goto("settings/gateways/sms");
  await page.getByRole("textbox", { name: "URL" }).fill(url);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved. Messages leave by it from now on.").first().waitFor();
}

/** Calls the campaign, sees its texts wait, and lets their time to be delivered pass. */
async function executeInVain(): Promise<number> {
  const { page, goto, stack } = dashboard;
  const called = await stack.call("execute/campaign", {
    id: campaign,
    target_by: "user_id",
    params: { order: "A-1042" },
    target: everybody.map((i) => `ada-${i}`),
  });
  const execution: number = called.body.model.id;
  await goto(`executions/${execution}`);
  await page.getByRole("link", { name: `${texted.length} waiting by SMS: show the messages` }).waitFor();
  await page.getByRole("link", { name: `${PEOPLE} sent by Email: show the messages` }).waitFor();
  await until(
    () => stack.owner`select distinct message_id from attempts where project_id = ${stack.id}`,
    (tried) => tried.length === texted.length,
    STEP_MS,
  );
  aheadMs += 20 * 60_000;
  await page.getByText("Done", { exact: true }).waitFor();
  return execution;
}

testInBrowser(
  "a gateway is broken in its settings, mended there, and only what failed goes again",
  async () => {
    const { page, signIn, goto, stack } = dashboard;
    const wrongPort = await findFreePort();
    await signIn();
    await saveUrl(`http://127.0.0.1:${wrongPort}/sms`);
    const execution = await executeInVain();

    await goto(`campaigns/${campaign}/results`);
    await page.getByRole("img", { name: /Messages by day/ }).waitFor();
    await lookAt("campaign-results");
    await page.getByRole("link", { name: `${texted.length} expired, not delivered in its time` }).click();
    const rows = page.getByRole("table", { name: "Messages" }).locator("tbody tr");
    await until(
      () => rows.count(),
      (count) => count === texted.length,
      STEP_MS,
    );
    await rows.first().click();
    const beside = page.getByRole("region", { name: /^Message \d+/ });
    await beside.getByText("Try 1 through sms-http: connection refused").first().waitFor();
    await lookAt("message-expired");

    await goto("settings/gateways");
    await page.getByRole("link", { name: "Change SMS" }).click();
    const steps = page.getByRole("list", { name: "Steps of the test" });
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await steps.locator("[data-bad]").getByText(`port ${wrongPort}: nothing listens there`).waitFor();
    await page.getByRole("textbox", { name: "URL" }).fill(`${sms.url}/sms`);
    await page.getByRole("textbox", { name: "Text a test message to" }).fill("+353 86 000 0000");
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await page.getByText("The gateway works").waitFor();
    expect(texts()).toEqual(["353860000000"]);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved. Messages leave by it from now on.").first().waitFor();

    await goto(`executions/${execution}`);
    await page.getByRole("button", { name: "Resend the failed" }).click();
    const dialog = page.getByRole("dialog", { name: "Resend the failed" });
    await dialog.getByText(`${texted.length} messages will go: ${texted.length} by SMS.`).waitFor();
    await lookAt("resend");
    await dialog.getByRole("button", { name: `Resend ${texted.length} messages` }).dblclick();
    await page.getByRole("status").getByText(`${texted.length} messages on the way again`).waitFor();
    await page.getByRole("button", { name: "Resend the failed" }).click();
    await page.getByRole("dialog", { name: "Nothing to resend" }).getByText("None is sent twice.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("status").getByRole("link").click();
    await page.getByText("A resend", { exact: true }).waitFor();
    await page.getByText("Done", { exact: true }).waitFor();
    await lookAt("execution-resent");
    expect(await listAll(stack, stack, `/executions?campaign_id=${campaign}`)).toHaveLength(2);
    const [, ...resent] = texts();
    expect(resent.sort()).toEqual(texted.map(mobileOf));
    expect(email.received.map(({ to }) => to).sort()).toEqual(
      everybody.map((i) => `ada-${i}@example.org`).sort(),
    );
  },
);
