/**
 * Those who may little visit every page of a full project: nothing is asked that the server refuses them, no error is
 * shown, and each button that they see does something that they may do.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import type { Role } from "../../src/domain/role.ts";
import { allows, type Permission } from "../../src/domain/role.ts";
import { type Address, addressesOf, shareOut, type Visitor, visitor } from "./addresses.ts";
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
/** What each tab is at. */
const places = new Map<Page, string>();
const refused: string[] = [];

beforeAll(async () => {
  if (!hasBrowser) return;
  dashboard = await startDashboard(OPTIONS);
  full = await fillProject(dashboard.stack, PLAIN);
  dashboard.context.on("response", (answer) => {
    if (answer.status() !== 403) return;
    refused.push(`${places.get(answer.frame().page())}: 403 for ${pathOf(answer.url())}`);
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
async function deadWays(page: Page, role: Role, addresses: readonly Address[]): Promise<string[]> {
  const { stack } = dashboard;
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
    return leads === undefined || mayOpen(role, leads) ? [] : [`“${text}” leads to ${at}`];
  });
}

async function deadButtons(page: Page, role: Role): Promise<string[]> {
  const names = await page.getByRole("main").getByRole("button").allInnerTexts();
  return names.flatMap((name) => {
    const needs = NEEDS.find(([pattern]) => pattern.test(name.trim()))?.[1];
    return needs === undefined || allows(role, needs) ? [] : [`the button “${name}”`];
  });
}

const mayOpen = (role: Role, { permission }: Address): boolean =>
  permission === null || allows(role, permission as Permission);

/** Presses everything on the page that is no link, one after the other, from the page as it was. */
async function pressAll(page: Page, at: string, visit: Visitor): Promise<void> {
  const where = places.get(page);
  const buttons = page.getByRole("main").getByRole("button").and(page.locator(":enabled"));
  const count = await buttons.count();
  for (let i = 0; i < Math.min(count, MOST_BUTTONS); i += 1) {
    const button = buttons.nth(i);
    if (!(await button.isVisible())) continue;
    const before = pathOf(page.url());
    // A list that is asked for again may have lost it by now.
    const words = await button.innerText({ timeout: 1_000 }).catch(() => "");
    places.set(page, `${where} › ${words.split("\n")[0]}`);
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
  // The page of the role before would go on asking for what this one is refused.
  for (const { page } of await dashboard.twoTabs()) await page.goto("about:blank");
  await dashboard.signIn(role);
  refused.length = 0;
  const found: string[] = [];
  const addresses = await addressesOf(full);
  await shareOut(await dashboard.twoTabs(), addresses, (tab) => {
    const visit = visitor(tab);
    return async (address) => {
      const where = `${role} at ${address.at}`;
      places.set(tab.page, where);
      if (mayOpen(role, address)) {
        await visit(address.at);
        const wrong = await wrongOn(tab.page, role, addresses);
        found.push(...wrong.map((words) => `${where}: ${words}`));
        await pressAll(tab.page, address.at, visit);
      } else {
        await tab.goto(address.at);
        await tab.page.getByRole("heading", { name: `You may not open ${address.title}` }).waitFor();
      }
    };
  });
  expect([...found, ...refused]).toEqual([]);
}

async function wrongOn(page: Page, role: Role, addresses: readonly Address[]): Promise<string[]> {
  const alerts = await page.getByRole("alert").allInnerTexts();
  const isShut = (await page.getByText("You may not open").count()) > 0;
  return [
    ...alerts,
    ...(isShut ? ["may not be opened"] : []),
    ...(await deadWays(page, role, addresses)),
    ...(await deadButtons(page, role)),
  ];
}

for (const role of ["viewer", "support_agent", "copywriter"] as const)
  testInBrowser(`a ${role} meets no refusal and no dead button`, () => visitAll(role), LONG_WALK_MS);
