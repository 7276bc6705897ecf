import { describe, expect, test } from "vitest";
import { compileTemplate, escapeFor, escapeNothing, escapeUrl, unknownPlaceholders } from "./template.ts";

const VALUES = { to: "353 87", from: "A&B", text: 'He said "hi"\n<é> {{key}} $& %', key: "k-1" };

describe("each place has its escaping", () => {
  test.each([
    [
      "url",
      "https://p.example/{{to}}?t={{text}}",
      escapeUrl,
      `https://p.example/353%2087?t=${encodeURIComponent(VALUES.text)}`,
    ],
    ["json", '{"a":"{{text}}"}', escapeFor("application/json"), JSON.stringify({ a: VALUES.text })],
    ["json with charset", '"{{from}}"', escapeFor("application/JSON; charset=utf-8"), '"A&B"'],
    ["vendor json", '"{{text}}"', escapeFor("application/vnd.x+json"), JSON.stringify(VALUES.text)],
    ["form", "to={{to}}&t={{from}}", escapeFor("application/x-www-form-urlencoded"), "to=353%2087&t=A%26B"],
    [
      "xml",
      "<t a='{{from}}'>{{text}}</t>",
      escapeFor("text/xml"),
      "<t a='A&amp;B'>He said &quot;hi&quot;\n&lt;é&gt; {{key}} $&amp; %</t>",
    ],
    ["plain", "{{to}}:{{text}}", escapeFor("text/plain"), `353 87:${VALUES.text}`],
    ["header", "{{key}}", escapeNothing, "k-1"],
  ])("%s", (_name, template, escapeValue, filled) => {
    expect(compileTemplate(template, escapeValue)(VALUES)).toBe(filled);
  });

  test("a lone surrogate breaks neither a URL nor JSON", () => {
    const values = { ...VALUES, text: "\ud800" };
    expect(compileTemplate("{{text}}", escapeUrl)(values)).toBe("%EF%BF%BD");
    expect(compileTemplate("{{text}}", escapeFor("application/json"))(values)).toBe("\ufffd");
  });
});

test("spaces in braces are fine, and what is unknown stays and is named", () => {
  const template = "{{ to }} {{sender}} {{ }} {to} {{{key}}}";
  expect(compileTemplate(template, escapeNothing)(VALUES)).toBe("353 87 {{sender}} {{ }} {to} {k-1}");
  expect(unknownPlaceholders(template)).toEqual(["sender"]);
});
