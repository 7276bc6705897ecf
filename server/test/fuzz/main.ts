/**
 * npm run fuzz [-- --seconds 120] [-- --seed N]
 *
 * Starts the product and asks it what its own route table says, spoilt in every way. Prints the seed and each failing
 * request as a line for curl. Ends with 1 on any failure.
 */
import { parseArgs } from "node:util";
import { type FuzzReport, runFuzz } from "./fuzz-run.ts";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "120" }, seed: { type: "string" } },
});

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name} ${text}: must be a whole number`);
  return value;
}

function rendered(report: FuzzReport): string {
  const { requests, seconds, checked, taken, labels, statuses, failures } = report;
  const lines = [
    `Carillon fuzz, seed ${report.seed}, ${seconds} s: ${requests} requests, ${taken} of ${labels} routes took one`,
    `answers by status: ${Object.entries(statuses)
      .map(([status, count]) => `${status} ${count}`)
      .join(", ")}`,
    `p99 ${report.p99Ms.toFixed(0)} ms, slowest ${report.slowestMs.toFixed(0)} ms; ended with ${report.exitCode}`,
    `${checked} refused requests asked again between two sums over all tables`,
    ...failures.flatMap(({ label, faults, curl }) => [
      "",
      `FAILED ${label}`,
      ...faults.map((fault) => `  ${fault}`),
      `  ${curl}`,
    ]),
    "",
    failures.length === 0 ? "nothing found" : `${failures.length} kinds of failure; seed ${report.seed}`,
  ];
  return `${lines.join("\n")}\n`;
}

const seed = whole("--seed", values.seed ?? String(Date.now() % 1_000_000));
const report = await runFuzz({ seed, seconds: whole("--seconds", values.seconds) });
process.stdout.write(rendered(report));
process.exitCode = report.failures.length === 0 && report.exitCode === 0 ? 0 : 1;
