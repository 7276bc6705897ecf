/** Blocks, `use` and macros across templates, in the order of ancestors that Twig gives them. */
import { describe, expect, test } from "vitest";
import { compile, TwigRuntimeError, TwigSyntaxError } from "../src/index.ts";
import { type Line, show } from "./show.ts";

const snippets = {
  page: "<{% block title %}page{% endblock %}|{% block text %}-{% endblock %}>",
  offer: "{% block title %}offer{% endblock %}{% block price %}9{% endblock %}",
  sale: "{% use 'offer' %}{% block title %}sale on {{ parent() }}{% endblock %}",
  late: "{% block title %}late{% endblock %}{% block tag %}[{{ block('title') }}]{% endblock %}",
  greet:
    "{% import 'letters' as l %}{% from 'formal' import bye %}{% macro both(n) %}{{ l.hi(n) }}, {{ bye(n) }}{% endmacro %}",
  ping: "{% import 'pong' as other %}{% macro a(n) %}a{{ n ? other.b(n - 1) }}{% endmacro %}",
  pong: "{% import 'ping' as other %}{% macro b(n) %}b{{ n ? other.a(n - 1) }}{% endmacro %}",
  hidden: "{% from source_name import hi %}{% macro say() %}{{ hi(1) }}{% endmacro %}",
  letters: "{% macro hi(name) %}Hi {{ name }}{% endmacro %}",
  formal: "{% extends 'letters' %}{% macro bye(name) %}Bye {{ name }}{% endmacro %}",
  both: "{% import _self as m %}{% macro a() %}parent{% endmacro %}{% block x %}{{ m.a() }}{% endblock %}",
  theme: "{% extends 'page' %}{% block text %}{{ parent() }}themed {{ block('title') }}{% endblock %}",
};

const TABLES: Readonly<Record<string, readonly Line[]>> = {
  use: [
    ["{% use 'offer' %}{% block title %}my {{ parent() }}{% endblock %}", "my offer"],
    ["{% use 'sale' %}{% block title %}my {{ parent() }}{% endblock %}", "my sale on offer"],
    ["{% use 'offer' %}{% use 'late' %}{{ block('title') }}", "late"],
    ["{% use 'late' %}{% use 'offer' %}{{ block('tag') }}", "[offer]"],
    ["{% extends 'page' %}{% use 'offer' %}{% block title %}my {{ parent() }}{% endblock %}", "<my offer|->"],
    ["{% extends 'page' %}{% use 'offer' with title as text %}", "<page|offer>"],
    ["{% use 'sale' with title as name %}{% block name %}({{ parent() }}){% endblock %}", "(sale on offer)"],
    [
      "{% use 'offer' with title %}{{ block('title') is defined ? 'in' : 'out' }}{{ block('price') }}",
      "out9",
    ],
    ["{% embed 'page' %}{% use 'offer' %}{% endembed %}", "<offer|->"],
  ],
  blocks: [
    [
      "{% extends 'page' %}{% set line %}{% block title %}T{% endblock %}!{% endset %}{% block text %}{{ line }}{% endblock %}",
      "<T|T!>",
    ],
    ["{{ block('text', 'theme') }}", "-themed page"],
    ["{{ block('title', 'theme') is defined }}{{ block('nope', 'theme') is defined ? 'x' : '-' }}", "1-"],
    ["{% extends 'page' %}{% guard filter upper %}{% block title %}G{% endblock %}{% endguard %}", "<G|->"],
  ],
  macros: [
    ["{% import 'formal' as f %}{{ f.hi('A') }}, {{ f.bye('B') }}", "Hi A, Bye B"],
    ["{% from 'formal' import hi %}{{ hi('A') }}", "Hi A"],
    ["{% from 'greet' import both %}{{ both('A') }}", "Hi A, Bye A"],
    ["{% import 'ping' as p %}{{ p.a(3) }}", "abab"],
    ["{% extends 'both' %}{% block x %}{{ _self.a() }}{% endblock %}", "parent"],
    [
      "{% extends 'both' %}{% macro a() %}child{% endmacro %}{% import _self as m %}{% block x %}{{ m.a() }} of {{ parent() }}{% endblock %}",
      "child of parent",
    ],
    [
      "{% from 'letters' import hi, nope %}{{ hi is defined }}{{ nope is defined ? 'x' : '-' }}{{ hi() is defined }}",
      "1-1",
    ],
    [
      "{% import 'letters' as l %}{{ l.hi }}|{{ l.nope ?? 'none' }}|{{ l.hi is defined }}{{ l.('h' ~ 'i') is defined }}",
      "Hi |none|11",
    ],
    ["{% block b %}{% macro inner() %}in{% endmacro %}{{ _self.inner() }}{% endblock %}", "in"],
    [
      "{% embed 'page' %}{% macro q() %}Q{% endmacro %}{% block text %}{{ _self.q() }}{% endblock %}{% endembed %}",
      "<page|Q>",
    ],
    [
      "{% from 'letters' import hi %}{% block b %}{{ hi(1) }}{% block c %}{{ hi(2) }}{% endblock %}{% endblock %}",
      "Hi 1Hi 2",
    ],
  ],
  "all names": [
    [
      "{% set b = 2 %}{% with {c: 3, a: 4} %}{% for k, v in _context %}{{ k }}{{ v }} {% endfor %}{% endwith %}",
      "a4 b2 c3 ",
    ],
  ],
};

