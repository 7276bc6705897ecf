/**
 * Working by keyboard alone, as a person does it: Tab to where one wants to go, type, Enter. Each stop must show that
 * it has the focus and lie in view, a pointer that is used is a fault, and what was pressed is counted.
 */
import type { Locator, Page } from "playwright-core";

/** More than any page has stops. */
const MOST_STOPS = 120;

/** What a person's hands did. */
export interface Effort {
  /** Keys that go somewhere or press something. */
  readonly presses: number;
  readonly characters: number;
  readonly fields: number;
}

export interface Keyboard {
  /** Goes on with Tab until the element, or something in it, has the focus. @throws where that cannot be seen. */
  tabTo(target: Locator): Promise<void>;
  /** Goes there and presses Enter. */
  enter(target: Locator): Promise<void>;
  /** Goes to a field and types. */
  fill(field: Locator, text: string): Promise<void>;
  /** Types where the focus is. */
  type(text: string): Promise<void>;
  /** Presses keys one after the other: "g", "s". */
  press(...keys: string[]): Promise<void>;
  effort(): Effort;
}

/** Keys that must follow each other soon: all are on their way before the first is heard of, however busy the machine. */
export async function pressInTime(page: Page, ...keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((key) => page.keyboard.press(key)));
}

export async function workByKeyboard(page: Page): Promise<Keyboard> {
  // An error on the console is a fault of the walk. In this page too, where it stands open already.
  const watchPointer = `addEventListener("pointerdown", () => console.error("a pointer was used"), true)`;
  await page.addInitScript(watchPointer);
  await page.evaluate(watchPointer);
  let presses = 0;
  let characters = 0;
  let fields = 0;

  async function press(...keys: string[]): Promise<void> {
    await pressInTime(page, ...keys);
    presses += keys.length;
  }
  async function tabTo(target: Locator): Promise<void> {
    const element = target.first();
    await element.waitFor();
    if (!(await element.evaluate(hasFocus))) {
      const before = await element.evaluate(looks);
      await tabUntil(element);
      if ((await element.evaluate(looks)) === before)
        throw new Error(`the focus cannot be seen at ${target}`);
    }
    if (!(await element.evaluate(isInView))) throw new Error(`the focus is out of view at ${target}`);
  }
  async function tabUntil(element: Locator): Promise<void> {
    for (let i = 0; i < MOST_STOPS; i += 1) {
      await press("Tab");
      if (await element.evaluate(hasFocus)) return;
    }
    throw new Error(`not reached by Tab: ${element}`);
  }
  async function type(text: string): Promise<void> {
    await page.keyboard.type(text);
    characters += text.length;
  }
  return {
    tabTo,
    type,
    press,
    async enter(target) {
      await tabTo(target);
      await press("Enter");
    },
    async fill(field, text) {
      await tabTo(field);
      await type(text);
      fields += 1;
    },
    effort: () => ({ presses, characters, fields }),
  };
}

/** The little of the DOM that the functions below use; they run in the browser. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
interface Shown {
  readonly parentElement: Shown | null;
  matches(selector: string): boolean;
  contains(other: unknown): boolean;
  getBoundingClientRect(): Box;
}
interface Look {
  readonly [name: string]: string;
}

const hasFocus = (element: unknown): boolean => (element as Shown).matches(":focus, :focus-within");

/** Whatever may show the focus: of the element and of the three around it, as a field's frame is. */
function looks(element: unknown): string {
  const { getComputedStyle } = globalThis as unknown as { getComputedStyle(of: Shown): Look };
  const seen: string[] = [];
  for (let at = element as Shown | null, i = 0; at !== null && i < 4; at = at.parentElement, i += 1) {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor } =
      getComputedStyle(at);
    const outline = outlineStyle === "none" ? "" : `${outlineWidth} ${outlineColor}`;
    seen.push(`${outline} ${boxShadow} ${borderColor} ${backgroundColor}`);
  }
  return seen.join("\n");
}

/** Its middle is in the window, and nothing lies over it. */
function isInView(element: unknown): boolean {
  const { document } = globalThis as unknown as {
    document: { elementFromPoint(x: number, y: number): Shown | null };
  };
  const shown = element as Shown;
  const { left, top, width, height } = shown.getBoundingClientRect();
  const at = document.elementFromPoint(left + width / 2, top + height / 2);
  return at !== null && (shown.contains(at) || at.contains(shown));
}
