import { expect, test } from "vitest";
import { EMPTY_CONTENT } from "./campaign-content.ts";
import type { MessageType } from "./channel.ts";
import { compileCampaign } from "./compiled-campaign.ts";
import { templateFaults } from "./template-check.ts";

interface Given {
  readonly type: MessageType;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly layers?: readonly Readonly<Record<string, unknown>>[];
  readonly language?: string;
  readonly languages?: Readonly<Record<string, unknown>>;
}

function render({ type, fields, layers = [{}], language, languages = {} }: Given) {
  const stored = JSON.stringify({ channels: [type], messages: { [type]: fields }, languages, settings: {} });
  const request = { layers, nowMs: 0, language: language ?? null, defaultFrom: "default@example.org" };
  return compileCampaign(stored, null).render(type, request);
}

test("the first layer that holds a value wins, null counts as not passed, what is nowhere is empty", () => {
  const layers = [
    { a: "target", b: null },
    { a: "call", b: "call" },
    { a: "p", b: "p", c: "profile" },
  ];
  const sms = render({ type: 9, fields: { sms_text: "{{ a }}-{{ b }}-{{ c }}-{{ d }}!" }, layers });
  expect(sms).toMatchObject({ ok: true, value: { text: "target-call-profile-!" } });
});

test("values are escaped where they land and never read as templates", () => {
  const layers = [{ v: `<b>&"'{{ 7*7 }}` }];
  const email = render({
    type: 7,
    fields: {
      email_subject: "{{ v }}",
      email_html: "<p>{{ v }}</p>",
      email_text: "{{ v }}",
      email_from: "a@example.org",
    },
    layers,
  });
  expect(email).toMatchObject({
    ok: true,
    value: {
      subject: `<b>&"'{{ 7*7 }}`,
      html: "<p>&lt;b&gt;&amp;&quot;&#039;{{ 7*7 }}</p>",
      text: `<b>&"'{{ 7*7 }}`,
    },
  });
  const hook = render({
    type: 8,
    fields: { webhook_url: "https://e.example/?q={{ v }}", webhook_body: '{"v":"{{ v }}"}' },
    layers: [{ v: 'a"b&c d\n' }],
  });
  if (!hook.ok || hook.value.channel !== "webhook") expect.fail();
  expect(JSON.parse(hook.value.body)).toEqual({ v: 'a"b&c d\n' });
  expect(new URL(hook.value.url).searchParams.get("q")).toBe('a"b&c d\n');
});

test("a value cannot add a header", () => {
  const layers = [{ v: "Hi\r\nBcc: x@example.org" }];
  const email = render({
    type: 7,
    fields: { email_subject: "{{ v }}", email_from_name: "{{ v }}", email_text: "x" },
    layers,
  });
  expect(email).toMatchObject({
    ok: true,
    value: {
      subject: "Hi Bcc: x@example.org",
      from: { address: "default@example.org", name: "Hi Bcc: x@example.org" },
    },
  });
});

test.each([
  ["AB", false],
  ["ABC", true],
  ["ElevenChars", true],
  ["TwelveChars!", false],
  ["+353861234567", true],
  ["", true],
])("sender %j of an SMS", (from, isFine) => {
  const sms = render({ type: 9, fields: { sms_text: "x", sms_from: "{{ from }}" }, layers: [{ from }] });
  expect(sms.ok).toBe(isFine);
});

test("a person's language picks the variant, and what it lacks is the message's own", () => {
  const languages = { 9: { ga: { sms_text: "Dia duit {{ n }}" } } };
  const fields = { sms_text: "Hello {{ n }}", sms_from: "Carillon" };
  const inIrish = render({ type: 9, fields, languages, language: "GA", layers: [{ n: "Ada" }] });
  expect(inIrish).toMatchObject({ ok: true, value: { text: "Dia duit Ada", from: "Carillon" } });
  expect(render({ type: 9, fields, languages, language: "fr", layers: [{}] })).toMatchObject({
    value: { text: "Hello " },
  });
});

test("a template that asks for too much ends its message alone, within its budget", () => {
  const sms = render({ type: 9, fields: { sms_text: "{% for i in 1..1000000000 %}x{% endfor %}" } });
  expect(sms).toMatchObject({ ok: false, error: { reason: "template_budget" } });
});

test("faults of templates are found at save, by field, with their place", () => {
  const content = {
    ...EMPTY_CONTENT,
    channels: [9 as const],
    messages: { 9: { sms_text: "Hi {{ name|uper }}" } },
  };
  const faults = templateFaults(content);
  expect(Object.keys(faults)).toEqual(["sms_text"]);
  expect(faults.sms_text?.[0]).toMatch(/uper.*upper/s);
});

test("custom attributes are asked for only where a template reads one", () => {
  const reads = (text: string) =>
    compileCampaign(JSON.stringify({ channels: [9], messages: { 9: { sms_text: text } } }), null)
      .readsAttributes;
  expect(reads("{{ first_name }} {{ email }}")).toBe(false);
  expect(reads("{{ first_name }} {{ tier }}")).toBe(true);
});
