/** Wall times and days of a zone, also on the days on which its clocks change. */
import { expect, test } from "vitest";
import { dayOf, nextDay, secondsOf, wallOf } from "./zoned-time.ts";

const at = (iso: string): number => Date.parse(iso) / 1000;

test.each([
  ["UTC", "2026-01-31T09:30", "2026-01-31T09:30Z"],
  ["Europe/Dublin", "2026-07-01T00:00", "2026-06-30T23:00Z"],
  ["Asia/Kolkata", "2026-07-01T00:00", "2026-06-30T18:30Z"],
  ["America/New_York", "2026-03-08T01:59", "2026-03-08T06:59Z"],
  ["America/New_York", "2026-03-08T03:00", "2026-03-08T07:00Z"],
  ["Pacific/Auckland", "2026-04-05T03:30", "2026-04-04T15:30Z"],
])("%s %s is one moment, there and back", (zone, wall, iso) => {
  expect(secondsOf(wall, zone)).toBe(at(iso));
  expect(wallOf(at(iso), zone)).toBe(wall);
});

test("an hour that is left out becomes the one after it, and what is no time is none", () => {
  expect(secondsOf("2026-03-08T02:30", "America/New_York")).toBe(at("2026-03-08T07:30Z"));
  expect(secondsOf("", "UTC")).toBeNull();
  expect(secondsOf("2026-13-01T00:00", "UTC")).toBeNull();
});

test("days are 23, 24 and 25 hours long where clocks change", () => {
  const zone = "Europe/Dublin";
  for (const [noon, hours] of [
    ["2026-03-29T12:00Z", 23],
    ["2026-10-25T12:00Z", 25],
    ["2026-11-21T12:00Z", 24],
  ] as const) {
    const begin = dayOf(at(noon), zone);
    expect([noon, (nextDay(at(noon), zone) - begin) / 3_600]).toEqual([noon, hours]);
    expect(wallOf(begin, zone).slice(11)).toBe("00:00");
  }
});

test("a day that begins at one o'clock, because its midnight is left out, begins then", () => {
  const zone = "Africa/Cairo"; // clocks go from 24 April 2026, 00:00, to 01:00
  expect(wallOf(dayOf(at("2026-04-24T12:00Z"), zone), zone)).toBe("2026-04-24T01:00");
  expect(wallOf(nextDay(at("2026-04-23T12:00Z"), zone), zone)).toBe("2026-04-24T01:00");
});
