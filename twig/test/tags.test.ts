/** Tags, whitespace control, inheritance and macros: the documented examples. */
import { describe, expect, test } from "vitest";
import { compile, TwigRuntimeError, TwigSyntaxError } from "../src/index.ts";
import { type Line, show } from "./show.ts";

const data = {
  users: [
    { name: "Ann", on: true },
    { name: "Bob", on: false },
    { name: "Cy", on: true },
  ],
  map: { x: 1, y: 2 },
  name: "Ann",
  html: "<b>",
  outer: "data",
};

const TABLES: Readonly<Record<string, readonly Line[]>> = {
  "if and for": [
    ["{% if 0 %}a{% elseif '' %}b{% elseif name %}c{% else %}d{% endif %}", "c"],
    [
      "{% for u in users %}{{ loop.index }}/{{ loop.length }}:{{ u.name }}{{ loop.last ? '.' : ', ' }}{% endfor %}",
      "1/3:Ann, 2/3:Bob, 3/3:Cy.",
    ],
    [
      "{% for u in users|filter(u => u.on) %}{{ loop.first ? '>' }}{{ u.name }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.index0 }}{% endfor %}",
      ">Ann210Cy101",
    ],
    [
      "{% for k, v in map %}{{ k }}={{ v }};{% endfor %}{% for k, v in ['a'] %}{{ k }}{{ v }}{% endfor %}",
      "x=1;y=2;0a",
    ],
    [
      "{% for x in [] %}x{% else %}none{% endfor %}{% for x in 'text' %}x{% else %}none{% endfor %}",
      "nonenone",
    ],
    [
      "{% for i in 1..2 %}{% for j in 'a'..'b' %}{{ loop.parent.loop.index }}{{ j }}{{ loop.parent.i }} {% endfor %}{% endfor %}",
      "1a1 1b1 2a2 2b2 ",
    ],
    ["{% for i in 0..10 %}{{ i }}{% endfor %}{% for l in 'x'..'z' %}{{ l }}{% endfor %}", "012345678910xyz"],
    [
      "{% for k, v in _context %}{% if k == 'name' %}{{ v }}{% endif %}{% endfor %}{{ _context.name }}{{ _context['outer'] }}",
      "AnnAnndata",
    ],
  ],
  "set and scope": [
    [
      "{% set a = 'x' %}{% for i in 1..3 %}{% set a = a ~ i %}{% set inner = i %}{% endfor %}{{ a }}[{{ inner }}{{ i }}]",
      "x123[]",
    ],
    ["{% for i in 1..2 %}{% set outer = i %}{% endfor %}{{ outer }}", "2"],
    ["{% set text %}<p>{{ name }}</p>{% endset %}{{ text }}{{ text|length }}", "<p>Ann</p>10"],
    ["{% with %}{% set a = 1 %}{{ a }}{% endwith %}[{{ a }}]", "1[]"],
    ["{% with {name: 'Zed', b: 2} %}{{ name }}{{ b }}{{ outer }}{% endwith %}{{ name }}", "Zed2dataAnn"],
    [
      "{% with {b: 2} only %}{{ b }}[{{ name }}]{% endwith %}{% with map %}{{ x }}{{ y }}{% endwith %}",
      "2[]12",
    ],
    ["{% set null_one = null %}{{ null_one ?? 'n' }}{% set name = null %}[{{ name }}]", "n[]"],
  ],
  "apply, autoescape, verbatim": [
    [
      "{% apply upper %}text {{ name }}{% endapply %}{% apply lower|replace({'t': 'T'}) %}TEST{% endapply %}",
      "TEXT ANNTesT",
    ],
    [
      "{% autoescape %}{{ html }}{% autoescape false %}{{ html }}{% endautoescape %}{{ html|raw }}{% endautoescape %}",
      "&lt;b&gt;<b><b>",
    ],
    [
      "{% autoescape 'js' %}{{ html }}{% endautoescape %}{% autoescape 'url' %}{{ html }}{% endautoescape %}",
      "\\u003Cb\\u003E%3Cb%3E",
    ],
    ["{% verbatim %}{{ name }}{% if %}{% endverbatim %}{{ '{{' }}", "{{ name }}{% if %}{{"],
    ["{% verbatim %}\nx{% endverbatim %}\ny", "\nx\ny"],
    ["a{#-#} b", "a b"],
    ["a {%- verbatim -%} {{ x }} {%- endverbatim -%} b", "a{{ x }}b"],
  ],
  whitespace: [
    ["a\n{% if 1 %}\nb\n{% endif %}\nc", "a\nb\nc"],
    ["a {{- ' x ' -}} b {#- note -#} c", "a x bc"],
    ["<li>\n  {{- name }}  </li>", "<li>Ann  </li>"],
    ["<li>\n  {{~ name ~}}  \n</li>", "<li>\nAnn\n</li>"],
    ["a{# note #}\nb{#~ x ~#}\nc", "ab\nc"],
    ["{% set a = 1 ~%}\n  x", "\n  x"],
    ["a\r\n{% if 1 %}\r\nb{% endif %}", "a\nb"],
  ],
  "small tags": [
    [
      "{% do 1 + 1 %}{% flush %}{% deprecated 'old' package='a/b' version='1' %}{% types {name: 'string', age?: 'number' docs='in years', } %}x",
      "x",
    ],
    [
      "{% guard filter upper %}{{ name|upper }}{% endguard %}{% guard function nope %}{{ nope() }}{% else %}no{% endguard %}",
      "ANNno",
    ],
    [
      "{% guard test divisible by %}yes{% endguard %}{% guard filter nope %}{{ 1|nope }}{% endguard %}",
      "yes",
    ],
  ],
  macros: [
    [
      "{% macro input(name, value = 'v', type = 'text') %}<{{ name }}:{{ value }}:{{ type }}>{% endmacro %}{{ _self.input('a') }}{{ _self.input('a', 'b', type: 'c') }}",
      "<a:v:text><a:b:c>",
    ],
    ["{% macro m() %}{{ varargs|join(',') }}[{{ name }}]{% endmacro %}{{ _self.m(1, 2, 3) }}", "1,2,3[]"],
    [
      "{% macro tag(name, ...rest) %}<{{ name }}{% for k, v in rest %} {{ k }}={{ v }}{% endfor %}>{% endmacro %}{{ _self.tag('a', 'b', 'c') }}{{ _self.tag('br') }}{{ _self.tag('i', id: 1) }}",
      "<a 0=b 1=c><br><i id=1>",
    ],
    [
      "{% macro m(a, b, c = 3) %}{{ a }}{{ b }}{{ c }};{% endmacro %}{{ _self.m(...[1, 2]) }}{{ _self.m(...{b: 5, a: 4}) }}{{ _self.m(1, ...{c: 9}, b: 2) }}",
      "123;453;129;",
    ],
    [
      "{% from _self import m as n %}{% macro m(x) %}({{ x }}){% endmacro %}{{ n(1) }}{% import _self as lib %}{{ lib.m(2) }}",
      "(1)(2)",
    ],
    [
      "{% import _self as lib %}{% macro a() %}{{ lib.b() }}{% endmacro %}{% macro b() %}B{% endmacro %}{{ lib.a() }}",
      "B",
    ],
    [
      "{% macro m() %}{% endmacro %}{{ _self.m is defined }}{{ _self.m() is defined }}{{ _self.q() is defined ? 'x' : '-' }}",
      "11-",
    ],
  ],
};

