/**
 * Bounds on working time that hold on any machine: what this thread has worked, whatever other programs did meanwhile,
 * best of many tries, against a yardstick of work that tells how slow this machine is.
 */

/** Of the machine that the bounds were set on. */
const YARDSTICK_MS = 1.6;
const MOST_TRIES = 20;

function workMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** The least of up to twenty tries; no more once one took less than `enoughMs`. */
export function leastWorkMs(work: () => void, enoughMs = 0): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < MOST_TRIES && least >= enoughMs; i++) {
    const startMs = workMs();
    work();
    least = Math.min(least, workMs() - startMs);
  }
  return least;
}

/** Texts, sorting and tables, as parsing and rendering have them. */
function yardstick(): void {
  const texts = Array.from({ length: 6_000 }, (_, i) => `key ${(i * 7_919) % 6_007}`);
  const lengths = new Map(texts.sort().map((text) => [text, text.length]));
  JSON.parse(JSON.stringify([...lengths]));
}

let slowness: number | null = null;

/** `ms` of work on the machine that the bound was set on, in working time of this one. Never less than `ms`. */
export function onThisMachine(ms: number): number {
  slowness ??= Math.max(1, leastWorkMs(yardstick) / YARDSTICK_MS);
  return ms * slowness;
}
