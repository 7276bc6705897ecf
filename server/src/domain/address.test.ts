import { describe, expect, test } from "vitest";
import { parseEmail, parseFlag, parsePhone } from "./address.ts";

describe("email addresses (catalogue 4.3, row 8)", () => {
  test.each([
    ["a@example.org", "a@example.org", "a@example.org"],
    ["A.B+tag@Example.ORG", "A.B+tag@example.org", "a.b+tag@example.org"],
    ["o'brien@example.ie", "o'brien@example.ie", "o'brien@example.ie"],
    ["a@bücher.example", "a@xn--bcher-kva.example", "a@xn--bcher-kva.example"],
    ["a@XN--BCHER-KVA.example", "a@xn--bcher-kva.example", "a@xn--bcher-kva.example"],
    ["a@例え.テスト", "a@xn--r8jz45g.xn--zckzah", "a@xn--r8jz45g.xn--zckzah"],
    ["a@sub.sub-2.example.co.uk", "a@sub.sub-2.example.co.uk", "a@sub.sub-2.example.co.uk"],
    [`${"x".repeat(64)}@example.org`, `${"x".repeat(64)}@example.org`, `${"x".repeat(64)}@example.org`],
  ])("%s", (text, address, matchKey) => {
    expect(parseEmail(text)).toEqual({ ok: true, value: { address, matchKey } });
  });

  test.each([
    "a@b",
    "a b@c.de",
    '"x@evil.com y"@good.ie',
    '"a"@b.ie',
    "a@b.co\r\nBcc:",
    "a@b.co\n",
    "(c)a@b.ie",
    "a(c)@b.ie",
    "a@b.ie(c)",
    "A <a@b.ie>",
    "<a@b.ie>",
    "@a,@b:c@d.ie",
    "group:a@b.ie;",
    "a@b@c.ie",
    "a@",
    "@b.ie",
    "a",
    ".a@b.ie",
    "a.@b.ie",
    "a..b@c.ie",
    "a@.ie",
    "a@b..ie",
    "a@b.ie.",
    "a@-b.ie",
    "a@b-.ie",
    "a@[127.0.0.1]",
    "a@127.0.0.1",
    "a@1.2",
    "a@b_c.ie",
    "a@b%2eie",
    "é@b.ie",
    "a@b.i e",
    "a@b.ie,c@d.ie",
    "a@b.ie;c@d.ie",
    "a\u0000@b.ie",
    "a@b\u200b.ie",
    "a@b.ie/x",
    "a@b.ie:25",
    "a@evil.com#.b.ie",
    "mailto:a@b.ie ",
    `${"x".repeat(65)}@example.org`,
    `a@${"x".repeat(64)}.org`,
    `a@${"x.".repeat(126)}org`,
    `a@${"ü".repeat(60)}.org`,
  ])("%j is refused", (text) => {
    expect(parseEmail(text)).toEqual({ ok: false, error: "is not a valid email address" });
  });

  test.each([5, true, {}, ["a@b.ie"]])("%j is no address", (value) => {
    expect(parseEmail(value).ok).toBe(false);
  });

  test.each(["", null, undefined])("%j is blank", (value) => {
    expect(parseEmail(value)).toEqual({ ok: false, error: "cannot be blank" });
  });

  test("an address that was read is read again as itself", () => {
    for (const text of ["A@bücher.example", "x.y@EXAMPLE.org"]) {
      const first = parseEmail(text);
      expect(first.ok && parseEmail(first.value.address)).toEqual(first);
    }
  });
});

describe("telephone numbers (catalogue 4.3, row 9)", () => {
  test.each([
    ["+353 87 123", "35387123"],
    ["+353 (87) 123-4567", "353871234567"],
    [" +353.87.123.4567 ", "353871234567"],
    [353871234567, "353871234567"],
    ["353871234567", "353871234567"],
    ["123456789012345", "123456789012345"],
  ])("%j", (value, digits) => {
    expect(parsePhone(value)).toEqual({ ok: true, value: digits });
  });

  const digitsOnly = "must contain digits only, with one leading + at most";
  const spreadsheet = "was changed by a spreadsheet: format the column as text and export it again";
  test.each([
    ["087 123 4567", "must begin with the country code, without leading zeros"],
    ["00353871234567", "must begin with the country code, without leading zeros"],
    ["+0871234567", "must begin with the country code, without leading zeros"],
    ["3.53E+11", spreadsheet],
    ["3.53871E+11", spreadsheet],
    ["3,53e11", spreadsheet],
    ["++353871234567", digitsOnly],
    ["353+871234567", digitsOnly],
    ["353871234567 ext 5", digitsOnly],
    ["٣٥٣٨٧١٢٣٤٥", digitsOnly],
    ["phone", digitsOnly],
    ["+", digitsOnly],
    [-353871234567, digitsOnly],
    ["-353871234567", digitsOnly],
    [353871.234567, digitsOnly],
    ["123456", "must have 7 to 15 digits"],
    ["1234567890123456", "must have 7 to 15 digits"],
    ["", "cannot be blank"],
    [null, "cannot be blank"],
    [true, "must be text"],
    [["353871234567"], "must be text"],
  ])("%j is refused", (value, error) => {
    expect(parsePhone(value)).toEqual({ ok: false, error });
  });
});

describe("flags (catalogue 4.3, rows 6 and 7)", () => {
  test.each([
    [true, 1],
    [1, 1],
    ["1", 1],
    ["true", 1],
    [false, 0],
    [0, 0],
    ["0", 0],
    ["false", 0],
  ])("%j", (value, flag) => {
    expect(parseFlag(value)).toEqual({ ok: true, value: flag });
  });

  test.each([2, -1, "yes", "TRUE ", "", null, undefined, [1], {}, 0.5])("%j is refused", (value) => {
    expect(parseFlag(value)).toEqual({ ok: false, error: "must be 0 or 1" });
  });
});
