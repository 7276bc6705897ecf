/**
 * Structured log: one JSON line an entry, to stderr. Whatever is logged passes the redaction first: values under
 * names that hold secrets become "***" at any depth up to eight, and passwords inside URLs are blotted out.
 * `Secret` is for the values that should not even get there.
 */
import { inspect } from "node:util";
import { type DestinationStream, destination, pino } from "pino";

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

interface LogMethod {
  (fields: object, message: string): void;
  (message: string): void;
}

export interface Log {
  readonly trace: LogMethod;
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  readonly fatal: LogMethod;
  /** A log that adds these fields to each entry. They are redacted too. */
  child(fields: object): Log;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** Which part of Carillon speaks: "api", "worker", "postgres". */
  readonly name: string;
  /** Where the lines go; stderr when not given. */
  readonly destination?: DestinationStream;
}

/** Makes a log. Writing is synchronous: the last line before a crash is the one that is needed. */
export function createLog(options: LogOptions): Log {
  const stream = options.destination ?? destination({ dest: 2, sync: true });
  const base = { name: options.name, pid: process.pid };
  // pino's own error serializer would fold the causes into one text; redact() has made a plain object already.
  const serializers = { err: (shown: unknown) => shown };
  const timestamp = pino.stdTimeFunctions.isoTime;
  return wrap(pino({ level: options.level, base, timestamp, serializers }, stream));
}

type Writer = ReturnType<typeof pino>;

function wrap(writer: Writer): Log {
  const method = (level: Exclude<LogLevel, "silent">): LogMethod => {
    return (first: object | string, message?: string): void => {
      if (!writer.isLevelEnabled(level)) return;
      if (typeof first === "string") writer[level](withoutUrlPasswords(first));
      else writer[level](fieldsOf(first), withoutUrlPasswords(message ?? ""));
    };
  };
  return {
    trace: method("trace"),
    debug: method("debug"),
    info: method("info"),
    warn: method("warn"),
    error: method("error"),
    fatal: method("fatal"),
    child: (fields) => wrap(writer.child(fieldsOf(fields))),
  };
}

function fieldsOf(fields: object): object {
  return (fields instanceof Error ? redact({ err: fields }) : redact(fields)) as object;
}

const MASK = "***";
/** Deeper than any structure of ours; a bound because a log call must not hang on what it is given. */
const MAX_DEPTH = 8;
/** Longer lists are cut: a log line is for reading. */
const MAX_ITEMS = 100;
const SECRET_NAME =
  /token|authorization|password|passwd|secret|assertion|cookie|apikey|privatekey|credential/;

/** A copy without secrets. Exported for the places that show settings or bodies outside the log. */
function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return withoutUrlPasswords(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return "[too deep]";
  if (value instanceof Error) return redactError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redact(item, depth + 1));
  if (hasOwnJson(value)) return redact(value.toJSON(), depth + 1);
  if (value instanceof Map) return redactFields(Object.fromEntries(value), depth);
  return redactFields(value, depth);
}

function redactFields(fields: object, depth: number): object {
  // fromEntries defines its properties, so a field named __proto__ stays a plain field.
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      isSecret(name, value) ? MASK : redact(value, depth + 1),
    ]),
  );
}

/** Numbers and booleans pass: they are counts and flags (`tokens: 3`); every secret of ours is text. */
function isSecret(name: string, value: unknown): boolean {
  if (typeof value !== "string" && (typeof value !== "object" || value === null)) return false;
  return SECRET_NAME.test(name.toLowerCase().replaceAll(/[_\-\s]/g, ""));
}

/** Message, stack and cause are not enumerable; the other properties (code, status) are. */
function redactError(error: Error, depth: number): object {
  const shown: Record<string, unknown> = { type: error.name, message: error.message, stack: error.stack };
  if (error.cause !== undefined) shown.cause = error.cause;
  return redactFields({ ...error, ...shown }, depth);
}

function hasOwnJson(value: object): value is { toJSON(): unknown } {
  return "toJSON" in value && typeof value.toJSON === "function";
}

function withoutUrlPasswords(text: string): string {
  // Both looks are cheaper than the expression, and most texts have neither.
  if (!text.includes("://") || !text.includes("@")) return text;
  return text.replaceAll(/(:\/\/)[^\s/@"'?#]{1,500}@/g, `$1${MASK}@`);
}

/** A value that prints as "***" wherever it lands: in a log, in JSON, in a debugger's inspect. */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
