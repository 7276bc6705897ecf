/**
 * Environment and flags -> one frozen, typed Config. The only file that reads settings from process.env.
 * All faults are reported together, each with the setting's name, what is wrong and an example; no fault repeats a
 * secret. `server/config.sample.env` explains each setting to the operator, and a test holds the two together.
 */
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import type { LogLevel, Secret } from "./base/log.ts";
import { fail, ok, type Result } from "./base/result.ts";
import {
  emailAddress,
  flag,
  headers,
  host,
  instanceKey,
  integer,
  matching,
  oneOf,
  optional,
  type Parse,
  publicUrl,
  REGION_NAME,
  regionList,
  secretToken,
  secretUrl,
  smsBody,
  splitAtFirst,
} from "./config-values.ts";
import type { OtherRegions } from "./domain/region.ts";

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Absolute. */
  readonly dataDir: string;
  /** null: the embedded PostgreSQL. */
  readonly databaseUrl: Secret | null;
  /** 64 hex digits; null: made at the first start and kept in the data directory. */
  readonly instanceKey: Secret | null;
  /** null: the sandbox gateway. */
  readonly emailUrl: Secret | null;
  /** Sender of emails whose campaign names none. */
  readonly emailFrom: string;
  readonly emailConnections: number;
  /** null: the sandbox gateway. */
  readonly smsUrl: Secret | null;
  readonly smsMethod: "GET" | "POST" | "PUT";
  /** null: the gateway's own, which is the idempotency key. */
  readonly smsHeaders: Secret<Readonly<Record<string, string>>> | null;
  readonly smsContentType: string;
  /** null: the gateway's own JSON body. */
  readonly smsBody: Secret | null;
  /** Where the provider's id stands in a JSON answer, as a dot path; null: it is not read. */
  readonly smsIdPath: string | null;
  readonly smsAbility: "keyed" | "dumb";
  readonly smsConcurrency: number;
  readonly smsTimeoutSeconds: number;
  readonly workers: number;
  readonly leaseSeconds: number;
  readonly requestTimeoutSeconds: number;
  readonly shutdownSeconds: number;
  readonly keepWebhookEventsDays: number;
  readonly keepSandboxDays: number;
  readonly keepEventIdsDays: number;
  readonly keepDoneWorkDays: number;
  readonly allowPrivateAddresses: boolean;
  /** No slash at the end; null: not reachable from outside. */
  readonly publicUrl: string | null;
  readonly region: string;
  /** What a reader of /metrics must show; null: only this machine may read it. */
  readonly metricsToken: Secret | null;
  /** Endpoints by the region's name. */
  readonly otherRegions: OtherRegions;
  /** Of one project, where it has set no number of its own; 0: no quota. */
  readonly quotaCallsPerSecond: number;
  readonly logLevel: LogLevel;
}

/** The region of a deployment that was given none: it marks no credentials. */
export const UNNAMED_REGION = "local";

interface Setting<T> {
  /** Name of the environment variable. */
  readonly env: string;
  /** Name of the command line flag, which wins over the environment. */
  readonly flag?: string;
  /** Taken when the setting is missing or empty, in the form that the operator would write. */
  readonly fallback: string;
  readonly example: string;
  readonly parse: Parse<T>;
}

/** Works in the sandbox; `.invalid` can never be anybody's (RFC 2606). */
const NO_SENDER = "carillon@sender.invalid";

