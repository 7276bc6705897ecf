/**
 * Which characters an encoding has. Texts are Unicode everywhere here, so changing the encoding of one can only mean
 * to keep the characters that the other encoding has; the tables are the platform's (TextDecoder).
 */

type Decoder = InstanceType<typeof TextDecoder>;

const REPLACEMENT = 0xfffd;
/** Planes 0 to 2 hold all that the older encodings know. */
const PLANES_END = 0x30000;

/** Names end with what iconv is to do about characters that are not there. */
export type Absent = "question mark" | "leave out" | "similar";

export interface Encoding {
  /** Lower case, without the ending. */
  readonly name: string;
  readonly absent: Absent;
}

const UNICODE = new Set(["utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "utf-32", "ucs-2", "gb18030"]);

/** TextDecoder takes these names for windows-1252, which has more characters. */
const FIRST_CODES: ReadonlyMap<string, number> = new Map([
  ["ascii", 0x80],
  ["us-ascii", 0x80],
  ["iso-8859-1", 0x100],
  ["iso8859-1", 0x100],
  ["latin1", 0x100],
  ["latin-1", 0x100],
]);

/** The encoding of this name, in any case and with iconv's `//IGNORE` or `//TRANSLIT`; undefined when there is none. */
export function findEncoding(text: string): Encoding | undefined {
  const [, name, ending] =
    /^([\w.:-]{1,40})(\/\/(?:ignore|translit))?$/.exec(text.trim().toLowerCase()) ?? [];
  if (name === undefined || !isKnown(name)) return undefined;
  const absent = ending === undefined ? "question mark" : ending === "//ignore" ? "leave out" : "similar";
  return { name, absent };
}

function isKnown(name: string): boolean {
  return UNICODE.has(name) || FIRST_CODES.has(name) || decoderOf(name) !== undefined;
}

function decoderOf(name: string): Decoder | undefined {
  try {
    const decoder = new TextDecoder(name);
    // "replacement" stands for encodings that browsers refuse.
    return decoder.encoding === "replacement" || decoder.encoding === "x-user-defined" ? undefined : decoder;
  } catch {
    return undefined;
  }
}

/** Tells whether the encoding has a character. */
export function charactersOf(name: string): (code: number) => boolean {
  if (UNICODE.has(name)) return () => true;
  const end = FIRST_CODES.get(name);
  if (end !== undefined) return (code) => code < end;
  const bits = tableOf(name);
  return (code) => code < PLANES_END && ((bits[code >> 3]! >> (code & 7)) & 1) === 1;
}

/** By the encoding's own name, of which there are forty: 24 KB each. */
const TABLES = new Map<string, Uint8Array>();

/** Whether `charactersOf` has what it needs at hand; building a table takes milliseconds. */
export function isTableAtHand(name: string): boolean {
  return UNICODE.has(name) || FIRST_CODES.has(name) || TABLES.has(decoderOf(name)?.encoding ?? "");
}

function tableOf(name: string): Uint8Array {
  const decoder = decoderOf(name)!;
  let bits = TABLES.get(decoder.encoding);
  if (bits === undefined) {
    bits = buildTable(decoder);
    TABLES.set(decoder.encoding, bits);
  }
  return bits;
}

/** Decodes everything that the encoding can say. */
function buildTable(decoder: Decoder): Uint8Array {
  const bits = new Uint8Array(PLANES_END >> 3);
  for (const bytes of samplesOf(decoder.encoding)) {
    for (const char of decoder.decode(bytes)) {
      const code = char.codePointAt(0)!;
      if (code !== REPLACEMENT && code < PLANES_END) bits[code >> 3]! |= 1 << (code & 7);
    }
  }
  return bits;
}

/** Line ends keep one broken pair from swallowing the next. */
const LINE_END = 0x0a;
const HIGH_PAIRS = { lead: [0x81, 0xfe], trail: [0x40, 0xfe] } as const;
const JIS_PAIRS = { lead: [0x21, 0x7e], trail: [0x21, 0x7e] } as const;
/** In EUC-JP a pair behind this byte is of the supplementary set. */
const JIS_SUPPLEMENT = 0x8f;
const PAIRED = new Set(["shift_jis", "gbk", "big5", "euc-kr", "euc-jp"]);

/** Single bytes, and pairs where the encoding has them. */
function samplesOf(encoding: string): readonly Uint8Array[] {
  if (encoding === "iso-2022-jp") return jisSamples();
  const singles = Uint8Array.from({ length: 512 }, (_, i) => (i % 2 === 0 ? i >> 1 : LINE_END));
  if (!PAIRED.has(encoding)) return [singles];
  const wide = pairs(HIGH_PAIRS, { before: [], after: [LINE_END] });
  if (encoding !== "euc-jp") return [singles, wide];
  return [singles, wide, pairs(HIGH_PAIRS, { before: [JIS_SUPPLEMENT], after: [LINE_END] })];
}

/** ISO-2022-JP changes its meaning by escapes: ASCII, Roman letters, half-width Katakana, two bytes. */
function jisSamples(): readonly Uint8Array[] {
  const printed = Array.from({ length: 0x5e }, (_, i) => i + 0x21);
  const plain = Array.from({ length: 0x80 }, (_, code) => code).filter((code) => code !== 0x1b);
  const to = (name: string): number[] => [0x1b, ...Array.from(name, (char) => char.charCodeAt(0))];
  return [
    Uint8Array.from([...plain, ...to("(J"), ...printed, ...to("(I"), ...printed, ...to("(B")]),
    Uint8Array.from([...to("$B"), ...pairs(JIS_PAIRS, { before: [], after: [] })]),
  ];
}

interface Frame {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

function pairs(span: typeof HIGH_PAIRS | typeof JIS_PAIRS, { before, after }: Frame): Uint8Array {
  const [firstLead, lastLead] = span.lead;
  const [firstTrail, lastTrail] = span.trail;
  const count = (lastLead - firstLead + 1) * (lastTrail - firstTrail + 1);
  const bytes = new Uint8Array(count * (before.length + 2 + after.length));
  let at = 0;
  for (let lead: number = firstLead; lead <= lastLead; lead++) {
    for (let trail: number = firstTrail; trail <= lastTrail; trail++) {
      for (const byte of before) bytes[at++] = byte;
      bytes[at++] = lead;
      bytes[at++] = trail;
      for (const byte of after) bytes[at++] = byte;
    }
  }
  return bytes;
}
