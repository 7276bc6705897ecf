/**
 * Two kinds of call against one instance in turns of two seconds, so that both meet the machine in the same mood.
 * They are executions of one target each that are due in an hour: the workers have nothing to do meanwhile, and what
 * is compared is accepting.
 */
import { type Answer, type Call, makeCalls } from "./load-client.ts";
import { importBodies, paramsOf, userId } from "./material.ts";
import { type Product, startProduct } from "./product.ts";

export interface Turns {
  /** Calls answered a second, over all turns. */
  readonly basePerSecond: number;
  readonly otherPerSecond: number;
  /** The middle one of the turns' ratios: other to base. */
  readonly ratio: number;
  readonly turns: number;
}

/** Makes the calls of one slice; asked anew for each. */
export type Slice = () => readonly Call[];

export interface TurnOptions {
  readonly workers: number;
  readonly connections: number;
}

const PEOPLE = 200;
const CALLS_A_SLICE = 250;
const TURNS = 5;
const TURN_MS = 2_000;

/** Starts an instance with people in it for the comparison, and ends it afterwards. */
export async function compareInTurns(
  options: TurnOptions,
  prepare: (product: Product) => Promise<{ readonly base: Slice; readonly other: Slice }>,
): Promise<Turns> {
  const product = await startProduct({ workers: options.workers });
  try {
    const [body] = importBodies(0, PEOPLE);
    await ask(product, "external/import/profile", { ...body, async: false });
    const ways = await prepare(product);
    const rateOf = (slice: Slice, ms: number): Promise<number> =>
      callsPerSecond(product, { slice, ms, connections: options.connections });
    for (const slice of [ways.base, ways.other]) await rateOf(slice, TURN_MS / 2);
    const rates: { base: number; other: number }[] = [];
    for (let turn = 0; turn < TURNS; turn += 1) {
      // Who is first changes, too.
      const names = turn % 2 === 0 ? (["base", "other"] as const) : (["other", "base"] as const);
      const rate = { base: 0, other: 0 };
      for (const name of names) rate[name] = await rateOf(ways[name], TURN_MS);
      rates.push(rate);
    }
    return {
      basePerSecond: mean(rates.map(({ base }) => base)),
      otherPerSecond: mean(rates.map(({ other }) => other)),
      ratio: median(rates.map(({ base, other }) => other / base)),
      turns: TURNS,
    };
  } finally {
    await product.stop();
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values: readonly number[]): number =>
  values.toSorted((x, y) => x - y)[Math.floor(values.length / 2)] ?? 0;

/** @param credential an app token in the body, or headers that say who calls. */
export function executions(
  product: Product,
  credential: { readonly apptoken: string } | { readonly headers: Readonly<Record<string, string>> },
): Call[] {
  const time = Math.floor(Date.now() / 1000) + 3_600;
  const { headers, ...inBody } = { headers: undefined, ...credential };
  return Array.from({ length: CALLS_A_SLICE }, (_, i) => {
    const n = i % PEOPLE;
    const call = { id: product.demo.campaigns.sms, target_by: "user_id", time, async: true };
    const targets = { target_with_params: { [userId(n)]: paramsOf("sms", n) } };
    return {
      path: "/api/external/execute/campaign",
      body: JSON.stringify({ ...inBody, ...call, ...targets }),
      ...(headers === undefined ? {} : { headers }),
    };
  });
}

/** @throws when it is refused. */
export async function ask(
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

/** Makes slices for that time. @throws when a call is refused. */
export async function callsPerSecond(
  product: Product,
  run: { slice: Slice; ms: number; connections: number },
): Promise<number> {
  const startMs = performance.now();
  let answered = 0;
  while (performance.now() - startMs < run.ms) {
    const answers: Answer[] = await makeCalls(product.url, run.slice(), run.connections);
    const refused = answers.find(({ status }) => status !== 200);
    if (refused !== undefined) throw new Error(`a call was refused: ${refused.body.slice(0, 500)}`);
    answered += answers.length;
  }
  return (answered / (performance.now() - startMs)) * 1000;
}
