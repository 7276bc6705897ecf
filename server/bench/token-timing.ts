/**
 * node server/bench/token-timing.ts [--rounds 1000]
 *
 * Does the token endpoint tell by its time whether a client exists (reliability battery, F5)? Asks it with an unknown
 * client, a wrong secret and clients that are off or have ended, one after the other in an order that changes, and
 * compares the middle of each kind with that of a wrong secret. Ends with 1 when one differs by more than 2 %.
 */
import { Agent, request } from "node:http";
import { parseArgs } from "node:util";
import { createRandom } from "../test/chaos/random.ts";
import { type Product, startProduct } from "./product.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "1000" }, seed: { type: "string", default: "1" } },
});
const PROMISED = 0.02;
/** Of this many the endpoint takes from one address for one client before it slows down (guess-limit.ts). */
const TRIES_AN_ADDRESS = 8;
const WARM_UP_ROUNDS = 100;

type Kind = "wrong secret" | "unknown client" | "no client id" | "switched off" | "deleted";
type Parameters = Readonly<Record<"client_id" | "client_secret", string>>;

// biome-ignore lint/suspicious/noExplicitAny: whatever the answer holds
async function asAdmin(product: Product, line: string, body?: object): Promise<any> {
  const [method = "GET", path = ""] = line.split(" ");
  const headers = {
    authorization: `Bearer ${product.demo.project.apptoken}`,
    "content-type": "application/json",
  };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${product.url}/api/app${path}`, { method, headers, ...content });
  if (!response.ok) throw new Error(`${line}: ${await response.text()}`);
  return ((await response.json()) as { data: unknown }).data;
}

async function prepare(product: Product): Promise<Record<Kind, Parameters>> {
  const make = async (): Promise<Parameters> => {
    const { client_id: id } = await asAdmin(product, "POST /clients", { name: "Timing", scopes: [] });
    const { secret } = await asAdmin(product, `POST /clients/${id}/secrets`, {});
    return { client_id: id, client_secret: secret };
  };
  const [right, off, deleted] = [await make(), await make(), await make()];
  await asAdmin(product, `PATCH /clients/${off.client_id}`, { enabled: false });
  await asAdmin(product, `DELETE /clients/${deleted.client_id}`);
  const last = right.client_secret.at(-1) === "a" ? "b" : "a";
  const wrong = `${right.client_secret.slice(0, -1)}${last}`;
  return {
    "wrong secret": { client_id: right.client_id, client_secret: wrong },
    "unknown client": { client_id: right.client_id.replace(/.{8}$/, "00000000"), client_secret: wrong },
    "no client id": { client_id: "never-was", client_secret: wrong },
    "switched off": off,
    deleted,
  };
}

/** From an address of this machine's own, which the guess limit takes for a caller of its own. */
function openCaller(url: string, address: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (parameters: Parameters): Promise<number> =>
    new Promise((resolve, reject) => {
      const body = new URLSearchParams({ grant_type: "client_credentials", ...parameters }).toString();
      const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": body.length };
      const startMs = performance.now();
      const sent = request(
        `${url}/api/oauth/token`,
        { method: "POST", headers, agent, localAddress: address },
        (answer) => {
          answer.resume().on("end", () => {
            const ms = performance.now() - startMs;
            if (answer.statusCode === 401) resolve(ms);
            else reject(new Error(`answered with ${answer.statusCode} instead of 401`));
          });
        },
      );
      sent.on("error", reject).end(body);
    });
  return { ask, close: () => agent.destroy() };
}

const median = (times: readonly number[]): number =>
  times.toSorted((x, y) => x - y)[Math.floor(times.length / 2)] ?? 0;

async function main(): Promise<number> {
  const rounds = Number(values.rounds);
  const random = createRandom(Number(values.seed));
  const product = await startProduct({ workers: 1 });
  try {
    const grants = await prepare(product);
    const kinds = Object.keys(grants) as Kind[];
    const times = new Map<Kind, number[]>(kinds.map((kind) => [kind, []]));
    for (let round = 0; round < rounds + WARM_UP_ROUNDS; ) {
      const n = Math.floor(round / TRIES_AN_ADDRESS) + 2;
      const caller = openCaller(product.url, `127.0.${Math.floor(n / 250)}.${(n % 250) + 2}`);
      // The first request of a connection pays for opening it.
      await caller.ask({ client_id: "warm", client_secret: "up" });
      for (let i = 0; i < TRIES_AN_ADDRESS; i += 1, round += 1)
        for (const kind of random.shuffled(kinds)) {
          const ms = await caller.ask(grants[kind]);
          if (round >= WARM_UP_ROUNDS) times.get(kind)?.push(ms);
        }
      caller.close();
    }
    return report(times);
  } finally {
    await product.stop();
  }
}

function report(times: ReadonlyMap<Kind, readonly number[]>): number {
  const base = median(times.get("wrong secret") ?? []);
  const rows = [...times].map(([kind, list]) => ({ kind, ms: median(list), off: median(list) / base - 1 }));
  for (const { kind, ms, off } of rows)
    process.stdout.write(`${kind.padEnd(16)} ${ms.toFixed(3)} ms  ${(off * 100).toFixed(2).padStart(6)} %\n`);
  const worst = Math.max(...rows.map(({ off }) => Math.abs(off)));
  const verdict = worst <= PROMISED ? "met " : "MISSED";
  const samples = times.get("wrong secret")?.length ?? 0;
  process.stdout.write(
    `${verdict} ${samples} of each, interleaved: worst ${(worst * 100).toFixed(2)} %, promised ${PROMISED * 100} %\n`,
  );
  return worst <= PROMISED ? 0 : 1;
}

process.exitCode = await main();
