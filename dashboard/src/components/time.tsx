/** Times as people read them: in the project's zone, which stands beside them, and "5 min ago" where nearness counts. */
import { Tooltip } from "@mantine/core";
import { useEffect, useState } from "react";
import { useProject } from "../router/project-context.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string, isExact: boolean): Intl.DateTimeFormat {
  const key = `${timeZone} ${isExact}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const base = {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  } as const;
  const exact = isExact ? ({ second: "2-digit" } as const) : {};
  const format = new Intl.DateTimeFormat("en-GB", { ...base, ...exact, timeZone, hourCycle: "h23" });
  formats.set(key, format);
  return format;
}

/** @param seconds unix time. */
export const formatTime = (seconds: number, timeZone: string, isExact = false): string =>
  formatOf(timeZone, isExact).format(seconds * 1000);

interface TimeProps {
  /** Unix seconds; null is shown as a dash. */
  readonly value: number | null | undefined;
}

/** A part of its own, so that nothing is formatted for tips that nobody opens: a list has a page full of them. */
function ExactTime({ value }: { readonly value: number }) {
  const { timeZone } = useProject();
  return formatTime(value, timeZone, true);
}

export function DateTime({ value }: TimeProps) {
  const { timeZone } = useProject();
  if (value === null || value === undefined) return <span>–</span>;
  return (
    <Tooltip label={<ExactTime value={value} />}>
      <time dateTime={new Date(value * 1000).toISOString()}>{formatTime(value, timeZone)}</time>
    </Tooltip>
  );
}

const TICK_MS = 30_000;
const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });

/** "5 min ago", "in 2 hr.", "just now". */
function wordsForTime(seconds: number, nowSeconds: number): string {
  const away = seconds - nowSeconds;
  const step = STEPS.find(([, size]) => Math.abs(away) >= size);
  return step === undefined ? "just now" : relative.format(Math.trunc(away / step[1]), step[0]);
}

export function TimeAgo({ value }: TimeProps) {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  if (value === null || value === undefined) return <span>–</span>;
  return (
    <Tooltip label={<ExactTime value={value} />}>
      <time dateTime={new Date(value * 1000).toISOString()}>{wordsForTime(value, nowMs / 1000)}</time>
    </Tooltip>
  );
}
