/**
 * npm run chaos [-- --kills 20] [-- --targets 20000] [-- --seed N] [-- --sink keyed|dumb|both] [-- --fault]
 *               [-- --zombie] [-- --outage 600] [-- --overload 120 [--factor 10]]
 *
 * Kills the running product and proves that nothing is lost and nothing is sent twice that need not be. Ends with 1
 * on any violation. --fault plays failing gateways, --zombie a worker that is stopped for 40 s and comes back; both
 * run without kills unless --kills is given. --outage takes a webhook endpoint away for that long, 600 as promised. --overload
 * calls ten times as often as the product can answer, for that long.
 */
import { parseArgs } from "node:util";
import { type BatteryOptions, runBattery } from "./battery.ts";
import { runOutage } from "./outage.ts";
import { runOverload } from "./overload.ts";
import { renderBattery, renderOutage, renderOverload, renderZombie } from "./report.ts";
import { runZombie } from "./zombie.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string" },
    targets: { type: "string" },
    seed: { type: "string" },
    sink: { type: "string", default: "both" },
    fault: { type: "boolean", default: false },
    zombie: { type: "boolean", default: false },
    outage: { type: "string" },
    overload: { type: "string" },
    factor: { type: "string", default: "10" },
  },
});

const SINKS = ["keyed", "dumb", "both"] as const;

function readOptions(): BatteryOptions {
  const sink = SINKS.find((name) => name === values.sink);
  if (sink === undefined) throw new Error(`--sink ${values.sink}: known are ${SINKS.join(", ")}`);
  return {
    seed: readSeed(),
    kills: whole("--kills", values.kills ?? (values.fault ? "0" : "20")),
    targets: whole("--targets", values.targets ?? (values.fault ? "8000" : "20000")),
    sink,
    withFaults: values.fault,
  };
}

const readSeed = (): number => whole("--seed", values.seed ?? String(Date.now() % 1_000_000));

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name} ${text}: must be a whole number`);
  return value;
}

async function main(): Promise<number> {
  if (values.zombie) {
    const report = await runZombie(readSeed());
    process.stdout.write(renderZombie(report));
    return report.violations.length === 0 ? 0 : 1;
  }
  if (values.outage !== undefined) {
    const report = await runOutage(whole("--outage", values.outage));
    process.stdout.write(renderOutage(report));
    return report.violations.length === 0 ? 0 : 1;
  }
  if (values.overload !== undefined) {
    const seconds = whole("--overload", values.overload);
    const report = await runOverload({ seconds, factor: whole("--factor", values.factor) });
    process.stdout.write(renderOverload(report));
    return report.violations.length === 0 ? 0 : 1;
  }
  const report = await runBattery(readOptions());
  process.stdout.write(renderBattery(report));
  return report.violations.length === 0 ? 0 : 1;
}

process.exitCode = await main();
