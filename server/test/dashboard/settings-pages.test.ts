/** Overview, sandbox, API integrations and audit log in a real browser, over real executions. */
import { afterAll, beforeAll, expect } from "vitest";
import { callWith, takeToken } from "../flows/oauth-admin.ts";
import { addPeople, emailCampaign, launch, smsCampaign } from "../stack.ts";
import {
  type DashboardUnderTest,
  hasBrowser,
  type Look,
  STEP_MS,
  startDashboard,
  testInBrowser,
} from "./harness.ts";

let dashboard: DashboardUnderTest;

const EMAIL_HTML = `<html><head><style>.box { color: rgb(12, 93, 85); }</style></head>
<body style="margin:0;font-family:sans-serif"><div style="padding:32px;background:#f4efe4">
<h1 class="box">Your order is on its way</h1><p>Hello {{ first_name }}, order {{ order }} left our house today.</p>
<img src="https://tracker.example.com/pixel.png" alt=""><script>alert(1)</script></div></body></html>`;

const LOOKS: readonly Look[] = [{}, { dark: true, width: 390 }];

beforeAll(async () => {
  if (!hasBrowser) return;
  dashboard = await startDashboard();
  await addPeople(dashboard.stack, 4);
  await dashboard.signIn();
});
afterAll(async () => {
  await dashboard?.close();
});

/** Runs in the browser. */
const colorOf = (element: unknown): string =>
  (globalThis as unknown as { getComputedStyle(of: unknown): { color: string } }).getComputedStyle(element)
    .color;

/** In both schemes and widths: nothing is wider than the window, nothing breaks WCAG. */
async function inspect(name: string): Promise<void> {
  const { page, axe, screenshot } = dashboard;
  for (const look of LOOKS) {
    await screenshot(name, look, async () => {
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(width, `${name} at ${look.width}`).toBeLessThanOrEqual(look.width ?? 1440);
      expect(await axe(), `${name} ${JSON.stringify(look)}`).toEqual([]);
    });
  }
}

testInBrowser(
  "the sandbox shows each message as its reader would see it, and an email can do nothing",
  async () => {
    const { page, goto, stack } = dashboard;
    const sms = await launch(
      stack,
      smsCampaign("Flight {{ flight }} now leaves from gate {{ gate }}, {{ first_name }}."),
    );
    await stack.call("execute/campaign", {
      id: sms,
      target_by: "user_id",
      target: ["user-0", "user-1", "nobody"],
      params: { flight: "EI105", gate: "B100" },
      async: false,
    });
    const email = await launch(stack, emailCampaign("Order {{ order }} is on its way", EMAIL_HTML));
    await stack.call("execute/campaign", {
      id: email,
      target_by: "user_id",
      target: ["user-2"],
      params: { order: "10042" },
      async: false,
    });
    await goto("sandbox");
    await page.getByText("Order 10042 is on its way").first().waitFor();
    const frame = page.frameLocator("iframe");
    await frame.getByText("Hello Name2").waitFor();
    const color = await frame.locator(".box").evaluate(colorOf);
    expect(color).toBe("rgb(12, 93, 85)");
    await inspect("sandbox-email");
    await page.getByLabel("Search by address or text").fill("EI105 Name1");
    await page.waitForURL("**/sandbox?q=EI105+Name1");
    await page.locator("main button", { hasText: "gate B100, Name1" }).click();
    await page.waitForURL("**/sandbox?q=EI105+Name1&message=*");
    await inspect("sandbox-sms");
    await goto("");
    await page.getByText("Order 10042 is on its way").waitFor();
    await page.getByText("Still to be put in: the app token and the user ID.").waitFor();
    await page.getByRole("table", { name: "Latest executions" }).waitFor();
    await inspect("overview");
  },
);

testInBrowser(
  "a client ID with Execute alone calls that and is refused elsewhere; the app token is shown and switched",
  async () => {
    const { page, goto, stack } = dashboard;
    await goto("settings/api");
    await inspect("integrations-empty");
    await page.getByRole("button", { name: "Create Client ID" }).click();
    await page.getByLabel("Name of the integration").fill("Order service");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { level: 1, name: "Order service" }).waitFor();
    await page.getByRole("checkbox", { name: "Execute", exact: true }).check();
    await page.getByRole("checkbox", { name: "All: Common operations" }).check();
    await inspect("client-scopes");
    await page.getByRole("checkbox", { name: "All: Common operations" }).uncheck();
    await page.getByRole("button", { name: "Save scopes" }).click();
    await page.getByText("1 of 22 scopes", { exact: true }).waitFor();
    await page.getByText("updated by Ada Byron").waitFor();
    await page.getByRole("tab", { name: "Secrets and keys" }).click();
    await page.getByRole("button", { name: "Add a secret" }).click();
    await page.getByRole("button", { name: "Make the secret" }).click();
    const dialog = page.getByRole("dialog", { name: "The new secret" });
    await dialog.getByRole("group").nth(1).waitFor();
    const fields = await dialog.getByRole("group").allTextContents();
    await inspect("client-secret");
    const [clientId = "", secret = ""] = fields;
    const token = await takeToken(stack, { id: clientId.trim(), secret: secret.trim(), secretId: 0 });
    const id = await launch(stack, smsCampaign("Hello"));
    const execute = { id, target_by: "user_id", target: ["user-3"] };
    const called = await callWith(stack, token, { path: "execute/campaign", body: execute });
    expect(called.status).toBe(200);
    for (const path of ["create/campaign", "list/campaign", "info/profile", "send/campaign", "hit/event"])
      expect([path, (await callWith(stack, token, { path })).status]).toEqual([path, 403]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Upload a key" }).click();
    await page.getByLabel("Public key or certificate").fill("no key");
    await page.getByRole("button", { name: "Upload the key" }).click();
    await page.locator("[name=pem]:focus").waitFor();
    await page.keyboard.press("Escape");
    await goto("settings/api");
    const row = page.getByRole("table", { name: "Client IDs" }).getByRole("row", { name: /Order service/ });
    await row.waitFor();
    const columns = (await row.innerText()).split("\n").filter(Boolean);
    const ago = expect.stringMatching(/^(just now|\d+ min\.? ago)$/);
    expect(columns).toEqual(["Order service", clientId.trim(), "1", "On", "Ada Byron", ago]);
    await page.getByRole("button", { name: "Show the app token" }).click();
    await page.getByText(stack.token).waitFor();
    await inspect("integrations");
    await page.getByRole("button", { name: "Switch off" }).click();
    await page.getByRole("button", { name: "Switch it off" }).click();
    await page.getByRole("button", { name: "Switch on" }).waitFor();
    await expect.poll(async () => (await stack.call("list/campaign")).status, { timeout: STEP_MS }).toBe(401);
    await page.getByRole("button", { name: "Switch on" }).click();
    await page.getByRole("button", { name: "Switch off" }).waitFor();
  },
);

testInBrowser("the audit log tells who did all that, by name, and its chain holds", async () => {
  const { page, goto } = dashboard;
  await goto("settings/audit");
  await page.getByText("App token switched off").first().waitFor();
  await page.getByRole("button", { name: "Check the chain" }).click();
  await page.getByText("The chain holds").waitFor();
  await inspect("audit");
  await page.getByRole("row").nth(1).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByText("app_token.disable").waitFor();
  expect(await page.getByRole("dialog").textContent()).toContain("Ada Byron");
  await inspect("audit-entry");
});
