import { describe, expect, test } from "vitest";
import { bucketOf, isUserId, parseId, parseUserId } from "./ids.ts";

describe("object ids (catalogue 4.2, rows 1 to 3)", () => {
  test.each([
    [5, 5],
    ["5", 5],
    [1, 1],
    ["9007199254740991", 9_007_199_254_740_991],
    [9_007_199_254_740_991, 9_007_199_254_740_991],
  ])("%j is taken", (value, id) => {
    expect(parseId(value)).toEqual({ ok: true, value: id });
  });

  test.each([undefined, null, ""])("%j is blank", (value) => {
    expect(parseId(value)).toEqual({ ok: false, error: "cannot be blank" });
  });

  test.each([
    " 5 ",
    " ",
    5.5,
    "5.5",
    -1,
    "-1",
    0,
    "0",
    "1e3",
    "5abc",
    "05",
    "+5",
    "0x5",
    "٥",
    true,
    [5],
    {},
    ["5"],
    9_007_199_254_740_992,
    "9007199254740992",
    "9007199254740993",
    "99999999999999999999",
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])("%j is refused, never rounded", (value) => {
    expect(parseId(value)).toEqual({ ok: false, error: "must be a positive whole number below 2^53" });
  });
});

describe("buckets", () => {
  // Pinned: these numbers stand in primary keys of running systems. A change here loses people's data.
  test.each([
    ["", 11],
    ["a", 51],
    ["u1", 23],
    ["u2", 48],
    ["12345", 59],
    ["crm-user-1", 0],
    ["crm-user-2", 50],
    ["alex@example.org", 48],
    ["é", 7],
    ["e\u0301", 61],
    ["日本", 31],
    ["😀", 10],
    ["x".repeat(255), 42],
  ])("of %j never changes", (text, bucket) => {
    expect(bucketOf(text)).toBe(bucket);
  });

  test("it hashes the UTF-8 bytes, as another language would", () => {
    for (const text of ["plain", "é", "日本", "😀 mixed é"]) {
      const bytes = [...Buffer.from(text, "utf8")];
      let hash = bytes.reduce((mixed, byte) => Math.imul(mixed ^ byte, 0x01000193), 0x811c9dc5 | 0);
      hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
      hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
      expect(bucketOf(text)).toBe((hash ^ (hash >>> 16)) & 63);
    }
  });

  test.each([
    ["numbers in a row", (i: number) => String(100_000 + i)],
    ["a prefix and a number", (i: number) => `crm-user-${i}`],
    ["emails", (i: number) => `person.${i}@example.org`],
  ])("%s spread evenly over all 64", (_name, make) => {
    const counts = new Array<number>(64).fill(0);
    for (let i = 0; i < 64_000; i += 1) counts[bucketOf(make(i))]! += 1;
    // 1,000 each is even; six standard deviations are 189.
    expect(Math.min(...counts)).toBeGreaterThan(811);
    expect(Math.max(...counts)).toBeLessThan(1_189);
  });
});

describe("user ids (decisions, section 8; catalogue 4.3, rows 12 and 13)", () => {
  test.each([
    ["u1", "u1"],
    ["a:b", "a:b"],
    ["two words", "two words"],
    ["constructor", "constructor"],
    [12_345, "12345"],
    ["12345", "12345"],
    ["0", "0"],
    ["x".repeat(255), "x".repeat(255)],
    ["😀".repeat(255), "😀".repeat(255)],
  ])("%j is taken", (value, text) => {
    expect(parseUserId(value)).toEqual({ ok: true, value: text });
    expect(isUserId(text)).toBe(true);
  });

  test("composed and decomposed letters are two people", () => {
    expect(parseUserId("\u00e9")).not.toEqual(parseUserId("e\u0301"));
  });

  test.each([
    ["", "cannot be blank"],
    [" ", "cannot be blank"],
    [null, "cannot be blank"],
    [" u1", "must not begin or end with a space"],
    ["u1\u00a0", "must not begin or end with a space"],
    ["u\u0007", "must not contain control characters"],
    ["u\u0085x", "must not contain control characters"],
    ["x".repeat(256), "must have at most 255 characters"],
    ["😀".repeat(256), "must have at most 255 characters"],
    ["x".repeat(4_096), "must have at most 255 characters"],
    [1.5, "must be text or a whole number"],
    [true, "must be text or a whole number"],
    [["u1"], "must be text or a whole number"],
    [{}, "must be text or a whole number"],
  ])("%j is refused", (value, error) => {
    expect(parseUserId(value)).toEqual({ ok: false, error });
    if (typeof value === "string") expect(isUserId(value)).toBe(false);
  });
});
