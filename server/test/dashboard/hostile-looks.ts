/**
 * Looks at a page full of hostile texts: which of them a person reads there, and whether any became more than text
 * (an element, a handler, an address of script, a script that ran).
 */
import type { BrowserContext, Frame, Page } from "playwright-core";
import type { Sink } from "../sinks/sink.ts";
import { until } from "../stack.ts";
import { STEP_MS } from "./harness.ts";
import { MARK } from "./hostile-words.ts";

export interface Looks {
  /** Notes what the page shows now. `where` begins with its address below the project. */
  look(page: Page, where: string): Promise<void>;
  /** By text, every `where` at which it was read. */
  readonly seen: ReadonlyMap<string, readonly string[]>;
  readonly faults: readonly string[];
}

/** What a person reads, fields included; and what no text may become. */
const READ = `(() => {
  const read = [document.title, document.body.textContent,
    ...[...document.querySelectorAll("input, textarea")].map(({ value }) => value),
    ...[...document.querySelectorAll("[title], [aria-label], [placeholder]")].flatMap((element) =>
      ["title", "aria-label", "placeholder"].map((name) => element.getAttribute(name) ?? ""))];
  const made = [...document.querySelectorAll("${MARK}, img[src='x'], body script:not([src]):not([type])")]
    .map(({ outerHTML }) => outerHTML.slice(0, 120));
  const handlers = [...document.querySelectorAll("*")].flatMap((element) =>
    element.getAttributeNames().filter((name) => /^on/i.test(name)));
  const links = [...document.querySelectorAll("a, form, iframe, img, button")].flatMap((element) =>
    ["href", "src", "action", "formaction"].map((name) => element.getAttribute(name) ?? "")
      .filter((value) => /^[\\s\\u0000-\\u001f]*(javascript|vbscript|data:text)/i.test(value)));
  return { text: read.join("\\n"), bad: [...made, ...handlers, ...links] };
})()`;

/** @param texts by name; those that are added later count too. */
export function startLooks(pages: readonly Page[], texts: ReadonlyMap<string, string>): Looks {
  const seen = new Map<string, string[]>();
  const faults: string[] = [];
  for (const page of pages)
    page.on("dialog", (dialog) => {
      // The browser's own question about unsaved changes is none of a text's.
      if (dialog.type() !== "beforeunload") faults.push(`a dialog: ${dialog.message()}`);
      // A page that is being left takes its question along.
      dialog.accept().catch(() => {});
    });
  const look = async (page: Page, where: string): Promise<void> => {
    const { text, bad } = await page.evaluate<{ text: string; bad: string[] }>(READ);
    for (const [name, hostile] of texts) {
      if (!isIn(text, hostile)) continue;
      seen.set(name, [...(seen.get(name) ?? []), where]);
    }
    faults.push(...bad.map((one) => `${where}: ${one}`));
    for (const frame of page.frames())
      if (await hasRun(frame)) faults.push(`${where}: a script ran in ${frame.url()}`);
  };
  return { look, seen, faults };
}

/** As it is, or as a string of JSON: audit entries and bodies are shown so. */
const isIn = (text: string, hostile: string): boolean =>
  text.includes(hostile) || text.includes(JSON.stringify(hostile).slice(1, -1));

/** A preview that is drawn anew is another document in between: it is asked again, or it is gone. */
async function hasRun(frame: Frame): Promise<boolean> {
  for (let tries = 0; !frame.isDetached(); tries += 1) {
    try {
      return await frame.evaluate<boolean>("'__xss' in window");
    } catch (error) {
      if (frame.isDetached() || tries === 5) break;
      if (!/context was destroyed|navigat/i.test(String(error))) throw error;
    }
  }
  return false;
}

/**
 * What the browser asked of the sink so far. The last thing is asked here, so that it is known that the browser can
 * reach it and that all before has arrived: "/last" alone means nothing.
 */
export async function askedOf(sink: Sink, context: BrowserContext): Promise<string[]> {
  const page = await context.newPage();
  await page.goto(`${sink.url}/last`);
  const paths = (): string[] =>
    sink.received.map(({ path }) => path).filter((path) => path !== "/favicon.ico");
  await until(paths, (all) => all.includes("/last"), STEP_MS);
  await page.close();
  return paths();
}
