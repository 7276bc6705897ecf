/** Dates: PHP's format codes, its date texts and date_modify; every expected value is PHP's own answer. */
import { describe, expect, test } from "vitest";
import { TwigRuntimeError } from "../src/index.ts";
import { show } from "./show.ts";

/** Tuesday, 2023-11-14 22:13:20 UTC. */
const now = new Date(1_700_000_000_000);

function moment(text: string, timezone = "UTC"): string {
  return show("{{ date(text)|date('Y-m-d H:i:s') }}", { data: { text }, now, timezone });
}

function modified(text: string, timezone = "UTC"): string {
  return show("{{ 1700000000|date_modify(text)|date('Y-m-d H:i:s') }}", { data: { text }, now, timezone });
}

describe("format", () => {
  const codes: readonly (readonly [string, string, string?])[] = [
    ["d D j l N S w z", "14 Tue 14 Tuesday 2 th 2 317"],
    ["W F m M n t L o Y y", "46 November 11 Nov 11 30 0 2023 2023 23"],
    ["a A B g G h H i s v u", "pm PM 967 10 22 10 22 13 20 000 000000"],
    ["e T P O p Z I U", "UTC UTC +00:00 +0000 Z 0 0 1700000000"],
    ["c", "2023-11-14T22:13:20+00:00"],
    ["r", "Tue, 14 Nov 2023 22:13:20 +0000"],
    ["\\T\\o\\d\\a\\y \\\\d", "Today \\14"],
    ["Y-m-d H:i e T P Z", "2023-11-14 23:13 Europe/Paris CET +01:00 3600", "Europe/Paris"],
    ["H:i T P", "17:13 EST -05:00", "America/New_York"],
    ["H:i T", "22:13 GMT", "Europe/Dublin"],
    ["D H:i T", "Wed 03:43 IST", "Asia/Kolkata"],
    ["D H:i P", "Wed 00:13 +02:00", "+02:00"],
  ];
  for (const [format, expected, timezone] of codes) {
    test(`${format} ${timezone ?? ""}`, () => {
      const scene = { data: { format }, now, ...(timezone === undefined ? {} : { timezone }) };
      expect(show("{{ 'now'|date(format) }}", scene)).toBe(expected);
    });
  }

  test("the zone can be named, kept or left to the render", () => {
    const source =
      "{{ d|date('H:i') }} {{ d|date('H:i', 'America/New_York') }} {{ d|date('H:i', false) }} {{ d|date(timezone: 'UTC') }}";
    const data = { d: "2024-07-01T12:00:00+02:00" };
    expect(show(source, { data, timezone: "Europe/Dublin" })).toBe("11:00 06:00 12:00 July 1, 2024 10:00");
  });

  test("host dates, Unix times and texts are the same moment", () => {
    const data = { a: now, b: 1_700_000_000, c: "1700000000", d: "2023-11-14 22:13:20", e: "@1700000000" };
    expect(
      show(
        "{{ a|date('U') }} {{ b|date('U') }} {{ c|date('U') }} {{ d|date('U') }} {{ e|date('U') }} {{ a }}",
        { data },
      ),
    ).toBe("1700000000 1700000000 1700000000 1700000000 1700000000 2023-11-14T22:13:20+00:00");
    expect(
      show("{{ date(a) == date(d) }}{{ date(a) < date('2030-01-01') }}{{ date(a) > date('-1 day') }}", {
        data,
        now,
      }),
    ).toBe("111");
  });
});

describe("texts", () => {
  const texts: readonly (readonly [string, string])[] = [
    ["now", "2023-11-14 22:13:20"],
    ["today", "2023-11-14 00:00:00"],
    ["tomorrow noon", "2023-11-15 12:00:00"],
    ["yesterday 14:00", "2023-11-13 14:00:00"],
    ["+2 weeks 3 days", "2023-12-01 22:13:20"],
    ["1 month ago", "2023-10-14 22:13:20"],
    ["monday", "2023-11-20 00:00:00"],
    ["tuesday", "2023-11-14 00:00:00"],
    ["next tuesday", "2023-11-21 00:00:00"],
    ["last friday", "2023-11-10 00:00:00"],
    ["monday next week", "2023-11-20 00:00:00"],
    ["sunday this week", "2023-11-19 00:00:00"],
    ["first day of next month", "2023-12-01 22:13:20"],
    ["last day of february", "2023-02-28 00:00:00"],
    ["first monday of january 2025", "2025-01-06 00:00:00"],
    ["last friday of next month", "2023-12-29 00:00:00"],
    ["+3 weekdays", "2023-11-17 22:13:20"],
    ["2024-02-29", "2024-02-29 00:00:00"],
    ["2024-02-29T10:11:12.5+02:00", "2024-02-29 08:11:12"],
    ["20240229T101112", "2024-02-29 10:11:12"],
    ["02/29/2024", "2024-02-29 00:00:00"],
    ["29.02.2024 10:30", "2024-02-29 10:30:00"],
    ["10 September 2000", "2000-09-10 00:00:00"],
    ["Sep 10, 2000 5:30pm", "2000-09-10 17:30:00"],
    ["Sat, 30 Apr 2016 17:52:13 GMT", "2016-04-30 17:52:13"],
    ["Sat Apr 30 17:52:13 2016", "2016-04-30 17:52:13"],
    ["15-Aug-05 15:52:01", "2005-08-15 15:52:01"],
    ["2024-W05-3", "2024-01-31 00:00:00"],
    ["2024-02-29 10:11 Europe/Paris", "2024-02-29 09:11:00"],
    ["10pm", "2023-11-14 22:00:00"],
    ["12am", "2023-11-14 00:00:00"],
  ];
  for (const [text, expected] of texts) {
    test(text, () => {
      expect(moment(text)).toBe(expected);
    });
  }

  test("wall times that a change of clocks skips move forward, and hours are elapsed time", () => {
    expect(moment("2024-03-31 02:30", "Europe/Paris")).toBe("2024-03-31 03:30:00");
    expect(
      show("{{ '2024-03-31 01:30'|date_modify('+1 hour')|date('H:i T') }}", { timezone: "Europe/Paris" }),
    ).toBe("03:30 CEST");
  });

  test("what is no date fails, with the place", () => {
    for (const text of ["garbage", "2024-13-01", "25:00", "10 Sep 11 Oct 2000", "1 2 3 4"]) {
      expect(() => moment(text), text).toThrow(TwigRuntimeError);
    }
    expect(() => show("{{ 'now'|date('Y', 'Mars/Base') }}")).toThrow("no time zone");
    expect(() => show("{{ 'now'|date }}", { timezone: "Mars/Base" })).toThrow("no time zone");
    expect(() => show("{{ 9e15|date }}")).toThrow("out of range");
  });
});

describe("date_modify", () => {
  const changes: readonly (readonly [string, string])[] = [
    ["+1 day", "2023-11-15 22:13:20"],
    ["last day of next month", "2023-12-31 22:13:20"],
    ["2024-02-29", "2024-02-29 22:13:20"],
    ["midnight", "2023-11-14 00:00:00"],
    ["+1 month -1 day 10:00", "2023-12-13 10:00:00"],
    ["first day of january next year", "2024-01-01 22:13:20"],
  ];
  for (const [text, expected] of changes) {
    test(text, () => {
      expect(modified(text)).toBe(expected);
    });
  }
});
