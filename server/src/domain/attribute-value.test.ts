import { describe, expect, test } from "vitest";
import { type AttributeType, parseAttribute } from "./attribute-value.ts";

describe("declared types (catalogue 4.3, rows 10 and 18)", () => {
  const deep = `${"[".repeat(100)}${"]".repeat(100)}`;
  test.each<[AttributeType, unknown, unknown]>([
    ["string", "x".repeat(101), "x".repeat(101)],
    ["string", "😀".repeat(101), "😀".repeat(101)],
    ["string", 5, "5"],
    ["integer", "9007199254740991", 9_007_199_254_740_991],
    ["integer", -3, -3],
    ["number", "1.5e3", 1_500],
    ["boolean", "TRUE", true],
    ["boolean", "False", false],
    ["boolean", 1, true],
    ["boolean", "0", false],
    ["date", "2024-02-29", "2024-02-29"],
    ["date", "2024-12-13 11:36:00 +01:00", "2024-12-13 10:36:00"],
    ["json", '{"constructor":1}', { constructor: 1 }],
  ])("%s takes %j", (type, value, stored) => {
    expect(parseAttribute(type, value)).toEqual({ ok: true, value: stored });
  });

  test.each<[AttributeType, unknown, string]>([
    ["string", "x".repeat(102), "must have at most 101 characters"],
    ["string", {}, "must be text"],
    ["integer", 1.5, "must be a whole number below 2^53"],
    ["integer", "12a", "must be a whole number below 2^53"],
    ["integer", 2 ** 63, "must be a whole number below 2^53"],
    ["integer", "9223372036854775808", "must be a whole number below 2^53"],
    ["number", "0x10", "must be a number"],
    ["number", "Infinity", "must be a number"],
    ["number", "1e400", "must be a number"],
    ["number", "9007199254740993", "must be a number"],
    ["date", "2021-02-30", "is not on the calendar"],
    ["date", "12/11/2026", "must be a date such as 2026-01-31 or 2026-01-31 09:30:00"],
    ["date", 20210228, "must be a date"],
    ["boolean", "yes", "must be true or false"],
    ["boolean", 2, "must be true or false"],
    ["json", "text", "must be a JSON object or list"],
    ["json", "5", "must be a JSON object or list"],
    ["json", deep, "holds something that is nested deeper than 32"],
    ["json", '{"__proto__":1}', "holds something that is not allowed as a name"],
    ["json", '["\\u0000"]', "holds something that contains characters that cannot be stored"],
    ["json", "[1e400]", "holds something that is not a finite number"],
  ])("%s refuses %j", (type, value, error) => {
    expect(parseAttribute(type, value)).toEqual({ ok: false, error });
  });
});
