/** Gateways as /api/app gives them, and their settings as a form holds them. */
import type { GatewayView as Gateway } from "../../../../server/src/actions/gateways/view-gateways.ts";

export type { Gateway };

const KIND_LABELS: Readonly<Record<string, string>> = {
  smtp: "SMTP",
  "sms-http": "SMS over HTTP",
  smpp: "SMPP",
  webhook: "HTTP",
  sandbox: "Sandbox",
};

export const kindLabel = (kind: string): string => KIND_LABELS[kind] ?? kind;

/** Where it sends to, in a few words. */
export function placeOf({ settings }: Gateway): string {
  if (settings === null) return "";
  const { host, port, url } = settings;
  if (typeof url === "string") return URL.canParse(url) ? new URL(url).host : url;
  return typeof host === "string" ? `${host}:${String(port)}` : "";
}

/** A header of sms-http; a stored value is not shown, and stays where nothing is typed. */
export interface Header {
  readonly key: number;
  readonly name: string;
  readonly value: string;
  readonly isStored: boolean;
}

/** All fields of all kinds as texts; each kind sends its own. */
export interface GatewayValues {
  readonly kind: string;
  readonly host: string;
  readonly port: string;
  readonly security: string;
  readonly user: string;
  readonly password: string;
  readonly connections: string;
  readonly tls: boolean;
  readonly system_id: string;
  readonly window: string;
  readonly url: string;
  readonly method: string;
  readonly headers: readonly Header[];
  readonly body: string;
  readonly content_type: string;
  readonly id_path: string;
  readonly ability: string;
  readonly concurrency: string;
}

const FRESH: GatewayValues = {
  kind: "",
  host: "",
  port: "",
  security: "auto",
  user: "",
  password: "",
  connections: "",
  tls: false,
  system_id: "",
  window: "",
  url: "",
  method: "POST",
  headers: [],
  body: "",
  content_type: "",
  id_path: "",
  ability: "dumb",
  concurrency: "",
};

export function valuesOf({ kind, kinds, settings, source }: Gateway): GatewayValues {
  const own = source === "project" ? kind : (kinds[0] ?? "");
  if (settings === null) return { ...FRESH, kind: own };
  const { headers, password: _secret, has_password: _isThere, ...shown } = settings;
  const texts = Object.fromEntries(
    Object.entries(shown).map(([name, value]) => [
      name,
      typeof value === "boolean" ? value : String(value ?? ""),
    ]),
  );
  const names = Object.keys((headers ?? {}) as Record<string, unknown>);
  return {
    ...FRESH,
    ...texts,
    kind: own,
    headers: names.map((name, key) => ({ key, name, value: "", isStored: true })),
  };
}

const FIELDS: Readonly<Record<string, readonly (keyof GatewayValues)[]>> = {
  smtp: ["host", "port", "security", "user", "password", "connections"],
  smpp: ["host", "port", "tls", "system_id", "password", "window"],
  "sms-http": ["url", "method", "headers", "body", "content_type", "id_path", "ability", "concurrency"],
};

/** What is sent: secrets that nobody typed are left out, which keeps them. */
export function settingsOf(values: GatewayValues): Record<string, unknown> {
  const fields = (FIELDS[values.kind] ?? []).map((name) => [name, values[name]] as const);
  return Object.fromEntries(
    fields
      .filter(([name, value]) => !(name === "password" && value === ""))
      .map(([name, value]) => [name, name === "headers" ? headersOf(values.headers) : value]),
  );
}

/** null: those of the gateway itself. */
function headersOf(headers: readonly Header[]): Record<string, string | null> | null {
  const named = headers.filter(({ name }) => name.trim() !== "");
  if (named.length === 0) return null;
  return Object.fromEntries(
    named.map(({ name, value, isStored }) => [name.trim(), isStored && value === "" ? null : value]),
  );
}
