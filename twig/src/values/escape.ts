/**
 * Escaping by strategy, output identical to Twig's. Most values need none: each strategy has one test that
 * decides in a single pass. Cost and size are charged before a long result is built.
 */
import type { Runtime } from "../runtime/runtime.ts";
import type { Strategy } from "../syntax/ast.ts";

const HTML_SPECIAL = /[&<>"']/;
const HTML_SPECIALS = /[&<>"']/g;
const HTML_ATTR_SPECIAL = /[^a-zA-Z0-9,.\-_]/u;
const HTML_ATTR_SPECIALS = /[^a-zA-Z0-9,.\-_]/gu;
const HTML_ATTR_RELAXED_SPECIAL = /[^a-zA-Z0-9,.\-_:@[\]]/u;
const HTML_ATTR_RELAXED_SPECIALS = /[^a-zA-Z0-9,.\-_:@[\]]/gu;
const JS_SPECIAL = /[^a-zA-Z0-9,._]/;
const JS_SPECIALS = /[^a-zA-Z0-9,._]/g;
const CSS_SPECIAL = /[^a-zA-Z0-9]/u;
const CSS_SPECIALS = /[^a-zA-Z0-9]/gu;
const URL_SPECIAL = /[^a-zA-Z0-9\-._~]/;
const URL_LEFT_BY_JS = /[!'()*]/g;

const HTML_NAMES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#039;",
};

const JS_NAMES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "/": "\\/",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** Texts shorter than this need no charge of their own. */
const LONG_TEXT = 512;
/** The longest that one character can become: `&#x1F600;` and `%F0%9F%98%80` stay below it. */
const LONGEST_FORM = 12;

/** The strategy "html", which most outputs use. */
export function escapeHtml(rt: Runtime, text: string): string {
  if (!HTML_SPECIAL.test(text)) return text;
  if (text.length > LONG_TEXT) rt.charge(text.length >> 3);
  return text.replace(HTML_SPECIALS, (char) => HTML_NAMES[char]!);
}

/** Escapes a text for one place of a document. */
export function escapeText(rt: Runtime, text: string, strategy: Strategy): string {
  if (strategy === "html") return escapeHtml(rt, text);
  const rule = RULES[strategy];
  if (!rule.special.test(text)) return text;
  if (text.length > LONG_TEXT) {
    rt.charge((text.length * LONGEST_FORM) >> 5);
    if (text.length > rt.limits.valueSize) rt.failBudget("valueSize");
  }
  return rule.escape(text);
}

interface Rule {
  readonly special: RegExp;
  escape(text: string): string;
}

const RULES: Readonly<Record<Exclude<Strategy, "html">, Rule>> = {
  html_attr: {
    special: HTML_ATTR_SPECIAL,
    escape: (text) => text.replace(HTML_ATTR_SPECIALS, escapeHtmlAttrChar),
  },
  // For names of attributes as front-end frameworks write them (`v-on:click`, `@click`, `[value]`).
  html_attr_relaxed: {
    special: HTML_ATTR_RELAXED_SPECIAL,
    escape: (text) => text.replace(HTML_ATTR_RELAXED_SPECIALS, escapeHtmlAttrChar),
  },
  js: { special: JS_SPECIAL, escape: (text) => text.replace(JS_SPECIALS, escapeJsUnit) },
  css: { special: CSS_SPECIAL, escape: (text) => text.replace(CSS_SPECIALS, escapeCssChar) },
  url: { special: URL_SPECIAL, escape: encodeUrl },
};

function escapeHtmlAttrChar(char: string): string {
  const code = char.codePointAt(0)!;
  // Control characters have no meaning in HTML: the replacement character stands for them.
  const isControl = code === 0x7f || (code <= 0x1f && char !== "\t" && char !== "\n" && char !== "\r");
  if (isControl) return "&#xFFFD;";
  const named = char === "'" ? undefined : HTML_NAMES[char];
  return (
    named ??
    `&#x${code
      .toString(16)
      .toUpperCase()
      .padStart(code < 0x80 ? 2 : 4, "0")};`
  );
}

function escapeJsUnit(unit: string): string {
  return JS_NAMES[unit] ?? `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The space ends the escape, so that a following hex digit is not read into it. */
function escapeCssChar(char: string): string {
  return `\\${char.codePointAt(0)!.toString(16).toUpperCase()} `;
}

/** RFC 3986: everything but unreserved characters. A lone surrogate becomes U+FFFD. */
export function encodeUrl(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    URL_LEFT_BY_JS,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