const SETTINGS: { readonly [K in keyof Config]: Setting<Config[K]> } = {
  port: { env: "PORT", flag: "--port", fallback: "8400", example: "8400", parse: integer(0, 65_535) },
  host: { env: "HOST", flag: "--host", fallback: "127.0.0.1", example: "0.0.0.0", parse: host },
  dataDir: {
    env: "CARILLON_DATA_DIR",
    flag: "--data",
    fallback: ".carillon",
    example: "/var/lib/carillon",
    parse: (text) => (text.includes("\0") ? fail("holds a NUL character") : ok(resolve(text))),
  },
  databaseUrl: {
    env: "DATABASE_URL",
    fallback: "",
    example: "postgres://carillon:password@127.0.0.1:5432/carillon",
    parse: optional(secretUrl(["postgres:", "postgresql:"])),
  },
  instanceKey: { env: "INSTANCE_KEY", fallback: "", example: "0f".repeat(32), parse: optional(instanceKey) },
  emailUrl: {
    env: "EMAIL_URL",
    fallback: "",
    example: "smtps://user:password@mail.example.com:465",
    parse: optional(secretUrl(["smtp:", "smtps:"])),
  },
  emailFrom: { env: "EMAIL_FROM", fallback: NO_SENDER, example: "news@example.com", parse: emailAddress },
  emailConnections: { env: "EMAIL_CONNECTIONS", fallback: "10", example: "10", parse: integer(1, 200) },
  smsUrl: {
    env: "SMS_URL",
    fallback: "",
    example: "https://sms.example.com/v1/messages",
    parse: optional(secretUrl(["http:", "https:", "smpp:"])),
  },
  smsMethod: { env: "SMS_METHOD", fallback: "POST", example: "POST", parse: oneOf("GET", "POST", "PUT") },
  smsHeaders: {
    env: "SMS_HEADERS",
    fallback: "",
    example: '{"Authorization":"Bearer abc","Idempotency-Key":"{{key}}"}',
    parse: optional(headers),
  },
  smsContentType: {
    env: "SMS_CONTENT_TYPE",
    fallback: "application/json",
    example: "application/x-www-form-urlencoded",
    parse: matching(/^[\w.+-]+\/[\w.+-]+(;[ \w.+=-]+)?$/, "must be a media type"),
  },
  smsBody: {
    env: "SMS_BODY",
    fallback: "",
    example: '{"to":"{{to}}","from":"{{from}}","text":"{{text}}","reference":"{{key}}"}',
    parse: optional(smsBody),
  },
  smsIdPath: {
    env: "SMS_ID_PATH",
    fallback: "",
    example: "messages.0.id",
    parse: optional(matching(/^[^.\s]+(\.[^.\s]+)*$/, "must be names separated by dots")),
  },
  smsAbility: { env: "SMS_ABILITY", fallback: "dumb", example: "keyed", parse: oneOf("keyed", "dumb") },
  smsConcurrency: { env: "SMS_CONCURRENCY", fallback: "32", example: "32", parse: integer(1, 1_000) },
  smsTimeoutSeconds: { env: "SMS_TIMEOUT_SECONDS", fallback: "15", example: "15", parse: integer(1, 60) },
  workers: {
    env: "WORKERS",
    fallback: "",
    example: "2",
    // One core is left for the API process and PostgreSQL.
    parse: (text) => (text === "" ? ok(Math.max(1, availableParallelism() - 1)) : integer(1, 256)(text)),
  },
  leaseSeconds: { env: "LEASE_SECONDS", fallback: "20", example: "20", parse: integer(5, 300) },
  requestTimeoutSeconds: {
    env: "REQUEST_TIMEOUT_SECONDS",
    // A slow or broken client is gone within half a minute; 32 MiB come through at 10 Mbit/s.
    fallback: "28",
    example: "60",
    parse: integer(1, 600),
  },
  shutdownSeconds: { env: "SHUTDOWN_SECONDS", fallback: "25", example: "25", parse: integer(1, 300) },
  keepWebhookEventsDays: {
    env: "KEEP_WEBHOOK_EVENTS_DAYS",
    fallback: "30",
    example: "30",
    parse: integer(1, 3_650),
  },
  keepSandboxDays: { env: "KEEP_SANDBOX_DAYS", fallback: "30", example: "30", parse: integer(1, 3_650) },
  keepEventIdsDays: { env: "KEEP_EVENT_IDS_DAYS", fallback: "90", example: "90", parse: integer(1, 3_650) },
  keepDoneWorkDays: { env: "KEEP_DONE_WORK_DAYS", fallback: "7", example: "7", parse: integer(1, 3_650) },
  allowPrivateAddresses: { env: "ALLOW_PRIVATE_ADDRESSES", fallback: "false", example: "true", parse: flag },
  publicUrl: {
    env: "PUBLIC_URL",
    fallback: "",
    example: "https://engage.example.com",
    parse: optional(publicUrl),
  },
  region: {
    env: "REGION",
    fallback: UNNAMED_REGION,
    example: "eu",
    parse: matching(REGION_NAME, "must be 1 to 32 lower-case letters, digits or dashes"),
  },
  otherRegions: {
    env: "OTHER_REGIONS",
    fallback: "",
    example: "us=https://us.example.com,au=https://au.example.com",
    parse: regionList,
  },
  quotaCallsPerSecond: {
    env: "QUOTA_CALLS_PER_SECOND",
    fallback: "5000",
    example: "600",
    parse: integer(0, 100_000),
  },
  metricsToken: {
    env: "METRICS_TOKEN",
    fallback: "",
    example: "0f".repeat(16),
    parse: optional(secretToken),
  },
  logLevel: {
    env: "LOG_LEVEL",
    fallback: "info",
    example: "debug",
    parse: oneOf("trace", "debug", "info", "warn", "error", "fatal", "silent"),
  },
};

