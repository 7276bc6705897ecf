/** d-keyed: what an Idempotency-Key costs. The same calls go out with a new key each and without one, in turns. */
import { compareInTurns, executions, type TurnOptions, type Turns } from "./turns.ts";

export function measureKeyedCost(options: TurnOptions): Promise<Turns> {
  return compareInTurns(options, async (product) => {
    const calls = executions(product, { apptoken: product.demo.project.apptoken });
    let keys = 0;
    const keyed = () =>
      calls.map((call) => {
        keys += 1;
        return { ...call, headers: { "Idempotency-Key": `bench-${keys}` } };
      });
    return { base: () => calls, other: keyed };
  });
}
