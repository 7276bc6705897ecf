/**
 * An endpoint's way in the dashboard: added, it hears events; its secret is rotated and a delivery is posted again.
 * The receiver checks signatures by the very code that the page shows beside the secret.
 */
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { askApp } from "../dashboard.ts";
import { startHttpSink } from "../sinks/http-sink.ts";
import type { Received } from "../sinks/ledger.ts";
import type { Sink } from "../sinks/sink.ts";
import { addPeople, launch, smsCampaign, until } from "../stack.ts";
import { type DashboardUnderTest, hasBrowser, STEP_MS, startDashboard, testInBrowser } from "./harness.ts";

let dashboard: DashboardUnderTest;
let sink: Sink;
let folder: string;

beforeAll(async () => {
  if (!hasBrowser) return;
  sink = await startHttpSink({ keep: "body" });
  folder = await mkdtemp(join(tmpdir(), "carillon-receiver-"));
  dashboard = await startDashboard({ env: { ALLOW_PRIVATE_ADDRESSES: "true" } });
  await addPeople(dashboard.stack, 2);
});
afterAll(async () => {
  await dashboard?.close();
  await sink?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

async function lookAt(name: string): Promise<void> {
  const { axe, screenshot } = dashboard;
  for (const look of [{}, { dark: true, width: 390 }])
    await screenshot(name, look, async () => expect(await axe(), name).toEqual([]));
}

type IsGenuine = (header: string, body: Buffer, secret: string) => boolean;

/** What a customer copies from beside the secret, in a file of theirs. */
async function receiverOf(page: Page): Promise<(post: Received, secret: string) => boolean> {
  const file = join(folder, "receiver.mjs");
  writeFileSync(file, await page.getByRole("tabpanel", { name: "JavaScript" }).locator("code").innerText());
  const { isGenuine }: { isGenuine: IsGenuine } = await import(/* @vite-ignore */ file);
  return ({ headers, body = "" }, secret) =>
    isGenuine(headers["x-xtremepush-signature"] ?? "", Buffer.from(body), secret);
}

const secretOn = async (page: Page): Promise<string> => await page.getByText(/^whsec_/).innerText();

testInBrowser("a webhook's secret is rotated and a delivery posted again, signed by both", async () => {
  const { page, signIn, goto, stack } = dashboard;
  await signIn();
  await goto("settings/webhooks");
  await lookAt("webhooks-empty");
  await page.getByRole("link", { name: "Add a webhook" }).click();
  await page.getByLabel("Name").fill("Order service");
  await page.getByLabel("Address").fill("nonsense");
  await page.getByRole("button", { name: "Add the webhook" }).click();
  await page.getByText("must be a full https:// address").waitFor();
  await page.locator("[name=url]:focus").waitFor();
  await page.getByLabel("Address").fill(`${sink.url}/hook`);
  await lookAt("webhook-new");
  await page.getByRole("button", { name: "Add the webhook" }).click();
  const old = await secretOn(page);
  const isGenuine = await receiverOf(page);
  await lookAt("webhook-secret");
  await page.getByRole("link", { name: "I have it" }).click();

  const id = await launch(stack, smsCampaign("Gate {{ gate }}"));
  const call = { id, target_by: "user_id", target: ["user-0"], params: { gate: "B100" }, async: false };
  expect((await stack.call("execute/campaign", call)).status).toBe(200);
  const deliveries = page.getByRole("table", { name: "Deliveries" });
  const rows = deliveries.locator("tbody tr");
  await deliveries.getByText("Delivered").first().waitFor();
  await lookAt("webhook-deliveries");
  // All of them, or a late one would be taken for what is posted again below.
  const [connection] = (await askApp(stack, stack, "GET /connections")).body.data;
  await until(
    () => askApp(stack, stack, `GET /connections/${connection.id}/deliveries`),
    ({ body }) =>
      body.data.length > 0 && body.data.every(({ state }: { state: string }) => state === "delivered"),
    STEP_MS,
  );
  const before = [...sink.received];
  expect(before.map((post) => isGenuine(post, old))).toEqual(before.map(() => true));

  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Rotate the secret" }).click();
  await page.getByRole("button", { name: "Make a new secret" }).click();
  await page.getByRole("dialog", { name: "The new signing secret" }).waitFor();
  const fresh = await secretOn(page);
  expect(fresh).not.toBe(old);
  await page.keyboard.press("Escape");
  await page.getByText("The one before signs along until").waitFor();
  await lookAt("webhook-settings");

  await page.getByRole("tab", { name: "Deliveries" }).click();
  await rows.first().focus();
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("dialog");
  const webhookId = await drawer.getByText(/^evt_/).innerText();
  await drawer.getByRole("button", { name: "Post it again" }).click();
  const ofIt = (): Received[] => sink.received.filter((post) => post.key === webhookId);
  await sink.waitFor(() => ofIt().length > 1, STEP_MS);
  const again = ofIt().at(-1) as Received;
  const first = before.find((post) => post.key === webhookId);
  expect([again.key, again.body]).toEqual([webhookId, first?.body]);
  expect([old, fresh, `${fresh}x`].map((secret) => isGenuine(again, secret))).toEqual([true, true, false]);
  expect(first !== undefined && isGenuine(first, fresh)).toBe(false);
});
