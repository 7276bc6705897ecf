/**
 * Every page of the table of routes as an administrator meets it, full and empty: no breach of WCAG 2.2 AA, nothing
 * wider than the window, in light and dark, at a desk and on a telephone.
 */
import { afterAll, beforeAll, expect } from "vitest";
import {
  type Address,
  addressesOf,
  emptyAddresses,
  nameOf,
  shareOut,
  type Visitor,
  visitor,
} from "./addresses.ts";
import { type FullProject, fillProject, OPTIONS } from "./full-project.ts";
import {
  type DashboardUnderTest,
  hasBrowser,
  LONG_WALK_MS,
  type Look,
  startDashboard,
  type Tab,
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
  const found: string[] = [];
  await shareOut(await dashboard.twoTabs(), addresses, (tab) => {
    const visit = visitor(tab);
    let looks = LOOKS;
    return async ({ at }) => {
      await visit(at);
      found.push(
        ...(await inspect({ ...tab, settle: visit.settle }, looks, { at, name: `${state}-${nameOf(at)}` })),
      );
      looks = looks.toReversed();
    };
  });
  expect(found).toEqual([]);
}

/** Width changes what there is; the scheme changes its colours alone, so that its look asks for those alone. */
async function inspect(
  { page, axe, screenshot, settle }: Tab & Pick<Visitor, "settle">,
  looks: typeof LOOKS,
  { at, name }: { at: string; name: string },
): Promise<string[]> {
  const found: string[] = [];
  for (const [i, look] of looks.entries()) {
    const isColorsOnly = look.width === looks[i - 1]?.width;
    await screenshot(name, { ...look, isWhole: look.width < 600, isKept: true, isOnWish: true }, async () => {
      if (!isColorsOnly) await settle(2);
      const where = `${at} ${look.width} ${look.dark ? "dark" : "light"}`;
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      if (width > look.width) found.push(`${where}: ${width} pixels wide`);
      const breaches = await axe(isColorsOnly ? ["color-contrast"] : undefined);
      found.push(...breaches.map((breach) => `${where}: ${breach}`));
    });
  }
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
