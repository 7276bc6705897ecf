import fc from "fast-check";
import { expect, test } from "vitest";
import { leastWorkMs, onThisMachine } from "../../../twig/test/work-time.ts";
import { compileMjml, inlineCss, plainTextOf } from "./email-markup.ts";
import { shieldTwig } from "./twig-shield.ts";

test.each([
  ["{{ a }} and {% if b %}", ["{{ a }}", "{% if b %}"]],
  ["{{ '}}' }}x", ["{{ '}}' }}"]],
  ['{{ a|default("\\"}}") }}', ['{{ a|default("\\"}}") }}']],
  ["{# it's {{ a }} #}{{ b }}", ["{# it's {{ a }} #}", "{{ b }}"]],
  ["{{ a }} {{ 'open", ["{{ a }}"]],
  ["a { b: c }", []],
])("finds the tags of %s", (text, tags) => {
  expect(shieldTwig(text).tags.map((tag) => tag.text)).toEqual(tags);
});

test("gives back what it was given, whatever it is", () => {
  const piece = fc.constantFrom(
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "'",
    '"',
    "\\",
    "a",
    "crltag0z",
    " ",
    "<p>",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join("");
      const shielded = shieldTwig(text);
      expect(shielded.restore(shielded.text)).toBe(text);
      expect(shielded.lost(shielded.text)).toEqual([]);
    }),
    { seed: 20_240_229, numRuns: 400 },
  );
});

test("256 KB of openings without an end take no time", () => {
  const maxMs = onThisMachine(500);
  for (const text of ["{{ ", "{{ '", "{#", '{% " '])
    expect(
      leastWorkMs(() => shieldTwig(text.repeat(65_536)), maxMs),
      text,
    ).toBeLessThan(maxMs);
});

test("plain text keeps tags, links and rows", async () => {
  const html =
    '<h1>Hi {{ name|default("you") }}</h1><p>Your {{ n }} &amp; more</p><a href="{{ url }}?a=1">Go</a>' +
    "<table>{% for r in rows %}<tr><td>{{ r.a }}</td><td>{{ r.b }}</td></tr>{% endfor %}</table>";
  const { text } = await plainTextOf(html);
  expect(text).toContain('Hi {{ name|default("you") }}');
  expect(text).toContain("Your {{ n }} & more");
  expect(text).toContain("Go [{{ url }}?a=1]");
  expect(text).toMatch(/\{% for r in rows %\}\s*\{\{ r\.a \}\} \{\{ r\.b \}\}\s*\{% endfor %\}/);
});

test("MJML nested without end, and no MJML at all, are errors and nothing worse", async () => {
  for (const mjml of [`<mjml><mj-body>${"<mj-wrapper>".repeat(8_000)}`, "", "{{ a }}", "<p>Hi</p>"]) {
    const { errors } = await compileMjml(mjml);
    expect(errors.length, mjml.slice(0, 40)).toBeGreaterThan(0);
  }
});

test("a style sheet that would keep the libraries busy for minutes ends in time, and holds nobody up", async () => {
  const rules = Array.from({ length: 3_000 }, (_, i) => `.a${i}{color:red}`).join("");
  const hostile = inlineCss(`<style>${rules}</style>${'<p class="a1">x</p>'.repeat(8_000)}`);
  let longest = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 10);
  expect((await hostile).errors).toHaveLength(1);
  clearInterval(watch);
  // On this thread it would be as long as the other one was given: four seconds.
  expect(longest).toBeLessThan(3_000);
  expect(await inlineCss("<style>p{color:red}</style><p>x</p>")).toMatchObject({
    errors: [],
    text: expect.stringContaining("style="),
  });
}, 120_000);
