/** Waiting for a condition of a system that may be down at any moment: an error counts as "not yet". */
const LOOK_MS = 50;

/** @throws when `check` does not hold in time, with `what` and the last error. */
export async function until(what: string, check: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  let last = "";
  while (performance.now() < endMs) {
    try {
      if (await check()) return;
    } catch (error) {
      last = `; last error: ${String(error)}`;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error(`waited ${timeoutMs} ms in vain until ${what}${last}`);
}
