/** Random numbers from a seed: the same seed plays the same calls and the same kills. */
export interface Random {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  shuffled<T>(list: readonly T[]): T[];
}

/** Mulberry32: 32 bits of state, even enough for choices. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    whole,
    shuffled: (list) =>
      list
        .map((value) => ({ value, at: next() }))
        .sort((x, y) => x.at - y.at)
        .map(({ value }) => value),
  };
}
