/**
 * One pass over the raw bytes of a JSON body, before anything recursive touches it: how deep it nests, and which
 * guarded names stand twice. JSON.parse keeps the last twin in silence, which would hide the first one from
 * whoever reads the body on its way here. The pass knows strings and brackets only; whether the text is JSON at
 * all is JSON.parse's to say.
 */
import { MAX_DEPTH } from "../../domain/storable-value.ts";

/** Names whose twin changes who is reached or who asks. */
export const GUARDED: ReadonlySet<string> = new Set([
  "apptoken",
  "id",
  "target",
  "target_by",
  "target_with_params",
  "params",
]);

const TARGETS = "target_with_params";
// The longest guarded name with every character written as \uXXXX.
const MAX_RAW_NAME = TARGETS.length * 6;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
// ASCII: a square bracket with this bit set is the curly one, and no other byte becomes one.
const CURLY = 0x20;

export interface JsonScan {
  readonly isTooDeep: boolean;
  /** Guarded top-level names that stand more than once. */
  readonly repeated: readonly string[];
  /** How many keys the object under `target_with_params` has as written, twins counted each. */
  readonly targetKeys: number;
}

/** The index of the closing quote of the string that opens at `open`; the length of the bytes when there is none. */
function closingQuote(bytes: Buffer, open: number): number {
  for (let i = open + 1; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (byte === QUOTE) return i;
    if (byte === BACKSLASH) i += 1;
  }
  return bytes.length;
}

function unescaped(raw: string): string {
  try {
    return raw.includes("\\") ? (JSON.parse(`"${raw}"`) as string) : raw;
  } catch {
    return ""; // not JSON: the parser refuses the body a moment later
  }
}

/** The name between two quotes when it is a guarded one; "" for all others. */
function guardedName(bytes: Buffer, open: number, close: number): string {
  if (close - open - 1 > MAX_RAW_NAME) return "";
  const name = unescaped(bytes.toString("latin1", open + 1, close));
  return GUARDED.has(name) ? name : "";
}

/**
 * Calls `visit` with the quotes of every key of the outermost object (depth 1) and of the objects right inside it
 * (depth 2). False as soon as the text nests deeper than allowed.
 */
function eachKey(bytes: Buffer, start: number, visit: (depth: number, open: number, close: number) => void) {
  let depth = 0;
  let isKeyNext = false;
  let keyDepth = 1; // commas part keys down to here: 2 while the container at depth 2 is an object
  for (let i = start; i < bytes.length; i += 1) {
    const byte = bytes[i]!;
    if (byte === QUOTE) {
      const close = closingQuote(bytes, i);
      if (isKeyNext) visit(depth, i, close);
      isKeyNext = false;
      i = close;
    } else if (byte === COMMA) {
      isKeyNext = depth <= keyDepth;
    } else if ((byte | CURLY) === OPEN_OBJECT) {
      depth += 1;
      if (depth > MAX_DEPTH) return false;
      isKeyNext = byte === OPEN_OBJECT && depth <= 2;
      if (depth === 2) keyDepth = 1 + Number(isKeyNext);
    } else if ((byte | CURLY) === CLOSE_OBJECT) {
      depth -= 1;
      isKeyNext = false;
    }
  }
  return true;
}

/** Reads `bytes` from the opening brace at `start`; stops early when the text nests too deep. */
export function scanJson(bytes: Buffer, start: number): JsonScan {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  let topName = "";
  let targetKeys = 0;
  const isShallow = eachKey(bytes, start, (depth, open, close) => {
    if (depth === 2) {
      if (topName === TARGETS) targetKeys += 1;
      return;
    }
    topName = guardedName(bytes, open, close);
    if (topName === "") return;
    if (seen.has(topName)) repeated.add(topName);
    seen.add(topName);
  });
  return { isTooDeep: !isShallow, repeated: [...repeated], targetKeys };
}

/**
 * The first `limit` keys that stand twice under `target_with_params`: the slow half, for a body that JSON.parse has
 * accepted and whose count shows that there are some.
 */
export function repeatedTargets(bytes: Buffer, start: number, limit: number): string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  let topName = "";
  eachKey(bytes, start, (depth, open, close) => {
    if (depth === 1) topName = guardedName(bytes, open, close);
    else if (topName === TARGETS) {
      const key = unescaped(bytes.toString("utf8", open + 1, close));
      if (seen.has(key) && repeated.size < limit) repeated.add(key);
      seen.add(key);
    }
  });
  return [...repeated];
}
