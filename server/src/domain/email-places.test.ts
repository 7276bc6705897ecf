/** Values inside code, and links that values fill (reliability 4.6, rows 10 and 12). */
import { describe, expect, test } from "vitest";
import { EMPTY_CONTENT } from "./campaign-content.ts";
import { compileCampaign } from "./compiled-campaign.ts";
import { withSafeLinks } from "./safe-links.ts";
import { checkTemplates } from "./template-check.ts";

const contentOf = (email_html: string) => ({
  ...EMPTY_CONTENT,
  channels: [7] as const,
  messages: { 7: { email_subject: "Hello", email_from: "news@example.org", email_html } },
});

const faultsIn = (html: string) => checkTemplates(contentOf(html)).faults;

describe("values inside code", () => {
  test.each([
    "<style>p { color: {{ c }} }</style>",
    '<SCRIPT type="text/x">{{ c }}</SCRIPT>',
    "<style>{% if dark %}p { color: {{ c }} }{% endif %}</style>",
    "<style>{% for c in all %}.{{ c }} {}{% endfor %}</style>",
    "<!--[if mso]><style>{{ c|raw }}</style><![endif]-->",
  ])("%s is refused", (html) => {
    expect(faultsIn(html)).toMatchObject([
      { field: "email_html", message: expect.stringMatching(/inside <s/) },
    ]);
  });

  test.each([
    "<style>p { color: red }</style><p>{{ c }}</p>",
    "<style>{% if dark %}p { color: red }{% endif %}</style>",
    '<p style="color: {{ c }}">{{ d }}</p><style></style>{{ e }}',
  ])("%s is fine", (html) => {
    expect(faultsIn(html)).toEqual([]);
  });

  test("the place is the value's", () => {
    expect(faultsIn("<p>\r\n<style>\r\n  a { color: {{ c }} }</style>")[0]).toMatchObject({
      line: 3,
      sourceLine: "  a { color: {{ c }} }</style>",
    });
  });
});

const NO_HOST_LINKS = { allowsHostLinks: false };

describe("links", () => {
  function rendered(html: string, url: string): string {
    const content = compileCampaign(JSON.stringify(contentOf(html)), null);
    const result = content.render(7, { layers: [{ url }], nowMs: 0, language: null, defaultFrom: "" });
    if (!result.ok || result.value.channel !== "email") throw new Error(JSON.stringify(result));
    return result.value.html;
  }

  test.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " java\nscript:alert(1)",
    "\u0001javascript:alert(1)",
    "data:text/html,<b>",
    "vbscript:x",
  ])("%j in a link becomes #", (url) => {
    expect(rendered('<a class="a" href="{{ url }}">x</a>', url)).toBe('<a class="a" href="#">x</a>');
    expect(rendered("<a href='{{ url|raw }}'>x</a>", url.replace("<b>", ""))).toBe('<a href="#">x</a>');
    expect(rendered("<a href={{ url|replace({' ': '', '\n': ''}) }}>x</a>", url.replace("<b>", ""))).toBe(
      '<a href="#">x</a>',
    );
  });

  test.each(["https://example.org/?a=1&b=javascript:", "mailto:a@example.org", "tel:+353", "/path", "#part"])(
    "%s stays",
    (url) => {
      expect(rendered('<a href="{{ url|raw }}">x</a>', url)).toBe(`<a href="${url}">x</a>`);
    },
  );

  test("another host without a scheme, unless the author writes such links", () => {
    for (const url of ["//evil.example", "/\\evil.example", " \\\\evil.example"])
      expect(rendered('<a href="{{ url|raw }}">x</a>', url)).toBe('<a href="#">x</a>');
    const own = '<img src="//cdn.example.com/a.png"><a href="{{ url }}">x</a>';
    expect(rendered(own, "/path")).toContain('<img src="//cdn.example.com/a.png">');
  });

  test("entities that spell a scheme are seen through; pictures in the source stay", () => {
    expect(withSafeLinks('<a href="&#106;avascript&colon;x">', NO_HOST_LINKS)).toBe('<a href="#">');
    const picture = '<img src="data:image/png;base64,AAAA">';
    expect(withSafeLinks(picture, NO_HOST_LINKS)).toBe(picture);
  });
});
