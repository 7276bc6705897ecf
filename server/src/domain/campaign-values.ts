/**
 * One value of the campaign model, from whatever spelling callers use to the stored form. null, "", [] and {} clear a
 * field, so that callers who write every field of their own model do not fail on the empty ones.
 */
import { fail, ok, type Result } from "../base/result.ts";
import { parseFlag } from "./address.ts";
import type { CampaignField, FieldKind, FieldValue, KeyValue } from "./campaign-fields.ts";
import { isRecord } from "./field-label.ts";
import { parseId } from "./ids.ts";
import { parseTime } from "./time.ts";

type Parsed = Result<FieldValue | null, string>;
type Parser = (value: unknown, field: CampaignField) => Parsed;

const MAX_TEXT = 4_096;

// What providers keep for themselves in a push payload: APNs its dictionary, FCM the names of its reserved words.
const RESERVED_KEY = /^(?:aps|from|message_type|gcm(?:\..*)?|google(?:\..*)?)$/i;

// RFC 9110, 5.6.2: token. The names are refused because they frame the request and belong to the transport.
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
const TRANSPORT_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const PARSERS: Readonly<Record<FieldKind, Parser>> = {
  text: parseText,
  line: (value, field) =>
    matching(parseText(value, field), /^[^\p{Cc}]*$/u, "must not contain line breaks or control characters"),
  link: parseLink,
  address: (value, field) =>
    matching(parseText(value, field), /^https?:\/\/[^\s/?#]+\S*$/i, "must be an http or https URL"),
  flag: parseFlag,
  whole: parseWhole,
  id: parseId,
  choice: parseChoice,
  choices: (value, field) => parseList(value, field, (entry) => parseChoice(entry, field)),
  pairs: (value, field) => parsePairs(value, field, pairFault),
  headers: (value, field) => parsePairs(value, field, headerFault),
  ids: (value, field) => parseList(value, field, parseId),
  tokens: (value, field) => parseList(value, field, (entry) => parseText(entry, { ...field, max: MAX_TEXT })),
  json: parseJson,
  time: parseSeconds,
  fixed: () => ok(null),
};

/** Is it a spelling of "nothing"? */
export function isCleared(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}

/** The stored form of a value; null clears the field. The error is a predicate for `sentence`. */
export function parseFieldValue(field: CampaignField, value: unknown): Parsed {
  return isCleared(value) ? ok(null) : PARSERS[field.kind](value, field);
}

function parseText(value: unknown, field: CampaignField): Result<string, string> {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") return fail("must be text");
  // Characters, not UTF-16 units; they are counted only where the units are too many.
  const isLong = text.length > field.max && (text.length > 2 * field.max || [...text].length > field.max);
  return isLong ? fail(`must have at most ${field.max} characters`) : ok(text);
}

const matching = (text: Result<string, string>, pattern: RegExp, predicate: string): Parsed =>
  text.ok && !pattern.test(text.value) ? fail(predicate) : text;

// Placeholders and tags may hold spaces (`{{ user_id }}`), the rest of a link may not.
const PLACEHOLDER = /\{\{[^{}]*\}\}|\{%[^{}]*%\}/g;

function parseLink(value: unknown, field: CampaignField): Parsed {
  const text = parseText(value, field);
  const hasSpace = text.ok && /[\s\p{Cc}]/u.test(text.value.replace(PLACEHOLDER, ""));
  return hasSpace ? fail("must not contain spaces outside placeholders") : text;
}

function parseWhole(value: unknown, field: CampaignField): Parsed {
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 0 || number > field.max) {
    return fail("must be a whole number, 0 or more");
  }
  return ok(number);
}

/** Numeric options are also taken as text: `"trigger": "3"`. */
function parseChoice(value: unknown, field: CampaignField): Result<string | number, string> {
  const found = field.options.find(
    (option) => option === value || (typeof option === "number" && String(option) === value),
  );
  return found === undefined ? fail(`must be one of ${field.options.join(", ")}`) : ok(found);
}

function parseList<T extends string | number>(
  value: unknown,
  field: CampaignField,
  parse: (entry: unknown) => Result<T, string>,
): Parsed {
  if (!Array.isArray(value)) return fail("must be a list");
  if (value.length > field.max) return fail(`must have at most ${field.max} entries`);
  const list: T[] = [];
  for (const [index, entry] of value.entries()) {
    const parsed = parse(entry);
    if (!parsed.ok) return fail(`entry ${index} ${parsed.error}`);
    list.push(parsed.value);
  }
  return ok(list as string[] | number[]);
}

/** Names and texts, as a list of `{key, value}` (the seed's form) or as an object. The last of two twins wins. */
function parsePairs(
  value: unknown,
  field: CampaignField,
  faultOf: (pair: KeyValue) => string | null,
): Parsed {
  const entries = isRecord(value)
    ? Object.entries(value).map(([key, text]) => ({ key, value: text }))
    : value;
  if (!Array.isArray(entries)) return fail("must be a list of key and value");
  if (entries.length > field.max) return fail(`must have at most ${field.max} entries`);
  const pairs = new Map<string, KeyValue>();
  for (const [index, entry] of entries.entries()) {
    const pair = parsePair(entry);
    const predicate = pair === null ? "must have a key and a value" : faultOf(pair);
    if (pair === null || predicate !== null) return fail(`entry ${index} ${predicate}`);
    pairs.set(pair.key, pair);
  }
  return ok([...pairs.values()]);
}

/** Numbers and switches become text, lists and objects their JSON: providers carry texts only. */
function parsePair(entry: unknown): KeyValue | null {
  if (!isRecord(entry) || entry.value === undefined) return null;
  const key = typeof entry.key === "number" ? String(entry.key) : entry.key;
  if (typeof key !== "string" || key.trim() === "") return null;
  const { value } = entry;
  if (typeof value === "string") return { key, value };
  return { key, value: value === null ? "" : JSON.stringify(value) };
}

function pairFault({ key, value }: KeyValue): string | null {
  if (key.length > 255) return "has a key of more than 255 characters";
  if (RESERVED_KEY.test(key)) return `has the key ${key}, which is reserved by the push providers`;
  return value.length > MAX_TEXT ? `has a value of more than ${MAX_TEXT} characters` : null;
}

function headerFault({ key, value }: KeyValue): string | null {
  if (!HEADER_NAME.test(key)) return "is not a header name";
  if (TRANSPORT_HEADERS.has(key.toLowerCase()))
    return `has the header ${key}, which belongs to the transport`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be found
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) return "has line breaks or control characters in its value";
  return value.length > MAX_TEXT ? `has a value of more than ${MAX_TEXT} characters` : null;
}

/** Only tells seconds from milliseconds, so any day of this century does. */
const THIS_CENTURY_MS = Date.UTC(2026, 0, 1);

function parseSeconds(value: unknown): Parsed {
  const time = parseTime(value, THIS_CENTURY_MS);
  return time.ok ? ok(Math.floor(time.value / 1000)) : time;
}

/** Kept as given; its grammar is the segment's to check. */
function parseJson(value: unknown, field: CampaignField): Parsed {
  if (typeof value !== "object" || value === null) return fail("must be an object or a list");
  if (JSON.stringify(value).length > field.max) return fail(`must have at most ${field.max} characters`);
  return ok(value as FieldValue);
}
