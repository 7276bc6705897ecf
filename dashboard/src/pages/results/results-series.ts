/** Counts over time for the chart: what the server leaves out, because nothing happened then, stands as zero. */
import type { Series } from "../../components/chart.tsx";
import { dayOf, nextDay } from "../../components/zoned-time.ts";
import { countOf, GROUPS } from "./outcome.ts";
import type { Range } from "./range.ts";
import type { ChannelCounts } from "./wire.ts";

export type Unit = "hour" | "day";

const HOUR = 3_600;
/** More than these are not told apart on a screen. */
const MOST_POINTS = 1_500;

/** The groups that a chart shows; what waits is of the moment, not of a time. */
const SHOWN = GROUPS.filter(({ label }) => label !== "Waiting");
const DASHED: ReadonlySet<string> = new Set(["Failed", "Skipped"]);

export interface ChartQuestion {
  readonly series: readonly (ChannelCounts & { readonly time: number })[];
  readonly unit: Unit;
  readonly timeZone: string;
  readonly range: Range;
  readonly nowSeconds: number;
}

export function chartOf(asked: ChartQuestion): { times: number[]; lines: Series[] } {
  const times = timesOf(asked);
  const byTime = Map.groupBy(asked.series, ({ time }) => time);
  const lines = SHOWN.map(
    ({ label, outcomes, color }): Series => ({
      label,
      color,
      isDashed: DASHED.has(label),
      values: times.map((time) =>
        (byTime.get(time) ?? []).reduce((sum, point) => sum + countOf(point, outcomes), 0),
      ),
    }),
  );
  return { times, lines };
}

/** Every hour or day of the range; without a beginning, from the day before the first message on. */
function timesOf({ series, unit, timeZone, range, nowSeconds }: ChartQuestion): number[] {
  const known = series.map(({ time }) => time);
  const first = Math.min(...known, nowSeconds);
  const begin = range.from ?? dayOf(first - 1, timeZone);
  const end = Math.max(range.to ?? nowSeconds, ...known);
  const times = new Set(known);
  let at = unit === "hour" ? begin - (begin % HOUR) : dayOf(begin, timeZone);
  // In zones that are not whole hours from UTC the server's hours begin elsewhere: they give the step.
  if (unit === "hour" && known[0] !== undefined) at += known[0] % HOUR;
  while (at <= end && times.size < MOST_POINTS) {
    times.add(at);
    at = unit === "hour" ? at + HOUR : nextDay(at, timeZone);
  }
  return [...times].sort((a, b) => a - b);
}
