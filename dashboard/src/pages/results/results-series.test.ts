/** The chart's figures: nothing that the server counted is lost, and what it left out is zero. */
import { expect, test } from "vitest";
import { type ChartQuestion, chartOf } from "./results-series.ts";

const DAY = 86_400;
const HOUR = 3_600;
const MIDNIGHT = Date.parse("2026-11-20T00:00Z") / 1000;

const point = (time: number, counts: object) => ({ time, message_type: 9, name: "sms", ...counts });

const asked = (over: Partial<ChartQuestion>): ChartQuestion => ({
  series: [],
  unit: "day",
  timeZone: "UTC",
  range: { from: null, to: null },
  nowSeconds: MIDNIGHT + 5 * HOUR,
  ...over,
});

const lineOf = (chart: ReturnType<typeof chartOf>, label: string) =>
  chart.lines.find((line) => line.label === label)?.values;

test("each day of the range is there, also those without a message", () => {
  const series = [
    point(MIDNIGHT - 2 * DAY, { sent: 3, opened: 2, delivered: 1 }),
    point(MIDNIGHT, { bounced: 4 }),
  ];
  const chart = chartOf(asked({ series, range: { from: MIDNIGHT - 3 * DAY + HOUR, to: null } }));
  expect(chart.times).toEqual([3, 2, 1, 0].map((days) => MIDNIGHT - days * DAY));
  expect(lineOf(chart, "Delivered")).toEqual([0, 3, 0, 0]);
  expect(lineOf(chart, "Sent")).toEqual([0, 3, 0, 0]);
  expect(lineOf(chart, "Failed")).toEqual([0, 0, 0, 4]);
});

test("channels of one time are added, and hours of a zone that is half an hour off keep their places", () => {
  const first = MIDNIGHT + HOUR / 2;
  const series = [
    point(first, { failed: 1 }),
    { ...point(first, { failed: 2 }), message_type: 7, name: "email" },
    point(first + 2 * HOUR, { failed: 5 }),
  ];
  const range = { from: MIDNIGHT, to: MIDNIGHT + 3 * HOUR };
  const chart = chartOf(asked({ series, unit: "hour", timeZone: "Asia/Kolkata", range }));
  expect(chart.times).toEqual([0, 1, 2].map((hours) => first + hours * HOUR));
  expect(lineOf(chart, "Failed")).toEqual([3, 0, 5]);
});

test("however long the time is, every counted one is drawn and the points stay few", () => {
  const series = [point(MIDNIGHT - 9_000 * DAY, { sent: 1 }), point(MIDNIGHT, { sent: 2 })];
  const chart = chartOf(asked({ series }));
  expect(chart.times.length).toBeLessThanOrEqual(1_500);
  expect(lineOf(chart, "Sent")?.reduce((sum: number, value) => sum + (value ?? 0), 0)).toBe(3);
});
