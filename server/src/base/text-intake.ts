/**
 * Bytes of a text file, as they come, into UTF-8 without a mark. What is not text is refused and never guessed at: a
 * wrong guess would write broken names into thousands of profiles.
 */
import { isUtf8 } from "node:buffer";

export type TextEncodingName = "utf-8" | "utf-16le";

/** The bytes are no text that we take; `predicate` as in "File ...". */
export class EncodingFault extends Error {
  readonly predicate: string;

  constructor(predicate: string) {
    super(predicate);
    this.predicate = predicate;
  }
}

export interface TextIntake {
  /** Known after the first four bytes, or the end. */
  readonly encoding: TextEncodingName;
  /** @returns what is complete of it. @throws EncodingFault */
  take(bytes: Buffer): Buffer;
  /** @throws EncodingFault when it ends inside a character. */
  end(): Buffer;
}

const SNIFFED_BYTES = 4;

/** Files by their first bytes, with what to do about them. */
const OTHER_FILES: readonly (readonly [magic: readonly number[], predicate: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], "is a spreadsheet or a zip archive: export it as CSV"],
  [[0xd0, 0xcf, 0x11, 0xe0], "is an old spreadsheet: export it as CSV"],
  [[0x1f, 0x8b], "is compressed: send it as it is"],
  [[0x25, 0x50, 0x44, 0x46], "is a PDF, not CSV"],
  [[0xfe, 0xff], "is UTF-16 (big endian): save it as UTF-8"],
];

export function createTextIntake(): TextIntake {
  let head: Buffer = Buffer.alloc(0);
  let isSniffed = false;
  let encoding: TextEncodingName = "utf-8";
  const utf8 = new Utf8Check();
  const utf16 = new TextDecoder("utf-16le", { fatal: true });

  function sniff(): Buffer {
    isSniffed = true;
    const startsWith = (magic: readonly number[]): boolean => magic.every((byte, i) => head[i] === byte);
    for (const [magic, predicate] of OTHER_FILES) if (startsWith(magic)) throw new EncodingFault(predicate);
    if (startsWith([0xff, 0xfe])) {
      encoding = "utf-16le";
      return head.subarray(2);
    }
    if (startsWith([0xef, 0xbb, 0xbf])) {
      utf8.offset = 3;
      return head.subarray(3);
    }
    if (head.length > 1 && (head[0] === 0 || head[1] === 0))
      throw new EncodingFault("seems to be UTF-16 without a mark: save it as UTF-8");
    return head;
  }

  function decode(bytes: Buffer, isEnd: boolean): Buffer {
    if (encoding === "utf-8") return utf8.take(bytes, isEnd);
    try {
      return Buffer.from(utf16.decode(bytes, { stream: !isEnd }));
    } catch {
      throw new EncodingFault("is not valid UTF-16: save it as UTF-8");
    }
  }

  return {
    get encoding() {
      return encoding;
    },
    take(bytes) {
      if (isSniffed) return decode(bytes, false);
      head = Buffer.concat([head, bytes]);
      return head.length < SNIFFED_BYTES ? Buffer.alloc(0) : decode(sniff(), false);
    },
    end() {
      return decode(isSniffed ? Buffer.alloc(0) : sniff(), true);
    },
  };
}

/** Checks UTF-8 part by part; a character that is cut between two parts waits for its rest. */
class Utf8Check {
  offset = 0;
  #rest: Buffer = Buffer.alloc(0);

  take(bytes: Buffer, isEnd: boolean): Buffer {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const end = isEnd ? all.length : all.length - openTail(all);
    const whole = all.subarray(0, end);
    if (!isUtf8(whole)) {
      const at = this.offset + firstFault(whole);
      throw new EncodingFault(`is not UTF-8 at byte ${at}: it may be Windows-1252; save it as UTF-8`);
    }
    this.offset += whole.length;
    this.#rest = Buffer.from(all.subarray(end));
    return whole;
  }
}

const lengthOf = (lead: number): number => (lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4);

/** How many bytes at the end begin a character that goes on in the next part. */
function openTail(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return lengthOf(byte) > back ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

function firstFault(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length) {
    const length = lengthOf(bytes[at] ?? 0);
    if (!isUtf8(bytes.subarray(at, at + length)) || at + length > bytes.length) return at;
    at += length;
  }
  return at;
}
