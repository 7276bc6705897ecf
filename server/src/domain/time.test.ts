import { describe, expect, test } from "vitest";
import { checkSendTime, parseTime, periodSeconds } from "./time.ts";

const NOW = Date.UTC(2026, 0, 1);
const at = (iso: string) => ({ ok: true, value: Date.parse(iso) });

describe("times that are read (catalogue 4.2, rows 26 to 29)", () => {
  test.each([
    ["2021-01-01 12:00 UTC", "2021-01-01T12:00:00Z"],
    ["2021-01-01 12:00 utc", "2021-01-01T12:00:00Z"],
    ["2021-01-01 12:00", "2021-01-01T12:00:00Z"],
    ["2021-01-01T12:00", "2021-01-01T12:00:00Z"],
    ["2021-01-01T12:00:05Z", "2021-01-01T12:00:05Z"],
    ["2021-01-01 12:00:05 Z", "2021-01-01T12:00:05Z"],
    ["2026-01-31T09:30:15.250Z", "2026-01-31T09:30:15.250Z"],
    ["2024-12-13 11:36:00 +01:00", "2024-12-13T10:36:00Z"],
    ["2024-12-13 11:36:00 +0100", "2024-12-13T10:36:00Z"],
    ["2024-12-13T11:36:00-05:30", "2024-12-13T17:06:00Z"],
    ["2024-02-29 00:00 UTC", "2024-02-29T00:00:00Z"],
    ["2026-07-01 12:00 Europe/Dublin", "2026-07-01T11:00:00Z"],
    ["2026-01-01 12:00 Europe/Dublin", "2026-01-01T12:00:00Z"],
    ["2026-07-01 12:00 America/Argentina/Buenos_Aires", "2026-07-01T15:00:00Z"],
    ["2026-07-01 12:00 Asia/Kathmandu", "2026-07-01T06:15:00Z"],
    ["2026-07-01 12:00 Pacific/Kiritimati", "2026-06-30T22:00:00Z"],
    ["2026-07-01 12:00 Etc/GMT+12", "2026-07-02T00:00:00Z"],
    // The clock goes from 01:00 to 02:00: the time moves forward by the gap.
    ["2026-03-29 01:30 Europe/Dublin", "2026-03-29T01:30:00Z"],
    ["2026-03-29 00:59 Europe/Dublin", "2026-03-29T00:59:00Z"],
    ["2026-03-29 02:00 Europe/Dublin", "2026-03-29T01:00:00Z"],
    ["2026-03-08 02:30 America/New_York", "2026-03-08T07:30:00Z"],
    // The clock shows these twice: the first is meant.
    ["2026-10-25 01:30 Europe/Dublin", "2026-10-25T00:30:00Z"],
    ["2026-11-01 01:30 America/New_York", "2026-11-01T05:30:00Z"],
    ["2026-10-25 02:00 Europe/Dublin", "2026-10-25T02:00:00Z"],
    // Half an hour's change, and a day that never was.
    ["2026-10-04 02:15 Australia/Lord_Howe", "2026-10-03T15:45:00Z"],
    ["2011-12-30 12:00 Pacific/Apia", "2011-12-30T22:00:00Z"],
  ])("%s", (text, iso) => {
    expect(parseTime(text, NOW)).toEqual(at(iso));
  });

  test.each([1_767_225_600, "1767225600", 0])("Unix seconds %j", (value) => {
    expect(parseTime(value, NOW)).toEqual({ ok: true, value: Number(value) * 1_000 });
  });
});

const FORM = "must be Unix seconds or a time such as 2026-01-31 09:30 UTC";
const CALENDAR = "is not on the calendar";
const MILLIS = "looks like milliseconds: send Unix seconds";

