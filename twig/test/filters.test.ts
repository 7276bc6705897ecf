/** Filters and functions: documented examples, PHP's corner cases, and what happens to nothing. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FILTERS, LEFT_OUT_FILTERS } from "../src/builtins/filters.ts";
import { FUNCTIONS, LEFT_OUT_FUNCTIONS } from "../src/builtins/functions.ts";
import { TESTS } from "../src/builtins/tests.ts";
import { SPECIAL_FUNCTIONS } from "../src/compile/special-functions.ts";
import { compile, TwigRuntimeError, TwigSyntaxError } from "../src/index.ts";
import { type Line, show } from "./show.ts";

const data = {
  from_data: {},
  items: [
    { fruit: "apple", n: 3 },
    { fruit: "orange", n: 1 },
    { veg: "leek", n: 2 },
  ],
  list: [3, 1, 2],
  map: { b: 1, a: 2 },
  html: '<p>Hi & "you"</p>',
  text: "like I like Twig",
  emoji: "👍🏽 né",
};

const TABLES: Readonly<Record<string, readonly Line[]>> = {
  text: [
    [
      "{{ 'welcome'|upper }}{{ 'WELCOME'|lower }}{{ 'my first CAR'|title }} {{ 'my first CAR'|capitalize }}",
      "WELCOMEwelcomeMy First Car My first car",
    ],
    ["{{ \"it's o'clock 1st x9y\"|title }} {{ 'élan ÉCOLE'|title }}", "It's O'clock 1St X9Y Élan École"],
    [
      "{{ '  I like Twig. '|trim }}|{{ ' I like Twig.'|trim('.') }}|{{ 'I like Twig. '|trim(side: 'left') }}|{{ 'xxaxx'|trim('x', 'right') }}",
      "I like Twig.| I like Twig|I like Twig. |xxa",
    ],
    [
      "{{ 'I like this and --that--.'|replace({'this': 'foo', '--that--': 'bar'}) }} {{ 'aab'|replace({'a': 'b', 'aa': 'x'}) }}",
      "I like foo and bar. xb",
    ],
    [
      "{{ 'one,two,three'|split(',')|join('-') }} {{ 'a,b,c'|split(',', 2)|last }} {{ 'a,b,c'|split(',', -1)|join }} {{ '123'|split('')|join('.') }} {{ '1122'|split('', 2)|join('.') }}",
      "one-two-three b,c ab 1.2.3 11.22",
    ],
    [
      "{{ 'I like %s and %s.'|format('a', 'b') }} {{ '%05.2f|%-5s|%5d|%x|%b|%+d|%e|%2$s'|format(3.14159, 'ab', 42, 255, 5, 7, 12345.678) }}",
      "I like a and b. 03.14|ab   |   42|ff|101|+7|1.234568e+4|ab",
    ],
    [
      "{{ html|striptags }} {{ html|striptags('<p>') }} {{ 'a<!-- x -->b < c'|striptags }}",
      'Hi & "you" <p>Hi & "you"</p> ab < c',
    ],
    [
      "{{ \"a\\nb\"|nl2br }} {{ '<i>'|nl2br }} {{ '<div> <b> </b> </div>'|spaceless }}",
      "a<br />\nb <i> <div><b></b></div>",
    ],
    [
      "{{ 'path-seg*ment é'|url_encode }} {{ {a: 1, b: [1, 'x y']}|url_encode }}",
      "path-seg%2Ament%20%C3%A9 a=1&b%5B0%5D=1&b%5B1%5D=x%20y",
    ],
    [
      "{{ emoji|length }} {{ emoji|first }} {{ emoji|slice(0, 2) }} {{ emoji|reverse }} {{ emoji|slice(-2) }}",
      "5 👍 👍🏽 én 🏽👍 né",
    ],
    [
      "{{ ':k@v[0]=\"é'|e('html_attr_relaxed') }} {{ ':k@v[0]'|e('html_attr') }}",
      ":k@v[0]&#x3D;&quot;&#x00E9; &#x3A;k&#x40;v&#x5B;0&#x5D;",
    ],
    [
      "{{ html|e }} {{ html|e('html_attr') }} {{ 'a/b'|e('js') }} {{ 'é<'|e('css') }} {{ 'é '|e('url') }}",
      "&lt;p&gt;Hi &amp; &quot;you&quot;&lt;/p&gt; &lt;p&gt;Hi&#x20;&amp;&#x20;&quot;you&quot;&lt;&#x2F;p&gt; a\\/b \\E9 \\3C  %C3%A9%20",
    ],
    [
      "{{ '9 € é Ж 中 ﬁ'|convert_encoding('ISO-8859-1', 'UTF-8') }} {{ 'é € Ж'|convert_encoding('windows-1252', 'UTF-8') }} {{ 'あ é'|convert_encoding(from: 'UTF-8', to: 'ISO-2022-JP') }} {{ 'あЖ한'|convert_encoding('shift_jis', 'utf-8') }} {{ '中 한'|convert_encoding('GBK', 'UTF-8') }}",
      "9 ? é ? ? ? é € ? あ ? あЖ? 中 ?",
    ],
    [
      "{{ 'Zoë 😀 ﬁ'|convert_encoding('ASCII//TRANSLIT', 'UTF-8') }} {{ 'Zoë 😀'|convert_encoding('us-ascii//ignore', 'UTF-8') }}|{{ 'Zoë 😀'|convert_encoding('UTF-16', 'UTF-8') }}",
      "Zoe ? fi Zo |Zoë 😀",
    ],
  ],
  numbers: [
    [
      "{{ 9800.333|number_format }} {{ 9800.333|number_format(2, '.', ',') }} {{ 9800.335|number_format(2, ',', '') }} {{ -0.4|number_format }} {{ 0.5|number_format }}",
      "9,800 9,800.33 9800,34 0 1",
    ],
    [
      "{{ 42.55|round }} {{ 42.55|round(1, 'floor') }} {{ 42.12|round(1, 'ceil') }} {{ 1234|round(-2) }} {{ -2.5|round }} {{ 1.005|round(2) }} {{ 5.055|round(2) }}",
      "43 42.5 42.2 1200 -3 1.01 5.06",
    ],
    [
      "{{ (-5)|abs }} {{ '12.3'|abs }} {{ 1e15|number_format }} {{ 123456789.125|number_format(2) }}",
      "5 12.3 1,000,000,000,000,000 123,456,789.13",
    ],
    [
      "{{ missing|default('x') }} {{ ''|default('x') }} {{ 0|default('x') }} {{ items.9.fruit|default('x') }} [{{ missing|default }}]",
      "x x 0 x []",
    ],
    [
      "{{ {a: 1.5, b: 'é/', c: [true, null]}|json_encode }} {{ 'é/'|json_encode(320) }} {{ [1, [2]]|json_encode(128) }}",
      '{"a":1.5,"b":"\\u00e9\\/","c":[true,null]} "é/" [\n    1,\n    [\n        2\n    ]\n]',
    ],
  ],
  "literals as PHP's arrays": [
    [
      "{{ {}|json_encode }} {{ {0: 'a', 1: 'b'}|json_encode }} {{ {1: 'a'}|json_encode }} {{ from_data|json_encode }}",
      '[] ["a","b"] {"1":"a"} {}',
    ],
    [
      "{{ {} is sequence }}{{ {} is mapping ? 'x' : '-' }}{{ {a: 1} is mapping }}{{ {}|merge({a: 1})|json_encode }}",
      '1-1{"a":1}',
    ],
  ],
  lists: [
    [
      "{{ [1, 2, 3]|join }} {{ [1, 2, 3]|join('|') }} {{ [1, 2, 3]|join(', ', ' and ') }} {{ [1]|join(', ', ' and ') }} {{ 'one'|join(', ') }}",
      "123 1|2|3 1, 2 and 3 1 one",
    ],
    [
      "{{ list|sort|join }} {{ list|sort((a, b) => b <=> a)|join }} {{ list|sort|json_encode }} {{ map|sort|keys|join }}",
      '123 321 {"1":1,"2":2,"0":3} ba',
    ],
    [
      "{{ list|first }}{{ list|last }}{{ map|first }}{{ map|keys|join }}{{ 'abc'|first }}{{ 'abc'|last }}{{ list|length }}{{ map|length }}",
      "321baac32",
    ],
    [
      "{{ list|slice(1) |join }} {{ list|slice(-2, 1)|join }} {{ 'abcdef'|slice(1, -2) }} {{ list|slice(1, 1, true)|json_encode }}",
      '12 1 bcd {"1":1}',
    ],
    [
      "{{ list|merge([9])|join }} {{ map|merge({a: 5, c: 3})|json_encode }} {{ list|reverse|join }} {{ map|reverse|json_encode }}",
      '3129 {"b":1,"a":5,"c":3} 213 {"a":2,"b":1}',
    ],
    [
      "{{ items|column('fruit')|join(',') }} {{ items|column('n', 'fruit')|json_encode }}",
      'apple,orange {"apple":3,"orange":1,"0":2}',
    ],
    [
      "{{ [1, 2, 3]|batch(1.2)|length }} {{ {7: 'a', x: 'b', 9: 'c'}|batch(2, 'f')|json_encode }}",
      '2 [{"7":"a","x":"b"},{"9":"c","10":"f"}]',
    ],
    [
      "{{ [1, 2, 3, 4, 5]|batch(2, 'x')|json_encode }} {{ [1, 2, 3]|batch(2)|json_encode }}",
      '[[1,2],{"2":3,"3":4},{"4":5,"5":"x"}] [[1,2],{"2":3}]',
    ],
    [
      "{{ map|batch(3, 'x', false)|json_encode }} {{ ''|split('')|json_encode }} {{ missing|split('')|json_encode }}",
      '[[1,2,"x"]] [""] []',
    ],
    [
      "{{ list|map(x => x * 2)|join(',') }} {{ map|map((v, k) => k ~ v)|join }} {{ list|filter(x => x > 1)|json_encode }} {{ list|find(x => x < 3) }}",
      '6,2,4 b1a2 {"0":3,"2":2} 1',
    ],
    [
      "{{ list|reduce((c, v) => c + v) }} {{ list|reduce((c, v, k) => c ~ k ~ v, '>') }} {{ [list, map]|map(x => x|length)|join }}",
      "6 >031122 32",
    ],
  ],
  functions: [
    ["{{ max(1, 3, 2) }}{{ max([1, 3, 2]) }}{{ min({a: 5, b: 2}) }}{{ max('apple', 'pear') }}", "332pear"],
    [
      "{{ cycle(['a', 'b'], 3) }}{{ cycle(['a', 'b'], -1) }}{{ range(0, 6, 2)|join }}{{ range('a', 'e', 2)|join }}{{ range(5, 1, 2)|join }}",
      "bb0246ace531",
    ],
    ["{{ range(0, 1, 0.25)|join(' ') }}", "0 0.25 0.5 0.75 1"],
    ["{{ html_classes('a b', {c: true, d: false}, ['e', 'a'], missing) }}", "a b c e"],
  ],
  nothing: [
    [
      `[${["upper", "trim", "nl2br", "striptags", "url_encode", "first", "last", "join(',')", "number_format(2)", "date('Y')", "abs", "round", "replace({'a': 'b'})", "format(1)", "slice(1)", "reverse", "title", "escape", "raw", "split(',')|join", "sort|join", "keys|join", "map(x => x)|join", "filter(x => x)|join", "reduce((c, v) => v)", "find(x => x)", "column('x')|join", "batch(2)|join", "merge([])|join", "spaceless", "date_modify('+1 day')", "shuffle"].map((filter) => `{{ missing|${filter} }}`).join("")}]`,
      "[]",
    ],
    [
      "{{ null|round }}{{ null|number_format(2) }}{{ null|abs }}[{{ missing|convert_encoding('UTF-8', 'ASCII') }}]",
      "00.000[]",
    ],
    [
      "{{ missing|length }}{{ missing|json_encode }}[{{ date(missing) }}{{ max(missing, missing) }}]",
      "0null[]",
    ],
  ],
};

for (const [name, lines] of Object.entries(TABLES)) {
  describe(name, () => {
    for (const [source, expected] of lines) {
      test(source.slice(0, 120), () => {
        expect(show(source, { data })).toBe(expected);
      });
    }
  });
}

describe("chance", () => {
  const random = () => 0.5;

  test("comes from the host's own source", () => {
    expect(
      show("{{ random(10) }} {{ random(5, 9) }} {{ random(['a', 'b', 'c']) }} {{ random('xyz') }}", {
        random,
      }),
    ).toBe("5 7 b y");
    expect(show("{{ [1, 2, 3, 4]|shuffle|join }} {{ random() }}", { random })).toBe("1423 1073741824");
  });
});

/** The names in a row of the README's support table. */
function documented(kind: string): string[] {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const row = readme.split("\n").find((line) => line.startsWith(`| ${kind} | `))!;
  return row
    .split("|")[2]!
    .split(",")
    .map((name) => name.trim());
}

