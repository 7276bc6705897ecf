/**
 * Somebody who has never seen it goes from `npm start` on an empty directory to a template of their own that is
 * delivered and explained, by keyboard alone: the steps of docs/start/own-template.md, read from that page.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect } from "vitest";
import { type FirstStart, startAsNewUser } from "../first-start.ts";
import { type BrowserWindow, hasBrowser, openWindow, testInBrowser } from "./harness.ts";
import { type Keyboard, workByKeyboard } from "./keyboard.ts";
import { type PageStep, readSteps } from "./page-steps.ts";

let first: FirstStart;
let browser: BrowserWindow;
let hands: Keyboard;
/** What Copy put on the clipboard. */
let copied = "";

const [start, ...steps] = readSteps("start/own-template.md");

beforeAll(async () => {
  if (hasBrowser) first = await startAsNewUser(start?.block("sh") ?? "");
});
afterAll(async () => {
  await browser?.close().finally(() => first.stop());
});

/** What is printed behind a word. */
const printed = (word: string): string => new RegExp(`${word} +(\\S+)`).exec(first.printed)?.[1] ?? "";

/** As a person runs it who pastes it into a terminal. */
const runInShell = async (line: string): Promise<string> =>
  (await promisify(execFile)("bash", ["-c", line], { timeout: 60_000 })).stdout;

const button = (name: string) => browser.page.getByRole("button", { name });
const field = (name: string) => browser.page.getByRole("textbox", { name, exact: true });

async function lookAt(name: string): Promise<void> {
  const { axe, screenshot } = browser;
  expect(await axe()).toEqual([]);
  await screenshot(name);
  await screenshot(name, { dark: true, width: 390, isWhole: true });
}

const WALK: Readonly<Record<string, (step: PageStep) => Promise<void>>> = {
  async "Sign in"({ bold }) {
    const { page } = browser;
    await hands.fill(field(bold("Email")), printed("Email"));
    await hands.fill(field(bold("Password")), printed("Password"));
    await hands.enter(button(bold("Sign in")));
    await page.waitForURL(/\/p\/\d+$/);
    await page.locator("main h1").waitFor();
  },

  async "Create a draft"({ bold, code }) {
    const { page } = browser;
    await page.getByRole("link", { name: bold("Create campaign") }).waitFor();
    await hands.press(code("c"));
    await page.waitForURL("**/campaigns/new");
    await hands.fill(field(bold("Title")), code("Order shipped"));
    await hands.tabTo(page.getByRole("checkbox", { name: bold("SMS") }));
    await hands.press("Space");
    await lookAt("campaign-new");
    await hands.enter(button(bold("Create draft")));
    await page.waitForURL("**/campaigns/*/content");
  },

  async "Write the text"(step) {
    const { page } = browser;
    await hands.fill(field(step.bold("From name")), step.code("Shop"));
    await writeWithMistake(field(step.bold("Text")), step);
    await page.getByText("Order 1042 arrives DAY.").waitFor();
    await page.getByText(/1 part · 23 of 160/).waitFor();
    await page.getByRole("status").filter({ hasText: "Saved, version" }).waitFor();
    await lookAt("campaign-sms");
  },

  async "Launch it"({ bold, code }) {
    const { page } = browser;
    await hands.enter(page.getByRole("link", { name: bold("Review & launch") }).last());
    await page.getByText("Ready to launch.").waitFor();
    const params = page.getByRole("table", { name: "Params of this template" });
    for (const name of ["order_id", "day"])
      await params.getByRole("rowheader", { name: code(name), exact: true }).waitFor();
    await lookAt("campaign-review");
    await hands.enter(button(bold("Launch campaign")));
    await page.getByText("It is live").waitFor();
  },

  async "Copy the call"({ bold, code }) {
    const { page } = browser;
    await page.getByText("Still to be put in: the app token and the user ID.").waitFor();
    await hands.fill(page.getByRole("combobox", { name: bold("To the user ID") }), code("traveller-1"));
    await hands.enter(button(bold("Fill in my token")));
    await page.getByText("Complete: copy it").waitFor();
    await hands.enter(button(`${bold("Copy")} the cURL code`));
    await button("Copied the cURL code").waitFor();
    copied = await page.evaluate<string>("navigator.clipboard.readText()");
    await lookAt("campaign-overview");
  },

  async "Run the call"({ code }) {
    expect(await runInShell(copied)).toContain(code('{"code":200'));
  },

  async "See the message"({ bold, code }) {
    const { page } = browser;
    await page.getByRole("link", { name: bold("Sandbox"), exact: true }).waitFor();
    await hands.press(code("g"), code("s"));
    await page.waitForURL("**/sandbox");
    await page.getByRole("button", { name: /Order 1042 arrives DAY\./ }).waitFor();
    await lookAt("own-message");
  },

  async "Ask why"({ bold }) {
    const { page } = browser;
    await hands.enter(page.getByRole("link", { name: bold("Explain this message") }));
    await page.getByRole("heading", { level: 1, name: /^Message \d+/ }).waitFor();
    await page.getByRole("heading", { name: "What happened" }).waitFor();
    await page.getByText("Order 1042 arrives DAY.").first().waitFor();
    await lookAt("campaign-explained");
  },
};

