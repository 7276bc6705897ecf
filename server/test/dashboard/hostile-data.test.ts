/**
 * A project in which every text was written by an attacker. Each page shows it as text: no script runs, no dialog
 * opens, no address of script stands in a link, nothing is asked of another host, and the policy has nothing to refuse.
 */
import type { Frame, Page, Request } from "playwright-core";
import { afterAll, beforeAll, expect, vi } from "vitest";
import { askApp } from "../dashboard.ts";
import { addressesOf, visitor } from "./addresses.ts";
import { type FullProject, fillProject, OPTIONS, type Words } from "./full-project.ts";
import { type DashboardUnderTest, hasBrowser, startDashboard, testInBrowser } from "./harness.ts";

vi.setConfig({ testTimeout: 120_000 });

const SCRIPT = "window.top.__xss=1;window.__xss=1";
/** An address of script, a tag in an attribute's and in a text's place, a script, and text from right to left. */
const evil = (where: string): string =>
  `javascript:${where}"><img src=x onerror=__xss=1><script>__xss=1</script>\u202E'`;
/** Templates themselves, where braces would be Twig and no text. */
const TWIG = /^(push-title|subject|from-name|reply-name|preheader|plain-text|webhook-.*|sms-text)$/;

const HTML = `<p>Hello {{ note }} {{ note|raw }}</p><script>${SCRIPT}</script><script src="https://evil.example/x.js"></script>
<img src="https://evil.example/a.png" onerror="${SCRIPT}" srcset="https://evil.example/b.png 2x"><img src=x onerror="${SCRIPT}">
<picture><source srcset="https://evil.example/c.png"><img src="https://evil.example/d.png"></picture>
<svg onload="${SCRIPT}"><script>${SCRIPT}</script><image href="https://evil.example/e.svg"></image><use href="https://evil.example/f.svg#a"></use></svg>
<iframe src="javascript:${SCRIPT}"></iframe><iframe srcdoc="<script>${SCRIPT}</script>"></iframe><object data="https://evil.example/g"></object>
<meta http-equiv="refresh" content="0;url=https://evil.example/h"><base href="https://evil.example/"><link rel="stylesheet" href="https://evil.example/i.css">
<style>@import url(https://evil.example/j.css); @import "https://evil.example/k.css"; body { background: url(https://evil.example/l.png) }
@font-face { font-family: evil; src: url(https://evil.example/m.woff2) } p { font-family: evil; background: u\\72l(https://evil.example/n.png) }</style>
<form action="https://evil.example/o"><input type="image" src="https://evil.example/p.png"><input name=a onfocus="${SCRIPT}" autofocus><button>Go</button></form>
<a href="javascript:${SCRIPT}" target="_top" onclick="${SCRIPT}">Click</a><table background="https://evil.example/q.png"><tr><td onclick="${SCRIPT}" style="background:url(https://evil.example/r.png)">x</td></tr></table>
<video src="https://evil.example/s.mp4" poster="https://evil.example/t.png" autoplay></video><audio src="https://evil.example/u.mp3"></audio><details open ontoggle="${SCRIPT}">x</details>`;

const HOSTILE: Words = {
  line: (where) => (TWIG.test(where) ? evil(where) : `${evil(where)}{{7*7}}`),
  html: HTML,
  path: "/%22%3E%3Cimg%20src=x%20onerror=a%3E?a='onmouseover=a",
  sender: "<b>x</b>",
};

/** Where a person reads the whole of it. What is left out is shown in no page: lists' titles, hits' values, tokens. */
const SHOWN = [
  "project",
  "client",
  "connection",
  "user-id",
  "first-name",
  "last-name",
  "attribute",
  "csv-head",
  "csv-cell",
  "csv-email",
  "title",
  "draft",
  "past",
  "push-title",
  "subject",
  "from-name",
  "reply-name",
  "preheader",
  "webhook-body",
  "webhook-header",
  "sms-text",
  "nobody",
  "param",
  "reference",
  "gateway-error",
];

let dashboard: DashboardUnderTest;
let full: FullProject;
const seen = new Set<string>();
const faults: string[] = [];

