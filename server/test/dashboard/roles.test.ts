/**
 * Those who may little visit every page of a full project: nothing is asked that the server refuses them, no error is
 * shown, and each button that they see does something that they may do.
 */
import { afterAll, beforeAll, expect } from "vitest";
import type { Role } from "../../src/domain/role.ts";
import { allows, type Permission } from "../../src/domain/role.ts";
import { type Address, addressesOf, type Visitor, visitor } from "./addresses.ts";
import { type FullProject, fillProject, OPTIONS } from "./full-project.ts";
import {
  type DashboardUnderTest,
  hasBrowser,
  LONG_WALK_MS,
  startDashboard,
  testInBrowser,
} from "./harness.ts";
import { PLAIN } from "./plain-words.ts";

let dashboard: DashboardUnderTest;
let full: FullProject;
let where = "";
const refused: string[] = [];

beforeAll(async () => {
  if (!hasBrowser) return;
  dashboard = await startDashboard(OPTIONS);
  full = await fillProject(dashboard.stack, PLAIN);
  dashboard.page.on("response", (answer) => {
    if (answer.status() === 403) refused.push(`${where}: 403 for ${new URL(answer.url()).pathname}`);
  });
});
afterAll(async () => {
  await dashboard?.close();
  await full?.sink.close();
});

/** What a way leads to that leads elsewhere than its page. */
const NEEDS: readonly (readonly [RegExp, Permission])[] = [
  [/^(Launch campaign|Stop|Start)\b/, "campaigns.launch"],
  [/^(Create campaign|Create draft|Duplicate|Edit\b)/, "campaigns.edit"],
  [/^(Send a test|Send the test)/, "campaigns.test"],
  [/^Resend/, "messages.resend"],
  [/^(Import a file|Add a person|Add an attribute)/, "profiles.edit"],
];

/** Ways to pages that would answer "You may not open". */
async function deadWays(role: Role, addresses: readonly Address[]): Promise<string[]> {
  const { page, stack } = dashboard;
  const links = await page.locator("main a[href]").evaluateAll((all) =>
    all.map((link) => ({
      href: (link as unknown as { getAttribute(name: string): string }).getAttribute("href"),
      text: (link as unknown as { innerText: string }).innerText,
    })),
  );
  const below = `/p/${stack.id}/`;
  return links.flatMap(({ href, text }) => {
    const at = href.startsWith(below) ? href.slice(below.length).replace(/\?.*/, "") : null;
    const leads = addresses.find((one) => one.at === at);
    return leads === undefined || mayOpen(role, leads) ? [] : [`${where}: “${text}” leads to ${at}`];
  });
}

async function deadButtons(role: Role): Promise<string[]> {
  const names = await dashboard.page.getByRole("main").getByRole("button").allInnerTexts();
  return names.flatMap((name) => {
    const needs = NEEDS.find(([pattern]) => pattern.test(name.trim()))?.[1];
    return needs === undefined || allows(role, needs) ? [] : [`${where}: the button “${name}”`];
  });
}

const mayOpen = (role: Role, { permission }: Address): boolean =>
  permission === null || allows(role, permission as Permission);

/** Presses everything on the page that is no link, one after the other, from the page as it was. */
async function pressAll(at: string, visit: Visitor): Promise<void> {
  const { page } = dashboard;
  const buttons = page.getByRole("main").getByRole("button").and(page.locator(":enabled"));
  const count = await buttons.count();
  for (let i = 0; i < Math.min(count, MOST_BUTTONS); i += 1) {
    const button = buttons.nth(i);
    if (!(await button.isVisible())) continue;
    const before = pathOf(page.url());
    where = `${where.split(" › ")[0]} › ${(await button.innerText()).split("\n")[0]}`;
    await button.click({ timeout: 1_000 }).catch(() => {});
    await visit.settle(1);
    await page.keyboard.press("Escape");
    const isOpen = (await page.locator("[role=dialog]:visible, [role=menu]:visible").count()) > 0;
    if (isOpen || pathOf(page.url()) !== before) await visit(at);
  }
}

const pathOf = (url: string): string => new URL(url).pathname;

/** Lists repeat theirs in every row. */
const MOST_BUTTONS = 12;

async function visitAll(role: Role): Promise<void> {
  const { page, signIn } = dashboard;
  await signIn(role);
  refused.length = 0;
  const found: string[] = [];
  const addresses = await addressesOf(full);
  const visit = visitor(dashboard);
  for (const address of addresses) {
    where = `${role} at ${address.at}`;
    if (!mayOpen(role, address)) {
      await dashboard.goto(address.at);
      await page.getByRole("heading", { name: `You may not open ${address.title}` }).waitFor();
      continue;
    }
    await visit(address.at);
    for (const alert of await page.getByRole("alert").allInnerTexts()) found.push(`${where}: ${alert}`);
    if ((await page.getByText("You may not open").count()) > 0) found.push(`${where}: may not be opened`);
    found.push(...(await deadWays(role, addresses)), ...(await deadButtons(role)));
    await pressAll(address.at, visit);
  }
  expect([...found, ...refused]).toEqual([]);
}

for (const role of ["viewer", "support_agent", "copywriter"] as const)
  testInBrowser(`a ${role} meets no refusal and no dead button`, () => visitAll(role), LONG_WALK_MS);
