/**
 * A project in which every text was written by an attacker. Each page and state shows it as text: no script runs, no
 * element or handler comes of it, nothing is asked of another host, and the policy has nothing to refuse.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askApp } from "../dashboard.ts";
import { startHttpSink } from "../sinks/http-sink.ts";
import type { Sink } from "../sinks/sink.ts";
import type { Answered } from "../stack.ts";
import { addressesOf, shareOut, type Visitor, visitor } from "./addresses.ts";
import { type FullProject, fillProject, OPTIONS } from "./full-project.ts";
import {
  type DashboardUnderTest,
  hasBrowser,
  LONG_WALK_MS,
  startDashboard,
  type Tab,
  testInBrowser,
} from "./harness.ts";
import { askedOf, type Looks, startLooks } from "./hostile-looks.ts";
import { type HostileWords, hostileWords } from "./hostile-words.ts";
import { ask } from "./making.ts";
import { appRefusals, externalRefusals, type Refusal, SIGNED_IN_REFUSALS } from "./refusals.ts";
import { APP, appRoutes, EXTERNAL, externalFields, LISTED, REFUSED, SHOWN, UNREAD } from "./text-fields.ts";

let dashboard: DashboardUnderTest;
/** What a text would reach if it were more than a text. */
let thief: Sink;
let words: HostileWords;
let full: FullProject;
let tabs: readonly Tab[];
let looks: Looks;
let visit: Visitor;

beforeAll(async () => {
  if (!hasBrowser) return;
  thief = await startHttpSink();
  words = hostileWords(thief.url);
  dashboard = await startDashboard(OPTIONS);
  full = await fillProject(dashboard.stack, words);
  await dashboard.signIn("admin");
  await asUser("PATCH /me", { name: words.line("own-name") });
  await asUser("POST /projects", { name: words.line("other-project"), time_zone: "UTC" });
  tabs = await dashboard.twoTabs();
  looks = startLooks(
    tabs.map(({ page }) => page),
    words.planted,
  );
  visit = visitor(dashboard);
});
afterAll(async () => {
  await dashboard?.close();
  await full?.sink.close();
  await thief?.close();
});

/** As a browser asks: with the session's cookie. */
async function asUser(line: string, data: unknown): Promise<Answered> {
  const { context, stack } = dashboard;
  const [method = "", path = ""] = line.split(" ");
  const headers = { origin: stack.url, "carillon-project": String(stack.id) };
  const answer = await context.request.fetch(`/api/app${path}`, { method, data, headers });
  return { status: answer.status(), headers: new Headers(answer.headers()), body: await answer.json() };
}

/** Nothing became more than text, and the browser had nothing to say. */
function expectNoHarm(): void {
  expect([...looks.faults, ...dashboard.faults]).toEqual([]);
  expect(thief.received).toEqual([]);
}

test("each text that can be written has a fate that is written down", () => {
  expect(externalFields()).toEqual(Object.keys(EXTERNAL).sort());
  expect(appRoutes().sort()).toEqual(Object.keys(APP).sort());
  const fates = [...Object.values(EXTERNAL), ...Object.values(APP).flatMap(Object.values)];
  const known = [...Object.keys(SHOWN), ...Object.keys(LISTED), REFUSED, UNREAD];
  expect(fates.filter((fate) => !known.includes(fate))).toEqual([]);
});

testInBrowser("where a word of a set, a number or a name belongs, a hostile text is refused", async () => {
  const { stack } = dashboard;
  const taken: unknown[] = [];
  const check = ({ ask: line, field, named = field.split(".").at(-1) ?? "" }: Refusal, answer: Answered) => {
    const errors = answer.body.errors ?? answer.body.error?.errors ?? {};
    const isNamed = named === "" || Object.keys(errors).some((key) => key.includes(named));
    if (answer.status < 400 || answer.status >= 500 || !isNamed)
      taken.push([line, answer.status, answer.body]);
  };
  const [external, app] = [externalRefusals(), appRefusals(full)];
  for (const one of external) check(one, await stack.call(one.ask, one.body as Record<string, unknown>));
  for (const one of app) check(one, await askApp(stack, stack, one.ask, one.body));
  for (const one of SIGNED_IN_REFUSALS) check(one, await asUser(one.ask, one.body));
  expect(taken).toEqual([]);
  const refused = [
    ...Object.entries(EXTERNAL).map(([field, fate]) => [field, fate]),
    ...Object.entries(APP).flatMap(([route, fields]) =>
      Object.entries(fields).map(([field, fate]) => [`${route}.${field}`, fate]),
    ),
  ].flatMap(([field, fate]) => (fate === REFUSED ? [field] : []));
  const asked = [...external, ...app, ...SIGNED_IN_REFUSALS].map(({ field }) => field);
  expect(asked.sort()).toEqual(refused.sort());
});

