/** Templates and data made to hurt, with the ending each must have. */
import {
  compile,
  type RenderLimits,
  TwigBudgetError,
  TwigRuntimeError,
  TwigSyntaxError,
} from "../src/index.ts";

export type Ending = "budget" | "runtime" | "syntax" | { readonly text: string } | "any output";

export interface Attack {
  readonly source: string;
  readonly ending: Ending;
  readonly data?: Record<string, unknown>;
  readonly snippets?: Record<string, string>;
}

const big = "a".repeat(200_000);
const cyclic: Record<string, unknown> = { name: "x" };
cyclic.self = cyclic;
const deep = Array.from({ length: 5000 }).reduce<Record<string, unknown>>((inner) => ({ inner }), {});
/** One zone in many spellings, each of which would set up a clock of its own. */
const zones = Array.from({ length: 2000 }, (_, bits) =>
  Array.from("europe/paris", (char, i) => ((bits >> i) & 1 ? char.toUpperCase() : char)).join(""),
);
const loops = (depth: number) => `${"{% for i in l %}".repeat(depth)}x${"{% endfor %}".repeat(depth)}`;
const ten = { l: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] };
const doubling = "{% set x = 'aaaaaaaaaaaaaaaa' %}{% for i in 1..40 %}{% set x = x ~ x %}{% endfor %}{{ x }}";

/** Each template uses the next one twice: 2 to the 30th ways to the last. */
const doublingUses = Object.fromEntries(
  Array.from({ length: 30 }, (_, i) => [`u${i}`, `{% use 'u${i + 1}' %}{% use 'u${i + 1}' %}`]).concat([
    ["u30", "{% block x %}x{% endblock %}"],
  ]),
);
/** A loop around the attack. */
const again = (work: string) => `{% for i in 1..10000 %}{% set y = ${work} %}{% endfor %}`;
const manySnippets = Object.fromEntries(
  Array.from({ length: 60 }, (_, i) => [`s${i}`, "{{ a }}".repeat(4000)]),
);
const longTexts = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`s${i}`, "x".repeat(200_000)]));
const importChain = Object.fromEntries(
  Array.from({ length: 3000 }, (_, i) => [`s${i}`, `{% import 's${i + 1}' as a %}`]),
);
const includeAll = (snippets: object) =>
  Object.keys(snippets)
    .map((name) => `{% include '${name}' %}`)
    .join("");
const imports = `${Array.from({ length: 3000 }, (_, i) => `{% import _self as q${i} %}`).join("")}{% macro m() %}{% endmacro %}`;
const manyNames = Array.from({ length: 3000 }, (_, i) => `p${i}`).join(", ");
const circleOfParents = { a: "{% extends 'b' %}", b: "{% extends 'a' %}{% block y %}{% endblock %}" };

