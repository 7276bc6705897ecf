/**
 * Time as a dependency: everything that waits or compares times gets a Clock, so that a test can set it.
 * Wall time is for people and the database, monotonic time for timeouts: a wall clock can jump by hours.
 */
export interface Clock {
  /** Wall time in unix milliseconds. May jump. */
  now(): number;
  /** Milliseconds since some fixed moment of this process. Never goes back. */
  monotonicMs(): number;
  /**
   * Resolves after `ms`, or at once when the signal is (or gets) aborted: an end of waiting is no error, the
   * caller looks at `signal.aborted`. Never rejects.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Above this, setTimeout fires at once instead of waiting (its delay is a signed 32-bit number). */
const LONGEST_TIMER_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    let leftMs = ms;
    while (leftMs > LONGEST_TIMER_MS && !signal?.aborted) {
      await waitOnce(LONGEST_TIMER_MS, signal);
      leftMs -= LONGEST_TIMER_MS;
    }
    await waitOnce(leftMs, signal);
  },
};

function waitOnce(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, Math.max(0, ms));
    signal?.addEventListener("abort", finish, { once: true });
  });
}