testInBrowser("every page shows a stranger's text as text", async () => {
  const { data: kept } = (await askApp(dashboard.stack, dashboard.stack, "GET /sandbox")).body;
  const all = [
    ...(await addressesOf(full)).map(({ at }) => at),
    ...full.messages.map((id) => `messages/${id}`),
    ...kept.map(({ id }: { id: number }) => `sandbox?message=${id}`),
  ];
  await shareOut(tabs, all, (tab) => {
    const open = visitor(tab);
    return async (at) => {
      await open(at);
      await looks.look(tab.page, at);
    };
  });
  expectNoHarm();
});

const PRESSABLE = "main button:enabled, main [role=tab], main tr[data-opens]";
/** Lists repeat theirs in every row. */
const MOST_PRESSED = 14;
const pathOf = (url: string): string => new URL(url).pathname;

/** Presses one thing after the other on the page as it was, and looks at what came of it. */
async function pressAll({ page }: Tab, visit: Visitor, at: string): Promise<void> {
  await visit(at);
  const things = page.locator(PRESSABLE);
  for (let i = 0; i < Math.min(await things.count(), MOST_PRESSED); i += 1) {
    const thing = things.nth(i);
    if (!(await thing.isVisible())) continue;
    const before = pathOf(page.url());
    await thing.click({ timeout: 1_000 }).catch(() => {});
    await visit.settle(2);
    await looks.look(page, `${at} › ${i}`);
    await page.keyboard.press("Escape");
    const isOpen = (await page.locator("[role=dialog]:visible, [role=menu]:visible").count()) > 0;
    if (isOpen || pathOf(page.url()) !== before) await visit(at);
  }
}

testInBrowser(
  "drawers, dialogs, menus, tabs and editors show it as text too",
  async () => {
    const { campaigns, client, connection, execution, person } = full;
    const states = [
      "settings/audit",
      `settings/webhooks/${connection}`,
      `settings/webhooks/${connection}?tab=settings`,
      `settings/api/${client}?tab=settings`,
      "settings/users",
      "settings/gateways/sms",
      "campaigns/live",
      "campaigns/drafts",
      `campaigns/${campaigns.live}`,
      `campaigns/${campaigns.live}/content`,
      `campaigns/${campaigns.live}/preview`,
      `campaigns/${campaigns.mjml}/content`,
      `profiles/${person}`,
      `executions/${execution}`,
    ];
    await shareOut(tabs, states, (tab) => {
      const open = visitor(tab);
      return (at) => pressAll(tab, open, at);
    });
    expectNoHarm();
  },
  LONG_WALK_MS,
);

testInBrowser("an import's columns, errors and names of files show it as text too", async () => {
  const { page } = dashboard;
  const at = `imports/${full.imports.waits}`;
  await visit(at);
  await page.getByText("Yes, they subscribed").click();
  await page.getByRole("button", { name: "Check the rows" }).click();
  await page
    .getByText(/cannot be imported/)
    .first()
    .waitFor();
  await looks.look(page, `${at} checked`);
  for (const [name, mimeType] of [
    [`${words.line("file-name").replaceAll("/", ":")}.csv`, "text/csv"],
    [`${words.line("file-name").replaceAll("/", ":")}.exe`, "application/x-msdownload"],
  ] as const) {
    await visit("imports/new");
    await page.setInputFiles("input[type=file]", { name, mimeType, buffer: Buffer.from([0, 159, 146, 150]) });
    await page.getByRole("alert").waitFor();
    await looks.look(page, "imports/new");
  }
  expectNoHarm();
});

