/**
 * The message log as a person waits for it: a real Chromium, from the key that is pressed to the row that is drawn.
 * Part of message-log.ts (`--browser`), on whose million messages it looks.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from "playwright-core";
import { hashPassword } from "../src/base/crypto.ts";
import { inProject, type Sql } from "../src/store/db.ts";
import { insertMembership, insertUser } from "../src/store/projects.ts";
import { findBrowser } from "../test/browser.ts";

const ROUNDS = 7;
/** Each in a browser that was started for it. */
const FIRST_VISITS = 5;
const WINDOW = { width: 1440, height: 900 };
const USER = { email: "bench@example.org", password: "a password for the bench" };
const ROW = 'table[aria-label="Messages"] tbody tr';

export interface BrowserBench {
  readonly url: string;
  readonly owner: Sql;
  readonly app: Sql;
  readonly projectId: number;
  readonly messages: number;
}

interface Window {
  readonly context: BrowserContext;
  readonly browser: Browser;
}

/**
 * @returns whether the page opens within a second, also on a first visit, and a search answers within 300 ms.
 */
export async function walkMessageLog(bench: BrowserBench): Promise<boolean> {
  const executablePath = findBrowser();
  if (executablePath === null) return true;
  await addUser(bench);
  const visiting: number[] = [];
  for (let visit = 0; visit < FIRST_VISITS; visit += 1)
    visiting.push(await inWindow(executablePath, bench, (window) => visitFirst(window, bench)));
  visiting.sort((a, b) => a - b);
  const isRight = [tell("first visit, nothing in the cache", visiting, 1_000)];
  await inWindow(executablePath, bench, async ({ context }) => {
    const page = await context.newPage();
    await open(page, bench);
    const opening = await rounds(() => open(page, bench));
    const searching = await rounds((round) => search(page, Math.floor(bench.messages / 2) + 1_000 * round));
    const explaining = await rounds(() => explain(page));
    isRight.push(
      tell("opening the page in the browser", opening, 1_000),
      tell("search by reference, key to row", searching, 300),
      tell("opening a message beside the list", explaining, 1_000),
    );
  });
  return isRight.every(Boolean);
}

/** A Chromium of its own with an empty profile, signed in. */
async function inWindow<T>(
  executablePath: string,
  bench: BrowserBench,
  use: (window: Window) => Promise<T>,
): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), "carillon-bench-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    viewport: WINDOW,
    baseURL: bench.url,
  });
  try {
    const browser = context.browser();
    if (browser === null) throw new Error("the browser cannot be asked about itself");
    await signIn(context, bench);
    return await use({ context, browser });
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** In the tab that the browser began with, once its own start is over: that is nobody's page. */
async function visitFirst({ context, browser }: Window, bench: BrowserBench): Promise<number> {
  const page = context.pages()[0] ?? (await context.newPage());
  await calm(browser);
  return await open(page, bench);
}

const LOOK_MS = 100;
const CALM_LOOKS = 3;
const MOST_LOOKS = 100;

/** Waits until the browser's processes have hardly used the processor for three looks in a row. */
async function calm(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  let lastMs = await usedMs(session);
  let calmLooks = 0;
  for (let look = 0; look < MOST_LOOKS && calmLooks < CALM_LOOKS; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const nowMs = await usedMs(session);
    calmLooks = nowMs - lastMs < LOOK_MS / 8 ? calmLooks + 1 : 0;
    lastMs = nowMs;
  }
  await session.detach();
}

async function usedMs(session: CDPSession): Promise<number> {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0);
}

async function addUser({ owner, app, projectId }: BrowserBench): Promise<void> {
  const passwordHash = await hashPassword(USER.password);
  const userId = await insertUser(owner, { email: USER.email, passwordHash, nowMs: Date.now() });
  await inProject(app, projectId, (tx) => insertMembership(tx, projectId, { userId, role: "admin" }));
}

async function signIn(context: BrowserContext, { url }: BrowserBench): Promise<void> {
  const answer = await context.request.post("/api/app/login", { data: USER, headers: { origin: url } });
  if (!answer.ok()) throw new Error(`not signed in: ${await answer.text()}`);
}

async function rounds(run: (round: number) => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(await run(round));
  return times.sort((a, b) => a - b);
}

/** A whole load of the page. */
async function open(page: Page, { projectId }: BrowserBench): Promise<number> {
  const startMs = performance.now();
  await page.goto(`/p/${projectId}/messages`, { waitUntil: "commit" });
  await page.locator(ROW).first().waitFor();
  return performance.now() - startMs;
}

/** Pasted, as references are: from the paste until the one row is there. */
async function search(page: Page, number: number): Promise<number> {
  // Every third message shares its reference; the one before it has its own.
  const reference = `order-${number % 3 === 0 ? number - 1 : number}`;
  const field = page.getByRole("textbox", { name: "Search messages" });
  await field.fill("");
  await page.locator(`${ROW}:nth-child(10)`).waitFor();
  const startMs = performance.now();
  await field.fill(reference);
  await page.locator(ROW).filter({ hasText: reference }).waitFor();
  return performance.now() - startMs;
}

async function explain(page: Page): Promise<number> {
  const close = page.getByRole("button", { name: "Close the message" });
  if ((await close.count()) > 0) await close.click();
  await close.waitFor({ state: "hidden" });
  await page.reload();
  await page.locator(ROW).first().waitFor();
  const startMs = performance.now();
  await page.locator(ROW).first().click();
  await page.getByRole("list", { name: "What happened" }).waitFor();
  return performance.now() - startMs;
}

function tell(name: string, times: readonly number[], atMostMs: number): boolean {
  const worstMs = times.at(-1) ?? 0;
  const medianMs = times[Math.floor(times.length / 2)] ?? 0;
  const isRight = worstMs <= atMostMs;
  const promise = isRight ? "ok" : `over ${atMostMs} ms`;
  const figures = `${medianMs.toFixed(0).padStart(6)} ${worstMs.toFixed(0).padStart(6)}`;
  process.stdout.write(`${name.padEnd(40)}${"".padStart(5)}${figures}  ${promise}\n`);
  return isRight;
}
