/**
 * npm test [-- files and flags of vitest]: runs every *.test.ts once, or the files named. The last line counts the
 * tests: "N passed, N failed" (and ", N skipped"). The exit code is vitest's own.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

function runVitest(reportFile, args) {
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
  const child = spawn(process.execPath, [vitest, "run", ...reporters, ...args], {
    cwd: ROOT,
    stdio: "inherit",
  });
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => child.kill(signal));
  return new Promise((done, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => done(code ?? 128 + constants.signals[signal]));
  });
}

/** Numbers of the report. A file that could not be loaded has no tests and counts as one failed. */
function countTests(reportFile) {
  const report = JSON.parse(readFileSync(reportFile, "utf8"));
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function readCounts(reportFile) {
  try {
    return countTests(reportFile);
  } catch (error) {
    console.error(`vitest left no report: ${error.message}`);
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

/** The dashboard's tests drive the build; a build that fails is theirs to report. */
const building = spawn(process.execPath, [join(ROOT, "scripts", "build-dashboard.mjs"), "--if-stale"], {
  cwd: ROOT,
  stdio: "inherit",
});
await new Promise((resolve) => building.once("exit", resolve));

const folder = mkdtempSync(join(tmpdir(), "carillon-test-"));
const reportFile = join(folder, "report.json");
const code = await runVitest(reportFile, process.argv.slice(2));
const { passed, failed, skipped } = readCounts(reportFile);
rmSync(folder, { recursive: true, force: true });
// An error outside every test (a crash, an unhandled rejection) fails the run; the line must not look green then.
const shownFailed = code !== 0 && failed === 0 ? 1 : failed;
console.log(`${passed} passed, ${shownFailed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = code;
