/** Times as our answers write them: whole unix seconds. What callers write is read by time.ts. */
export const secondsOf = (time: Date): number => Math.floor(time.getTime() / 1000);

export const secondsOrNull = (time: Date | null): number | null => (time === null ? null : secondsOf(time));