for (const [name, lines] of Object.entries(TABLES)) {
  describe(name, () => {
    for (const [source, expected] of lines) {
      test(source, () => {
        expect(show(source, { data })).toBe(expected);
      });
    }
  });
}

describe("other templates", () => {
  const snippets = {
    box: "[{{ name }}{{ extra }}]",
    lib: "{% macro b(x) %}<{{ x }}>{% endmacro %}{% macro i(x) %}{{ _self.b(x ~ '!') }}{% endmacro %}",
    base: "<{% block head %}H{% endblock %}|{% block body %}B{{ name }}{% endblock %}|{% block foot %}{{ block('head') }}{% endblock %}>",
    middle: "{% extends 'base' %}{% block body %}M({{ parent() }}){% endblock %}",
    blocks: "{% block head %}used{% endblock %}{% block extra %}E{% endblock %}",
    sets: "{% set name = 'inner' %}{{ name }}",
  };
  const lines: readonly Line[] = [
    [
      "{% include 'box' %}{% include 'box' with {extra: '+'} %}{% include 'box' with {extra: 1} only %}",
      "[Ann][Ann+][1]",
    ],
    [
      "{{ include('box', {extra: 2}) }}{{ include('box', with_context: false) }}{{ include('nope', ignore_missing: true) }}",
      "[Ann2][]",
    ],
    [
      "{{ include_only('box') }}{{ include_only('box', {extra: 2}) }}{{ include_only('nope', ignore_missing: true) }}{{ include_only(['nope', 'box'], {name}) }}",
      "[][2][Ann]",
    ],
    ["{{ _self }}{{ _self ~ '!' }}{% set x = _self %}{{ x|upper }}", "!"],
    [
      "{% include 'nope' ignore missing %}{% include ['nope', 'box'] %}{% include 'b' ~ 'ox' %}",
      "[Ann][Ann]",
    ],
    [
      "{% include 'sets' %}{{ name }}{% for u in users %}{% include 'box' with {name: u.name} %}{% endfor %}",
      "innerAnn[Ann][Bob][Cy]",
    ],
    [
      "{% import 'lib' as l %}{{ l.b(1) }}{{ l.i(2) }}{% from 'lib' import b, i as j %}{{ b(3) }}{{ j(4) }}",
      "<1><2!><3><4!>",
    ],
    ["{% extends 'base' %}{% set name = 'child' %}{% block head %}C{% endblock %}", "<C|Bchild|C>"],
    ["{% extends 'middle' %}{% block body %}X{{ parent() }}{% endblock %}", "<H|XM(BAnn)|H>"],
    ["{% extends name == 'Ann' ? 'base' : 'box' %}{% block foot %}F{% endblock %}", "<H|BAnn|F>"],
    [
      "{% embed 'base' %}{% block body %}E{{ parent() }}{{ name }}{% endblock %}{% endembed %}{% embed 'base' with {name: 'N'} only %}{% endembed %}",
      "<H|EBAnnAnn|H><H|BN|H>",
    ],
    [
      "{% use 'blocks' with extra as more %}{{ block('head') }}{{ block('more') }}{{ block('head') is defined }}{{ block('extra') is defined ? 'x' : '-' }}",
      "usedE1-",
    ],
    ["{{ block('extra', 'blocks') }}{{ source('box') }}", "E[{{ name }}{{ extra }}]"],
    [
      "{% block a %}1{% block b %}2{% endblock b %}{% endblock %}{{ block('b') }}{% block c name %}",
      "122Ann",
    ],
    [
      "{% set f = x => include('box', {name: x}) %}{{ f|invoke('q') }}{{ include(_self is null ? 'box' : 'box') }}",
      "[q][Ann]",
    ],
  ];
  for (const [source, expected] of lines) {
    test(source, () => {
      expect(show(source, { data, snippets })).toBe(expected);
    });
  }

  test("a snippet that is not there is refused when the template is compiled", () => {
    expect(() => show("{% include 'nope' %}")).toThrow(TwigSyntaxError);
    expect(() => show("{% include nope %}", { data: { nope: "nope" } })).toThrow(TwigRuntimeError);
  });

  test("a fault inside a snippet names the snippet", () => {
    expect(() => show("{% include 'bad' %}", { snippets: { bad: "\n{{ 1 + }}" } })).toThrow(
      "(bad, line 2, column 8)",
    );
  });

  test("a snippet is escaped by the template's strategy, and not twice", () => {
    const scene = { data: { name: "<i>" }, snippets, autoescape: "html" } as const;
    expect(show("{{ include('box') }}{% include 'box' %}{% set x = include('box') %}{{ x }}", scene)).toBe(
      "[&lt;i&gt;][&lt;i&gt;][&lt;i&gt;]",
    );
    expect(show("{% import 'lib' as l %}{{ l.b(name) }}{{ l.i(name) }}", scene)).toBe(
      "<&lt;i&gt;><&lt;i&gt;!>",
    );
  });

  test("a template that shows itself sees the names it is given", () => {
    const source = "{{ zz }}{% if not zz %}{% include _self with {zz: 'again'} %}{% endif %}";
    expect(show(source)).toBe("again");
  });
});

