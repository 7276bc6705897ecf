/**
 * The settings of a project's own gateway, as a person types them. Secrets go in and never come out: a view has
 * `has_...` in their place, and a change that leaves one out (or sends null) keeps the stored one.
 */
import { type FieldErrors, fail, ok, Refusals, type Result } from "../base/result.ts";
import type { MessageType } from "./channel.ts";
import { isRecord, sentence } from "./field-label.ts";
import { findFault } from "./storable-value.ts";

export const GATEWAY_KINDS = ["smtp", "sms-http", "smpp"] as const;
export type GatewayKind = (typeof GATEWAY_KINDS)[number];

/** Kinds by message type; the others go to the instance's gateway or the sandbox. */
export const KINDS_OF: Readonly<Partial<Record<MessageType, readonly GatewayKind[]>>> = {
  7: ["smtp"],
  9: ["sms-http", "smpp"],
};

/** How a mail connection is protected: TLS from the first byte, STARTTLS demanded, or STARTTLS where offered. */
const SMTP_SECURITY = ["tls", "starttls", "auto"] as const;

export interface SmtpSettings {
  readonly kind: "smtp";
  readonly host: string;
  readonly port: number;
  readonly security: (typeof SMTP_SECURITY)[number];
  readonly user: string;
  readonly password: string;
  readonly connections: number;
}

export interface SmsHttpGatewaySettings {
  readonly kind: "sms-http";
  readonly url: string;
  readonly method: "POST" | "GET" | "PUT";
  /** null: the gateway's own, which carries the message's key. Values may hold credentials. */
  readonly headers: Readonly<Record<string, string>> | null;
  /** null: the gateway's own JSON. */
  readonly body: string | null;
  readonly content_type: string;
  readonly id_path: string;
  readonly ability: "dumb" | "keyed";
  readonly concurrency: number;
}

export interface SmppSettings {
  readonly kind: "smpp";
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly system_id: string;
  readonly password: string;
  readonly window: number;
}

export type GatewaySettings = SmtpSettings | SmsHttpGatewaySettings | SmppSettings;

type Body = Readonly<Record<string, unknown>>;

/**
 * @param stored the settings so far, whose secrets stay where none is given; null for a first time or another kind.
 * @returns the whole settings, or what is wrong by field.
 */
export function parseGatewaySettings(
  kind: GatewayKind,
  given: Body,
  stored: GatewaySettings | null,
): Result<GatewaySettings, FieldErrors> {
  const reader = new Reader(given);
  const before = stored?.kind === kind ? stored : null;
  const settings = READERS[kind](reader, before);
  return reader.refusals.isEmpty ? ok(settings) : fail(reader.refusals.fields);
}

const READERS: Readonly<
  Record<GatewayKind, (reader: Reader, before: GatewaySettings | null) => GatewaySettings>
> = {
  smtp: (reader, before) => ({
    kind: "smtp",
    host: reader.host("host"),
    port: reader.whole("port", { fallback: 587, least: 1, most: 65_535 }),
    security: reader.oneOf("security", SMTP_SECURITY, "auto"),
    user: reader.text("user", 255),
    password: reader.secret("password", before?.kind === "smtp" ? before.password : ""),
    connections: reader.whole("connections", { fallback: 8, least: 1, most: 100 }),
  }),
  "sms-http": (reader, before) => ({
    kind: "sms-http",
    url: reader.url("url"),
    method: reader.oneOf("method", ["POST", "GET", "PUT"], "POST"),
    headers: reader.headers("headers", before?.kind === "sms-http" ? before.headers : null),
    body: reader.optionalText("body", 16_384),
    content_type: reader.text("content_type", 255) || "application/json",
    id_path: reader.text("id_path", 255),
    ability: reader.oneOf("ability", ["dumb", "keyed"], "dumb"),
    concurrency: reader.whole("concurrency", { fallback: 32, least: 1, most: 256 }),
  }),
  smpp: (reader, before) => ({
    kind: "smpp",
    host: reader.host("host"),
    port: reader.whole("port", { fallback: 2775, least: 1, most: 65_535 }),
    tls: reader.flag("tls"),
    // SMPP 3.4, 4.1.1: C-octet strings of at most 15 and 8 characters.
    system_id: reader.text("system_id", 15),
    password: reader.secret("password", before?.kind === "smpp" ? before.password : "", 8),
    window: reader.whole("window", { fallback: 10, least: 1, most: 256 }),
  }),
};