describe("tables", () => {
  test("the README lists what there is", () => {
    expect(documented("filters").toSorted()).toEqual([...FILTERS.keys()].toSorted());
    expect(documented("functions").toSorted()).toEqual(
      [...FUNCTIONS.keys(), ...SPECIAL_FUNCTIONS.keys()].toSorted(),
    );
    expect(documented("tests").toSorted()).toEqual(["defined", ...TESTS.keys()].toSorted());
  });

  test("nothing is both there and left out, and what is left out says why", () => {
    for (const [name, reason] of LEFT_OUT_FILTERS) {
      expect(FILTERS.has(name)).toBe(false);
      expect(() => compile(`{{ a|${name} }}`)).toThrow(reason);
      expect(() => compile(`{{ a|${name} }}`)).toThrow(TwigSyntaxError);
    }
    for (const [name, reason] of LEFT_OUT_FUNCTIONS) {
      expect(FUNCTIONS.has(name)).toBe(false);
      expect(() => compile(`{{ ${name}() }}`)).toThrow(reason);
    }
  });

  test("an encoding that is not there shows when the template is saved", () => {
    for (const list of ["'UTF-9', 'UTF-8'", "'UTF-8', 'latin99'", "to: 'x-user-defined', from: 'UTF-8'"]) {
      expect(() => compile(`{{ 'a'|convert_encoding(${list}) }}`)).toThrow(TwigSyntaxError);
    }
  });

  test("wrong uses fail with the place", () => {
    for (const source of [
      "{{ 'x'|trim('a', 'up') }}",
      "{{ [1]|batch(0) }}",
      "{{ cycle([], 1) }}",
      "{{ 1|round(1, 'up') }}",
      "{{ 1|convert_encoding('no-' ~ 'such', 'UTF-8') }}",
    ]) {
      expect(() => show(source)).toThrow(TwigRuntimeError);
      expect(() => show(source)).toThrow("line 1");
    }
  });
});