export const ATTACKS: readonly Attack[] = [
  // Counting without end.
  { source: "{% for i in 1..1000000000 %}{% endfor %}", ending: "budget" },
  { source: "{{ range(1, 1e9)|length }}", ending: "budget" },
  { source: "{{ range(0, 1, 1e-9)|length }}", ending: "budget" },
  { source: "{{ range(1, 1e308 * 10)|length }}", ending: "budget" },
  { source: "{{ (1..200000)|join(',')|length }}", ending: "budget" },
  { source: "{% for i in 1..200000 %}{% for j in 1..200000 %}x{% endfor %}{% endfor %}", ending: "budget" },
  { source: loops(12), data: ten, ending: "budget" },
  { source: "{% for i in 1..100000 %}{{ i|date('Y-m-d') }}{% endfor %}", ending: "budget" },
  { source: "{% for i in 1..100000 %}{% set a = [i, i, i]|sort %}{% endfor %}", ending: "budget" },
  { source: "{% for i in 1..50000 %}{{ ('x' ~ i)|date_modify('+1 day') }}{% endfor %}", ending: "runtime" },
  { source: "{% for z in zones %}{{ 0|date('H', z) }}{% endfor %}", data: { zones }, ending: "budget" },
  {
    source: "{% for z in zones %}{{ ('2024-01-01 ' ~ z)|date('H') }}{% endfor %}",
    data: { zones },
    ending: "budget",
  },
  // Work hidden in one argument.
  { source: "{{ x|replace({(y): 'z'}) }}", data: { x: big, y: `${"a".repeat(16_000)}b` }, ending: "budget" },
  { source: again("'x'|trim(x)"), data: { x: "\0..\xff".repeat(5000) }, ending: "budget" },
  { source: again("'<b>'|striptags(x)"), data: { x: "<b>".repeat(60_000) }, ending: "budget" },
  {
    source: again("'<b>'|striptags(x)"),
    data: { x: Array.from({ length: 50_000 }, () => "b") },
    ending: "budget",
  },
  { source: again("html_classes(x)"), data: { x: "a ".repeat(100_000) }, ending: "budget" },
  { source: again("x|url_encode"), data: { x: { ["é".repeat(80_000)]: null } }, ending: "budget" },
  {
    source: again("x|convert_encoding('ASCII//TRANSLIT', 'UTF-8')"),
    data: { x: "ﷺ".repeat(50_000) },
    ending: "budget",
  },
  { source: `{% macro m(${manyNames}) %}{% endmacro %}${again("_self.m()")}`, ending: "budget" },
  { source: `{{ (1..100000)|map((${manyNames}) => 1)|length }}`, ending: "budget" },
  { source: `{% for i in 1..10000 %}{% do [${manyNames}] = [1] %}{% endfor %}`, ending: "budget" },
  { source: imports + again("_self.m()"), ending: "budget" },
  { source: `{% import 'a' as m %}${again("m.m()")}`, snippets: { a: imports }, ending: "budget" },
  // Growing texts.
  { source: doubling, ending: "budget" },
  {
    source: "{% set x = 'ab' %}{% for i in 1..40 %}{% set x = \"#{x}#{x}\" %}{% endfor %}",
    ending: "budget",
  },
  {
    source: "{% set x = 'ab' %}{% for i in 1..40 %}{% set x %}{{ x }}{{ x }}{% endset %}{% endfor %}",
    ending: "budget",
  },
  { source: "{% set x = ['a'] %}{% for i in 1..40 %}{% set x = x|merge(x) %}{% endfor %}", ending: "budget" },
  {
    source: "{% set x = ['a'] %}{% for i in 1..40 %}{% set x = [...x, ...x] %}{% endfor %}",
    ending: "budget",
  },
  {
    source: "{% set x = ['a'] %}{% for i in 1..60 %}{% set x = [x, x] %}{% endfor %}{{ x }}",
    ending: "budget",
  },
  {
    source:
      "{% set x = ['a'] %}{% for i in 1..60 %}{% set x = [x, x] %}{% endfor %}{{ x == x }}{{ x < [x] }}",
    ending: { text: "1" },
  },
  {
    source:
      "{% set x = {a: 1} %}{% for i in 1..60 %}{% set x = {a: x, b: x} %}{% endfor %}{{ x|url_encode }}",
    ending: "budget",
  },
  { source: "{{ x ~ x ~ x ~ x }}", data: { x: big }, ending: "budget" },
  { source: "{% for i in 1..1000 %}{{ x }}{% endfor %}", data: { x: big }, ending: "budget" },
  { source: "{% for i in 1..100000 %}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{% endfor %}", ending: "budget" },
  { source: "{{ x|replace({'a': y}) }}", data: { x: big, y: big }, ending: "budget" },
  { source: "{{ x|replace({'a': 'bbbbbbbbbbbbbbbb'}) }}", data: { x: big }, ending: "budget" },
  { source: "{{ l|join(x) }}", data: { ...ten, x: big }, ending: "budget" },
  { source: "{{ '%1000000d'|format(1) }}", ending: "budget" },
  { source: "{{ '%.1000000f'|format(1)|length }}", ending: "budget" },
  { source: "{{ '%99999999999999999999s'|format('a') }}", ending: "budget" },
  { source: "{{ '%200000s%200000s'|format(1, 2)|length }}", ending: "budget" },
  { source: "{{ 1|number_format(1000000000)|length }}", ending: { text: "102" } },
  { source: "{{ 123456789|number_format(2, '.', x) }}", data: { x: big }, ending: "budget" },
  { source: "{{ [1]|batch(1000000000, 'x')|length }}", ending: "budget" },
  { source: "{{ x|split('')|length }}", data: { x: "a".repeat(300_000) }, ending: "budget" },
  { source: "{% for i in 1..1000 %}{{ x|upper|length }}{% endfor %}", data: { x: big }, ending: "budget" },
  {
    source: "{% for i in 1..1000 %}{{ x|escape('html_attr')|length }}{% endfor %}",
    data: { x: "<".repeat(200_000) },
    ending: "budget",
  },
  {
    source: "{% for i in 1..1000 %}{{ x|url_encode|length }}{% endfor %}",
    data: { x: "é".repeat(60_000) },
    ending: "budget",
  },
  {
    source: "{% for i in 1..1000 %}{{ (x ~ i) == (x ~ (i + 1)) }}{% endfor %}",
    data: { x: big },
    ending: "budget",
  },
  {
    source: "{% for i in 1..10000 %}{{ x in y }}{% endfor %}",
    data: { x: `${"a".repeat(1000)}b`, y: big },
    ending: "budget",
  },
  { source: "{{ x|date(y) }}", data: { x: 1, y: "l".repeat(200_000) }, ending: "budget" },
  { source: "{{ x|date }}", data: { x: `${"monday ".repeat(30_000)}` }, ending: "runtime" },
  { source: "{{ x|striptags|length }}", data: { x: "<".repeat(200_000) }, ending: "any output" },
  { source: "{{ x|striptags('<a>')|length }}", data: { x: "<a ".repeat(60_000) }, ending: "any output" },
  { source: "{{ x|spaceless|length }}", data: { x: "> ".repeat(100_000) }, ending: "budget" },
  { source: "{{ x|trim(y)|length }}", data: { x: big, y: "a" }, ending: { text: "0" } },
  { source: "{{ x|title|length }}", data: { x: big }, ending: { text: "200000" } },
  {
    source: `{% set x = [1] %}{% set y = [1] %}{% for i in 1..60 %}{% set x = [x, x] %}{% set y = [y, y] %}{% endfor %}{{ x == y }}`,
    ending: "budget",
  },
  { source: "{{ x|format }}", data: { x: "%'".repeat(100_000) }, ending: "any output" },
  { source: "{{ '<b>'|striptags(x) }}", data: { x: `<${"a".repeat(200_000)}` }, ending: "any output" },
  { source: `a${" ".repeat(200_000)}b{{~ 1 }}`, ending: "any output" },
  { source: `{{ '${"a".repeat(200_000)}'|length }}`, ending: { text: "200000" } },
  { source: `{{ "${"a#".repeat(100_000)}"|length }}`, ending: { text: "200000" } },
  {
    source:
      "{% for i in 1..100000 %}{{ m|first }}{{ m|length }}{{ m ? 1 }}{{ m is empty }}{{ m == [] }}{{ cycle(m, i) }}{% endfor %}",
    data: { m: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key${i}`, i])) },
    ending: "budget",
  },
  {
    source: "{% for i in 1..100000 %}{{ x starts with y }}{{ x ends with y }}{{ x == y }}{% endfor %}",
    data: { x: big, y: `${big.slice(1)}b` },
    ending: "budget",
  },
  // Recursion.
  { source: "{% macro m(n) %}{{ _self.m(n + 1) }}{% endmacro %}{{ _self.m(1) }}", ending: "budget" },
  {
    source:
      "{% macro a() %}{{ _self.b() }}{{ _self.b() }}{% endmacro %}{% macro b() %}{{ _self.a() }}{{ _self.a() }}{% endmacro %}{{ _self.a() }}",
    ending: "budget",
  },
  {
    source: "{% include 'a' %}",
    snippets: { a: "{% include 'b' %}", b: "{% include 'a' %}" },
    ending: "budget",
  },
  { source: "{{ include('a') }}", snippets: { a: "{{ include('a') }}{{ include('a') }}" }, ending: "budget" },
  {
    source: "{% embed 'a' %}{% block x %}{{ include('a') }}{% endblock %}{% endembed %}",
    snippets: { a: "{% block x %}{% embed 'a' %}{% endembed %}{% endblock %}" },
    ending: "budget",
  },
  {
    source: "{% extends 'a' %}",
    snippets: { a: "{% extends 'b' %}", b: "{% extends 'a' %}" },
    ending: "budget",
  },
  { source: "{% block a %}{{ block('a') }}{% endblock %}", ending: "budget" },
  {
    source: "{% block a %}{{ block('b') }}{% endblock %}{% block b %}{{ block('a') }}{% endblock %}",
    ending: "budget",
  },
  { source: "{% set f = (g, n) => g|invoke(g, n) %}{{ f|invoke(f, 1) }}", ending: "budget" },
  {
    source: "{% set f = (g, n) => [g|invoke(g, n), g|invoke(g, n)] %}{{ f|invoke(f, 1)|length }}",
    ending: "budget",
  },
  { source: "{{ [1]|map(a => [1]|map(b => [1]|map(c => 1..100000)))|length }}", ending: "any output" },
  { source: "{{ a }}", data: { a: cyclic }, ending: "budget" },
  { source: "{{ a|json_encode }}", data: { a: deep }, ending: "budget" },
  { source: "{{ a == a.inner }}", data: { a: deep }, ending: "budget" },
  { source: "{{ a|url_encode }}", data: { a: cyclic }, ending: "budget" },
  // Patterns.
  { source: "{{ x matches '/^(a+)+$/' }}", data: { x: `${"a".repeat(5000)}!` }, ending: { text: "0" } },
  { source: "{{ x matches '/(a|a)*b/' }}", data: { x: "a".repeat(5000) }, ending: { text: "0" } },
  { source: "{{ x matches '/(.*)*(.*)*(.*)*!/s' }}", data: { x: "a".repeat(20_000) }, ending: { text: "0" } },
  { source: "{{ x matches '/(a{0,500}){0,500}b/' }}", data: { x: big }, ending: "syntax" },
  { source: "{{ x matches y }}", data: { x: big, y: `/${"a?".repeat(900)}b/` }, ending: "budget" },
  {
    source: "{{ x matches y }}",
    data: { x: "a", y: `/${"(".repeat(900)}${")".repeat(900)}/` },
    ending: "runtime",
  },
  { source: "{{ 'a' matches '/(?=a)/' }}", ending: "syntax" },
  { source: "{{ 'aa' matches '/(a)\\\\1/' }}", ending: "syntax" },
  // Large or crooked sources.
  { source: `${"x".repeat(1024 * 1024)}`, ending: "syntax" },
  { source: "{% set a = 1 %}".repeat(10_000), ending: "syntax" },
  { source: "{{ a }}".repeat(10_000), ending: "syntax" },
  { source: `${"{% if a %}".repeat(500)}${"{% endif %}".repeat(500)}`, ending: "syntax" },
  { source: `{{ ${"(".repeat(5000)}1${")".repeat(5000)} }}`, ending: "syntax" },
  { source: `{{ ${"[".repeat(5000)}1${"]".repeat(5000)} }}`, ending: "syntax" },
  { source: `{{ ${"not ".repeat(5000)}1 }}`, ending: "syntax" },
  { source: `{{ ${"-".repeat(5000)}1 }}`, ending: "syntax" },
  { source: `{{ a${".b".repeat(5000)} }}`, ending: "syntax" },
  { source: `{{ a${"|upper".repeat(5000)} }}`, ending: "syntax" },
  { source: `{{ ${"1 + ".repeat(4000)}1 }}`, ending: "syntax" },
  { source: `{{ ${"a ? ".repeat(3000)}1 }}`, ending: "syntax" },
  { source: `{{ ${'"#{'.repeat(3000)}1${'}"'.repeat(3000)} }}`, ending: "syntax" },
  { source: "{{".repeat(100_000), ending: "syntax" },
  { source: "{%".repeat(100_000), ending: "syntax" },
  { source: `{{ '${"\\".repeat(100_001)}`, ending: "syntax" },
  { source: "{#".repeat(100_000), ending: "syntax" },
  { source: includeAll(manySnippets), snippets: manySnippets, ending: "syntax" },
  { source: "{% import 's0' as a %}", snippets: importChain, ending: "syntax" },
  { source: includeAll(longTexts), snippets: longTexts, ending: "syntax" },
  {
    source: `${"{% for a in b %}{% if a %}".repeat(49)}${"{{ 1 }}".repeat(4000)}${"{% endif %}{% endfor %}".repeat(49)}`,
    ending: { text: "" },
  },
  // Templates that lead to each other without end.
  { source: "{% use 'u0' %}{{ block('x') }}", snippets: doublingUses, ending: { text: "x" } },
  { source: "{{ block('x', 'a') }}", snippets: circleOfParents, ending: "budget" },
  { source: "{% from 'a' import m %}{{ m() }}", snippets: circleOfParents, ending: "budget" },
  // Reaching out.
  { source: "{% include '/etc/passwd' %}", ending: "syntax" },
  { source: "{% include '@ns/../x' %}", ending: "syntax" },
  { source: "{{ source('x') }}", ending: "syntax" },
  { source: "{% use 'x' %}", ending: "syntax" },
  { source: "{% extends x %}", data: { x: "/etc/passwd" }, ending: "runtime" },
  { source: "{% import 'x' as y %}", ending: "syntax" },
  { source: "{{ env('X') }}", ending: "syntax" },
  { source: "{{ dump() }}", ending: "syntax" },
  { source: "{{ constant('PHP_VERSION') }}", ending: "syntax" },
  { source: "{{ template_from_string('{{ 1 }}') }}", ending: "syntax" },
  { source: "{{ x|__defineGetter__ }}", ending: "syntax" },
  { source: "{{ 'x'|constructor }}", ending: "syntax" },
  { source: "{{ toString() }}", ending: "syntax" },
  { source: "{{ a is constructor }}", ending: "syntax" },
  { source: "{% constructor %}", ending: "syntax" },
  { source: "{{ app.request }}{{ _context }}", ending: { text: "" } },
  { source: "{{ ['id']|map('system')|join }}", ending: "syntax" },
  { source: "{% set __proto__ = {polluted: 1} %}{{ polluted }}{{ {}.polluted }}", ending: { text: "" } },
  {
    source: "{% set x = {'__proto__': {polluted: 1}} %}{{ x.polluted }}",
    ending: { text: "" },
  },
];

function run({ source, data = {}, snippets = {} }: Attack, limits: Partial<RenderLimits>): string {
  const template = compile(source, {
    loader: (name) => (Object.hasOwn(snippets, name) ? snippets[name] : undefined),
  });
  return template.render(data, { limits });
}

export function endingOf(attack: Attack, limits: Partial<RenderLimits> = {}): Ending {
  try {
    const text = run(attack, limits);
    return attack.ending === "any output" ? "any output" : { text };
  } catch (error) {
    if (error instanceof TwigBudgetError) return "budget";
    if (error instanceof TwigRuntimeError) return "runtime";
    if (error instanceof TwigSyntaxError) return "syntax";
    throw error;
  }
}
