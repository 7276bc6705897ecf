import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { smsBytes, smsParts, splitSms } from "./sms-parts.ts";

const x = (count: number, what = "x"): string => what.repeat(count);

describe("counting", () => {
  test.each([
    ["empty", "", ["gsm7", 0, 0, 1]],
    ["one", "a", ["gsm7", 1, 1, 1]],
    ["160", x(160), ["gsm7", 160, 160, 1]],
    ["161", x(161), ["gsm7", 161, 161, 2]],
    ["306", x(306), ["gsm7", 306, 306, 2]],
    ["307", x(307), ["gsm7", 307, 307, 3]],
    [
      "the whole basic alphabet",
      "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà",
      ["gsm7", 65, 65, 1],
    ],
    ["the extension table", "\f^{}\\[~]|€", ["gsm7", 10, 20, 1]],
    ["80 euro signs", x(80, "€"), ["gsm7", 80, 160, 1]],
    ["81 euro signs: 76 fit into a part of 153", x(81, "€"), ["gsm7", 81, 162, 2]],
    ["an escape that would be cut", `${x(152)}€${x(10)}`, ["gsm7", 163, 164, 2]],
    ["escapes that cost a part", x(153, "€"), ["gsm7", 153, 306, 3]],
    ["70 in UCS-2", x(70, "ж"), ["ucs2", 70, 70, 1]],
    ["71 in UCS-2", x(71, "ж"), ["ucs2", 71, 71, 2]],
    ["134 in UCS-2", x(134, "ж"), ["ucs2", 134, 134, 2]],
    ["135 in UCS-2", x(135, "ж"), ["ucs2", 135, 135, 3]],
    ["one character beyond GSM makes all UCS-2", `${x(70)}ж`, ["ucs2", 71, 71, 2]],
    ["the grave accent is not in GSM-7", "`", ["ucs2", 1, 1, 1]],
    ["lower-case c with cedilla is not in GSM-7", "ç", ["ucs2", 1, 1, 1]],
    ["the escape itself is no character", "\u001b", ["ucs2", 1, 1, 1]],
    ["emoji", "😀", ["ucs2", 1, 2, 1]],
    ["35 emoji", x(35, "😀"), ["ucs2", 35, 70, 1]],
    ["36 emoji: 33 fit into a part of 67", x(36, "😀"), ["ucs2", 36, 72, 2]],
    ["67 emoji cost a part", x(67, "😀"), ["ucs2", 67, 134, 3]],
    ["a lone surrogate", "\ud83d", ["ucs2", 1, 1, 1]],
  ])("%s", (_name, text, [encoding, characters, units, parts]) => {
    expect(smsParts(text)).toEqual({ encoding, characters, units, parts });
  });
});

/** 140 octets of user data hold 160 septets, which we count as octets; a header of 6 octets takes the rest. */
const OCTETS = { gsm7: { single: 160, part: 153 }, ucs2: { single: 140, part: 134 } };

describe("cutting", () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom("a", "€", "^", "\n", "é", "@"), maxLength: 700 }),
    fc.string({ unit: fc.constantFrom("a", "ж", "😀", "€"), maxLength: 400 }),
    fc.string({ unit: "binary", maxLength: 300 }),
  );

  test("the pieces are the text, fit their room, and are as many as counted", () => {
    fc.assert(
      fc.property(text, (whole) => {
        const { encoding, parts } = smsParts(whole);
        const { pieces } = splitSms(whole);
        expect(pieces.join("")).toBe(whole);
        expect(pieces).toHaveLength(parts);
        const octets = OCTETS[encoding][parts === 1 ? "single" : "part"];
        expect(Math.max(...pieces.map((piece) => smsBytes(piece, encoding).length))).toBeLessThanOrEqual(
          octets,
        );
        expect(pieces.every((piece) => piece.isWellFormed())).toBe(whole.isWellFormed());
      }),
      { seed: 20_240_229, numRuns: 400 },
    );
  });

  test("GSM-7 codes", () => {
    expect([...smsBytes("@a€\u00e0[", "gsm7")]).toEqual([0, 0x61, 0x1b, 0x65, 0x7f, 0x1b, 0x3c]);
  });

  test("UCS-2 is big-endian", () => {
    expect([...smsBytes("ж😀", "ucs2")]).toEqual([0x04, 0x36, 0xd8, 0x3d, 0xde, 0x00]);
  });
});