for (const [name, lines] of Object.entries(TABLES)) {
  describe(name, () => {
    for (const [source, expected] of lines) {
      test(source, () => {
        expect(show(source, { snippets, data: { a: 1 } })).toBe(expected);
      });
    }
  });
}

describe("faults", () => {
  const faults: readonly (readonly [string, string])[] = [
    ["{% use 'offer' with nope as x %}", 'The template "offer" has no block "nope"'],
    ["{% extends 'page' %}{% if 1 %}text{% endif %}", "content in blocks"],
    ["{% extends 'page' %}{% include 'offer' %}", "content in blocks"],
    ["{% embed 'page' %}text{% endembed %}", "content in blocks"],
    ["{% extends 'page' %}{% if 1 %}{% block title %}{% endblock %}{% endif %}", "in no other tag"],
    ["{% block a %}{% extends 'page' %}{% endblock %}", '"extends" cannot stand inside "block"'],
    ["{% macro a() %}{% use 'offer' %}{% endmacro %}", '"use" cannot stand inside "macro"'],
    ["{% block title %}{{ parent() }}{% endblock %}", '"parent" needs a template that extends or uses'],
    ["{{ '%s %s'|format(...[1], 2) }}", 'must come before "..."'],
    ["{% macro a(...x, y) %}{% endmacro %}", "Nothing can follow"],
    ["{% macro a(varargs) %}{% endmacro %}", "surplus arguments"],
    ["{% macro a(x: 1) %}{% endmacro %}", 'Expected ","'],
    ["{% from 'letters' import hi as null %}", "cannot be assigned"],
    ["{{ [1]|map(true => 1)|join }}", "cannot be assigned"],
    ["{{ (1 + 2) is defined }}", '"is defined" asks about'],
    [
      "{% from 'letters' import hi %}{% embed 'page' %}{% block text %}{{ hi() }}{% endblock %}{% endembed %}",
      'no function "hi"',
    ],
    [
      "{% block a %}{% from 'letters' import hi %}{% block b %}{{ hi() }}{% endblock %}{% endblock %}",
      'no function "hi"',
    ],
  ];
  const loader = (name: string) => (snippets as Record<string, string>)[name];
  for (const [source, reason] of faults) {
    test(source, () => {
      expect(() => compile(source, { loader })).toThrow(TwigSyntaxError);
      expect(() => compile(source, { loader })).toThrow(reason);
    });
  }

  test("an import in another template sees nothing of the data", () => {
    const scene = { snippets, data: { source_name: "letters" } };
    expect(() => show("{% from 'hidden' import say %}{{ say() }}", scene)).toThrow('no macro "hi"');
  });

  test("a macro that its template lacks fails where it is called", () => {
    const source = "{% from 'letters' import nope %}{% if on %}{{ nope() }}{% endif %}";
    expect(show(source, { snippets })).toBe("");
    expect(() => show(source, { snippets, data: { on: true } })).toThrow(TwigRuntimeError);
  });
});
