/** `striptags`: removes tags and comments as PHP's strip_tags does, in one pass. */
import type { Runtime } from "../runtime/runtime.ts";
import { isCollection, isNull, valuesOf } from "../values/kinds.ts";
import { toText } from "../values/text.ts";

/** Names of tags that stay: "<br><p>" or a list of names. */
function allowedNames(rt: Runtime, allowed: unknown): Set<string> {
  if (isNull(allowed)) return new Set();
  const names = isCollection(allowed) ? listedNames(rt, allowed) : writtenNames(rt, toText(rt, allowed));
  return new Set(names.map((name) => name.toLowerCase()));
}

function listedNames(rt: Runtime, allowed: unknown): string[] {
  const names = valuesOf(allowed).map((name) => toText(rt, name));
  for (const name of names) rt.chargeText(name.length);
  rt.chargeItems(names.length);
  return names;
}

function writtenNames(rt: Runtime, allowed: string): string[] {
  rt.charge(allowed.length >> 1);
  return Array.from(allowed.matchAll(/<([a-z][a-z0-9-]*)/gi), (found) => found[1]!);
}

/** The text without tags and comments; `allowed` names the tags that stay, as "<p><b>" or a list. Never closed tags end with the text. */
export function stripTags(rt: Runtime, text: string, allowed: unknown): string {
  rt.chargeText(text.length);
  if (!text.includes("<")) return text;
  rt.charge(text.length >> 2);
  const kept = allowedNames(rt, allowed);
  let result = "";
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf("<", at);
    if (open === -1) return result + text.slice(at);
    result += text.slice(at, open);
    // PHP takes a "<" before white space for a mere sign.
    if (/\s/.test(text[open + 1] ?? "x")) {
      result += "<";
      at = open + 1;
      continue;
    }
    const end = tagEnd(text, open);
    const tag = text.slice(open, end);
    const name = /^<\/?([a-z][a-z0-9-]*)/i.exec(tag)?.[1]?.toLowerCase();
    if (name !== undefined && kept.has(name)) result += tag;
    at = end;
  }
  return result;
}

/** Offset behind the tag or comment at `open`; the end of the text when it is never closed. */
function tagEnd(text: string, open: number): number {
  if (text.startsWith("<!--", open)) {
    const close = text.indexOf("-->", open + 4);
    return close === -1 ? text.length : close + 3;
  }
  let quote = "";
  for (let i = open + 1; i < text.length; i++) {
    const char = text[i]!;
    if (quote !== "") {
      if (char === quote) quote = "";
    } else if (char === '"' || char === "'") {
      quote = char;
    } else if (char === ">") {
      return i + 1;
    }
  }
  return text.length;
}
