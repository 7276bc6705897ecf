import fc from "fast-check";
import PostalMime from "postal-mime";
import { describe, expect, test } from "vitest";
import type { EmailContent } from "../../domain/content.ts";
import { buildEmail } from "./mime.ts";

const CONTENT: EmailContent = {
  channel: "email",
  from: { address: "news@shop.example", name: "The Shop" },
  replyTo: null,
  subject: "Hello",
  html: "<p>Hello</p>",
  text: "Hello",
  headers: {},
};

const build = (content: Partial<EmailContent>, to = "p@example.org") =>
  buildEmail({
    key: "key-1",
    to,
    content: { ...CONTENT, ...content },
    nowMs: Date.UTC(2026, 10, 21, 12, 0, 0),
  });

function bytesOf(content: Partial<EmailContent>): Buffer {
  const built = build(content);
  if (!built.ok) throw new Error(built.error);
  return built.value.bytes;
}

/** What every SMTP server may count on (RFC 5321, 4.5.3.1.6; RFC 2045, 2.7). */
function expectGoodLines(bytes: Buffer): void {
  const lines = bytes.toString("latin1").split("\r\n");
  for (const line of lines) {
    expect(line.length).toBeLessThanOrEqual(998);
    expect(line).not.toMatch(/[\r\n\0\x80-\xff]/);
  }
  expect(lines.at(-1)).toBe("");
}

test("the message in full", () => {
  const replyTo = { address: "help@shop.example", name: "" };
  const headers = {
    "List-Unsubscribe": "<https://shop.example/u>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  };
  expect(bytesOf({ replyTo, headers }).toString()).toBe(
    [
      "From: The Shop <news@shop.example>",
      "To: <p@example.org>",
      "Reply-To: <help@shop.example>",
      "Subject: Hello",
      "Message-ID: <key-1@shop.example>",
      "Date: Sat, 21 Nov 2026 12:00:00 +0000",
      "MIME-Version: 1.0",
      "List-Unsubscribe: <https://shop.example/u>",
      "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
      'Content-Type: multipart/alternative; boundary="=_key-1"',
      "",
      "--=_key-1",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: 7bit",
      "",
      "Hello",
      "--=_key-1",
      "Content-Type: text/html; charset=utf-8",
      "Content-Transfer-Encoding: 7bit",
      "",
      "<p>Hello</p>",
      "--=_key-1--",
      "",
    ].join("\r\n"),
  );
});

describe("a parser gives back what was put in", () => {
  const words = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom(" ", "a", "=", "?", ".", '"', "\\", "é", "ß", "€", "😀", "日"),
      maxLength: 120,
    }),
    fc.lorem({ maxCount: 60 }),
  );
  // A header cannot carry these, and nobody can see spaces at its ends.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters have no place in a header
  const headerText = words.map((text) => text.replaceAll(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/g, "").trim());
  // A NUL is dropped by the parser, not by us; line ends are compared as "\n".
  const bodyText = fc
    .array(
      words.map((text) => text.replaceAll("\0", "")),
      { maxLength: 8 },
    )
    .map((lines) => lines.join("\r\n"));

  test("names and subjects", async () => {
    await fc.assert(
      fc.asyncProperty(headerText, headerText, async (name, subject) => {
        const bytes = bytesOf({ from: { name, address: "a@b.example" }, subject });
        expectGoodLines(bytes);
        const parsed = await PostalMime.parse(bytes);
        expect(parsed.from).toMatchObject({ address: "a@b.example", name });
        expect(parsed.subject ?? "").toBe(subject);
      }),
      { numRuns: 400 },
    );
  });

  test("texts and html", async () => {
    await fc.assert(
      fc.asyncProperty(bodyText, bodyText, async (text, html) => {
        fc.pre(text !== "" && html !== "");
        const bytes = bytesOf({ text, html });
        expectGoodLines(bytes);
        const parsed = await PostalMime.parse(bytes);
        expect(normal(parsed.text)).toBe(normal(text));
        expect(normal(parsed.html)).toBe(normal(html));
      }),
      { numRuns: 400 },
    );
  });

  const normal = (text: string | undefined): string =>
    (text ?? "").replaceAll(/\r\n|\r/g, "\n").replace(/\n+$/, "");

  test.each([
    ["long lines", "x".repeat(5000)],
    ["a line of 998", `${"x".repeat(998)}\r\nend`],
    ["a line of 999", `${"x".repeat(999)}\r\nend`],
    ["long lines beyond ASCII", "é".repeat(3000)],
    ["a script beyond Latin", "日本語".repeat(1000)],
    ["lone line ends", "a\nb\rc\r\nd"],
    ["spaces at line ends", "a  \r\nb\t\r\né  "],
    ["our own boundary", "--=_key-1\r\nContent-Type: text/html\r\n\r\n<b>x</b>\r\n--=_key-1--"],
    ["equals signs", "é a=b=c =3D =_"],
    ["dots", ".\r\n..\r\n.x"],
    ["one part only", ""],
  ])("%s", async (_name, text) => {
    const parsed = await PostalMime.parse(bytesOf({ text }));
    expectGoodLines(bytesOf({ text }));
    expect(normal(parsed.text)).toBe(normal(text));
    expect(normal(parsed.html)).toBe("<p>Hello</p>");
  });

  test("characters of several bytes are not cut by a soft line break", () => {
    const body = bytesOf({ html: "", text: `${"x".repeat(70)}€€€ ${"abc ".repeat(100)}` }).toString("latin1");
    expect(body).toContain("quoted-printable");
    for (const line of body.split("\r\n")) expect(line).not.toMatch(/=E2(=82)?=$/);
  });

  test.each(["=?UTF-8?B?aGFja2Vk?=", "=?utf-8?q?a?= b", "a =?x?="])(
    "the subject %s is read as it is",
    async (subject) => {
      const bytes = bytesOf({ subject, from: { name: subject, address: "a@b.example" } });
      const parsed = await PostalMime.parse(bytes);
      expect([parsed.subject, parsed.from]).toMatchObject([subject, { name: subject }]);
    },
  );

  test("a long subject is folded at its spaces", () => {
    const subject = "word ".repeat(60).trim();
    const head = bytesOf({ subject }).toString().split("\r\nMessage-ID")[0]!;
    for (const line of head.split("\r\n")) expect(line.length).toBeLessThanOrEqual(78);
  });
});

