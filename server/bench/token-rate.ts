/** e-tokens: how many access tokens one client gets a second, which takes a new one for every call it has to make. */
import { startProduct } from "./product.ts";
import { tokenRequest } from "./token-cost.ts";
import { callsPerSecond, type TurnOptions } from "./turns.ts";

const REQUESTS_A_SLICE = 1_000;
const WARM_UP_MS = 2_000;
const RUN_MS = 8_000;

/** @returns tokens a second; each is stored and committed when it is counted. */
export async function measureTokenRate(options: TurnOptions): Promise<number> {
  const product = await startProduct({ workers: options.workers });
  try {
    const requests = new Array(REQUESTS_A_SLICE).fill(await tokenRequest(product));
    const rateOf = (ms: number): Promise<number> =>
      callsPerSecond(product, { slice: () => requests, ms, connections: options.connections });
    await rateOf(WARM_UP_MS);
    return await rateOf(RUN_MS);
  } finally {
    await product.stop();
  }
}
