/**
 * The dashboard as a person meets it: the real product, its build, a real Chromium. `startDashboard()` gives a page
 * with everything around it, `openWindow()` one on an instance that runs already; `close()` fails the test on any
 * console error, breach of the policy, broken file, answer of 500 or request to another host, whatever else the test
 * looked at. Without a Chromium the tests are skipped, and a printed line says so.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Result } from "axe-core";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { test, vi } from "vitest";
import { hashPassword } from "../../src/base/crypto.ts";
import type { Role } from "../../src/domain/role.ts";
import { inProject } from "../../src/store/db.ts";
import { insertMembership, insertUser } from "../../src/store/projects.ts";
import { findBrowser } from "../browser.ts";
import { type Stack, type StackOptions, startStack } from "../stack.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const CHROMIUM = findBrowser();

/** A walk through pages takes its time where the machine is busy; a hang is found by the limits of its steps. */
const WALK_MS = 300_000;

/** For walks over all pages: a minute or two on an idle machine with two cores. */
export const LONG_WALK_MS = 900_000;

/** One step of a walk: a fraction of a second, and up to a hundred times that where others need the machine. */
export const STEP_MS = 40_000;

// A build of the dashboard, a stack and a browser begin in one hook.
vi.setConfig({ hookTimeout: 300_000 });

/** `test` where there is a browser; skipped elsewhere. */
export const testInBrowser = (name: string, walk: () => Promise<void>, timeoutMs = WALK_MS): void => {
  test.skipIf(CHROMIUM === null)(name, { timeout: timeoutMs }, walk);
};
export const hasBrowser = CHROMIUM !== null;

/** One place for each user of the machine, so that runs do not pile up; SCREENSHOTS names another. */
const PICTURES = resolve(
  ROOT,
  process.env.SCREENSHOTS ?? join(tmpdir(), `carillon-dashboard-${userInfo().username}`),
);

const ARE_WISHED = process.env.SCREENSHOTS !== undefined;

/** SCREENSHOTS=docs/images makes those of the documentation anew, and no others there. */
const ARE_FOR_DOCS = PICTURES === join(ROOT, "docs/images");
const IN_DOCS: Readonly<Record<string, string>> = {
  "full-overview-1440-light": "overview",
  "campaign-new-1440-light": "campaign-new",
  "campaign-sms-1440-light": "campaign-content",
  "campaign-review-1440-light": "campaign-launch",
  "campaign-overview-1440-light": "campaign-live",
  "sandbox-sms-1440-light": "sandbox",
  "own-message-1440-light": "own-message",
  "campaign-explained-1440-light": "explain",
  "campaign-results-1440-light": "results",
  "full-messages-1440-light": "messages",
  "client-scopes-1440-light": "client-scopes",
  "full-overview-390-light": "overview-phone",
  "full-messages-390-light": "messages-phone",
};

/** Pictures show it. */
const PROJECT = "Harbour Books";

const DESK = { width: 1440, height: 900 };

const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
  // Whatever a page asks for elsewhere fails at once, and is written down all the same.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

export interface Look {
  readonly dark?: boolean;
  /** 1440 when left out; below 600 the window is a telephone's. */
  readonly width?: number;
  readonly height?: number;
  /** The whole page and not what is in view. */
  readonly isWhole?: boolean;
  /** The window stays in this look. */
  readonly isKept?: boolean;
  /** Drawn into a file only where SCREENSHOTS names a place for it: hundreds of pictures cost a minute. */
  readonly isOnWish?: boolean;
}

/** One page of a browser, watched. */
interface Pane {
  readonly page: Page;
  /** Breaches of WCAG 2.2 A and AA, or of these rules alone, in a form that reads well in a failure. */
  axe(rules?: readonly string[]): Promise<string[]>;
  /** Takes a picture in this look, runs `check` in it, then goes back to a light window of 1440 by 900. */
  screenshot(name: string, look?: Look, check?: () => Promise<void>): Promise<void>;
}

export interface Tab extends Pane {
  /** Opens a page of the project: goto("sandbox"). */
  goto(below: string): Promise<void>;
}

export interface BrowserWindow extends Pane {
  readonly context: BrowserContext;
  /** What went wrong in the browser so far. */
  readonly faults: readonly string[];
  /** Another page of the same session. */
  open(): Promise<Pane>;
  /** Ends everything. @throws when there are faults. */
  close(): Promise<void>;
}

export interface DashboardUnderTest extends Tab, Omit<BrowserWindow, "open"> {
  readonly stack: Stack;
  /** This tab and another one of the same session: walks over many pages take half of them each. */
  twoTabs(): Promise<readonly Tab[]>;
  /** A new user with this role, signed in; the page shows the project's overview. */
  signIn(role?: Role): Promise<{ email: string; password: string }>;
  /** A new user, not signed in. */
  addUser(role: Role): Promise<{ email: string; password: string }>;
}

/** A browser for the instance at this address, whoever started it. */
export async function openWindow(url: string): Promise<BrowserWindow> {
  if (CHROMIUM === null) throw new Error("there is no Chromium; use testInBrowser and hasBrowser");
  const profile = mkdtempSync(join(tmpdir(), "carillon-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: ARGS,
    headless: true,
    reducedMotion: "reduce",
    viewport: DESK,
    baseURL: url,
    timeout: 120_000,
  });
  context.setDefaultTimeout(STEP_MS);
  const faults: string[] = [];
  const paneOf = (page: Page): Pane => {
    watch(page, url, faults);
    return {
      page,
      axe: (rules) => breaches(page, rules),
      screenshot: (name, look = {}, check = async () => {}) => picture(page, { ...look, name, check }),
    };
  };
  return {
    ...paneOf(context.pages()[0] ?? (await context.newPage())),
    context,
    faults,
    open: async () => paneOf(await context.newPage()),
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      if (faults.length > 0) throw new Error(`faults in the browser:\n${faults.join("\n")}`);
    },
  };
}