testInBrowser("searches, the palette and the menus of the frame show it as text too", async () => {
  const { page, goto } = dashboard;
  const q = encodeURIComponent(words.line("nothing"));
  for (const list of ["campaigns/live", "messages", "profiles", "sandbox"]) {
    await visit(`${list}?q=${q}`);
    await looks.look(page, list);
  }
  const texts = ["nothing", "user-id", "nobody"].map((where) => words.planted.get(where) ?? "");
  for (const text of texts) {
    await visit(`executions/${full.execution}/explain?target=${encodeURIComponent(text)}`);
    await looks.look(page, `executions/${full.execution}/explain`);
  }
  await goto("");
  await page.keyboard.press("Control+k");
  for (const where of ["title", "user-id", "palette"]) {
    await page.getByRole("textbox", { name: "Go to, create, find" }).fill(words.line(where));
    await visit.settle();
    await looks.look(page, "palette");
  }
  await page.keyboard.press("Escape");
  for (const name of [/Account menu/, /project/i]) {
    await page.getByRole("button", { name }).first().click();
    await page.getByRole("menu").waitFor();
    await looks.look(page, "menu");
    await page.keyboard.press("Escape");
  }
  expectNoHarm();
});

testInBrowser("settings of every kind of gateway show it as text too", async () => {
  const { page, stack } = dashboard;
  const url = `${full.sink.url}${words.path("gateway-url")}`;
  const kinds = [
    ["sms", { kind: "sms-http", settings: { url, content_type: words.line("gateway-type") } }],
    ["sms", { kind: "smpp", settings: { host: "127.0.0.1", port: 1, system_id: "<xss-x>'\"<b>" } }],
    ["email", { kind: "smtp", settings: { host: "127.0.0.1", port: 1, user: words.line("smtp-user") } }],
  ] as const;
  for (const [channel, body] of kinds) {
    await ask(stack, `PUT /gateways/${channel}`, body);
    await visit(`settings/gateways/${channel}`);
    await looks.look(page, `settings/gateways/${channel}`);
  }
  await visit("settings/audit");
  await looks.look(page, "settings/audit");
  expectNoHarm();
});

testInBrowser("each text that belongs on a page was read there, and the others in their lists", async () => {
  const missing = Object.entries(SHOWN).filter(
    ([word, page]) => !(looks.seen.get(word) ?? []).some((where) => where.startsWith(page)),
  );
  expect(missing).toEqual([]);
  for (const [word, path] of Object.entries(LISTED)) {
    const { headers, body } = await dashboard.stack.call(path, {});
    expect([word, headers.get("content-type"), headers.get("x-content-type-options")]).toEqual([
      word,
      expect.stringMatching(/^application\/json/),
      "nosniff",
    ]);
    const hostile = JSON.stringify(words.planted.get(word)).slice(1, -1);
    expect([word, JSON.stringify(body).includes(hostile)]).toEqual([word, true]);
  }
});

testInBrowser("a request id is taken over only where it is plain", async () => {
  const hostile = `"><xss-x>${"'"}`;
  const { headers } = await dashboard.stack.call("list/campaign", {}, { "x-request-id": hostile });
  expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
});

/** A page of its own: what the browser says about what it refuses there is no fault. It stays open until the end. */
async function unwatched(at: string, check: (page: Page) => Promise<void>): Promise<Page> {
  const page = await dashboard.context.newPage();
  await page.goto(at);
  await check(page);
  return page;
}

testInBrowser("an email's preview can do nothing, whatever is pressed in it", async () => {
  const { context, stack } = dashboard;
  const { live, mjml } = full.campaigns;
  const opened: Page[] = [];
  for (const id of [live, mjml]) {
    const page = await unwatched(`/p/${stack.id}/campaigns/${id}/content`, async (page) => {
      const here = page.url();
      const pages = context.pages().length;
      if (id === live) await page.getByRole("tab", { name: "Email" }).click();
      const frame = page.locator("iframe").first();
      await frame.waitFor();
      expect(await frame.getAttribute("sandbox")).toBe("");
      for (const text of ["Click", "Away", "Go"])
        await frame.contentFrame().getByText(text, { exact: true }).first().dispatchEvent("click");
      expect(page.url().replace(/[?].*/, "")).toBe(here);
      expect(context.pages()).toHaveLength(pages);
    });
    opened.push(page);
  }
  const plain = await unwatched("/sandbox", async (page) => {
    expect(await page.locator("body").innerText()).toContain(words.planted.get("param"));
  });
  opened.push(plain);
  expect(await askedOf(thief, context)).toEqual(["/last"]);
  for (const page of opened) {
    expect(await page.evaluate<boolean>("'__xss' in window")).toBe(false);
    await page.close();
  }
});
