/**
 * Generated templates and data in the part of the language where this engine promises Twig's own output. Left
 * out on purpose: printing of collections (JSON here), dates of nothing, division by zero, integers beyond 2^53.
 */
import fc from "fast-check";

export interface Sample {
  readonly source: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly escaping: "html" | "html_attr" | "url" | "js" | "css" | false;
}

const text = fc.oneof(
  fc.constantFrom(
    "",
    "0",
    "a",
    "Hello world",
    "<b>&\"'</b>",
    "ünïcödé",
    "5",
    "10.5",
    "5 apples",
    "x,y,z",
    " pad ",
    "👍🏽 ok",
  ),
  fc.string({ maxLength: 8 }).map((value) => value.replaceAll("\\", "/")),
);
const number = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.constantFrom(0, 1, 0.5, 2.25, -1.75, 1000, 1234567.891, 0.1, 99.995),
);
const scalar = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const list = fc.array(fc.oneof(number, text), { maxLength: 5 });
const mapping = fc.dictionary(fc.constantFrom("k", "a", "name", "x", "z1"), scalar, {
  minKeys: 1,
  maxKeys: 4,
});

const data = fc.record({
  s: text,
  t: text,
  n: number,
  m: number,
  b: fc.boolean(),
  nothing: fc.constant(null),
  l: list,
  nums: fc.array(number, { maxLength: 5 }),
  map: mapping,
  rows: fc.array(fc.record({ name: text, price: number, on: fc.boolean() }), { maxLength: 4 }),
});

const NAMES = [
  "s",
  "t",
  "n",
  "m",
  "b",
  "nothing",
  "missing",
  "l.0",
  "map.k",
  "map['a']",
  "rows[0].name",
  "rows.0.price",
];
const NUMBERS = ["n", "m", "1", "2", "3.5", "7", "0.25", "nums|length"];

/** Expressions with a number as value. */
const { numeric } = fc.letrec<{ numeric: string }>((tie) => ({
  numeric: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(...NUMBERS),
    fc
      .tuple(tie("numeric"), fc.constantFrom("+", "-", "*"), tie("numeric"))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(tie("numeric"), fc.constantFrom("+", "-", "*"), tie("numeric"))
      .map(([a, op, b]) => `${a} ${op} ${b}`),
    fc
      .tuple(tie("numeric"), fc.constantFrom("//", "%", "/"), fc.constantFrom("2", "3", "7"))
      .map((one) => one.join(" ")),
    tie("numeric").map((a) => `(${a})|round(1)`),
    tie("numeric").map((a) => `(${a})|abs`),
  ),
}));

const FILTERS = [
  "upper",
  "lower",
  "title",
  "capitalize",
  "trim",
  "length",
  "first",
  "last",
  "reverse",
  "nl2br",
  "striptags",
  "url_encode",
  "json_encode",
  "escape",
  "e('js')",
  "e('html_attr')",
  "raw",
  "default('none')",
  "slice(1, 2)",
  "slice(-2)",
  "replace({'a': 'b', 'o': '0'})",
  "split(',')|join('+')",
  "default('')|split(',', 2)|last",
  "trim('x', 'left')",
  "spaceless",
];

const LIST_FILTERS = [
  "join(', ')",
  "join(', ', ' and ')",
  "first",
  "last",
  "length",
  "sort|join(' ')",
  "reverse|join(' ')",
  "slice(1, 2)|join('-')",
  "map(v => v ~ '!')|join",
  "filter(v => v)|join(',')",
  "filter((v, k) => k is even)|json_encode",
  "reduce((c, v) => c ~ v, '>')",
  "merge([1, 2])|json_encode",
  "batch(2, 'none')|json_encode",
  "keys|join",
  "json_encode",
  "sort|json_encode",
  "reverse|json_encode",
  "sort((a, b) => b <=> a)|join(',')",
];