export async function startDashboard(options: StackOptions = {}): Promise<DashboardUnderTest> {
  execFileSync(process.execPath, [join(ROOT, "scripts/build-dashboard.mjs"), "--if-stale"]);
  const stack = await startStack(options);
  await stack.owner`update projects set name = ${PROJECT} where id = ${stack.id}`;
  const { open, ...window } = await openWindow(stack.url).catch(async (error: unknown) => {
    await stack.stop();
    throw error;
  });
  const first = inProjectOf(stack, window);
  let second: Tab | null = null;
  const addUser = (role: Role) => makeUser(stack, role);
  return {
    ...window,
    ...first,
    stack,
    addUser,
    async twoTabs() {
      second ??= inProjectOf(stack, await open());
      return [first, second];
    },
    async signIn(role = "admin") {
      const user = await addUser(role);
      await window.context.clearCookies();
      const answer = await window.context.request.post("/api/app/login", {
        data: user,
        headers: { origin: stack.url },
      });
      if (!answer.ok()) throw new Error(`not signed in: ${await answer.text()}`);
      await first.goto("");
      return user;
    },
    async close() {
      await window.close().finally(() => stack.stop());
    },
  };
}

function inProjectOf(stack: Stack, pane: Pane): Tab {
  const { page, axe, screenshot } = pane;
  return {
    ...{ page, axe, screenshot },
    async goto(below) {
      await page.goto(`/p/${stack.id}${below === "" ? "" : `/${below}`}`);
      await page.locator("main h1").first().waitFor();
    },
  };
}

/** The browser's own line for an answer that the page deals with: a refusal is no fault of the dashboard. */
const REFUSAL = /^Failed to load resource: the server responded with a status of 4\d\d/;

function watch(page: Page, url: string, faults: string[]): void {
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" && !REFUSAL.test(text)) faults.push(`console: ${text}`);
  });
  page.on("pageerror", (error) => faults.push(`thrown: ${error.stack ?? error.message}`));
  page.on("request", (request) => {
    const isOwn = request.url().startsWith(`${url}/`) || /^(about|data|blob):/.test(request.url());
    if (!isOwn) faults.push(`asked elsewhere: ${request.url()}`);
  });
  page.on("response", (response) => {
    const isApi = response.url().startsWith(`${url}/api/`);
    if (response.status() >= (isApi ? 500 : 400)) faults.push(`${response.status()} for ${response.url()}`);
  });
}

let users = 0;

async function makeUser(stack: Stack, role: Role): Promise<{ email: string; password: string }> {
  users += 1;
  const email = `${role}-${users}@example.org`;
  const password = "an example of a password";
  const passwordHash = await hashPassword(password);
  const userId = await insertUser(stack.owner, { email, name: "Ada Byron", passwordHash, nowMs: Date.now() });
  await inProject(stack.context.app, stack.id, (tx) => insertMembership(tx, stack.id, { userId, role }));
  return { email, password };
}

const AXE = fileURLToPath(import.meta.resolve("axe-core/axe.min.js"));
const OPTIONS = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  // Not of WCAG: toasts and open menus stand outside the landmarks, as they should.
  rules: { region: { enabled: false } },
};
/** A preview's frame runs no script, so that asking it would only wait; what passes is not told. */
const BRIEF = { iframes: false, resultTypes: ["violations"] };

async function breaches(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(readFileSync(AXE, "utf8"));
  const asked = rules === undefined ? OPTIONS : { runOnly: { type: "rule", values: rules } };
  const options = { ...asked, ...BRIEF };
  const found = await page.evaluate<Result[]>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(" ")}: ${failureSummary}`),
  );
}

/** What follows from another look has been drawn, and no color is on its way to another. A tab behind draws nothing. */
const DRAWN = `(async () => {
  const frame = () => new Promise((resolve) => {
    requestAnimationFrame(resolve);
    setTimeout(resolve, 500);
  });
  await frame();
  await frame();
  for (const animation of document.getAnimations())
    if (Number.isFinite(animation.effect?.getComputedTiming().endTime)) animation.finish();
})()`;

async function picture(
  page: Page,
  { name, check, ...look }: Look & { name: string; check(): Promise<void> },
): Promise<void> {
  const { dark = false, width = 1440, isWhole = false, isKept = false, isOnWish = false } = look;
  const height = look.height ?? (width < 600 ? 844 : DESK.height);
  await page.emulateMedia({ colorScheme: dark ? "dark" : "light", reducedMotion: "reduce" });
  await page.setViewportSize({ width, height });
  await page.evaluate(DRAWN);
  const shown = `${name}-${width}-${dark ? "dark" : "light"}`;
  const kept = ARE_FOR_DOCS ? IN_DOCS[shown] : shown;
  if (kept !== undefined && (ARE_WISHED || !isOnWish)) {
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${kept}.png`), fullPage: isWhole, animations: "disabled" });
  }
  await check();
  if (isKept) return;
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.setViewportSize(DESK);
}
