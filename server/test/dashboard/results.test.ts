/** Results in a real browser: a message is found and explained; what waits says what it waits for. */
import { afterAll, beforeAll, expect } from "vitest";
import { startHttpSink } from "../sinks/http-sink.ts";
import type { Sink } from "../sinks/sink.ts";
import { addPeople, launch, until } from "../stack.ts";
import { type DashboardUnderTest, hasBrowser, STEP_MS, startDashboard, testInBrowser } from "./harness.ts";

let dashboard: DashboardUnderTest;
let sms: Sink;
let campaign: number;
let execution: number;

const PEOPLE = 12;
const REFUSED = [1, 3, 4];
const mobileOf = (i: number): string => String(353_850_000_000 + i);

beforeAll(async () => {
  if (!hasBrowser) return;
  sms = await startHttpSink({ ability: "keyed", keep: "body" });
  dashboard = await startDashboard({ env: { SMS_URL: `${sms.url}/sms`, SMS_ABILITY: "keyed" } });
  const { stack } = dashboard;
  await addPeople(stack, PEOPLE, "ada");
  await stack.call("import/profile", { columns: ["user_id", "sms_subscription"], rows: [["ada-7", 0]] });
  campaign = await launch(stack, {
    title: "Order shipped",
    sms: 1,
    email: 1,
    messages: {
      "7": {
        email_subject: "{{ first_name }}, your order is on its way",
        email_html: "<h1>Hello {{ first_name }}</h1><p>Your order {{ order }} left our house today.</p>",
        email_from: "shop@example.org",
      },
      "9": { sms_text: "Hi {{ first_name }}, order {{ order }} is on its way.", sms_from: "Shop" },
    },
  });
  sms.fault(
    ...REFUSED.map((i) => ({ mode: "status" as const, code: 400, recipient: mobileOf(i), text: "no route" })),
  );
  const target = Array.from({ length: PEOPLE }, (_, i) => `ada-${i}`);
  const answer = await stack.call("execute/campaign", {
    id: campaign,
    target_by: "user_id",
    async: false,
    params: { order: "A-1042", external_message_id: "order-1042" },
    target: [...target, "nobody-9"],
  });
  execution = answer.body.model.id;
});
afterAll(async () => {
  await dashboard?.close();
  await sms?.close();
});

async function looks(name: string): Promise<void> {
  const { screenshot } = dashboard;
  await screenshot(name);
  // Taller than a telephone: frames that are out of view are not drawn on a picture of the whole page.
  await screenshot(name, { width: 390, height: 1_500, dark: true });
}

testInBrowser("a message is found by its reference and explained beside the list", async () => {
  const { page, signIn, goto, axe } = dashboard;
  await signIn("support_agent");
  await goto("messages");
  await page.getByRole("table", { name: "Messages" }).waitFor();
  expect(await axe()).toEqual([]);
  await looks("messages");
  await page.keyboard.press("/");
  await page.keyboard.type("ada-3@example.org");
  await page.waitForURL("**/messages?q=ada-3%40example.org");
  const rows = page.getByRole("table", { name: "Messages" }).locator("tbody tr");
  await until(
    () => rows.count(),
    (count) => count === 1,
    STEP_MS,
  );
  await rows.first().click();
  const beside = page.getByRole("region", { name: /^Message \d+/ });
  await beside.getByText("Taken by the gateway", { exact: true }).waitFor();
  await beside.getByText("Name3, your order is on its way").first().waitFor();
  expect(await axe()).toEqual([]);
  await looks("message-beside");
  await page.goBack();
  await beside.waitFor({ state: "hidden" });
  await goto(`messages?execution_id=${execution}`);
  await rows.first().focus();
  await page.keyboard.press("ArrowDown");
  await page.waitForSelector("tr[data-index='1']:focus");
  await page.keyboard.press("Enter");
  await page.waitForSelector("tr[data-index='1'][aria-current]");
  await beside.getByRole("list", { name: "What happened" }).waitFor();
  await beside.getByRole("button", { name: "Next message" }).click();
  await page.waitForSelector("tr[data-index='2'][aria-current]");
  await beside.getByRole("button", { name: "Close the message" }).click();
  await page.waitForSelector("tr[data-index='2']:focus");
  await goto("messages?q=order-1042&outcome=failed");
  await rows.first().click();
  await beside.getByText("Refused by the gateway").first().waitFor();
  await beside
    .getByText(/order A-1042 is on its way/)
    .first()
    .waitFor();
  await page.keyboard.press("Escape");
  await beside.waitFor({ state: "hidden" });
  await rows.first().getByRole("link").first().click();
  await beside.getByRole("link", { name: "Open on a page of its own" }).click();
  await page.getByRole("heading", { level: 1, name: /^Message \d+/ }).waitFor();
  await page.getByText("Refused by the gateway").first().waitFor();
  expect(await axe()).toEqual([]);
  await looks("message");
  await goto("messages?q=order-10");
  await page.getByRole("heading", { name: "No message fits" }).waitFor();
  expect(await axe()).toEqual([]);
  await goto("messages/987654321");
  await page.getByRole("alert").waitFor();
  expect(await axe()).toEqual([]);
});