describe("refused before anything is sent", () => {
  test.each([
    ["subject", { subject: "a\r\nBcc: x@y.example" }],
    ["subject with LF", { subject: "a\nb" }],
    ["subject with NUL", { subject: "a\0b" }],
    ["from name", { from: { name: "a\r\nX: y", address: "a@b.example" } }],
    ["reply-to name", { replyTo: { name: "a\nb", address: "a@b.example" } }],
    ["header value", { headers: { "X-A": "1\r\nX-B: 2" } }],
    ["header name", { headers: { "X-A: 1\r\nX-B": "2" } }],
    ["header name with a space", { headers: { "X A": "2" } }],
    ["empty header name", { headers: { "": "2" } }],
    ["a header of ours", { headers: { bcc: "x@y.example" } }],
    ["a content header", { headers: { "Content-Type": "text/plain" } }],
    ["a header that is too long", { headers: { "X-A": "x".repeat(1000) } }],
  ])("%s", (_name, content) => {
    expect(build(content)).toMatchObject({ ok: false, error: expect.any(String) });
  });

  test.each([
    "",
    "@",
    "a@",
    "@b.example",
    "a b@c.example",
    "a@b@c.example",
    "a@b.example\r\nRCPT TO:<x@y.example>",
    "a@b.example, x@y.example",
    "<a@b.example>",
    '"a b"@c.example',
    "(x)a@b.example",
    "group:a@b.example;",
    "@route:a@b.example",
    "a..b@c.example",
    ".a@b.example",
    "a@b..example ",
    "a@b..example",
    "a@.example",
    "a@b.example.",
    "a@-b.example",
    "a@ex%61mple.org",
    "a@b_c.example",
    "a@[127.0.0.1]",
    "a@b example",
    `${"a".repeat(65)}@b.example`,
    `a@${"b".repeat(260)}.example`,
    "a\0@b.example",
  ])("the address %j", (address) => {
    expect(build({}, address).ok).toBe(false);
    expect(build({ from: { name: "", address } }).ok).toBe(false);
    expect(build({ replyTo: { name: "", address } }).ok).toBe(false);
  });

  test.each([
    ["p@bücher.example", "p@xn--bcher-kva.example"],
    ["a+b_c'd@e.example", "a+b_c'd@e.example"],
    ["p@EXAMPLE.org", "p@example.org"],
  ])("%s goes out as %s", (address, cleaned) => {
    const built = build({ from: { name: "", address } }, address);
    expect(built).toMatchObject({ ok: true, value: { envelope: { from: cleaned, to: cleaned } } });
    if (built.ok) expect(built.value.messageId).toBe(`<key-1@${cleaned.split("@")[1]}>`);
  });
});
