import { expect, test } from "vitest";
import { EMPTY_CONTENT } from "./campaign-content.ts";
import { type ContractName, type ParamsContract, paramsContract } from "./params-contract.ts";
import { checkTemplates } from "./template-check.ts";

interface Given {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly isApiTriggered?: boolean;
}

function contractOf(templates: Readonly<Record<string, string>>, given: Given = {}): ParamsContract {
  const content = { ...EMPTY_CONTENT, channels: [7, 9] as const, messages: { 7: templates, 9: templates } };
  const { faults, uses } = checkTemplates(content);
  expect(faults).toEqual([]);
  const attributes = new Map(Object.entries(given.attributes ?? {}));
  return paramsContract(uses, { attributes, isApiTriggered: given.isApiTriggered ?? true });
}

function nameIn(text: string, name: string, given: Given = {}): ContractName {
  const found = contractOf({ sms_text: text }, given).names.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is not in the contract`);
  return found;
}

test.each([
  ["{{ x }}", "text"],
  ["{{ x|upper }}", "text"],
  ["{{ x|number_format(2) }}", "number"],
  ["{{ x|default(0)|round }}", "number"],
  ["{{ x|date('Y')|upper }}", "date"],
  ["{% for y in x %}{{ y }}{% endfor %}", "list"],
  ["{{ x|join(', ') }}", "list"],
  ["{% for y in x|filter(z => z.on) %}{{ y.name }}{% endfor %}", "list"],
  ["{{ x.name }}", "object"],
  ["{{ x[0].name }}", "list"],
  ["{% if x %}a{% endif %}", "boolean"],
  ["{% if x %}{{ x }}{% endif %}", "text"],
  ["{{ x * 2 }}", "unknown"],
])("%s is a %s", (text, type) => {
  expect(nameIn(text, "x").type).toBe(type);
});

test.each([
  ["{{ x }}", true],
  ["{% for y in x %}{{ y }}{% endfor %}", true],
  ["{{ x|default('a') }}", false],
  ["{{ x ?? 'a' }}", false],
  ["{% if x %}{{ x }}{% endif %}", false],
  ["{% if x is defined %}{{ x }}{% endif %}", false],
  ["{{ x|default('a') }} {{ x }}", true],
])("%s: required is %s", (text, required) => {
  expect(nameIn(text, "x").required).toBe(required);
});

test("who supplies a name: the profile, the call, or either with the call first", () => {
  const text = "{{ user_id }}{{ first_name }}{{ tier }}{{ gate }}";
  const { names, warnings } = contractOf({ sms_text: text }, { attributes: { tier: "string" } });
  expect(names.map(({ name, source, required }) => [name, source, required])).toEqual([
    ["user_id", "profile", false],
    ["first_name", "either", false],
    ["tier", "either", false],
    ["gate", "param", true],
  ]);
  expect(warnings).toEqual([]);
});

test("a declared type tells more than a bare print", () => {
  expect(nameIn("{{ x }}", "x", { attributes: { x: "date" } }).type).toBe("date");
  expect(nameIn("{% for y in x %}{{ y }}{% endfor %}", "x", { attributes: { x: "string" } }).type).toBe(
    "list",
  );
});

test("lists and objects tell what their entries carry", () => {
  const text = "{% for p in products %}{{ p.name }} {{ p.price|number_format }}{% endfor %}{{ hotel.city }}";
  expect(nameIn(text, "products").fields).toEqual({ name: "text", price: "number" });
  expect(nameIn(text, "hotel").fields).toEqual({ city: "text" });
});

test("every template of every channel counts, with its places", () => {
  const { names } = contractOf({
    email_subject: "Order {{ id }}",
    email_html: "<p>\n  {{ id }} {{ name|upper }}</p>",
    sms_text: "{{ name }}",
  });
  expect(names).toMatchObject([
    {
      name: "id",
      used_in: ["email_subject", "email_html"],
      at: [
        { field: "email_subject", line: 1, column: 10 },
        { field: "email_html", line: 2, column: 6 },
      ],
    },
    { name: "name", used_in: ["email_html", "sms_text"], filters: ["upper"] },
  ]);
});

test("what the template makes itself is not asked for, nor is the caller's reference", () => {
  const text =
    "{% set a = b %}{{ a }}{% for i in 1..3 %}{{ loop.index }}{{ i }}{% endfor %}{{ external_message_id }}";
  expect(contractOf({ sms_text: text }).names.map(({ name }) => name)).toEqual(["b"]);
});

test("a name close to one that profiles have is pointed at; nothing else is", () => {
  const near = contractOf({ sms_text: "{{ frist_name }} {{ gate }}" });
  expect(near.warnings).toEqual([
    {
      name: "frist_name",
      message: "frist_name is no attribute of a profile: the call must bring it. Do you mean first_name?",
    },
  ]);
});

test("without calls every name must be the profile's", () => {
  const { warnings } = contractOf({ sms_text: "{{ first_name }} {{ gate }}" }, { isApiTriggered: false });
  expect(warnings).toEqual([
    { name: "gate", message: "gate is no attribute of a profile and is empty for everybody." },
  ]);
});