/** First the slip that the page tells of, which is marked with what was meant, then put right. */
async function writeWithMistake(text: ReturnType<typeof field>, { block, code }: PageStep): Promise<void> {
  const [right, wrong] = ["{{ day|upper }}", code("{{ day|uper }}")];
  const template = block("twig");
  await hands.fill(text, template.replace(right, wrong));
  await browser.page.getByText(/^Line 1, column \d+: .*"uper".*"upper"/).waitFor();
  await browser.screenshot("campaign-sms-fault");
  const back = template.length - template.indexOf("per }}");
  for (let i = 0; i < back; i += 1) await hands.press("ArrowLeft");
  await hands.type("p");
  // The list of filters, which has nothing more to say.
  await hands.press("Escape");
}

/** A key of a slow typist; reading a step of the page and finding its place on the screen. */
const KEY_SECONDS = 0.5;
const STEP_SECONDS = 12;

testInBrowser(
  "from npm start to an own template delivered and explained, by keyboard, in the page's steps",
  async () => {
    expect([...Object.keys(WALK)]).toEqual(steps.map(({ title }) => title));
    for (const word of ["Dashboard", "Email", "Password"])
      expect(printed(start?.bold(word) ?? "")).not.toBe("");
    expect(start?.unused()).toEqual([]);
    const [curl = ""] = /^curl [\s\S]*?\n\n/m.exec(first.printed) ?? [];
    expect(await runInShell(curl)).toContain('"code":200');

    browser = await openWindow(printed("Dashboard"));
    await browser.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    hands = await workByKeyboard(browser.page);
    await browser.page.goto("/");
    await browser.page.waitForURL("**/sign-in**");
    const beganMs = performance.now();
    for (const step of steps) {
      await WALK[step.title]?.(step);
      expect(step.unused(), step.title).toEqual([]);
    }
    const { presses, characters, fields } = hands.effort();
    const walkSeconds = (performance.now() - beganMs) / 1000;
    const personSeconds = (presses + characters) * KEY_SECONDS + (steps.length + 1) * STEP_SECONDS;
    console.log(
      `own template: start ${(first.tookMs / 1000).toFixed(1)} s, walk ${walkSeconds.toFixed(1)} s; ` +
        `${steps.length + 1} steps, ${fields} fields, ${characters} characters, ${presses} keys: ` +
        `about ${Math.round(personSeconds)} s of a person`,
    );
    // Five minutes, with one of them for the start.
    expect(personSeconds).toBeLessThan(240);
  },
);
