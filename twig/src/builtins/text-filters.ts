/** Filters on texts. A missing value is the empty text. */
import type { Runtime } from "../runtime/runtime.ts";
import { findStrategy } from "../syntax/strategies.ts";
import { toInteger } from "../values/arithmetic.ts";
import { encodeUrl, escapeText } from "../values/escape.ts";
import { isCollection, isMapping, isNull, keysOf, valuesOf } from "../values/kinds.ts";
import { toText } from "../values/text.ts";
import { chargeSearch } from "./contains.ts";
import type { FilterSpec } from "./spec.ts";
import { formatText } from "./sprintf.ts";
import { stripTags } from "./strip-tags.ts";

/** A filter that maps a text to a text of about the same length (`nl2br` at most seven times). */
function mapText(change: (text: string) => string): FilterSpec {
  return {
    params: [],
    run: (rt, value) => {
      const text = toText(rt, value);
      rt.chargeText(text.length);
      const result = change(text);
      if (result.length > text.length) rt.chargeText(result.length);
      return result;
    },
  };
}

/** As PHP cuts words: at digits, and not at apostrophes and marks, which have no case but belong to the word. */
const WORD = /\p{Cased}[\p{Cased}\p{Case_Ignorable}]*/gu;

/** First letter of each word large, the rest small. */
function titleCase(text: string): string {
  return text.replace(WORD, (word) => capitalize(word));
}

function capitalize(text: string): string {
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0);
  return text === "" ? "" : first.toUpperCase() + text.slice(first.length).toLowerCase();
}

/** PHP's trim: these characters unless others are named; `a..z` names a range. */
const BLANKS = " \t\n\r\0\v";

function trimText(rt: Runtime, value: unknown, args: readonly unknown[]): string {
  const text = toText(rt, value);
  const chars = isNull(args[0]) ? BLANKS : toText(rt, args[0]);
  const side = isNull(args[1]) ? "both" : toText(rt, args[1]);
  if (side !== "both" && side !== "left" && side !== "right") {
    return rt.fail('The side to trim is "left", "right" or "both".');
  }
  rt.chargeText(text.length);
  rt.charge(chars.length >> 2);
  const set = trimSet(rt, chars);
  let from = 0;
  let to = text.length;
  if (side !== "right") while (from < to && set.has(text[from]!)) from += 1;
  if (side !== "left") while (to > from && set.has(text[to - 1]!)) to -= 1;
  return text.slice(from, to);
}

function trimSet(rt: Runtime, chars: string): Set<string> {
  const set = new Set<string>();
  for (let i = 0; i < chars.length; i++) {
    const last = chars.startsWith("..", i + 1) ? chars.charCodeAt(i + 3) : Number.NaN;
    if (last >= chars.charCodeAt(i) && last < 256) {
      rt.charge((last - chars.charCodeAt(i)) >> 1);
      for (let code = chars.charCodeAt(i); code <= last; code++) set.add(String.fromCharCode(code));
      i += 3;
    } else {
      set.add(chars[i]!);
    }
  }
  return set;
}

/** What is no text has nothing to escape and keeps its kind; lists and mappings become JSON first. */
function escapeFilter(rt: Runtime, value: unknown, args: readonly unknown[]): unknown {
  const name = isNull(args[0]) ? "html" : toText(rt, args[0]);
  const strategy = findStrategy(name);
  if (strategy === undefined) return rt.fail(`There is no escaping strategy "${name.slice(0, 50)}".`);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  const text = toText(rt, value);
  rt.chargeText(text.length);
  return escapeText(rt, text, strategy);
}

/** Keys up to this length are found for the price of the walk. */
const LONG_KEY = 64;

/** PHP's strtr: the longest matching key wins, replaced text is not looked at again. */
function replaceAll(rt: Runtime, value: unknown, args: readonly unknown[]): string {
  const text = toText(rt, value);
  const pairs = replacePairs(rt, args);
  rt.chargeText(text.length);
  if (pairs.size === 0 || text === "") return text;
  const lengths = [...new Set([...pairs.keys()].map((key) => key.length))].sort((a, b) => b - a);
  rt.charge((text.length >> 3) * lengths.length);
  const starts = new Set([...pairs.keys()].map((key) => key.charCodeAt(0)));
  let result = "";
  let kept = 0;
  for (let i = 0; i < text.length; ) {
    if (!starts.has(text.charCodeAt(i))) {
      i += 1;
      continue;
    }
    const key = longestKey(rt, text, { at: i, pairs, lengths });
    if (key === undefined) {
      i += 1;
      continue;
    }
    result += text.slice(kept, i) + pairs.get(key)!;
    rt.chargeText(result.length + 32 > rt.limits.valueSize ? result.length : 32);
    i += key.length;
    kept = i;
  }
  return result + text.slice(kept);
}

interface Spot {
  readonly at: number;
  readonly pairs: ReadonlyMap<string, string>;
  /** Of the keys, the longest first. */
  readonly lengths: readonly number[];
}

