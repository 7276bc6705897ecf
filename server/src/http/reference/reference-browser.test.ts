/**
 * The walk of a new integrator, in a real browser: find execute, paste a token, send, see the message. No request
 * leaves the instance, and nothing breaks the pages' own policy.
 */
import { mkdirSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Browser, findBrowser, type Page, startBrowser, type View } from "../../../test/browser.ts";
import { addPeople, launch, type Stack, smsCampaign, startStack } from "../../../test/stack.ts";
import { hashPassword } from "../../base/crypto.ts";
import { inProject } from "../../store/db.ts";
import { insertMembership, insertUser } from "../../store/projects.ts";

const CHROMIUM = findBrowser();
const EMAIL = "admin@example.org";
const PASSWORD = "an example of a password";
const NOON: View = { width: 1440, height: 900, isDark: false };

let stack: Stack;
let browser: Browser;
let campaignId: number;

beforeAll(async () => {
  if (CHROMIUM === null) return;
  stack = await startStack();
  await addPeople(stack, 2);
  campaignId = await launch(stack, smsCampaign("Gate {{ gate_num }}, {{ first_name }}"));
  const userId = await insertUser(stack.owner, {
    email: EMAIL,
    passwordHash: await hashPassword(PASSWORD),
    nowMs: Date.now(),
  });
  await inProject(stack.context.app, stack.id, (tx) =>
    insertMembership(tx, stack.id, { userId, role: "admin" }),
  );
  browser = await startBrowser(CHROMIUM);
  mkdirSync(FOLDER, { recursive: true });
  console.log(`screenshots: ${FOLDER}`);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

// A walk takes a second or two; its steps have limits of their own, which find a hang.
vi.setConfig({ testTimeout: 180_000 });
const testInBrowser = test.skipIf(CHROMIUM === null);

/** One place for each user of the machine, so that runs do not pile up. */
const FOLDER = join(tmpdir(), `carillon-reference-${userInfo().username}`);

const textOf = (page: Page, selector: string): Promise<string> =>
  page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? ""`);

const untilFocus = (page: Page, id: string): Promise<void> =>
  page.until(`document.activeElement?.id === ${JSON.stringify(id)}`);

/** Replaces what a field holds, as a person does: select all, type. */
async function fill(page: Page, selector: string, text: string): Promise<void> {
  await page.evaluate(`(() => {
    const field = document.querySelector(${JSON.stringify(selector)});
    field.focus();
    field.select();
  })()`);
  await page.type(text);
}

const foreign = (page: Page): string[] =>
  page.requests.filter((url) => !url.startsWith(`${stack.url}/`) && !url.startsWith("about:"));

testInBrowser("from the list to a message in the sandbox", async () => {
  const page = await browser.open();
  await page.show(NOON);
  await page.goto(`${stack.url}/reference`);
  await page.press("/");
  await untilFocus(page, "search");
  await page.type("execute");
  await page.until(`document.getElementById("found").textContent === "1 operation"`);
  await page.press("Enter");
  await page.until(`location.pathname === "/reference/execute/campaign" && document.getElementById("send")`);

  const body = { id: campaignId, target_by: "user_id", target: ["user-1"], params: { gate_num: "B100" } };
  await fill(page, "#token", stack.token);
  await fill(page, "#body", JSON.stringify({ ...body, async: false }));
  await page.press("Enter", { control: true });
  await page.until(`document.getElementById("said").className === "good"`, 60_000);
  expect(await textOf(page, "#said")).toMatch(/^200 Done in \d+ ms$/);
  const answer = JSON.parse(await textOf(page, "#answer-body"));
  expect(answer).toMatchObject({ code: 200, success: true, model: { outcomes: { delivered: 1 } } });
  expect(await textOf(page, "#answer-headers")).toMatch(/x-request-id: \S+/);

  await page.screenshot(join(FOLDER, "answered.png"));

  await page.goto(`${stack.url}/sandbox`);
  await fill(page, "input[name=email]", EMAIL);
  await fill(page, "input[name=password]", PASSWORD);
  await page.click("form[action='/sandbox/sign-in'] button");
  await page.until(`document.querySelector(".bubble") !== null`);
  expect(await textOf(page, ".bubble")).toBe("Gate B100, Name1");

  expect(foreign(page)).toEqual([]);
  expect(page.requests.length).toBeGreaterThan(5);
  expect(page.faults).toEqual([]);
});

testInBrowser("refusals are shown with their status, and a broken body is not sent", async () => {
  const page = await browser.open();
  await page.goto(`${stack.url}/reference/execute/campaign`);
  await fill(page, "#token", "not-a-token");
  await page.click("#send");
  await page.until(`document.getElementById("said").className === "fault"`);
  expect(await textOf(page, "#said")).toMatch(/^401 Refused in/);
  expect(JSON.parse(await textOf(page, "#answer-body"))).toMatchObject({ code: 401, success: false });

  await page.until(`document.getElementById("send").getAttribute("aria-disabled") === null`);
  const calls = (): string[] => page.requests.filter((url) => url.includes("/api/"));
  const before = calls();
  await fill(page, "#body", "{");
  await page.click("#send");
  await page.until(`!document.getElementById("fault").hidden`);
  expect(await textOf(page, "#fault")).toContain("not valid JSON");
  await untilFocus(page, "body");
  expect(calls()).toEqual(before);
});

testInBrowser("the token stays in the tab until it is forgotten, and nowhere else", async () => {
  const page = await browser.open();
  await page.goto(`${stack.url}/reference/execute/campaign`);
  await fill(page, "#token", stack.token);
  await page.goto(`${stack.url}/reference/info/task`);
  expect(await page.evaluate(`document.getElementById("token").value`)).toBe(stack.token);
  expect(await page.evaluate("JSON.stringify([{ ...localStorage }, document.cookie])")).not.toContain(
    stack.token,
  );
  expect(page.requests.join(" ")).not.toContain(stack.token);
  const other = await browser.open();
  await other.goto(`${stack.url}/reference/info/task`);
  expect(await other.evaluate(`document.getElementById("token").value`)).toBe("");
  await page.click("#forget");
  await page.until(`document.getElementById("token").value === "" && sessionStorage.length === 0`);
});

testInBrowser("an example is put into the form", async () => {
  const page = await browser.open();
  await page.goto(`${stack.url}/reference/import/profile`);
  await page.click(".example:nth-of-type(2) > summary");
  await page.click(".example:nth-of-type(2) > .fill");
  await untilFocus(page, "body");
  const body: string = await page.evaluate(`document.getElementById("body").value`);
  expect(JSON.parse(body).columns).toContain("loyalty_level");
});

const VIEWS: readonly (readonly [name: string, view: View])[] = [
  ["1440-light", NOON],
  ["1440-dark", { ...NOON, isDark: true }],
  ["390-light", { width: 390, height: 844, isDark: false }],
  ["390-dark", { width: 390, height: 844, isDark: true }],
];

testInBrowser.each(VIEWS)(
  "%s: nothing is wider than the screen, every field has its label",
  async (name, view) => {
    const page = await browser.open();
    await page.show(view);
    for (const path of ["/reference", "/reference/execute/campaign", "/reference/errors"]) {
      await page.goto(`${stack.url}${path}`);
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(width, path).toBeLessThanOrEqual(view.width);
      const unnamed = await page.evaluate(`[...document.querySelectorAll("input, textarea")]
      .filter((field) => field.labels.length === 0).map((field) => field.id)`);
      expect(unnamed).toEqual([]);
      const levels = await page.evaluate<number>(`document.querySelectorAll("h1").length`);
      expect(levels).toBe(1);
      expect(await faintest(page), path).toBeGreaterThanOrEqual(4.5);
      await page.screenshot(join(FOLDER, `${name}${path.replaceAll("/", "-")}.png`));
    }
    expect(foreign(page)).toEqual([]);
    expect(page.faults).toEqual([]);
  },
);

/** The lowest contrast of any text with its ground (WCAG 2.2, 1.4.3: 4.5 for text). */
const faintest = (page: Page): Promise<number> =>
  page.evaluate(`(() => {
    const channels = (color) => color.match(/[\\d.]+/g).map(Number);
    const light = (color) => {
      const [r, g, b] = channels(color).map((one) => one / 255)
        .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const groundOf = (element) => {
      for (let at = element; at !== null; at = at.parentElement) {
        const color = getComputedStyle(at).backgroundColor;
        if (channels(color)[3] !== 0) return color;
      }
      return "rgb(255, 255, 255)";
    };
    const ratios = [...document.querySelectorAll("body *")]
      .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ""))
      .filter((element) => element.checkVisibility())
      .map((element) => {
        const [a, b] = [light(getComputedStyle(element).color), light(groundOf(element))];
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      });
    return Math.min(...ratios);
  })()`);