testInBrowser("a running execution moves by itself, and what waits says what it waits for", async () => {
  const { page, signIn, goto, axe, stack } = dashboard;
  await signIn();
  sms.fault({ mode: "status", code: 503, retryAfter: 3 });
  const id = await launch(stack, {
    title: "Code",
    sms: 1,
    messages: { "9": { sms_text: "Hi", sms_from: "Shop" } },
  });
  const { body } = await stack.call("execute/campaign", {
    id,
    target_by: "user_id",
    target: ["ada-0", "ada-1"],
  });
  await goto(`executions/${body.model.id}`);
  await page.getByRole("heading", { name: "By channel" }).waitFor();
  await page.getByLabel("Target or user ID").fill("ada-1");
  await page.keyboard.press("Enter");
  await page.getByText("Waits to be tried again").waitFor();
  expect(await axe()).toEqual([]);
  await looks("explain-waiting");
  await page.goBack();
  await page.getByText("Running", { exact: true }).waitFor();
  await looks("execution-running");
  await page.getByRole("link", { name: "Code" }).click();
  await page.getByRole("link", { name: "2 waiting by SMS: show the messages" }).waitFor();
  await page.getByText("Running", { exact: true }).waitFor();
  sms.reset();
  await page.getByText("Done", { exact: true }).waitFor();
  await page.getByRole("link", { name: "2 sent by SMS: show the messages" }).waitFor();
  await goto("executions");
  await page.getByRole("table", { name: "Executions" }).waitFor();
  expect(await axe()).toEqual([]);
  await looks("executions");
  await goto(`executions/${execution}/explain?target=nobody-9`);
  await page.getByText("Nobody found").first().waitFor();
  await goto(`executions/${execution}/explain?target=nobody-10`);
  await page.getByRole("heading", { name: `Execution ${execution} has no such target` }).waitFor();
  const later = Math.floor(Date.now() / 1000) + 7_200;
  const planned = await stack.call("execute/campaign", {
    id,
    target_by: "user_id",
    target: ["ada-2"],
    time: later,
  });
  await goto(`executions/${planned.body.model.id}/explain?target=ada-2`);
  await page.getByText("Waits for its send time").waitFor();
  expect(await axe()).toEqual([]);
});

testInBrowser("filters stand in the address, and a fault is told with its request", async () => {
  const { page, signIn, goto, axe } = dashboard;
  await signIn();
  await goto("messages");
  await page.getByRole("combobox", { name: "Outcome" }).click();
  await page.getByRole("option", { name: "Failed (all)" }).click();
  await page.waitForURL("**/messages?outcome=failed%2Cbounced%2Cexpired%2Cunknown");
  const campaigns = page.getByRole("combobox", { name: "Campaign" });
  await campaigns.fill("shipp");
  await page.getByRole("option", { name: `Order shipped (${campaign})` }).click();
  await page.waitForURL(`**&campaign_id=${campaign}`);
  await campaigns.click();
  await page.getByRole("option", { name: /^Code/ }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("combobox", { name: "Time" }).click();
  await page.getByRole("option", { name: "From … to …" }).click();
  await page.waitForURL(/from=\d{10}$/);
  await page.getByLabel("To", { exact: true }).fill("2016-01-31T09:30");
  await page.keyboard.press("Enter");
  await page.waitForURL(/to=1454232600/);
  // From after to: the server's words, by field.
  await page.getByRole("alert").getByText("to: ").or(page.getByText("must be after from")).first().waitFor();
  expect(await page.getByRole("alert").textContent()).toMatch(/Request \S{8}/);
  expect(await axe()).toEqual([]);
  await looks("messages-fault");
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await page.waitForURL("**/messages");
  await page.getByRole("table", { name: "Messages" }).waitFor();
  await goto(`campaigns/${campaign}/results?from=1000000000&to=1000086400`);
  await page.getByRole("heading", { name: "No message in this time" }).waitFor();
  expect(await axe()).toEqual([]);
  await page.getByRole("link", { name: "Show all time" }).click();
  await page.getByRole("button", { name: "Show as a table" }).click();
  await page.getByRole("table", { name: "Messages by day and outcome" }).waitFor();
  expect(await axe()).toEqual([]);
});

testInBrowser(
  "a visit that begins at the log asks once for each answer, and for its files from the head",
  async () => {
    const { page, signIn, stack } = dashboard;
    await signIn("support_agent");
    const asked: string[] = [];
    const note = (request: { url(): string }): void => void asked.push(request.url().slice(stack.url.length));
    page.on("request", note);
    // Not followed by itself: a filter by outcome is asked once.
    await page.goto(`/p/${stack.id}/messages?outcome=failed`);
    const rows = page.getByRole("table", { name: "Messages" }).locator("tbody tr");
    await until(
      () => rows.count(),
      (count) => count === REFUSED.length,
    );
    page.off("request", note);
    for (const path of ["/api/app/me", "/api/app/messages", "/api/app/project"])
      expect([path, asked.filter((url) => url.split("?")[0] === path).length]).toEqual([path, 1]);
    const isPagesOwn = (url: string): boolean => /^\/assets\/messages-page-.*\.js$/.test(url);
    expect(asked.findIndex(isPagesOwn)).toBeGreaterThan(0);
    expect(asked.findIndex(isPagesOwn)).toBeLessThan(asked.indexOf("/api/app/me"));
  },
);

testInBrowser("a viewer sees the figures and no people", async () => {
  const { page, signIn, goto, axe } = dashboard;
  await signIn("viewer");
  await goto(`campaigns/${campaign}/results`);
  await page.getByRole("table", { name: "Messages by channel and outcome" }).waitFor();
  expect(await page.getByRole("link", { name: /show the messages/ }).count()).toBe(0);
  await goto(`executions/${execution}`);
  await page.getByRole("heading", { name: "By channel" }).waitFor();
  expect(await page.getByRole("button", { name: "Resend the failed" }).count()).toBe(0);
  expect(await axe()).toEqual([]);
  await goto("messages");
  await page.getByRole("heading", { name: "You may not open Messages" }).waitFor();
});
