/**
 * node server/bench/list-plans.ts [--rows N] [--database URL]
 *
 * Are pages of a million rows found by an index? Fills a temporary database, asks PostgreSQL how it runs what the
 * list operations document, and prints a table. Ends with 1 when a query that an index should serve reads or sorts a
 * whole table, or when a page takes longer than it may.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEmbeddedPostgres } from "../src/base/embedded-postgres.ts";
import { createLog } from "../src/base/log.ts";
import { connect, type Sql } from "../src/store/db.ts";
import { migrate } from "../src/store/migrate.ts";
import { type ListCase, listCases } from "./list-queries.ts";
import { fillLists } from "./list-rows.ts";
import { explainCase, type Finding } from "./plan-reader.ts";

/** A page may take this long. */
const LONGEST_MS = 300;
/** And one far down, when no page before it was asked for: its keys are counted out. */
const LONGEST_COLD_MS = 1_000;

const { values } = parseArgs({
  options: { rows: { type: "string", default: "1000000" }, database: { type: "string" } },
});
const rows = Number(values.rows);
/** From here on a scan or a sort counts as that of a whole table; of small ones they are the better plan. */
const whole = Math.max(rows / 10, 150_000);

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "carillon-list-plans-"));
  const log = createLog({ level: "warn", name: "list-plans" });
  const server =
    values.database === undefined
      ? await startEmbeddedPostgres({ dataDir: join(folder, "postgres"), log })
      : { url: values.database, stop: async () => {} };
  try {
    return await measure(server.url);
  } finally {
    await server.stop("immediate");
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(url: string): Promise<number> {
  const owner = connect({ url, role: "owner", max: 1, name: "list plans" });
  const app = connect({ url, role: "app", max: 1, name: "list plans" });
  try {
    await migrate(owner, Date.now());
    const startMs = performance.now();
    const world = await fillLists(owner, { url, rows });
    const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
    process.stdout.write(`${rows.toLocaleString("en")} rows a table, filled in ${seconds} s\n\n`);
    return await judge(app, listCases(world));
  } finally {
    await Promise.all([owner.end(), app.end()]);
  }
}

async function judge(app: Sql, cases: readonly ListCase[]): Promise<number> {
  let failures = 0;
  for (const one of cases) {
    const finding = await explainCase(app, one);
    const faults = faultsOf(one, finding);
    failures += faults.length > 0 ? 1 : 0;
    const verdict =
      faults.length > 0 ? `FAILED: ${faults.join(", ")}` : one.isScan ? "scan, as documented" : "";
    process.stdout.write(
      `${one.operation.padEnd(24)} ${finding.ms.toFixed(1).padStart(8)} ms ${String(finding.buffers).padStart(8)} pages  ` +
        `${one.asked.padEnd(62)} ${finding.plan} ${verdict}\n`,
    );
  }
  process.stdout.write(`\n${cases.length} queries, ${failures} failed\n`);
  return failures === 0 ? 0 : 1;
}

function faultsOf(one: ListCase, finding: Finding): string[] {
  if (one.isScan) return [];
  const faults = [];
  if (finding.scanned > whole) faults.push(`reads ${finding.scanned} rows of a table from its beginning`);
  if (finding.sorted > whole) faults.push(`sorts ${finding.sorted} rows`);
  const longestMs = one.query.offset > 1_000 && one.after === undefined ? LONGEST_COLD_MS : LONGEST_MS;
  if (finding.ms > longestMs) faults.push(`takes longer than ${longestMs} ms`);
  return faults;
}

process.exitCode = await main();
