/**
 * Working time of the present thread. The wall clock is asked first, because it is cheap; only when it says that
 * the time is over, the thread's own time decides, which does not run while other programs have the processor.
 */
export class Stopwatch {
  readonly #startedWallMs = performance.now();
  readonly #startedWorkMs = workMs();

  hasWorked(limitMs: number): boolean {
    return performance.now() - this.#startedWallMs > limitMs && workMs() - this.#startedWorkMs > limitMs;
  }
}

/** Costs about a microsecond. */
function workMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
