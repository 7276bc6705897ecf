/**
 * import/suppression: addresses that nothing is sent to, whoever has them and whatever they subscribed to. An address
 * is compared in the form in which it is matched elsewhere: emails in lower case, numbers as digits, tokens as they are.
 */
import { type FieldErrors, fail, ok, type Result } from "../base/result.ts";
import { parseEmail, parsePhone } from "./address.ts";
import { type MessageType, messageTypeOf } from "./channel.ts";
import { EntryRefusals, type TooLarge } from "./entry-refusals.ts";
import { isRecord, sentence } from "./field-label.ts";

export const SUPPRESSION_CHANNELS = ["email", "sms", "ios_push", "android_push", "web_push"] as const;

const MAX_ROWS = 50_000; // as import/profile (decisions: limits)
const MAX_TOKEN = 4_096; // web push subscriptions are the longest

export interface SuppressedAddress {
  readonly messageType: MessageType;
  /** In its matching form. */
  readonly key: string;
}

export interface SuppressionImport {
  readonly action: "add" | "remove";
  /** No two the same. */
  readonly rows: readonly SuppressedAddress[];
}

/** The form of an address in which the suppression compares it. */
export const suppressionKey = (type: MessageType, address: string): string =>
  type === 7 ? address.toLowerCase() : address;

/** Reads the body: `rows` of `[channel, address]`, of `columns` in their order, or of objects with both names. */
export function parseSuppression(
  body: Readonly<Record<string, unknown>>,
): Result<SuppressionImport, FieldErrors | TooLarge> {
  const { rows } = body;
  const refuse = (field: string, predicate: string) => ({ [field]: [sentence(field, predicate)] });
  const action = body.action ?? "add";
  if (action !== "add" && action !== "remove") return fail(refuse("action", "must be add or remove"));
  const columns = readColumns(body.columns);
  if (columns === null) return fail(refuse("columns", "must be channel and address"));
  if (rows === undefined || rows === null) return fail(refuse("rows", "cannot be blank"));
  if (!Array.isArray(rows)) return fail(refuse("rows", "must be a list"));
  if (rows.length === 0) return fail(refuse("rows", "cannot be blank"));
  if (rows.length > MAX_ROWS)
    return fail({ tooLarge: refuse("rows", `must have at most ${MAX_ROWS} entries per call`) });
  const refused = new EntryRefusals();
  const unique = new Map<string, SuppressedAddress>();
  rows.forEach((row: unknown, no) => {
    const read = readRow(row, columns);
    if (read.ok) unique.set(`${read.value.messageType}:${read.value.key}`, read.value);
    else refused.add(`rows[${no}]${read.error.field}`, read.error.predicate);
  });
  return refused.isEmpty ? ok({ action, rows: [...unique.values()] }) : fail(refused.fields);
}

const DEFAULT_COLUMNS = ["channel", "address"];

function readColumns(value: unknown): readonly string[] | null {
  if (value === undefined || value === null) return DEFAULT_COLUMNS;
  const isBoth =
    Array.isArray(value) && value.length === 2 && DEFAULT_COLUMNS.every((c) => value.includes(c));
  return isBoth ? (value as string[]) : null;
}

interface RowFault {
  /** `.address`, or "" for the row itself. */
  readonly field: string;
  readonly predicate: string;
}

function readRow(row: unknown, columns: readonly string[]): Result<SuppressedAddress, RowFault> {
  const isList = Array.isArray(row);
  if (!isList && !isRecord(row)) return fail({ field: "", predicate: "must be a list or an object" });
  if (isList && row.length !== 2) return fail({ field: "", predicate: "must have 2 cells" });
  const cell = (name: string): unknown => (isList ? row[columns.indexOf(name)] : row[name]);
  const channel = cell("channel");
  const messageType = SUPPRESSION_CHANNELS.some((known) => known === channel)
    ? messageTypeOf(String(channel))
    : undefined;
  if (messageType === undefined)
    return fail({ field: ".channel", predicate: `must be one of ${SUPPRESSION_CHANNELS.join(", ")}` });
  const key = keyOf(messageType, cell("address"));
  return key.ok ? ok({ messageType, key: key.value }) : fail({ field: ".address", predicate: key.error });
}

function keyOf(type: MessageType, value: unknown): Result<string, string> {
  if (type === 7) {
    const email = parseEmail(value);
    return email.ok ? ok(email.value.matchKey) : email;
  }
  if (type === 9) return parsePhone(value);
  if (value === undefined || value === null || value === "") return fail("cannot be blank");
  if (typeof value !== "string") return fail("must be text");
  return value.length > MAX_TOKEN ? fail(`must have at most ${MAX_TOKEN} characters`) : ok(value);
}