beforeAll(async () => {
  if (!hasBrowser) return;
  dashboard = await startDashboard(OPTIONS);
  full = await fillProject(dashboard.stack, HOSTILE);
  dashboard.page.on("dialog", (dialog) => {
    faults.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await dashboard.signIn("admin");
  await dashboard.stack.owner`update users set name = ${HOSTILE.line("user-name")}`;
});
afterAll(async () => {
  await dashboard?.close();
  await full?.sink.close();
});

/** What a person reads, fields and the frames of previews included. */
const READ = `[document.title, document.body.innerText, document.body.textContent,
  ...[...document.querySelectorAll("input, textarea")].map(({ value }) => value)].join("\\n")`;
const BAD_LINKS = `[...document.querySelectorAll("a, form, iframe, img")].flatMap((element) =>
  ["href", "src", "action"].map((name) => element.getAttribute(name) ?? "").filter((value) => /^\\s*javascript:/i.test(value)))`;
const HANDLERS = `[...document.querySelectorAll("*")].flatMap((element) => element.getAttributeNames().filter((name) => /^on/i.test(name)))`;

async function look(where: string): Promise<void> {
  const { page } = dashboard;
  for (const frame of page.frames()) {
    const isPreview = frame !== page.mainFrame();
    if (!isPreview) {
      const text = await frame.evaluate<string>(READ);
      for (const word of [...SHOWN, "user-name"]) if (text.includes(HOSTILE.line(word))) seen.add(word);
      const bad = await frame.evaluate<string[]>(`[...${BAD_LINKS}, ...${HANDLERS}]`);
      faults.push(...bad.map((value) => `${where}: ${value}`));
    }
    if (await hasRun(frame)) faults.push(`${where}: a script ran in ${frame.url()}`);
  }
}

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

testInBrowser("every page shows a stranger's text as text", async () => {
  const visit = visitor(dashboard);
  for (const { at } of await addressesOf(full)) {
    await visit(at);
    await look(at);
  }
  for (const id of full.messages) {
    await visit(`messages/${id}`);
    await look(`messages/${id}`);
  }
  const { data: kept } = (await askApp(dashboard.stack, dashboard.stack, "GET /sandbox")).body;
  for (const { id } of kept) {
    await visit(`sandbox?message=${id}`);
    await look(`sandbox?message=${id}`);
  }
  expect(faults).toEqual([]);
  expect([...SHOWN, "user-name"].filter((word) => !seen.has(word))).toEqual([]);
});

testInBrowser("searches, the palette, tooltips and menus show it as text too", async () => {
  const { page, goto } = dashboard;
  const visit = visitor(dashboard);
  const q = encodeURIComponent(HOSTILE.line("nothing"));
  for (const list of ["campaigns/live", "messages", "profiles", "sandbox"]) {
    await visit(`${list}?q=${q}`);
    await look(list);
  }
  await visit(`executions/${full.execution}/explain?target=${q}`);
  await look("explain");
  for (const target of ["user-id", "nobody"]) {
    await visit(`executions/${full.execution}/explain?target=${encodeURIComponent(HOSTILE.line(target))}`);
    await look(`explain of ${target}`);
  }
  await goto("");
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: "Go to, create, find" }).fill(HOSTILE.line("palette"));
  await look("palette");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /Account menu/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).waitFor();
  await look("account menu");
  expect(faults).toEqual([]);
});

/** A page of its own: what the browser says about what it refuses there is what the test is after. */
async function unwatched(at: string, check: (page: Page) => Promise<void>): Promise<void> {
  const { context, stack } = dashboard;
  const page = await context.newPage();
  page.on("request", (request) => {
    const isOwn = request.url().startsWith(`${stack.url}/`) || /^(about|data):/.test(request.url());
    if (!isOwn) asked.push(request);
  });
  page.on("response", (response) => {
    if (!response.url().startsWith(stack.url) && /^http/.test(response.url())) answered.push(response.url());
  });
  await page.goto(at);
  await check(page);
  expect(await page.evaluate<boolean>("'__xss' in window")).toBe(false);
  // A request is told of before its refusal is, and some refusals (an svg's `use`) are not told at all: what leaves
  // ends with an answer or with an error of the network, since nobody has this name.
  await page.waitForLoadState("networkidle");
  const left = asked.flatMap((one) => {
    const error = one.failure()?.errorText ?? "csp";
    return error === "csp" ? [] : [`${one.url()}: ${error}`];
  });
  expect([...left, ...answered]).toEqual([]);
  await page.close();
}
const asked: Request[] = [];
const answered: string[] = [];

testInBrowser("an email's preview can do nothing, whatever is pressed in it", async () => {
  const { context, stack } = dashboard;
  for (const id of [full.campaigns.live, full.campaigns.mjml]) {
    await unwatched(`/p/${stack.id}/campaigns/${id}/content`, async (page) => {
      const here = page.url();
      if (id === full.campaigns.live) await page.getByRole("tab", { name: "Email" }).click();
      const frame = page.locator("iframe").first();
      await frame.waitFor();
      expect(await frame.getAttribute("sandbox")).toBe("");
      await frame.contentFrame().getByText("Click").first().dispatchEvent("click");
      await frame.contentFrame().getByRole("button", { name: "Go" }).first().dispatchEvent("click");
      expect(page.url().replace(/[?].*/, "")).toBe(here);
      expect(context.pages()).toHaveLength(2);
    });
  }
});

testInBrowser(
  "the sandbox's page without script shows it as text, and its policy lets nothing out",
  async () => {
    await unwatched("/sandbox", async (page) => {
      expect(await page.locator("body").innerText()).toContain(HOSTILE.line("param"));
    });
  },
);
