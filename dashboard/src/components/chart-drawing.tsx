/** The drawing of a Chart: uPlot, in the colours of the theme, as wide as its place. */
import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { useProject } from "../router/project-context.ts";
import type { ChartProps } from "./chart.tsx";
import { formatTime } from "./time.tsx";

const DASHES = [6, 4];
/** 1,200,000 as 1.2M: the axis has room for five letters. */
const SHORT = new Intl.NumberFormat("en", { notation: "compact" });

export default function ChartDrawing({ times, series, height = 220 }: ChartProps) {
  const { ref, width } = useElementSize();
  const place = useRef<HTMLDivElement>(null);
  const { timeZone } = useProject();
  const scheme = useComputedColorScheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes what the variables hold
  useEffect(() => {
    if (place.current === null || width === 0) return;
    const colorOf = colorsAt(place.current);
    const data = [[...times], ...series.map(({ values }) => [...values])] as uPlot.AlignedData;
    const axis = {
      stroke: colorOf("--ink-faint"),
      grid: { stroke: colorOf("--line"), width: 1 },
      ticks: { show: false },
      font: "11px system-ui, sans-serif",
    };
    const plot = new uPlot(
      {
        width,
        height,
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timeZone),
        axes: [
          { ...axis, incrs: stepsOf(times), values: (_plot, splits) => splits.map(tickOf(timeZone)) },
          { ...axis, size: 44, values: (_plot, splits) => splits.map((amount) => SHORT.format(amount)) },
        ],
        // Figures are amounts: the height of a line means something only from zero on.
        scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.08)] } },
        cursor: { points: { size: 6 } },
        series: [
          { label: "Time", value: (_plot, at) => (at === null ? "" : formatTime(at, timeZone)) },
          ...series.map(({ label, color, isDashed = false }) => ({
            label,
            stroke: colorOf(color),
            width: 1.75,
            points: { show: times.length < 3 },
            value: (_plot: uPlot, value: number | null) => value?.toLocaleString("en") ?? "",
            ...(isDashed ? { dash: DASHES } : {}),
          })),
        ],
      },
      data,
      place.current,
    );
    return () => plot.destroy();
  }, [times, series, width, height, timeZone, scheme]);
  return (
    <div ref={ref}>
      <div ref={place} />
    </div>
  );
}

const HOUR = 3_600;
const DAY = 86_400;
const STEPS = [
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  91 * DAY,
  364 * DAY,
];

/** Distances between ticks, none finer than the figures: a day's figure has no noon. */
function stepsOf(times: readonly number[]): number[] {
  const [first = 0, second = HOUR] = times;
  // A day of a change of clocks is an hour short.
  return STEPS.filter((step) => step >= Math.min(second - first + 2 * HOUR, DAY) || step === second - first);
}

/** The hour; at midnight the day. */
function tickOf(timeZone: string): (seconds: number) => string {
  const parts = { timeZone, hourCycle: "h23" } as const;
  const day = new Intl.DateTimeFormat("en-GB", { ...parts, day: "numeric", month: "short" });
  const hour = new Intl.DateTimeFormat("en-GB", { ...parts, hour: "2-digit", minute: "2-digit" });
  return (seconds) => {
    const time = hour.format(seconds * 1000);
    return time === "00:00" ? day.format(seconds * 1000) : time;
  };
}

function colorsAt(element: Element): (name: string) => string {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(name).trim() || "#777";
}
