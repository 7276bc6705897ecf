/**
 * Notices what does not come to an end. It counts rounds and not time: a process that was stopped for an hour and goes
 * on has not hung for an hour, and gets the chance to end what it had begun.
 */
export interface Watchdog {
  /** @param suspects what should end soon. @returns one that has been there for all of the last rounds, or null. */
  look(suspects: ReadonlySet<string>): string | null;
}

export function createWatchdog(maxRounds: number): Watchdog {
  let seen = new Map<string, number>();
  return {
    look(suspects) {
      seen = new Map([...suspects].map((name) => [name, (seen.get(name) ?? 0) + 1]));
      for (const [name, rounds] of seen) if (rounds > maxRounds) return name;
      return null;
    },
  };
}
