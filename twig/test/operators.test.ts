/** Operators: results, precedence, associativity, as in the tables of Twig's documentation. */
import { describe, expect, test } from "vitest";
import { compile, TwigSyntaxError } from "../src/index.ts";
import { type Line, show } from "./show.ts";

const data = {
  user: { name: "Ann", address: { city: "Cork" }, tags: ["a", "b"] },
  nums: [34, 36, 38, 40, 42],
  n: 5,
  zero: 0,
  empty: "",
  list: ["x", "y"],
  key: "name",
};

const TABLES: Readonly<Record<string, readonly Line[]>> = {
  arithmetic: [
    ["{{ 1 + 1 }} {{ 3 - 2 }} {{ 1 / 2 }} {{ 4 / 2 }} {{ 11 % 7 }} {{ 2 * 2 }}", "2 1 0.5 2 4 4"],
    ["{{ 20 // 7 }} {{ -20 // 7 }} {{ 7 // 2 }}", "2 -3 3"],
    [
      "{{ 2 ** 3 }} {{ 2 ** -1 }} {{ 2 ** 3 ** 2 }} {{ -1 ** 0 }} {{ (-1) ** 0 }} {{ 2 ** 62 }}",
      "8 0.5 512 -1 1 4611686018427387904",
    ],
    ["{{ 7.9 % 3 }} {{ -7 % 3 }} {{ '5' + '6.5' }} {{ '5 apples' * 2 }}", "1 -1 11.5 10"],
    [
      "{{ 0.1 + 0.2 }} {{ 1e3 }} {{ 1_000.5 }} {{ 1 / 3 }} {{ 10 ** 25 }}",
      "0.3 1000 1000.5 0.33333333333333 1.0E+25",
    ],
    ["[{{ 1 / 0 }}{{ 1 % 0 }}{{ 1 // missing }}]", "[]"],
    ["{{ 5 b-and 3 }} {{ 5 b-or 3 }} {{ 5 b-xor 3 }} {{ 6 b-and 2 or 6 b-and 16 }}", "1 7 6 1"],
    ["{{ 1 + 2 ~ 3 + 4 }} {{ 1 ~ 2 * 3 }} {{ - n ~ +n }}", "28 16 -55"],
  ],
  logic: [
    [
      "{{ true and false ? 1 : 2 }}{{ true xor true ? 1 : 2 }}{{ true xor false ? 1 : 2 }}{{ not true or true ? 1 : 2 }}",
      "2211",
    ],
    ["{{ not n is odd ? 1 : 2 }}{{ not (n > 3) ? 1 : 2 }}{{ true or missing.x }}", "221"],
    ["{{ 1 or 0 and 0 ? 'and first' : 'left first' }}", "and first"],
  ],
  comparison: [
    [
      "{{ 1 == '1' }}{{ 'a' == 0 ? 'x' : '-' }}{{ '1.0' == '1' }}{{ null == '' }}{{ 'abc' == true }}{{ '0' == false }}",
      "1-1111",
    ],
    [
      "{{ 1 === 1 }}{{ 1 === '1' ? 'x' : '-' }}{{ 1 !== '1' }}{{ [1, 2] === [1, 2] }}{{ 1 is same as(1) }}",
      "1-111",
    ],
    ["{{ 1 <=> 2 }} {{ 'b' <=> 'a' }} {{ [1, 2] <=> [1, 3] }} {{ 2 <=> 2 }}", "-1 1 -1 0"],
    ["{{ 'a' < 'b' }}{{ 10 > '9' }}{{ '10' > '9' }}{{ '10' < '9a' }}{{ null < -1 }}{{ [1] > 5 }}", "111111"],
    ["{{ 1 != 2 }}{{ 3 >= 3 }}{{ 3 <= 2 ? 'x' : '-' }}", "11-"],
  ],
  containment: [
    [
      "{{ 1 in [1, 2, 3] }}{{ 'cd' in 'abcde' }}{{ 5 not in [1] }}{{ 'x' in {k: 'x'} }}{{ '' in 'a' }}{{ 1 in '41' }}",
      "111111",
    ],
    [
      "{{ 'Fabien' starts with 'F' }}{{ 'Fabien' ends with 'n' }}{{ missing starts with 'a' ? 'x' : '-' }}",
      "11-",
    ],
    ["{{ '12.5' matches '/^[\\\\d\\\\.]+$/' }}{{ 'ABC' matches '#b#i' }}{{ 'x' matches '/y/' }}", "110"],
    [
      "{{ (nums has every (v, k) => v > k) ? 'y' : 'n' }}{{ ({low: 1, high: 9} has some (v, k) => k == 'high' and v > 8) ? 'y' : 'n' }}",
      "yy",
    ],
    ["{{ (nums has some v => v > 38) ? 'y' : 'n' }}{{ (nums has every v => v > 38) ? 'y' : 'n' }}", "yn"],
    [
      "{% if nums has every v => v > 3 %}all{% endif %}{% if [] has every v => false %} none{% endif %}{% if [] has some v => true %}x{% endif %}",
      "all none",
    ],
  ],
  choice: [
    [
      "{{ missing ?? 'no' }} {{ user.zip ?? user.name ?? 'x' }} {{ zero ?? 'no' }} {{ missing ?? 'a' ~ 'b' }}",
      "no Ann 0 ab",
    ],
    ["{{ n ? 'yes' : 'no' }} {{ empty ?: 'no' }} {{ n ?: 'no' }} [{{ zero ? 'yes' }}]", "yes no 5 []"],
    ["{{ zero ? 'a' : n ? 'b' : 'c' }}", "b"],
  ],
  access: [
    [
      "{{ user.address.city }}{{ user['name'] }}{{ user[key] }}{{ user.('na' ~ 'me') }}{{ attribute(user, key) }}",
      "CorkAnnAnnAnnAnn",
    ],
    [
      "{{ user?.address?.city }}[{{ missing?.a?.b }}]{{ list.1 }}{{ list[0] }}[{{ list[7] }}{{ list.length }}]",
      "Cork[]yx[]",
    ],
    ["{{ [[1, 2], [3, 4]].1.0 }}{{ {a: {b: 7}}.a.b }}", "37"],
    [
      "{{ 'abcde'[1:3] }} {{ nums[1:2]|join(',') }} {{ nums[:2]|join(',') }} {{ nums[-2:]|join(',') }}",
      "bcd 36,38 34,36 40,42",
    ],
  ],
  literals: [
    [
      "{{ 'it\\'s' }}{{ \"a\\tb\" }}{{ 'c:\\\\dir' }}{{ '\\x41\\101' }}{{ 'a\\qb' }}",
      "it's" + "a\tb" + "c:\\dir" + "AA" + "aqb",
    ],
    [
      '{{ "first #{1 + 2} last #{user.name|upper}" }}|{{ "\\#{n}" }}|{{ \'#{n}\' }}|{{ "#{n}#{n}" }}',
      "first 3 last ANN|#{n}|#{n}|55",
    ],
    [
      "{{ [1, 'a', [2]] }}{{ {name: 'x', 2: 'y', (key ~ 1): 3, 'a b': null} }}",
      '[1,"a",[2]]{"name":"x","2":"y","name1":3,"a b":null}',
    ],
    [
      "{{ {n, key} }}{{ [0, ...list, 1] }}{{ {a: 1, ...{b: 2}, c: 3} }}{{ [1, 2,] }}",
      '{"n":5,"key":"name"}[0,"x","y",1]{"a":1,"b":2,"c":3}[1,2]',
    ],
    ["{{ TRUE }}{{ none ?? 'null' }}{{ 1..3 }}{{ ('a'..'c')|join }}{{ 3..1 }}", "1null[1,2,3]abc[3,2,1]"],
    ["{{\u00a0n\u00a0}}", "5"],
    ["{{\n # a comment\n n # another\n}}", "5"],
  ],
  functions: [
    ["{{ [1, 2, 3]|map(v => v * n)|join(',') }} {{ {a: 1}|map((v, k) => k ~ v)|join }}", "5,10,15 a1"],
    [
      "{% set f = (x) => x ~ '!' %}{{ list|map(f)|join }} {{ f|invoke('hey') }} {{ (() => n)|invoke }}",
      "x!y! hey! 5",
    ],
    ["{{ 'Hello %s %s!'|format(...['Fabien', 'Potencier']) }}", "Hello Fabien Potencier!"],
    [
      "{{ range(low: 1, high: 10, step: 4)|join(',') }} {{ 5.256|number_format(decimal=1, decimalPoint: ',') }}",
      "1,5,9 5,3",
    ],
  ],
  assignment: [
    [
      "{% do b = 1 + 3 %}{{ b }}{{ c = 2 }}{{ c }}{% do d = e = 'foo' %}{{ d }}{{ e }}{% do a = (g = 4) + 5 %}{{ a }}{{ g }}",
      "422foofoo94",
    ],
    ["{% do [first, last] = ['Fabien', 'Potencier'] %}{{ first }} {{ last }}", "Fabien Potencier"],
    [
      "{% do [x, , z, more] = [1, 2, 3] %}{{ x }}{{ z }}{{ more is null }}{% do [, q] = [1, 2] %}{{ q }}",
      "1312",
    ],
    [
      "{% do {name, address} = user %}{{ name }}{{ address.city }}{% do {name: who} = user %}{{ who }}{{ ({name} = user).tags.0 }}",
      "AnnCorkAnna",
    ],
    ["{% set a, b = 1, 2 %}{% set a, b = b, a %}{{ a }}{{ b }}", "21"],
  ],
  tests: [
    [
      "{{ n is defined }}{{ missing is defined ? 'x' : '-' }}{{ user.zip is defined ? 'x' : '-' }}{{ user.name is defined }}{{ list.5 is not defined }}",
      "1--11",
    ],
    [
      "{{ empty is empty }}{{ [] is empty }}{{ zero is empty ? 'x' : '-' }}{{ missing is empty }}{{ {} is empty }}{{ 'a' is not empty }}",
      "11-111",
    ],
    [
      "{{ 4 is even }}{{ 5 is odd }}{{ 6 is divisible by(3) }}{{ 6 is divisible by 4 ? 'x' : '-' }}{{ null is null }}{{ missing is none }}",
      "111-11",
    ],
    [
      "{{ list is iterable }}{{ user is mapping }}{{ list is sequence }}{{ list is mapping ? 'x' : '-' }}{{ 'a' is iterable ? 'x' : '-' }}",
      "111--",
    ],
    ["{{ n is same as 5 }}{{ n is not same as('5') }}", "11"],
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

describe("refused", () => {
  const faults: readonly (readonly [string, string])[] = [
    ["{{ 1 + }}", "Expected an expression"],
    ["{{ a b }}", "Expected the end of the output"],
    ["{{ [1, , 2] }}", "missing between two commas"],
    ["{{ {a b} }}", 'Expected ","'],
    ["{{ a is }}", "name of a test"],
    ["{{ f(a: 1, 2) }}", "before named ones"],
    ["{{ 'x'|date(format: 'Y', format: 'm') }}", "twice"],
    ["{{ 'x'|upper(1) }}", "takes no arguments"],
    ["{{ range(1) }}", 'needs the argument "high"'],
    ["{{ 1 = 2 }}", "Only a name"],
    ["{% set true = 1 %}", "cannot be assigned"],
    ["{{ 'abc }}", "string is never closed"],
    ["{{ (1 }}", 'Expected ")"'],
    ["{{ a.1b }}", "Expected"],
    ["{{ a \\ b }}", "Unexpected character"],
    ["{{ a|default(\u201cx\u201d) }}", "Use straight quotes"],
  ];
  for (const [source, reason] of faults) {
    test(source, () => {
      expect(() => compile(source)).toThrow(TwigSyntaxError);
      expect(() => compile(source)).toThrow(reason);
    });
  }
});
