/**
 * Every page of the table of routes as an administrator meets it, full and empty: no breach of WCAG 2.2 AA, nothing
 * wider than the window, in light and dark, at a desk and on a telephone.
 */
import { afterAll, beforeAll, expect, vi } from "vitest";
import { type Address, addressesOf, emptyAddresses, nameOf, visitor } from "./addresses.ts";
import { type FullProject, fillProject, OPTIONS } from "./full-project.ts";
import { type DashboardUnderTest, hasBrowser, type Look, startDashboard, testInBrowser } from "./harness.ts";
import { PLAIN } from "./plain-words.ts";

// Two walks over some forty addresses, and the machine may be busy.
vi.setConfig({ testTimeout: 300_000 });

let dashboard: DashboardUnderTest;
let full: FullProject | null = null;

beforeAll(async () => {
  if (hasBrowser) dashboard = await startDashboard(OPTIONS);
});
afterAll(async () => {
  await dashboard?.close();
  await full?.sink.close();
});

/** Width changes what there is; the scheme changes its colours alone, so that the second look asks for those alone. */
const LOOKS: readonly (Look & { readonly width: number; readonly isColorsOnly?: boolean })[] = [
  { width: 1440 },
  { width: 1440, dark: true, isColorsOnly: true },
  { width: 390, dark: true },
  { width: 390, isColorsOnly: true },
];

async function inspectAll(addresses: readonly Address[], state: string): Promise<void> {
  const { page, axe, screenshot } = dashboard;
  const visit = visitor(dashboard);
  const found: string[] = [];
  for (const { at } of addresses) {
    await visit(at);
    for (const look of LOOKS) {
      await screenshot(`${state}-${nameOf(at)}`, { ...look, isWhole: look.width < 600 }, async () => {
        const where = `${at} ${look.width} ${look.dark ? "dark" : "light"}`;
        const width = await page.evaluate<number>("document.documentElement.scrollWidth");
        if (width > look.width) found.push(`${where}: ${width} pixels wide`);
        const rules = look.isColorsOnly ? ["color-contrast"] : undefined;
        found.push(...(await axe(rules)).map((breach) => `${where}: ${breach}`));
      });
    }
  }
  expect(found).toEqual([]);
}

testInBrowser("a new project", async () => {
  await dashboard.signIn("admin");
  await inspectAll(await emptyAddresses(), "empty");
});

testInBrowser("a project with one of everything", async () => {
  full = await fillProject(dashboard.stack, PLAIN);
  await dashboard.signIn("admin");
  await inspectAll(await addressesOf(full), "full");
});