/** Expressions that print. */
const { printed } = fc.letrec<{ printed: string; condition: string }>((tie) => ({
  printed: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(...NAMES),
    fc.constantFrom("'lit'", '"<i>"', "42", "1.50", "true", "null", '"a#{n}b"'),
    numeric,
    numeric.map((a) => `(${a})|number_format(2, ',', '.')`),
    fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...FILTERS)).map(([a, filter]) => `${a}|${filter}`),
    fc.tuple(tie("printed"), fc.constantFrom(...FILTERS)).map(([a, filter]) => `(${a})|${filter}`),
    fc
      .tuple(
        fc.constantFrom("l", "nums", "map", "[3, n, 'c']", "1..4", "{'q': n, 'r': s}"),
        fc.constantFrom(...LIST_FILTERS),
      )
      .map(([a, filter]) => `(${a})|${filter}`),
    fc.constantFrom(
      "rows|column('name')|join('/')",
      "rows|map(r => r.price)|join(' ')",
      "max(nums|merge([0]))",
      "min(n, m)",
    ),
    fc.tuple(tie("printed"), tie("printed")).map(([a, b]) => `${a} ~ ${b}`),
    fc.tuple(tie("condition"), tie("printed"), tie("printed")).map(([c, a, b]) => `(${c}) ? (${a}) : (${b})`),
    fc.tuple(fc.constantFrom(...NAMES), tie("printed")).map(([a, b]) => `${a} ?? (${b})`),
    fc.tuple(fc.constantFrom(...NAMES), tie("printed")).map(([a, b]) => `${a} ?: (${b})`),
    tie("condition"),
    fc.constantFrom(
      "s[1:2]",
      "l[1:]|join",
      "'%05.1f|%-4s|%x'|format(n, s, 255)",
      "(n|round)|date('Y-m-d H:i')",
      "'2024-02-29 10:00'|date_modify('+1 month')|date('D, d M Y')",
    ),
  ),
  condition: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom(...NAMES),
    fc
      .tuple(
        fc.constantFrom(...NAMES, "1", "'a'", "'5'"),
        fc.constantFrom("==", "!=", "<", ">", "<=", ">=", "<=>"),
        fc.constantFrom(...NAMES, "0", "'abc'", "''"),
      )
      .map((one) => one.join(" ")),
    fc
      .tuple(tie("condition"), fc.constantFrom("and", "or"), tie("condition"))
      .map(([a, op, b]) => `${a} ${op} ${b}`),
    tie("condition").map((a) => `not (${a})`),
    fc.constantFrom(
      "s is empty",
      "map.k is defined",
      "missing is defined",
      "n is odd",
      "n is even",
      "l is iterable",
      "s is same as(t)",
      "nothing is null",
      "n is divisible by(3)",
      "1 in l",
      "'a' in s",
      "s starts with 'H'",
      "s ends with t",
      "s matches '/^[a-z ]+$/i'",
      "'x' not in map",
      "l == l",
      "map < l",
    ),
  ),
}));

const { body } = fc.letrec<{ body: string; statement: string }>((tie) => ({
  body: fc.array(tie("statement"), { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")),
  statement: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(
      "text ",
      "\n",
      '  <p class="x"> ',
      "{# note #}\n",
      "{%- if b -%} x {%- endif -%} \n",
      " {{~ n ~}} \n ",
    ),
    printed.map((a) => `{{ ${a} }}`),
    printed.map((a) => ` {{- ${a} -}} `),
    fc
      .tuple(printed, tie("body"), tie("body"))
      .map(([c, a, b]) => `{% if ${c} %}${a}{% else %}${b}{% endif %}`),
    tie("body").map((a) => `{% for i in l %}{{ loop.index }}:{{ i }}${a}{% else %}none{% endfor %}`),
    tie("body").map((a) => `{% for k, v in map %}{{ k }}={{ v }}{{ loop.last ? '.' : ',' }}${a}{% endfor %}`),
    tie("body").map(
      (a) => `{% for r in rows|filter(r => r.on) %}{{ r.name|e }} {{ loop.revindex }}${a}\n{% endfor %}`,
    ),
    printed.map((a) => `{% set s = ${a} %}{{ s }}`),
    tie("body").map((a) => `{% set cap %}${a}{% endset %}{{ cap }}{{ cap|length }}`),
    tie("body").map((a) => `{% apply upper|trim %}${a}{% endapply %}`),
    tie("body").map((a) => `{% with {s: n, q: 1} %}${a}{{ q }}{% endwith %}{{ q }}`),
    tie("body").map((a) => `{% autoescape 'js' %}${a}{% endautoescape %}`),
    tie("body").map((a) => `{% autoescape false %}${a}{% endautoescape %}`),
    fc.constant("{% include 'part' with {v: s} %}"),
    fc.constant("{{ include('part', {v: n}) }}"),
    fc.constant("{% import 'lib' as lib %}{{ lib.tag(s, 2) }}{{ lib.tag() }}"),
    fc.constant("{% from 'lib' import tag as t2 %}{{ t2(n) }}"),
    fc.constant("{% embed 'base' %}{% block body %}[{{ parent() }}{{ s }}]{% endblock %}{% endembed %}"),
  ),
}));

export const SNIPPETS: Readonly<Record<string, string>> = {
  part: "<p>{{ v }}|{{ n }}|{{ q|default('-') }}</p>\n",
  lib: "{% macro tag(a, b = 'B') %}<{{ a }}:{{ b }}:{{ n }}:{{ varargs|length }}>{% endmacro %}",
  base: "<{% block head %}H{{ n }}{% endblock %}{% block body %}B{{ s }}{% endblock %}>",
};

export const sample: fc.Arbitrary<Sample> = fc.record({
  source: fc.oneof(
    { arbitrary: body, weight: 9 },
    {
      arbitrary: body.map((a) => `{% extends 'base' %}{% block body %}${a}{{ parent() }}{% endblock %}`),
      weight: 1,
    },
  ),
  data,
  escaping: fc.oneof(
    { arbitrary: fc.constant("html" as const), weight: 6 },
    {
      arbitrary: fc.constantFrom(
        "html_attr" as const,
        "js" as const,
        "css" as const,
        "url" as const,
        false as const,
      ),
      weight: 2,
    },
  ),
});
