/** Counts over time for the chart: what the server leaves out, because nothing happened then, stands as zero. */
import type { Series } from "../../components/chart.tsx";
import { countOf, GROUPS } from "./outcome.ts";
import type { Results } from "./wire.ts";
import { nextDay } from "./zoned-time.ts";

export type Unit = "hour" | "day";

const HOUR = 3_600;
/** More than these are not told apart on a screen. */
const MOST_POINTS = 1_500;

/** The groups that a chart shows; what waits is of the moment, not of a time. */
const SHOWN = GROUPS.filter(({ label }) => label !== "Waiting");
const DASHED: ReadonlySet<string> = new Set(["Failed", "Skipped"]);

export function chartOf(series: Results["series"], unit: Unit, timeZone: string) {
  const times = timesOf(series, unit, timeZone);
  const byTime = Map.groupBy(series, ({ time }) => time);
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

function timesOf(series: Results["series"], unit: Unit, timeZone: string): number[] {
  const known = [...new Set(series.map(({ time }) => time))].sort((a, b) => a - b);
  const last = known.at(-1);
  const times = new Set(known);
  let at = known[0];
  while (at !== undefined && last !== undefined && at < last && times.size < MOST_POINTS) {
    at = unit === "hour" ? at + HOUR : nextDay(at, timeZone);
    if (at < last) times.add(at);
  }
  return [...times].sort((a, b) => a - b);
}
