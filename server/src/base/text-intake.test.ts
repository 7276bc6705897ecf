import { expect, test } from "vitest";
import { createTextIntake, EncodingFault } from "./text-intake.ts";

/** What comes out of `bytes` when they come in parts of `size`. */
function take(bytes: Buffer, size: number): { text: string; encoding: string } {
  const intake = createTextIntake();
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size)
    out.push(Buffer.from(intake.take(bytes.subarray(at, at + size))));
  out.push(intake.end());
  return { text: Buffer.concat(out).toString("utf8"), encoding: intake.encoding };
}

const TEXT = "é€𝄞 a\n";

test.each([1, 2, 3, 5, 100])("characters that are cut by parts of %i bytes come out whole", (size) => {
  expect(take(Buffer.from(TEXT), size)).toEqual({ text: TEXT, encoding: "utf-8" });
  expect(take(Buffer.from(`\ufeff${TEXT}`), size)).toEqual({ text: TEXT, encoding: "utf-8" });
  expect(take(Buffer.from(`\ufeff${TEXT}`, "utf16le"), size)).toEqual({ text: TEXT, encoding: "utf-16le" });
  expect(take(Buffer.from("a"), size).text).toBe("a");
  expect(take(Buffer.alloc(0), size).text).toBe("");
});

test.each<[number[], number]>([
  [[0x61, 0x62, 0x63, 0x64, 0xff], 4],
  [[0x61, 0x62, 0x63, 0x64, 0xc3], 4],
  [[0x61, 0xc3, 0x28, 0x62, 0x63], 1],
  [[0xef, 0xbb, 0xbf, 0x61, 0x80], 4],
  [[0x61, 0x62, 0x63, 0xed, 0xa0, 0x80], 3],
  [[0x61, 0x62, 0x63, 0xf0, 0x9d, 0x84], 3],
])("bytes %j are refused by their place", (bytes, offset) => {
  for (const size of [1, 2, 100]) {
    expect(() => take(Buffer.from(bytes), size)).toThrow(EncodingFault);
    expect(() => take(Buffer.from(bytes), size)).toThrow(`at byte ${offset}:`);
  }
});
