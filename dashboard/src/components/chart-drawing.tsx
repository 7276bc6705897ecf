/** The drawing of a Chart: uPlot, in the colours of the theme, as wide as its place. */
import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { useProject } from "../router/project-context.ts";
import type { ChartProps } from "./chart.tsx";

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
        axes: [axis, { ...axis, size: 44 }],
        cursor: { points: { size: 6 } },
        series: [
          {},
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
    <div ref={ref}>
      <div ref={place} />
    </div>
  );
}

function colorsAt(element: Element): (name: string) => string {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(name).trim() || "#777";
}