/** Long keys are charged at each place: one that misses by its last character is read through every time. */
function longestKey(rt: Runtime, text: string, { at, pairs, lengths }: Spot): string | undefined {
  for (const length of lengths) {
    if (at + length > text.length) continue;
    if (length > LONG_KEY) rt.charge(length >> 5);
    const piece = text.slice(at, at + length);
    if (pairs.has(piece)) return piece;
  }
  return undefined;
}

/** A mapping of pairs, or Twig's old form with two texts. */
function replacePairs(rt: Runtime, [from, to]: readonly unknown[]): Map<string, string> {
  const pairs = new Map<string, string>();
  if (!isCollection(from)) {
    if (!isNull(from)) pairs.set(toText(rt, from), toText(rt, to));
  } else {
    const keys = keysOf(from);
    const values = valuesOf(from);
    rt.chargeItems(keys.length);
    for (let i = 0; i < keys.length; i++) pairs.set(String(keys[i]), toText(rt, values[i]));
  }
  pairs.delete("");
  return pairs;
}

/** PHP's explode and str_split. */
function splitText(rt: Runtime, value: unknown, args: readonly unknown[]): string[] {
  const text = toText(rt, value);
  if (isNull(value)) return [];
  if (text === "") return [""];
  const delimiter = toText(rt, args[0]);
  const limit = isNull(args[1]) ? null : toInteger(args[1]);
  if (delimiter === "") return chunkText(rt, text, limit);
  chargeSearch(rt, text, delimiter);
  const parts = text.split(delimiter, rt.limits.valueSize + 1);
  rt.chargeItems(parts.length);
  if (limit === null) return parts;
  if (limit < 0) return parts.slice(0, limit);
  const most = Math.max(1, limit);
  if (parts.length <= most) return parts;
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(delimiter)];
}

function chunkText(rt: Runtime, text: string, size: number | null): string[] {
  rt.chargeItems(text.length);
  const chars = Array.from(text);
  if (size === null || size <= 1) return chars;
  const chunks: string[] = [];
  for (let i = 0; i < chars.length; i += size) chunks.push(chars.slice(i, i + size).join(""));
  return chunks;
}

const BETWEEN_TAGS = />\s+</g;

function urlEncode(rt: Runtime, value: unknown): string {
  if (!isMapping(value) && !Array.isArray(value)) {
    const text = toText(rt, value);
    rt.chargeText(text.length * 3);
    return encodeUrl(text);
  }
  const parts: string[] = [];
  collectQuery(rt, { value, prefix: "", parts, depth: 0 });
  const query = parts.join("&");
  rt.chargeText(query.length);
  return query;
}

interface Query {
  readonly value: unknown;
  readonly prefix: string;
  readonly parts: string[];
  readonly depth: number;
}

/** PHP's http_build_query with RFC 3986 encoding; nulls are left out. */
function collectQuery(rt: Runtime, { value, prefix, parts, depth }: Query): void {
  if (depth > 20) rt.failBudget("depth");
  const keys = keysOf(value);
  const values = valuesOf(value);
  rt.chargeItems(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const item = values[i];
    const rawKey = String(keys[i]);
    rt.chargeText(rawKey.length * 3);
    const key = encodeUrl(rawKey);
    const name = prefix === "" ? key : `${prefix}%5B${key}%5D`;
    rt.chargeText(name.length);
    if (isCollection(item)) collectQuery(rt, { value: item, prefix: name, parts, depth: depth + 1 });
    else if (!isNull(item)) {
      const text = item === false ? "0" : toText(rt, item);
      rt.chargeText(text.length * 3);
      parts.push(`${name}=${encodeUrl(text)}`);
    }
  }
}

const ESCAPE: FilterSpec = { params: ["strategy", "charset", "autoescape"], run: escapeFilter };
const FORMAT: FilterSpec["run"] = (rt, value, args) => formatText(rt, toText(rt, value), args);

export const TEXT_FILTERS: readonly (readonly [string, FilterSpec])[] = [
  ["upper", mapText((text) => text.toUpperCase())],
  ["lower", mapText((text) => text.toLowerCase())],
  ["title", mapText(titleCase)],
  ["capitalize", mapText(capitalize)],
  ["trim", { params: ["character_mask", "side"], run: trimText }],
  [
    "nl2br",
    { ...mapText((text) => text.replace(/\r\n|\n\r|\n|\r/g, "<br />$&")), safe: "html", preEscape: "html" },
  ],
  [
    "spaceless",
    { ...mapText((text) => text.replace(BETWEEN_TAGS, "><").trim()), safe: "html", preEscape: "html" },
  ],
  [
    "striptags",
    { params: ["allowable_tags"], run: (rt, value, [allowed]) => stripTags(rt, toText(rt, value), allowed) },
  ],
  ["escape", ESCAPE],
  ["e", ESCAPE],
  ["raw", { params: [], run: (_rt, value) => value, safe: "all" }],
  ["replace", { params: ["from", "to"], run: replaceAll }],
  ["split", { params: ["delimiter", "limit"], required: 1, run: splitText }],
  ["format", { params: [], rest: true, run: FORMAT }],
  ["url_encode", { params: [], run: urlEncode }],
];
