/** The drawing of a Chart: uPlot, in the colours of the theme, as wide as its place. */
import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { useProject } from "../router/project-context.ts";
import styles from "./chart.module.css";
import type { ChartProps } from "./chart.tsx";
import { formatTime } from "./time.tsx";

const DASHES = [6, 4];

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
          { ...axis, values: ticksIn(timeZone) },
          { ...axis, size: 44 },
        ],
        cursor: { points: { size: 6 } },
        series: [
          { value: (_plot, seconds) => (seconds === null ? "–" : formatTime(seconds, timeZone)) },
          ...series.map(({ label, color, isDashed = false }) => ({
            label,
            stroke: colorOf(color),
            width: 1.75,
            points: { show: times.length < 3 },
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
    <div ref={ref} className={styles.drawing}>
      <div ref={place} />
    </div>
  );
}

function colorsAt(element: Element): (name: string) => string {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(name).trim() || "#777";
}

const DAY_SECONDS = 86_400;

/** "14:00", and the day where one begins; in the zone of the project. */
function ticksIn(timeZone: string): uPlot.Axis.Values {
  const hour = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const day = new Intl.DateTimeFormat("en-GB", { timeZone, day: "numeric", month: "short" });
  return (_plot, ticks, _axis, _space, step) =>
    ticks.map((seconds) => {
      const time = hour.format(seconds * 1000);
      return step >= DAY_SECONDS || time === "00:00" ? day.format(seconds * 1000) : time;
    });
}
