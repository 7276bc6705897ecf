/** A range of time as an address says it: one of the usual lengths up to now, or from and to as unix seconds. */

/** As they stand in the address; "" for the page's usual one. */
export interface RangeState {
  readonly range: string;
  readonly from: string;
  readonly to: string;
}

/** `from` is included, `to` is not; null: open. */
export interface Range {
  readonly from: number | null;
  readonly to: number | null;
}

const HOUR = 3_600;
export const DAY = 86_400;

export const LENGTHS: Readonly<Record<string, { readonly label: string; readonly seconds: number | null }>> =
  {
    "1h": { label: "Last hour", seconds: HOUR },
    "24h": { label: "Last 24 hours", seconds: DAY },
    "7d": { label: "Last 7 days", seconds: 7 * DAY },
    "30d": { label: "Last 30 days", seconds: 30 * DAY },
    all: { label: "All time", seconds: null },
  };

/** @param usual the length that "" stands for. */
export function rangeIn({ range, from, to }: RangeState, usual: string, nowMs: number): Range {
  if (from !== "" || to !== "") return { from: numberOf(from), to: numberOf(to) };
  const seconds = (LENGTHS[range] ?? LENGTHS[usual])?.seconds ?? null;
  return { from: seconds === null ? null : minuteOf(nowMs) - seconds, to: null };
}

/** Unix seconds of the minute's begin. */
export const minuteOf = (nowMs: number): number => Math.floor(nowMs / 60_000) * 60;

export function numberOf(text: string): number | null {
  const seconds = Number(text);
  return text !== "" && Number.isSafeInteger(seconds) ? seconds : null;
}
