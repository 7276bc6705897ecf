/**
 * "A change shows within a second", on a machine of any speed. The last call that was still answered as before tells:
 * it must have begun less than a second after the change was answered. How long the calls themselves take is the
 * machine's business; a process that remembers for longer, or for ever, is found all the same.
 */
import { type Answered, until } from "./stack.ts";

const PROMISED_MS = 1_000;

type Status = Pick<Answered, "status">;

/**
 * Waits until `ask` is answered with `status`. Called right after the answer to the change.
 * @throws when a call that began later than promised was answered otherwise, or when none ever is.
 */
export async function untilSoon(ask: () => Promise<Status>, status: number): Promise<void> {
  const changedMs = performance.now();
  let lastMs = Number.NEGATIVE_INFINITY;
  await until(
    async () => {
      const beganMs = performance.now() - changedMs;
      const answer = await ask();
      if (answer.status !== status) lastMs = beganMs;
      return answer.status;
    },
    (seen) => seen === status,
  );
  if (lastMs >= PROMISED_MS)
    throw new Error(`a call that began ${Math.round(lastMs)} ms after the change did not know of it`);
}
