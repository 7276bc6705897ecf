/**
 * The switches of a project, as `projects.settings` keeps them: one table with the default and the check of each. A
 * new one is a line in SETTINGS. What this version does not know stays as it is: a newer one may have written it.
 */
import { fail, ok, type Refusals, type Result } from "../base/result.ts";
import { isRecord, sentence } from "./field-label.ts";

interface Setting<T> {
  readonly fallback: T;
  /** The error is a predicate for `sentence`. */
  readonly parse: (value: unknown) => Result<T, string>;
}

/** Calls a second that no project of one database reaches: above it a quota is a typing error. */
const MAX_QUOTA = 100_000;

const SETTINGS = {
  /** A call without an idempotency key that is sent again because its answer was lost is not executed again. */
  unkeyed_retry_detection: flag(true),
  /** An attribute that nobody created is an error that names it, instead of a new attribute. */
  known_attributes_only: flag(false),
  /** Calls of the External API a second; null leaves it to the instance. */
  quota_calls_per_second: numberOrNull(1, MAX_QUOTA),
} as const;

type Parsed<S> = S extends Setting<infer T> ? T : never;
export type ProjectSettings = {
  readonly [K in keyof typeof SETTINGS]: Parsed<(typeof SETTINGS)[K]>;
};

const NAMES = Object.keys(SETTINGS) as (keyof ProjectSettings)[];

/** @param text `projects.settings`. What is missing there, or unreadable, has its default. */
export function readProjectSettings(text: string): ProjectSettings {
  const stored = storedIn(text);
  const entries = NAMES.map((name) => {
    const { parse, fallback } = SETTINGS[name] as Setting<unknown>;
    const parsed = Object.hasOwn(stored, name) ? parse(stored[name]) : fail("is missing");
    return [name, parsed.ok ? parsed.value : fallback];
  });
  return Object.fromEntries(entries) as ProjectSettings;
}

/**
 * Lays the settings that a body names over the stored ones; what is not named stays.
 * @returns the new text of `projects.settings`. Refusals are added to those of the other fields of the body.
 */
export function changeProjectSettings(
  text: string,
  { body, refusals }: { body: Readonly<Record<string, unknown>>; refusals: Refusals },
): string {
  const after = { ...storedIn(text) };
  for (const name of NAMES) {
    if (body[name] === undefined) continue;
    const parsed = (SETTINGS[name] as Setting<unknown>).parse(body[name]);
    if (parsed.ok) after[name] = parsed.value;
    else refusals.add(name, sentence(name, parsed.error));
  }
  return JSON.stringify(after);
}

function storedIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function flag(fallback: boolean): Setting<boolean> {
  return {
    fallback,
    parse: (value) => (typeof value === "boolean" ? ok(value) : fail("must be true or false")),
  };
}

function numberOrNull(least: number, most: number): Setting<number | null> {
  return {
    fallback: null,
    parse(value) {
      if (value === null) return ok(null);
      const isFine = typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
      return isFine ? ok(value) : fail(`must be a whole number from ${least} to ${most}, or null`);
    },
  };
}
