/** A person brings people in from a file: sees which rows are wrong and why, corrects them, imports, and finds somebody. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect } from "vitest";
import { type DashboardUnderTest, hasBrowser, startDashboard, testInBrowser } from "./harness.ts";

let dashboard: DashboardUnderTest;

beforeAll(async () => {
  if (hasBrowser) dashboard = await startDashboard();
});
afterAll(() => dashboard?.close());

const HEAD = "Customer ID;E-Mail;Mobile;Firstname;Loyalty level\n";
const csv = (rows: readonly string[]) => ({
  name: "people.csv",
  mimeType: "text/csv",
  buffer: Buffer.from(`${HEAD}${rows.join("\n")}\n`),
});
const GOOD = ["c-1;ada@example.org;+353850000001;Ada;gold", "c-2;lise@example.org;+353850000002;Lise;silver"];
const BAD = ["c-3;no address;+353850000003;Emmy;gold", "c-4;rosa@example.org;0850000004;Rosa;"];
const BETTER = ["c-3;emmy@example.org;+353850000003;Emmy;gold", "c-4;rosa@example.org;0850000004;Rosa;"];

/** Drags a file onto the place with this text. */
async function drop(text: string, { name, mimeType, buffer }: ReturnType<typeof csv>): Promise<void> {
  const { page } = dashboard;
  const file = JSON.stringify([buffer.toString(), name, mimeType]);
  const dataTransfer = await page.evaluateHandle(`(([content, name, type]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], name, { type }));
    return transfer;
  })(${file})`);
  const place = page.getByText(text).locator("..");
  await place.dispatchEvent("dragover", { dataTransfer });
  await place.dispatchEvent("drop", { dataTransfer });
}

testInBrowser("import a CSV with bad rows, fix it, import, find a person", async () => {
  const { page, signIn, goto, axe, screenshot, stack } = dashboard;
  await signIn("campaign_manager");
  await goto("imports");
  await page.getByRole("heading", { name: "Nothing was imported yet" }).waitFor();
  expect(await axe()).toEqual([]);
  await page.getByRole("main").getByRole("link", { name: "Import a file" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Import a file" }).waitFor();
  expect(await axe()).toEqual([]);
  await screenshot("import-file");
  const choose = page.locator("input[type=file]");
  await choose.setInputFiles({ name: "people.xlsx", mimeType: "application/zip", buffer: Buffer.from("PK") });
  await page.getByRole("alert").getByText("This is a workbook.").waitFor();
  await choose.setInputFiles(csv([...GOOD, ...BAD]));
  await page.waitForURL(/\/imports\/\d+$/);
  await page.getByText("4 rows, 5 columns, separated by semicolon, UTF-8").waitFor();
  expect(await page.getByRole("combobox", { name: "Attribute for E-Mail" }).inputValue()).toBe("email");
  const check = page.getByRole("button", { name: "Check the rows" });
  expect(await check.isDisabled()).toBe(true);
  for (const question of ["May these people be emailed?", "May these people be texted?"]) {
    await page.getByRole("radiogroup", { name: question }).getByText("Yes, they subscribed").click();
  }
  expect(await axe()).toEqual([]);
  await screenshot("import-columns", { isWhole: true });
  await check.click();
  await page.getByRole("heading", { name: "2 rows of 4 cannot be imported" }).waitFor();
  const errors = page.getByRole("table", { name: "Errors by line" });
  expect(await errors.locator("tbody tr").allInnerTexts()).toEqual([
    expect.stringMatching(/^4\s+E-Mail .*no address$/s),
    expect.stringMatching(/^5\s+Mobile .*country code is missing.*0850000004$/s),
  ]);
  expect(await axe()).toEqual([]);
  await screenshot("import-errors", { isWhole: true });
  await screenshot("import-errors", { isWhole: true, dark: true, width: 390 });

  await drop("Drop the corrected file here", csv([...GOOD, ...BETTER]));
  await page.getByRole("heading", { name: "1 row of 4 cannot be imported" }).waitFor();
  await page.getByRole("button", { name: "Import the 3 rows that are right" }).click();
  await page.getByRole("heading", { name: "3 rows imported" }).waitFor();
  expect(await axe()).toEqual([]);
  await screenshot("import-done");
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download errors.csv" }).click(),
  ]);
  expect(readFileSync(await file.path(), "utf8")).toMatch(/^line,column,message,value\r\n5,Mobile,/);

  await page.getByRole("link", { name: "See the people" }).click();
  await page.getByRole("heading", { level: 1, name: "User profiles" }).waitFor();
  const search = page.getByRole("textbox", { name: /^Search by user ID/ });
  await search.fill("emmy@example.org");
  await page.getByRole("status").getByText("1 row").waitFor();
  expect(page.url()).toMatch(/\?q=emmy%40example\.org$/);
  await page.getByRole("link", { name: "c-3" }).click();
  await page.getByRole("heading", { level: 1, name: "Emmy" }).waitFor();
  await page.getByText("loyalty_level").waitFor();
  expect(page.url()).toMatch(new RegExp(`/p/${stack.id}/profiles/\\d+$`));
  await goto("imports");
  await page.getByRole("link", { name: /^Import \d+/ }).waitFor();
  expect(await page.getByRole("main").innerText()).toContain("Done in part");
});
