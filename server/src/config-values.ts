/** The texts of settings -> values, each with a fault in words that says what is wanted. No fault repeats a secret. */
import { Secret } from "./base/log.ts";
import { fail, ok, type Result } from "./base/result.ts";
import { parseEmail } from "./domain/address.ts";
import type { OtherRegions } from "./domain/region.ts";

export type Parse<T> = (text: string) => Result<T, string>;

export const REGION_NAME = /^[a-z0-9-]{1,32}$/;

export function splitAtFirst(word: string, mark: string): [string, string] {
  const at = word.indexOf(mark);
  return [word.slice(0, at), word.slice(at + 1)];
}

export function optional<T>(parse: Parse<T>): Parse<T | null> {
  return (text) => (text === "" ? ok(null) : parse(text));
}

export function integer(least: number, most: number): Parse<number> {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return ok(value);
    return fail(`must be a whole number from ${least} to ${most}, not "${text}"`);
  };
}

export function oneOf<const T extends string>(...choices: T[]): Parse<T> {
  return (text) => {
    const choice = choices.find((known) => known.toLowerCase() === text.toLowerCase());
    return choice ? ok(choice) : fail(`must be one of ${choices.join(", ")}, not "${text}"`);
  };
}

export function flag(text: string): Result<boolean, string> {
  const lower = text.toLowerCase();
  if (["true", "1", "yes", "on"].includes(lower)) return ok(true);
  if (["false", "0", "no", "off"].includes(lower)) return ok(false);
  return fail(`must be true or false, not "${text}"`);
}

export function matching(pattern: RegExp, rule: string): Parse<string> {
  return (text) => (pattern.test(text) ? ok(text) : fail(`${rule}, not "${text}"`));
}

export function host(text: string): Result<string, string> {
  const isName = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/.test(text);
  const isV6 = /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/.test(text);
  return isName || isV6
    ? ok(text)
    : fail(`must be an address or host name without scheme and port, not "${text}"`);
}

/** The value is not repeated in the fault: it may hold a password. */
export function secretUrl(schemes: readonly string[]): Parse<Secret> {
  return (text) => {
    const wanted = schemes.map((scheme) => `${scheme}//`).join(" or ");
    if (!URL.canParse(text)) return fail(`must be a URL that begins with ${wanted}`);
    const url = new URL(text);
    if (!schemes.includes(url.protocol)) return fail(`must begin with ${wanted}`);
    // postgres://?host=/run/postgresql has no host in its place and is right.
    if (url.hostname === "" && !url.protocol.startsWith("postgres")) return fail("names no host");
    return ok(new Secret(text));
  };
}

/** As secret as a password, so it is not repeated either. */
export function instanceKey(text: string): Result<Secret, string> {
  return /^[0-9a-f]{64}$/i.test(text) ? ok(new Secret(text)) : fail("must be 64 hex digits (32 bytes)");
}

export function secretToken(text: string): Result<Secret, string> {
  return /^[\w.~+/=-]{16,200}$/.test(text)
    ? ok(new Secret(text))
    : fail("must be 16 to 200 letters, digits or any of . _ ~ + / = -");
}

export function publicUrl(text: string): Result<string, string> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    return fail("must be a URL that begins with https:// or http://");
  }
  if (url.search !== "" || url.hash !== "" || url.username !== "") {
    return fail("must have no query, fragment or user name");
  }
  return ok(url.href.replace(/\/+$/, ""));
}

/** `name=endpoint` pairs between commas. */
export function regionList(text: string): Result<OtherRegions, string> {
  const entries: [string, string][] = [];
  for (const pair of text.split(",").filter((part) => part.trim() !== "")) {
    const [name = "", url = ""] = splitAtFirst(pair.includes("=") ? pair : `${pair}=`, "=").map((s) =>
      s.trim(),
    );
    const endpoint = publicUrl(url);
    if (!REGION_NAME.test(name) || !endpoint.ok)
      return fail(`must be pairs of a region's name and its endpoint, not "${pair.trim()}"`);
    entries.push([name, endpoint.value]);
  }
  return ok(Object.freeze(Object.fromEntries(entries)));
}

export function emailAddress(text: string): Result<string, string> {
  const parsed = parseEmail(text);
  return parsed.ok ? ok(parsed.value.address) : fail(`${parsed.error}: "${text}"`);
}

const PLACEHOLDERS = ["to", "from", "text", "key"];

export function smsBody(text: string): Result<Secret, string> {
  const used = [...text.matchAll(/\{\{\s*(.*?)\s*\}\}/g)].map((match) => match[1] ?? "");
  const unknown = used.filter((name) => !PLACEHOLDERS.includes(name));
  if (unknown.length > 0) return fail(`has an unknown placeholder {{${unknown[0]}}}`);
  const missing = ["to", "text"].filter((name) => !used.includes(name));
  return missing.length > 0 ? fail(`lacks the placeholder {{${missing[0]}}}`) : ok(new Secret(text));
}

export function headers(text: string): Result<Secret<Readonly<Record<string, string>>>, string> {
  const problem = "must be a JSON object of header names and text values";
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return fail(problem);
    const entries = Object.entries(parsed);
    const wrong = entries.find(([name, value]) => {
      return !/^[\w!#$%&'*+.^`|~-]+$/.test(name) || typeof value !== "string" || /[\r\n\0]/.test(value);
    });
    if (wrong) return fail(`${problem}; "${wrong[0]}" is not`);
    return ok(new Secret(Object.freeze(Object.fromEntries(entries) as Record<string, string>)));
  } catch {
    return fail(problem);
  }
}
