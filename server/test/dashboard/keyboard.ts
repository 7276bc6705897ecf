/** Working by keyboard alone: a walk with Tab to where a person wants to go. */
import type { Locator, Page } from "playwright-core";

/** More than any page has stops. */
const MOST_STOPS = 120;

/** Presses Tab until the element, or something in it, has the focus. @throws when it is not reached. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.first().waitFor();
  for (let i = 0; i < MOST_STOPS; i += 1) {
    await page.keyboard.press("Tab");
    const isThere = await target.first().evaluate((element: { matches(selector: string): boolean }) => {
      return element.matches(":focus, :focus-within");
    });
    if (isThere) return;
  }
  throw new Error(`not reached by Tab: ${target}`);
}

/** Goes there and presses Enter. */
export async function enter(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press("Enter");
}