describe("times that are refused (catalogue 4.2, rows 27 and 29)", () => {
  test.each([
    ["2021-02-30 12:00 UTC", CALENDAR],
    ["2021-02-29 12:00 UTC", CALENDAR],
    ["2026-13-01 00:00", CALENDAR],
    ["2026-00-10 00:00", CALENDAR],
    ["2026-04-31 00:00", CALENDAR],
    ["2026-01-01 25:00", CALENDAR],
    ["2026-01-01 24:00", CALENDAR],
    ["2026-01-01 23:60", CALENDAR],
    ["2026-01-01 23:59:60", CALENDAR],
    ["2026-13-01", FORM],
    ["2026-01-01", FORM],
    ["25:00", FORM],
    ["tomorrow", FORM],
    ["now", FORM],
    ["", "cannot be blank"],
    [null, "cannot be blank"],
    [undefined, "cannot be blank"],
    [" 2021-01-01 12:00", FORM],
    ["2021-01-01 12:00 UTC ", FORM],
    ["12/11/2026 10:00", FORM],
    ["20260101T1200", FORM],
    ["2026-01-01 12:00 UTC; drop", FORM],
    [1_767_225_600_000, MILLIS],
    ["1767225600000", MILLIS],
    [9e15, FORM],
    ["99999999999999999999", FORM],
    [-1, FORM],
    ["-1", FORM],
    [1.5, FORM],
    ["1.5", FORM],
    ["1e9", FORM],
    [true, FORM],
    [[1_767_225_600], FORM],
    [{}, FORM],
    ["1969-12-31 23:59", "must not be before 1970"],
    ["2026-01-01 12:00 +15:00", "has an unknown time zone"],
    ["2026-01-01 12:00 +01:60", "has an unknown time zone"],
  ])("%j", (value, error) => {
    expect(parseTime(value, NOW)).toEqual({ ok: false, error });
  });

  test.each(["IST", "Europe/Atlantis", "Dublin", "PST8PDT", "constructor"])("no such zone: %s", (zone) => {
    const result = parseTime(`2026-01-01 12:00 ${zone}`, NOW);
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining("unknown time zone") });
  });
});

describe("send times (catalogue 4.2, rows 26, 27 and 30)", () => {
  const minute = 60_000;
  const year = 366 * 24 * 60 * minute;
  test.each([
    [0, null],
    [-5 * minute, null],
    [-5 * minute - 1, "is in the past"],
    [Date.UTC(2021, 0, 1, 12) - NOW, "is in the past"],
    [1_000 - NOW, "is in the past"], // time: "1"
    [year, null],
    [year + 1, "is more than a year ahead"],
    [10 * year, "is more than a year ahead"],
  ])("%d ms from now: %s", (offset, error) => {
    const expected = error === null ? { ok: true, value: NOW + offset } : { ok: false, error };
    expect(checkSendTime(NOW + offset, NOW)).toEqual(expected);
  });
});

describe("periods (catalogue 4.2, row 31)", () => {
  test.each([
    [2, "weeks", 1_209_600],
    ["2", "weeks", 1_209_600],
    [0, "days", 0],
    [90, "minutes", 5_400],
    [5, "hours", 18_000],
    [12, "months", 31_104_000],
    [366, "days", 31_622_400],
  ])("%j %s", (count, unit, seconds) => {
    expect(periodSeconds(count, unit)).toEqual({ ok: true, value: seconds });
  });

  test.each([
    [-1, "weeks", "count"],
    [2.5, "weeks", "count"],
    ["2.5", "weeks", "count"],
    ["", "weeks", "count"],
    [true, "weeks", "count"],
    [1e9, "weeks", "count"],
    [367, "days", "count"],
    [2, "fortnights", "unit"],
    [2, "week", "unit"],
    [2, "constructor", "unit"],
    [2, undefined, "unit"],
    [2, ["weeks"], "unit"],
  ])("%j %j is refused", (count, unit, part) => {
    expect(periodSeconds(count, unit)).toMatchObject({ ok: false, error: { part } });
  });
});
