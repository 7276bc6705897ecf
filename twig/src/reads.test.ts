/** `reads` and `snippets`: what a host learns about a template without rendering it. */
import { expect, test } from "vitest";
import { compile, knownNames, type NameUse } from "./index.ts";

const SNIPPETS: Readonly<Record<string, string>> = {
  foot: "{{ company }}{{ a.b }}",
  base: "{% block x %}{{ from_base }}{% endblock %}",
};

function reads(source: string): readonly NameUse[] {
  return compile(source, { loader: (name) => SNIPPETS[name] }).reads;
}

/** `products.*.price|number_format` */
function brief({ name, path, filters }: NameUse): string {
  return [[name, ...path].join("."), ...filters].join("|");
}

const names = (source: string) => reads(source).map(brief);

test("a read has its name, path, filters and place", () => {
  expect(reads("Hi\n {{ user.first_name|default('you')|upper }}")).toEqual([
    {
      name: "user",
      path: ["first_name"],
      filters: ["default", "upper"],
      optional: true,
      use: "text",
      template: "template",
      line: 2,
      column: 5,
    },
  ]);
});

test("names are followed through loops, assignments and arrow functions", () => {
  expect(
    names(
      "{% for p in products|slice(0, 3) %}{{ p.name }}{{ p.price|number_format(2) }}{{ loop.index }}{% endfor %}{{ p }}",
    ),
  ).toEqual(["products|slice", "products.*.name", "products.*.price|number_format", "p"]);
  expect(names("{% set q = user.address %}{{ q.city }}{{ items|map(i => i.sku ~ brand)|join }}")).toEqual([
    "user.address",
    "user.address.city",
    "items|map|join",
    "items.*.sku",
    "brand",
  ]);
});

test("what the template makes itself is no read", () => {
  expect(
    names(
      "{% set a = 1 %}{{ a }}{% set c %}x{% endset %}{{ c }}{{ _self }}{% with {b: 2} only %}{{ b }}{{ hidden }}{% endwith %}",
    ),
  ).toEqual([]);
  expect(names("{% macro m(x) %}{{ x }}{{ unseen }}{% endmacro %}{{ _self.m(arg) }}")).toEqual(["arg"]);
  expect(names("{% if x %}{% set y = 1 %}{% endif %}{{ y }}")).toEqual(["x", "y"]);
});

test("the kind of use and the need are told", () => {
  const found = reads(
    "{% if a %}{{ b ?? c }}{% endif %}{% if d is defined %}{% endif %}{% for x in e %}{% endfor %}{{ f + 1 }}",
  );
  expect(found.map(({ name, use, optional }) => [name, use, optional])).toEqual([
    ["a", "test", false],
    ["b", "text", true],
    ["c", "text", false],
    ["d", "test", true],
    ["e", "loop", false],
    ["f", "value", false],
  ]);
});

test("snippets' reads are included, once, under their own name", () => {
  const found = reads(
    "{% include 'foot' with {a: user} %}{{ include('foot') }}{% embed 'base' %}{% block x %}{{ own }}{% endblock %}{% endembed %}",
  );
  expect(found.map((use) => `${use.template}:${brief(use)}`)).toEqual([
    "template:user",
    "foot:company",
    "foot:user.b",
    "template:own",
    "base:from_base",
  ]);
  expect(names("{{ include('foot', {a: user}) }}")).toEqual(["user", "company", "user.b"]);
  expect(names("{{ include('foot', with_context: false) }}")).toEqual([]);
  expect(names("{{ include_only('foot') }}")).toEqual([]);
  expect(names("{{ include_only('foot', {a: user}) }}")).toEqual(["user", "user.b"]);
});

test("snippets are listed with their place; computed names are null", () => {
  const template = compile(
    "{% include 'foot' %}\n{% include x ? 'foot' : 'base' %}{{ source(y) }}{% include 'nope' ignore missing %}{{ include_only(z) }}",
    {
      loader: (name) => SNIPPETS[name],
    },
  );
  expect(template.snippets.map(({ name, by, found, line }) => [name, by, found, line])).toEqual([
    ["foot", "include", true, 1],
    ["foot", "include", true, 2],
    ["base", "include", true, 2],
    [null, "source", false, 2],
    ["nope", "include", false, 2],
    [null, "include_only", false, 2],
  ]);
});

test("the tree is plain and frozen", () => {
  const { ast } = compile("{% if a %}{{ b|upper }}{% endif %}");
  expect(ast).toMatchObject({
    kind: "template",
    body: [{ kind: "if", branches: [{ test: { kind: "name", name: "a" } }] }],
  });
  expect(JSON.parse(JSON.stringify(ast))).toEqual(ast);
  expect(Object.isFrozen(ast.body) && Object.isFrozen(ast.body[0])).toBe(true);
});

test("every known filter and tag is one that the compiler knows", () => {
  const { filters, tags, tests, functions } = knownNames();
  for (const [kind, names] of Object.entries({ filters, tags, tests, functions })) {
    expect(names.length, kind).toBeGreaterThan(5);
    expect(new Set(names).size, kind).toBe(names.length);
  }
  const isUnknown = (source: string, kind: string) => {
    try {
      compile(source);
      return false;
    } catch (error) {
      return String(error).includes(`There is no ${kind}`);
    }
  };
  expect(filters.filter((name) => isUnknown(`{{ x|${name} }}`, "filter"))).toEqual([]);
  expect(tags.filter((name) => isUnknown(`{% ${name} %}`, "tag"))).toEqual([]);
  expect(isUnknown("{{ x|nothing }}", "filter") && isUnknown("{% nothing %}", "tag")).toBe(true);
});
