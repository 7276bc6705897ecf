/**
 * Every page of the table of routes as an administrator meets it, full and empty: no breach of WCAG 2.2 AA, nothing
 * wider than the window, in light and dark, at a desk and on a telephone.
 */
import { afterAll, beforeAll, expect } from "vitest";
import { type Address, addressesOf, emptyAddresses, nameOf, visitor } from "./addresses.ts";
import { type FullProject, fillProject, OPTIONS } from "./full-project.ts";
import {
  type DashboardUnderTest,
  hasBrowser,
  LONG_WALK_MS,
  type Look,
  startDashboard,
  testInBrowser,
} from "./harness.ts";
import { PLAIN } from "./plain-words.ts";

let dashboard: DashboardUnderTest;
let full: FullProject | null = null;

beforeAll(async () => {
  if (hasBrowser) dashboard = await startDashboard(OPTIONS);
});
afterAll(async () => {
  await dashboard?.close();
  await full?.sink.close();
});

/** The next page begins with the look in which the last one ended. */
const LOOKS: readonly (Look & { readonly width: number })[] = [
  { width: 1440 },
  { width: 1440, dark: true },
  { width: 390, dark: true },
  { width: 390 },
];

async function inspectAll(addresses: readonly Address[], state: string): Promise<void> {
  const visit = visitor(dashboard);
  const found: string[] = [];
  for (const [i, { at }] of addresses.entries()) {
    await visit(at);
    let width = 0;
    for (const look of i % 2 === 0 ? LOOKS : LOOKS.toReversed()) {
      const breaches = await inspect(`${state}-${nameOf(at)}`, {
        ...look,
        isColorsOnly: look.width === width,
      });
      found.push(
        ...breaches.map((breach) => `${at} ${look.width} ${look.dark ? "dark" : "light"}: ${breach}`),
      );
      ({ width } = look);
    }
  }
  expect(found).toEqual([]);
}

/** Width changes what there is; the scheme changes its colours alone, so that its look asks for those alone. */
async function inspect(
  name: string,
  { isColorsOnly, ...look }: Look & { readonly width: number; readonly isColorsOnly: boolean },
): Promise<string[]> {
  const { page, axe, screenshot } = dashboard;
  const found: string[] = [];
  await screenshot(name, { ...look, isWhole: look.width < 600, isKept: true }, async () => {
    const width = await page.evaluate<number>("document.documentElement.scrollWidth");
    if (width > look.width) found.push(`${width} pixels wide`);
    found.push(...(await axe(isColorsOnly ? ["color-contrast"] : undefined)));
  });
  return found;
}

testInBrowser(
  "a new project",
  async () => {
    await dashboard.signIn("admin");
    await inspectAll(await emptyAddresses(), "empty");
  },
  LONG_WALK_MS,
);

testInBrowser(
  "a project with one of everything",
  async () => {
    full = await fillProject(dashboard.stack, PLAIN);
    await dashboard.signIn("admin");
    await inspectAll(await addressesOf(full), "full");
  },
  LONG_WALK_MS,
);
