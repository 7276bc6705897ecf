/** The columns of import/profile: which names there are, and how a cell of each is read. */
import { fail, ok, type Result } from "../base/result.ts";
import { parseEmail, parseFlag, parsePhone } from "./address.ts";
import {
  type AttributeType,
  type AttributeValue,
  attributeNameFault,
  parseAttribute,
} from "./attribute-value.ts";
import { parseUserId } from "./ids.ts";
import type { SystemColumn } from "./profile.ts";
import { isTimeZone } from "./time.ts";

/** A cell's stored value; null clears. The error is a predicate for `sentence`. */
export type Cell = Result<AttributeValue | null, string>;

export interface Column {
  readonly name: string;
  readonly kind: "user_id" | "system" | "attribute" | "ignored";
  /** Called with values other than null. `type` matters to attributes only. */
  readonly parse: (value: unknown, type: AttributeType) => Cell;
}

const MAX_COLUMNS = 500;
const MAX_NAME = 255; // characters of a person's name or country

// Known names beside the system columns. The second is taken and not used: consent by topic is not kept here, and
// the vendor ignores it too where its Consent Manager is off (evidence: data API, 6).
const ALIASES: ReadonlyMap<string, string> = new Map([["mobile_subscription", "sms_subscription"]]);
const IGNORED: ReadonlySet<string> = new Set(["consent_preferences"]);

const clearable =
  (parse: (value: unknown) => Cell): Column["parse"] =>
  (value) =>
    value === "" ? ok(null) : parse(value);

const parseName = clearable((value) => {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") return fail("must be text");
  return text.length > MAX_NAME ? fail(`must have at most ${MAX_NAME} characters`) : ok(text);
});

/** `en`, `pt-BR`, and `pt_BR` as many systems write it. */
const parseLanguage = clearable((value) => {
  const isCode = typeof value === "string" && /^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}$/.test(value);
  return isCode ? ok(value.replaceAll("_", "-")) : fail("must be a language code such as en");
});

/** Asking the machine about a zone costs 50 µs; an import repeats a few zones thousands of times. */
function zoneParser(): Column["parse"] {
  const answers = new Map<string, boolean>();
  return clearable((value) => {
    const zone = String(value);
    const isKnown = answers.get(zone) ?? (typeof value === "string" && isTimeZone(zone));
    if (answers.size < 1_000) answers.set(zone, isKnown);
    return isKnown && typeof value === "string"
      ? ok(value)
      : fail("must be a time zone such as Europe/Dublin");
  });
}

const parseAddress = clearable((value) => {
  const email = parseEmail(value);
  return email.ok ? ok(email.value.address) : email;
});

const PARSERS: Readonly<Record<SystemColumn, () => Column["parse"]>> = {
  email: () => parseAddress,
  email_subscription: () => clearable(parseFlag),
  mobile_number: () => clearable(parsePhone),
  sms_subscription: () => clearable(parseFlag),
  whatsapp_number: () => clearable(parsePhone),
  whatsapp_subscription: () => clearable(parseFlag),
  first_name: () => parseName,
  last_name: () => parseName,
  language: () => parseLanguage,
  timezone: zoneParser,
  country: () => parseName,
};

const parseCustom: Column["parse"] = (value, type) => (value === "" ? ok(null) : parseAttribute(type, value));

function planColumn(name: string): Column {
  if (name === "user_id") return { name, kind: "user_id", parse: parseUserId };
  if (IGNORED.has(name)) return { name, kind: "ignored", parse: () => ok(null) };
  if (Object.hasOwn(PARSERS, name)) return { name, kind: "system", parse: PARSERS[name as SystemColumn]() };
  return { name, kind: "attribute", parse: parseCustom };
}

/** The column of one name. The error is a predicate for it. */
export function columnFor(given: string): Result<Column, string> {
  const column = planColumn(ALIASES.get(given) ?? given);
  const predicate = column.kind === "attribute" ? attributeNameFault(column.name) : null;
  return predicate === null ? ok(column) : fail(predicate);
}

/** The columns of a call, in its order. The error is a predicate for `columns`. */
export function planColumns(value: unknown): Result<Column[], string> {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) {
    return fail("cannot be blank");
  }
  if (!Array.isArray(value) || !value.every((name) => typeof name === "string"))
    return fail("must be a list of names");
  if (value.length > MAX_COLUMNS) return fail(`must have at most ${MAX_COLUMNS} names`);
  const columns: Column[] = [];
  for (const [at, given] of value.entries()) {
    const planned = columnFor(given);
    if (!planned.ok) return fail(`entry ${at} ${planned.error}`);
    const column = planned.value;
    if (columns.some(({ name }) => name === column.name)) return fail(`must not name ${column.name} twice`);
    columns.push(column);
  }
  if (!columns.some(({ name }) => name === "user_id" || name === "email"))
    return fail("must contain user_id or email");
  return ok(columns);
}
