/** Finds the known name that a misspelt one probably meant. */

/** Edit distance: insert, delete, replace, swap of neighbours. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? beforeLast[j - 2]! + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(replace, last[j]! + 1, row[j - 1]! + 1, swap));
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

/** Longer names are no misspelt names, and comparing them costs time. */
const MAX_LENGTH = 60;

/**
 * The nearest of `known` within a third of the name's length (at least 1 edit; among equals one of the same
 * length), or a known name that contains it or is contained in it; undefined when nothing is near.
 */
export function suggest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const candidates = [...known];
  let best: string | undefined;
  let bestScore = Math.max(1, Math.floor(name.length / 3)) + 0.75;
  for (const candidate of candidates) {
    const isSameLength = candidate.length === name.length;
    const score = distance(name.toLowerCase(), candidate.toLowerCase()) + (isSameLength ? 0 : 0.5);
    if (score < bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  if (best !== undefined || name.length < 3) return best;
  return candidates.find((one) => one.includes(name) || (one.length > 3 && name.includes(one)));
}
