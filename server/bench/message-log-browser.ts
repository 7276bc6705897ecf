/**
 * The message log as a person waits for it: a real Chromium, from the key that is pressed to the row that is drawn.
 * Part of message-log.ts (`--browser`), on whose million messages it looks.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { hashPassword } from "../src/base/crypto.ts";
import { inProject, type Sql } from "../src/store/db.ts";
import { insertMembership, insertUser } from "../src/store/projects.ts";
import { findBrowser } from "../test/browser.ts";

const ROUNDS = 7;
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

/** @returns whether the page opens within a second and a search answers within 300 ms. */
export async function walkMessageLog(bench: BrowserBench): Promise<boolean> {
  const executablePath = findBrowser();
  if (executablePath === null) return true;
  const profile = mkdtempSync(join(tmpdir(), "carillon-bench-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    viewport: WINDOW,
    baseURL: bench.url,
  });
  try {
    await signIn(context, bench);
    const page = await context.newPage();
    tell("first visit, nothing in the cache", [await open(page, bench)], null);
    const opening = await rounds(() => open(page, bench));
    const searching = await rounds((round) => search(page, Math.floor(bench.messages / 2) + 1_000 * round));
    const explaining = await rounds(() => explain(page));
    const isRight = [
      tell("opening the page in the browser", opening, 1_000),
      tell("search by reference, key to row", searching, 300),
      tell("opening a message beside the list", explaining, 1_000),
    ];
    return isRight.every(Boolean);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function signIn(context: BrowserContext, { url, owner, app, projectId }: BrowserBench): Promise<void> {
  const passwordHash = await hashPassword(USER.password);
  const userId = await insertUser(owner, { email: USER.email, passwordHash, nowMs: Date.now() });
  await inProject(app, projectId, (tx) => insertMembership(tx, projectId, { userId, role: "admin" }));
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

function tell(name: string, times: readonly number[], atMostMs: number | null): boolean {
  const worstMs = times.at(-1) ?? 0;
  const medianMs = times[Math.floor(times.length / 2)] ?? 0;
  const isRight = atMostMs === null || worstMs <= atMostMs;
  const promise = atMostMs === null ? "" : isRight ? "ok" : `over ${atMostMs} ms`;
  const figures = `${medianMs.toFixed(0).padStart(6)} ${worstMs.toFixed(0).padStart(6)}`;
  process.stdout.write(`${name.padEnd(40)}${"".padStart(5)}${figures}  ${promise}\n`);
  return isRight;
}