/** Name and default of each setting, in the order of the table. An empty default is explained in the sample. */
export function listSettings(): { env: string; fallback: string }[] {
  return Object.values(SETTINGS).map(({ env, fallback }) => ({ env, fallback }));
}

/**
 * Reads all settings. `args` are the words after the command: `--port 8400` or `--port=8400`; they win over `env`.
 * An empty variable counts as not set, because `NAME=` is how an environment file says so.
 */
export function readConfig(
  env: Record<string, string | undefined>,
  args: readonly string[],
): Result<Config, string[]> {
  const { given, faults } = readFlags(args);
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries<Setting<unknown>>(SETTINGS)) {
    const fromFlag = setting.flag === undefined ? undefined : given.get(setting.flag);
    const text = fromFlag ?? env[setting.env]?.trim() ?? "";
    const name = fromFlag === undefined ? `${setting.env}=` : `${setting.flag} `;
    const parsed = setting.parse(text === "" ? setting.fallback : text);
    if (parsed.ok) values[key] = parsed.value;
    else faults.push(`${name.slice(0, -1)} ${parsed.error}. Example: ${name}${setting.example}`);
  }
  return faults.length > 0 ? fail(faults) : ok(Object.freeze(values as unknown as Config));
}

/** `readConfig` over the environment of this process. */
export function readProcessConfig(args: readonly string[]): Result<Config, string[]> {
  return readConfig(process.env, args);
}

/** Settings that are allowed, but that an operator should know of; one sentence each, logged at the start. */
export function configWarnings(config: Config): string[] {
  const warnings: string[] = [];
  if (config.allowPrivateAddresses) {
    warnings.push("ALLOW_PRIVATE_ADDRESSES=true: customers' webhooks can reach this machine's own network.");
  }
  const isLocal = config.host === "localhost" || config.host === "::1" || config.host.startsWith("127.");
  if (!isLocal && config.publicUrl === null) {
    warnings.push(`HOST=${config.host} without PUBLIC_URL: links in messages will not lead back here.`);
  }
  if (config.publicUrl?.startsWith("http://") && !isLocal) {
    warnings.push("PUBLIC_URL is http: tokens and sign-ins travel in the clear; use https.");
  }
  if (config.emailUrl !== null && config.emailFrom === NO_SENDER) {
    warnings.push("EMAIL_URL without EMAIL_FROM: emails of campaigns without a sender will be refused.");
  }
  if (config.databaseUrl !== null && /[?&]sslmode=disable\b/.test(config.databaseUrl.reveal())) {
    warnings.push("DATABASE_URL has sslmode=disable: fine on one machine, not across a network.");
  }
  return warnings;
}

function readFlags(args: readonly string[]): { given: Map<string, string>; faults: string[] } {
  const known = Object.values<Setting<unknown>>(SETTINGS).flatMap(({ flag: name }) => name ?? []);
  const given = new Map<string, string>();
  const faults: string[] = [];
  const words = args.flatMap((word) => (/^--[\w-]+=/.test(word) ? splitAtFirst(word, "=") : [word]));
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    if (!known.includes(word)) {
      faults.push(`${word} is not a known flag. Known are: ${known.join(", ")}. Example: --port 8400`);
      continue;
    }
    const value = words[at + 1];
    at += 1;
    if (value === undefined || value === "" || known.includes(value)) {
      faults.push(`${word} needs a value. Example: ${word} ${exampleOf(word)}`);
    } else given.set(word, value);
  }
  return { given, faults };
}

function exampleOf(flagName: string): string {
  return (
    Object.values<Setting<unknown>>(SETTINGS).find((setting) => setting.flag === flagName)?.example ?? ""
  );
}
