/** Texts without an end on a telephone: nothing is cut off sideways, contrast and names hold. */
import { afterAll, beforeAll, expect } from "vitest";
import { askApp } from "../dashboard.ts";
import { addPeople, until } from "../stack.ts";
import { type DashboardUnderTest, hasBrowser, STEP_MS, startDashboard, testInBrowser } from "./harness.ts";

let dashboard: DashboardUnderTest;

beforeAll(async () => {
  if (hasBrowser) dashboard = await startDashboard();
});
afterAll(() => dashboard?.close());

const FILE =
  "user_id,first_name,email,email_subscription,a_rather_long_name_of_an_attribute\n1,Ada,x,1,2\n2,Rosa,,,3\n";
const MAPPING = { user_id: "user_id", first_name: "first_name" };

/** An import that ran, one that waits for its columns, and a person with text that does not break. */
async function fill(): Promise<{ ran: number; waits: number; person: number }> {
  const { stack } = dashboard;
  const ask = (line: string, body?: unknown) => askApp(stack, stack, line, body);
  await addPeople(stack, 30, `a-user-id-that-goes-on-${"x".repeat(60)}`);
  const ran: number = (await ask("POST /imports", FILE)).body.data.id;
  const waits: number = (await ask("POST /imports", FILE)).body.data.id;
  const run = await ask(`POST /imports/${ran}/run`, { mapping: MAPPING });
  await until(
    () => ask(`GET /tasks/${run.body.data.task_id}`),
    ({ body }) => body.data.status === "completed",
    STEP_MS,
  );
  const person: number = (await ask("GET /profiles?q=a-user-id&limit=1")).body.data[0].id;
  const long = "word".repeat(80);
  await ask(`PATCH /profiles/${person}`, {
    attributes: { note: long, nested: { list: [1, 2, { a: long }] } },
  });
  await ask("POST /invitations", { email: `${"long".repeat(12)}@example.org`, role: "viewer" });
  return { ran, waits, person };
}

testInBrowser("long words break and no page grows wider than a telephone", async () => {
  const { page, signIn, goto, axe, screenshot } = dashboard;
  await signIn("admin");
  const { ran, waits, person } = await fill();
  const paths = [
    "profiles",
    `profiles/${person}`,
    "profiles/999999",
    `imports/${waits}`,
    `imports/${ran}`,
    "settings/users",
  ];
  for (const path of paths) {
    const name = `look-${path.replaceAll("/", "-").replace("999999", "missing").replace(/\d+/, "one")}`;
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    await page.setViewportSize({ width: 390, height: 844 });
    await goto(path);
    await until(
      () => page.locator("[aria-label^='Loading']").count(),
      (count) => count === 0,
      STEP_MS,
    );
    await page.waitForLoadState("networkidle");
    expect([path, await axe()]).toEqual([path, []]);
    expect([path, await page.evaluate<number>("document.documentElement.scrollWidth")]).toEqual([path, 390]);
    await screenshot(name, { dark: true, width: 390, isWhole: true });
  }
});
