/** The flags of the bench. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

export const SCENARIOS = [
  "a-sandbox",
  "b-sandbox",
  "a-http",
  "b-http",
  "a-smtp",
  "b-smtp",
  "c-token",
  "d-keyed",
  "e-tokens",
] as const;

export interface BenchOptions {
  readonly count: number;
  readonly only: readonly string[];
  readonly workers: number;
  /** Of the client: calls under way at once. */
  readonly connections: number;
  /** File for the figures, or null. */
  readonly json: string | null;
  /** Directory for CPU profiles of all processes, or null. */
  readonly profile: string | null;
}

/** @throws with the flag's name when one is wrong. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", default: SCENARIOS.join(",") },
      // The product's own default: one core is left for the API process and PostgreSQL.
      workers: { type: "string", default: String(Math.max(1, availableParallelism() - 1)) },
      connections: { type: "string", default: "48" },
      json: { type: "string", default: join("dist", "bench.json") },
      profile: { type: "string" },
    },
  });
  const only = values.only.split(",");
  const unknown = only.find((name) => !SCENARIOS.some((known) => known === name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: known are ${SCENARIOS.join(", ")}`);
  return {
    count: values.quick ? 2_000 : 10_000,
    only,
    workers: positive("--workers", values.workers),
    connections: positive("--connections", values.connections),
    json: values.json === "" ? null : values.json,
    profile: values.profile ?? null,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`${name} ${text}: must be a whole number from 1`);
  return value;
}
