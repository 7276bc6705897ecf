/**
 * c-token: what an access token costs beside the app token. The same calls go out through one and the other in turns
 * of two seconds, so that both meet the machine in the same mood; and what the check of a scope takes by itself.
 */
import { covers, SCOPES } from "../src/domain/scope.ts";
import { type Call, makeCalls } from "./load-client.ts";
import { importBodies, paramsOf, userId } from "./material.ts";
import { type Product, startProduct } from "./product.ts";

export interface TokenCost {
  /** Calls answered a second, over all turns. */
  readonly appPerSecond: number;
  readonly tokenPerSecond: number;
  /** The middle one of the turns' ratios: access token to app token. */
  readonly ratio: number;
  readonly turns: number;
  readonly scopeCheckMicroseconds: number;
}

const PEOPLE = 200;
const CALLS_A_SLICE = 250;
const TURNS = 5;
const TURN_MS = 2_000;

export async function measureTokenCost(options: {
  workers: number;
  connections: number;
}): Promise<TokenCost> {
  // Nothing is delivered meanwhile: what is compared is accepting.
  const product = await startProduct({ workers: options.workers });
  try {
    const [body] = importBodies(0, PEOPLE);
    await ask(product, "external/import/profile", { ...body, async: false });
    const ways = { app: callsBy(product, null), token: callsBy(product, await takeToken(product)) };
    const rateOf = (calls: readonly Call[], ms: number) =>
      callsPerSecond(product, { calls, ms, connections: options.connections });
    for (const calls of Object.values(ways)) await rateOf(calls, TURN_MS / 2);
    const rates: { app: number; token: number }[] = [];
    for (let turn = 0; turn < TURNS; turn += 1) {
      // Who is first changes, too.
      const names = turn % 2 === 0 ? (["app", "token"] as const) : (["token", "app"] as const);
      const rate = { app: 0, token: 0 };
      for (const name of names) rate[name] = await rateOf(ways[name], TURN_MS);
      rates.push(rate);
    }
    return {
      appPerSecond: mean(rates.map(({ app }) => app)),
      tokenPerSecond: mean(rates.map(({ token }) => token)),
      ratio: median(rates.map(({ app, token }) => token / app)),
      turns: TURNS,
      scopeCheckMicroseconds: scopeCheckMicroseconds(),
    };
  } finally {
    await product.stop();
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values: readonly number[]): number =>
  values.toSorted((x, y) => x - y)[Math.floor(values.length / 2)] ?? 0;

async function ask(
  product: Product,
  path: string,
  body: object,
  // biome-ignore lint/suspicious/noExplicitAny: whatever the answer holds
): Promise<any> {
  const headers = { authorization: `Bearer ${product.demo.project.apptoken}` };
  const request = { path: `/api/${path}`, body: JSON.stringify(body), headers };
  const [answer] = await makeCalls(product.url, [request], 1);
  if (answer === undefined || answer.status >= 300) throw new Error(`${path} was refused: ${answer?.body}`);
  return JSON.parse(answer.body);
}

/** By a client that may execute, as an integration has it. */
async function takeToken(product: Product): Promise<string> {
  const client = (await ask(product, "app/clients", { name: "Bench", scopes: ["execute", "info"] })).data;
  const { secret } = (await ask(product, `app/clients/${client.client_id}/secrets`, {})).data;
  const grant = { grant_type: "client_credentials", client_id: client.client_id, client_secret: secret };
  const request = { path: "/api/oauth/token", body: JSON.stringify(grant) };
  const [answer] = await makeCalls(product.url, [request], 1);
  if (answer?.status !== 200) throw new Error(`no token: ${answer?.body}`);
  return (JSON.parse(answer.body) as { access_token: string }).access_token;
}

/** Executions of one target each, due in an hour: the workers have nothing to do meanwhile. */
function callsBy(product: Product, token: string | null): Call[] {
  const { apptoken } = product.demo.project;
  const time = Math.floor(Date.now() / 1000) + 3_600;
  return Array.from({ length: CALLS_A_SLICE }, (_, i) => {
    const n = i % PEOPLE;
    const call = { id: product.demo.campaigns.sms, target_by: "user_id", time, async: true };
    const targets = { target_with_params: { [userId(n)]: paramsOf("sms", n) } };
    const credential = token === null ? { apptoken } : {};
    return {
      path: "/api/external/execute/campaign",
      body: JSON.stringify({ ...credential, ...call, ...targets }),
      ...(token === null ? {} : { headers: { authorization: `Bearer ${token}` } }),
    };
  });
}

async function callsPerSecond(
  product: Product,
  run: { calls: readonly Call[]; ms: number; connections: number },
): Promise<number> {
  const startMs = performance.now();
  let answered = 0;
  while (performance.now() - startMs < run.ms) {
    const answers = await makeCalls(product.url, run.calls, run.connections);
    const refused = answers.find(({ status }) => status !== 200);
    if (refused !== undefined) throw new Error(`a call was refused: ${refused.body.slice(0, 500)}`);
    answered += answers.length;
  }
  return (answered / (performance.now() - startMs)) * 1000;
}

const CHECKS = 1_000_000;

function scopeCheckMicroseconds(): number {
  const held = new Set(SCOPES);
  const startMs = performance.now();
  let count = 0;
  for (let i = 0; i < CHECKS; i += 1) if (covers(held, SCOPES[i % SCOPES.length] ?? "list")) count += 1;
  if (count !== CHECKS) throw new Error("a scope that is held was not found");
  return ((performance.now() - startMs) * 1000) / CHECKS;
}
