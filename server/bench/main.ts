/**
 * npm run bench [-- --quick] [-- --only a-smtp,b-http] [-- --workers N] [-- --json FILE]
 *
 * Starts the product for real, sends it 10,000 messages in one call (a) and in 10,000 calls (b), through the
 * sandbox, an HTTP provider and an SMTP server, and prints what came out and what it cost; then compares an access
 * token with the app token (c), and calls with an idempotency key with calls without one (d), and counts the access
 * tokens that one client gets a second (e). Ends with 1 when a message was lost, doubled or mixed up; a missed target is
 * printed and does not fail the run, because the machine decides about it.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { measureBareHttp, measureBareSmtp, measureTransportSmtp } from "./bare.ts";
import { openDatabase, prepareStatementStats } from "./database.ts";
import { measureKeyedCost } from "./keyed-cost.ts";
import { makeCalls } from "./load-client.ts";
import { describeMachine } from "./machine.ts";
import { importBodies, ORDER_CAMPAIGN } from "./material.ts";
import { type BenchOptions, readOptions } from "./options.ts";
import { type Product, startProduct } from "./product.ts";
import { type Result, renderReport } from "./report.ts";
import { measure, type Scene, type Shape, type Way, warmUp } from "./scenario.ts";
import { type SinkProcess, startSinkProcess } from "./sink-process.ts";
import { measureTokenCost, type TokenCost } from "./token-cost.ts";
import { measureTokenRate } from "./token-rate.ts";
import type { Turns } from "./turns.ts";

const WARM_UP = 500;

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  const folder = mkdtempSync(join(tmpdir(), "carillon-bench-"));
  const machine = describeMachine();
  const results: Result[] = [];
  let tokenCost: TokenCost | null = null;
  let keyedCost: Turns | null = null;
  let tokensPerSecond: number | null = null;
  try {
    for (const way of ["sandbox", "http", "smtp"] as const) {
      const shapes = (["a", "b"] as const).filter((shape) => options.only.includes(`${shape}-${way}`));
      if (shapes.length > 0) results.push(...(await benchWay({ way, shapes, options, folder })));
    }
    if (options.only.includes("c-token")) {
      process.stderr.write("c-token\n");
      tokenCost = await measureTokenCost(options);
    }
    if (options.only.includes("d-keyed")) {
      process.stderr.write("d-keyed\n");
      keyedCost = await measureKeyedCost(options);
    }
    if (options.only.includes("e-tokens")) {
      process.stderr.write("e-tokens\n");
      tokensPerSecond = await measureTokenRate(options);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const findings = { results, tokenCost, keyedCost, tokensPerSecond };
  process.stdout.write(renderReport(machine, options, findings));
  if (options.json !== null) {
    mkdirSync(dirname(options.json), { recursive: true });
    writeFileSync(options.json, `${JSON.stringify({ machine, options, ...findings }, null, 2)}\n`);
  }
  return results.every((result) => result.measured.verdict.isRight) ? 0 : 1;
}

interface WayJob {
  readonly way: Way;
  readonly shapes: readonly Shape[];
  readonly options: BenchOptions;
  readonly folder: string;
}

/** A fresh instance for each way: its settings differ, and no run meets the leftovers of another. */
async function benchWay({ way, shapes, options, folder }: WayJob): Promise<Result[]> {
  const log = join(folder, `${way}.log`);
  // Dumb, so that a message that comes twice is in the log twice.
  const sink = await startSinkProcess({ log, ability: "dumb", keep: "body" });
  const product = await startProduct({
    workers: options.workers,
    env: { CARILLON_STATEMENT_STATS: "1", ...gatewayEnv(way, sink) },
    nodeFlags: options.profile === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${options.profile}`],
  });
  const sql = openDatabase(product.databaseUrl);
  try {
    await prepareStatementStats(sql);
    const campaignId = await prepare(product, way, WARM_UP + shapes.length * options.count);
    const scene: Scene = { product, sql, sink, way, campaignId, connections: options.connections };
    await warmUp(scene, 0, WARM_UP);
    return await runShapes(scene, shapes, options.count);
  } finally {
    await sql.end({ timeout: 2 });
    await product.stop();
    await sink.stop();
  }
}

/** The bare client runs right after the first shape, so that both meet the machine in the same mood. */
async function runShapes(scene: Scene, shapes: readonly Shape[], count: number): Promise<Result[]> {
  const results: Result[] = [];
  let barePerSecond: number | null = null;
  let transportPerSecond: number | null = null;
  for (const [i, shape] of shapes.entries()) {
    process.stderr.write(`${shape}-${scene.way}\n`);
    const loggedBefore = logLines(scene.product).length;
    const measured = await measure(scene, { shape, first: WARM_UP + i * count, count });
    if (i === 0) {
      barePerSecond = await measureBare(scene, count, measured.sizeBytes);
      transportPerSecond = await measureTransport(scene, count, measured.sizeBytes);
    }
    results.push({
      measured,
      barePerSecond,
      transportPerSecond,
      logged: logLines(scene.product).slice(loggedBefore),
    });
  }
  return results;
}

/** The level is warn: whatever is there belongs to the finding. */
const logLines = (product: Product): string[] =>
  product
    .readLog()
    .split("\n")
    .filter((line) => line !== "");

function gatewayEnv(way: Way, sink: SinkProcess): Record<string, string> {
  if (way === "smtp") return { EMAIL_URL: sink.smtpUrl };
  return way === "http" ? { SMS_URL: `${sink.httpUrl}/sms`, SMS_ABILITY: "keyed" } : {};
}

/** People and campaign, through the API. @returns the campaign's id. */
async function prepare(product: Product, way: Way, people: number): Promise<number> {
  const call = async (path: string, body: object): Promise<{ model: { id: number } }> => {
    const { apptoken } = product.demo.project;
    const request = { path: `/api/external/${path}`, body: JSON.stringify({ apptoken, ...body }) };
    const [answer] = await makeCalls(product.url, [request], 1);
    if (answer?.status !== 200) throw new Error(`${path} was refused: ${answer?.body.slice(0, 500)}`);
    return JSON.parse(answer.body) as { model: { id: number } };
  };
  for (const body of importBodies(0, people)) await call("import/profile", body);
  if (way !== "smtp") return product.demo.campaigns.sms;
  return (await call("create/campaign", ORDER_CAMPAIGN)).model.id;
}

async function measureBare({ way, sink }: Scene, count: number, sizeBytes: number): Promise<number | null> {
  await sink.reset();
  if (way === "http") return await measureBareHttp(sink, count);
  return way === "smtp" ? await measureBareSmtp(sink, count, sizeBytes) : null;
}

async function measureTransport(
  { way, sink }: Scene,
  count: number,
  sizeBytes: number,
): Promise<number | null> {
  if (way !== "smtp") return null;
  await sink.reset();
  return await measureTransportSmtp(sink, count, sizeBytes);
}

process.exitCode = await main();