/** Reads fields one by one and notes what is wrong; what is wrong reads as its fallback. */
class Reader {
  readonly refusals = new Refusals();
  readonly #given: Body;

  constructor(given: Body) {
    this.#given = given;
  }

  #refuse(field: string, predicate: string): void {
    this.refusals.add(field, sentence(field, predicate));
  }

  text(field: string, most: number): string {
    const value = this.#given[field];
    if (value === undefined || value === null) return "";
    if (typeof value !== "string") this.#refuse(field, "must be text");
    else if (value.length > most) this.#refuse(field, `must have at most ${most} characters`);
    else if (/[\r\n\0]/.test(value) || !value.isWellFormed())
      this.#refuse(field, "must not contain control characters");
    else return value.trim();
    return "";
  }

  /** Lines are allowed; null where it is left out or empty. */
  optionalText(field: string, most: number): string | null {
    const value = this.#given[field];
    if (value === undefined || value === null || value === "") return null;
    if (typeof value !== "string") this.#refuse(field, "must be text");
    else if (value.length > most) this.#refuse(field, `must have at most ${most} characters`);
    else if (findFault(value, field) !== null)
      this.#refuse(field, "contains characters that cannot be stored");
    else return value;
    return null;
  }

  secret(field: string, stored: string, most = 1_024): string {
    const value = this.#given[field];
    return value === undefined || value === null ? stored : this.text(field, most);
  }

  host(field: string): string {
    const host = this.text(field, 253);
    if (host === "" && this.refusals.fields[field] === undefined) this.#refuse(field, "cannot be blank");
    else if (host !== "" && !/^[A-Za-z0-9._:[\]-]+$/.test(host))
      this.#refuse(field, "must be a host name or an address, without smtp:// and without a port");
    return host.replace(/^\[|\]$/g, "");
  }

  url(field: string): string {
    const url = this.text(field, 2_048);
    if (url === "" && this.refusals.fields[field] === undefined) this.#refuse(field, "cannot be blank");
    else if (url !== "" && !/^https?:\/\//i.test(url))
      this.#refuse(field, "must begin with https:// or http://");
    return url;
  }

  whole(field: string, range: { fallback: number; least: number; most: number }): number {
    const value = this.#given[field];
    if (value === undefined || value === null || value === "") return range.fallback;
    const number = typeof value === "string" && /^\d{1,6}$/.test(value) ? Number(value) : value;
    if (
      typeof number === "number" &&
      Number.isInteger(number) &&
      number >= range.least &&
      number <= range.most
    )
      return number;
    this.#refuse(field, `must be a whole number from ${range.least} to ${range.most}`);
    return range.fallback;
  }

  flag(field: string): boolean {
    const value = this.#given[field] ?? false;
    if (value === true || value === 1) return true;
    if (value !== false && value !== 0) this.#refuse(field, "must be true or false");
    return false;
  }

  oneOf<const T extends string>(field: string, known: readonly T[], fallback: NoInfer<T>): T {
    const value = this.#given[field];
    if (value === undefined || value === null || value === "") return fallback;
    const found = known.find((one) => one === value);
    if (found === undefined) this.#refuse(field, `must be one of ${known.join(", ")}`);
    return found ?? fallback;
  }

  /** A value of null keeps the stored one of that name. */
  headers(
    field: string,
    stored: Readonly<Record<string, string>> | null,
  ): Readonly<Record<string, string>> | null {
    const value = this.#given[field];
    if (value === undefined) return stored;
    if (value === null) return null;
    if (!isRecord(value) || Object.keys(value).length > 50) {
      this.#refuse(field, "must be an object of at most 50 names and texts");
      return stored;
    }
    const headers: Record<string, string> = {};
    for (const [name, text] of Object.entries(value)) {
      const kept = text === null ? stored?.[name] : text;
      const isSound =
        /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/.test(name) &&
        typeof kept === "string" &&
        /^[\t\x20-\x7e]{0,4096}$/.test(kept);
      if (isSound) headers[name] = kept;
      else
        this.#refuse(field, `has ${JSON.stringify(name.slice(0, 64))}, which is no header of printable text`);
    }
    return headers;
  }
}

/** What a person is shown: everything but secrets. */
export function viewSettings(settings: GatewaySettings): Record<string, unknown> {
  const { kind, ...shown } = settings;
  if (kind === "sms-http") {
    const { headers } = settings;
    const names =
      headers === null ? null : Object.fromEntries(Object.keys(headers).map((name) => [name, null]));
    return { ...shown, headers: names };
  }
  return { ...shown, password: null, has_password: settings.password !== "" };
}
