/** The pattern machine against JavaScript's own, and what it refuses. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePattern } from "./pattern.ts";

function matches(pattern: string, text: string): boolean {
  const parsed = parsePattern(pattern);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.pattern.test(text, () => {});
}

describe("answers", () => {
  const table: readonly (readonly [string, string, boolean])[] = [
    ["/^\\d{3}-\\d{4}$/", "555-1234", true],
    ["/^\\d{3}-\\d{4}$/", "5555-1234", false],
    ["#^[a-z]+://#i", "HTTPS://x", true],
    ["/^a.c$/s", "a\nc", true],
    ["/^a.c$/", "a\nc", false],
    ["/^b$/m", "a\nb\nc", true],
    ["/b$/", "ab\n", true],
    ["/b$/D", "ab\n", false],
    ["/\\bcat\\b/", "a cat sat", true],
    ["/\\bcat\\b/", "concat", false],
    ["/^(?:ab|c)+?$/", "abcab", true],
    ["/^(?<year>\\d+)-(?P<m>\\d+)$/", "2024-02", true],
    ["/a b # note/x", "ab", true],
    ["/^(?i)abc$/", "ABC", true],
    ["/^(?i:a)bc$/", "ABC", false],
    ["/^[[:alpha:]_-]+$/", "ab_-c", true],
    ["/^[^a-c]+$/", "xyz", true],
    ["/^[]a]+$/", "]a", true],
    ["/^\\p{Lu}\\pL+$/u", "Édith", true],
    ["/^\\w+$/u", "élan", true],
    ["/^\\w+$/", "élan", false],
    ["/^.$/", "👍", true],
    ["/\\Qa.b\\E/", "a.b", true],
    ["/\\x41\\x{1F44D}/", "A👍", true],
    ["{^a{2,3}$}", "aaa", true],
    ["{^a{2,3}$}", "aaaa", false],
    ["/^a{,2}$/", "a{,2}", true],
    ["/^(a|)*b/", "aab", true],
    ["/x*/", "", true],
    ["/\\Aab\\z/", "ab", true],
    ["/b/A", "ab", false],
  ];
  for (const [pattern, text, expected] of table) {
    test(`${pattern} on ${JSON.stringify(text)}`, () => {
      expect(matches(pattern, text)).toBe(expected);
    });
  }

  test("generated patterns agree with JavaScript's", () => {
    const { node } = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "\\d", "\\w", "^", "$", "\\b"),
        fc.tuple(tie("node"), tie("node")).map(([a, b]) => a + b),
        fc.tuple(tie("node"), tie("node")).map(([a, b]) => `(${a}|${b})`),
        fc
          .tuple(tie("node"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "*?"))
          .map(([a, q]) => `(?:${a})${q}`),
      ),
    }));
    const text = fc.string({ unit: fc.constantFrom("a", "b", "1", " ", "\n"), maxLength: 8 });
    fc.assert(
      fc.property(node, text, (pattern, value) => {
        // D: JavaScript's $ does not match before a last line break.
        expect(matches(`/${pattern}/D`, value)).toBe(new RegExp(pattern).test(value));
      }),
      { numRuns: 3000, seed: 20_240_229 },
    );
  });
});

describe("refused", () => {
  const table: readonly (readonly [string, string])[] = [
    ["abc", "delimiters"],
    ["", "delimiters"],
    ["/abc", "delimiter"],
    ["/a/e", 'flag "e"'],
    ["/(a)\\1/", "\\1"],
    ["/(?=a)/", "(?="],
    ["/(?<!a)b/", "(?<"],
    ["/(?>a)/", "(?>"],
    ["/(?R)/", "(?R"],
    ["/a++/", "possessive"],
    ["/(*ACCEPT)/", "verbs"],
    ["/(a/", "never closed"],
    ["/a)/", "no ("],
    ["/[a/", "never closed"],
    ["/[b-a]/", "out of order"],
    ["/*a/", "nothing to repeat"],
    ["/a{3,2}/", "out of order"],
    ["/a{5000}/", "repetitions"],
    ["/(a{900}){900}/", "too large"],
    ["/\\p{Nope}/", "Unicode property"],
  ];
  for (const [pattern, reason] of table) {
    test(pattern, () => {
      const parsed = parsePattern(pattern);
      expect(parsed).toMatchObject({ ok: false });
      expect(parsed.ok ? "" : parsed.reason).toContain(reason);
    });
  }
});

test("the work is linear in the text for a pattern that ruins backtracking machines", () => {
  const parsed = parsePattern("/^(a+)+$/");
  const stepsFor = (length: number) => {
    let steps = 0;
    if (parsed.ok) parsed.pattern.test(`${"a".repeat(length)}!`, (more) => (steps += more));
    return steps;
  };
  expect(stepsFor(20_000) / stepsFor(10_000)).toBeLessThan(2.1);
});