describe("faults", () => {
  const faults: readonly (readonly [string, string])[] = [
    ["{% if a %}{% else %}{% elseif b %}{% endif %}", 'Unexpected tag "elseif"'],
    ["{% block a %}{% endblock %}{% block a %}{% endblock %}", "already defined"],
    ["{% block a %}{% endblock b %}", 'Expected the end of "a"'],
    ["{% macro a(x, x) %}{% endmacro %}", "same name"],
    ["{{ parent() }}", "inside a block"],
    ["{% set a, b = 1 %}", "2 names but 1 values"],
    ["{% autoescape 'xml' %}{% endautoescape %}", "no escaping strategy"],
    ["{{ a|e('xml') }}", "no escaping strategy"],
    ["{{ a|sort('strcmp') }}", "needs an arrow function"],
    ["{% for x in y if x %}{% endfor %}", 'use the filter "filter"'],
    ["{% sandbox %}{% endsandbox %}", "not supported"],
    ["{{ 'x'|slug }}", "not supported"],
    ["{% verbatim %}", "never closed"],
    ["{# x", "never closed"],
    ["{% for x in [1] %}{% if x %}{% endfor %}", 'the open tag is "if"'],
  ];
  for (const [source, reason] of faults) {
    test(source, () => {
      expect(() => compile(source)).toThrow(TwigSyntaxError);
      expect(() => compile(source)).toThrow(reason);
    });
  }
});
