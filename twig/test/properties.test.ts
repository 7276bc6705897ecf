/**
 * Properties of rendering, over generated templates and data: only the engine's own errors leave `compile` and
 * `render`, budgets hold, escaping can be undone, renders do not see each other.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compile,
  type RenderLimits,
  type Template,
  TwigBudgetError,
  TwigRuntimeError,
  TwigSyntaxError,
} from "../src/index.ts";
import { SNIPPETS, sample } from "./differential/generate.ts";

/** Fixed, so that a failure can be repeated. */
fc.configureGlobal({ seed: 20_240_229 });

const RUNS = { numRuns: 400 };

/** Pieces of templates, joined at random: mostly faulty sources, some that compile. */
const rubble = fc
  .array(
    fc.constantFrom(
      ..."{{ }} {% %} {# #} a b.c [0] |upper |join(',') |map(x => x) ( ) [ ] { } ' \" #{ ~ ?? ?: ? : .. + - ** // in is not and or if else endif for endfor set endset = 1 2.5 \\ \n block endblock macro endmacro import include 'part' _self _context loop range(1,3) => , ... matches '/a+/' starts with -%} {{- verbatim endverbatim apply endapply with only".split(
        " ",
      ),
    ),
    { maxLength: 25 },
  )
  .map((parts) => parts.join(" "));

const json = fc.jsonValue({ maxDepth: 3 });
const anyData = fc.dictionary(
  fc.constantFrom("a", "b", "s", "n", "l", "map", "rows", "loop", "__proto__x"),
  json,
);
/** What a careless host might pass besides JSON. */
const oddValue = fc.constantFrom<unknown>(
  undefined,
  () => "called",
  Symbol("x"),
  10n,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  new Date(Number.NaN),
  new Date(0),
  new Map<unknown, unknown>([
    [1, "one"],
    ["k", new Set([1])],
  ]),
  /x/,
  new (class Money {
    readonly amount = 5;
    toString() {
      return "called";
    }
  })(),
  "\ud800",
  Object.create({ inherited: "called" }),
);

function compileOrNull(source: string): Template | null {
  try {
    return compile(source, { loader: (name) => SNIPPETS[name] });
  } catch (error) {
    expect(error, source).toBeInstanceOf(TwigSyntaxError);
    return null;
  }
}

function renderOrError(
  template: Template,
  data: Record<string, unknown>,
  limits: Partial<RenderLimits> = {},
) {
  try {
    return template.render(data, { limits });
  } catch (error) {
    if (error instanceof TwigBudgetError || error instanceof TwigRuntimeError) return error;
    throw error;
  }
}

describe("errors", () => {
  test("any text either compiles or is refused with a place in it", () => {
    fc.assert(
      fc.property(fc.oneof(rubble, fc.string({ maxLength: 60 })), (source) => {
        try {
          compile(source);
        } catch (error) {
          expect(error).toBeInstanceOf(TwigSyntaxError);
          const { line, column } = error as TwigSyntaxError;
          expect(line).toBeLessThanOrEqual(source.split(/\r\n?|\n/).length);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("whatever compiles renders, or fails with an error of the engine", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          rubble,
          sample.map((one) => one.source),
        ),
        anyData,
        (source, data) => {
          const template = compileOrNull(source);
          if (template !== null) renderOrError(template, data);
        },
      ),
      { numRuns: 1500 },
    );
  });

  test("odd values of the host are never called and never break a render", () => {
    const names = ["s", "t", "n", "m", "b", "nothing", "l", "nums", "map", "rows"];
    const odd = fc.dictionary(
      fc.constantFrom(...names),
      fc.oneof(oddValue, fc.array(oddValue, { maxLength: 3 })),
    );
    fc.assert(
      fc.property(sample, odd, ({ source, data }, replaced) => {
        const template = compileOrNull(source)!;
        const result = renderOrError(template, { ...data, ...replaced });
        expect(String(result)).not.toContain("called");
      }),
      RUNS,
    );
  });
});

describe("budgets", () => {
  test("the result is never longer than allowed, and more budget never changes a result", () => {
    fc.assert(
      fc.property(sample, fc.integer({ min: 1, max: 300 }), ({ source, data }, outputLength) => {
        const template = compileOrNull(source)!;
        const small = renderOrError(template, data, { outputLength });
        const full = renderOrError(template, data);
        if (typeof small === "string") {
          expect(small.length).toBeLessThanOrEqual(outputLength);
          expect(small).toBe(full);
        }
      }),
      RUNS,
    );
  });

  test("with few steps a render ends early or gives the same text", () => {
    fc.assert(
      fc.property(sample, fc.integer({ min: 1, max: 200 }), ({ source, data }, steps) => {
        const template = compileOrNull(source)!;
        const small = renderOrError(template, data, { steps });
        if (small instanceof TwigBudgetError) expect(small.budget).toBe("steps");
        else expect(String(small)).toBe(String(renderOrError(template, data)));
      }),
      RUNS,
    );
  });
});

const HTML: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#039;": "'",
};

/** How a reader of the document undoes each strategy. */
function undoAttribute(text: string): string {
  return text
    .replace(/&#x([0-9A-F]+);/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/&(?:amp|lt|gt|quot);/g, (entity) => HTML[entity]!);
}

const UNDO: Readonly<Record<string, (text: string) => string>> = {
  html: (text) => text.replace(/&(?:amp|lt|gt|quot|#039);/g, (entity) => HTML[entity]!),
  html_attr: undoAttribute,
  html_attr_relaxed: undoAttribute,
  js: (text) => JSON.parse(`"${text}"`) as string,
  css: (text) =>
    text.replace(/\\([0-9A-F]+) /g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16))),
  url: (text) => decodeURIComponent(text),
};

const DANGEROUS: Readonly<Record<string, RegExp>> = {
  html: /[<>"']/,
  html_attr: /[<>"'\s=`]/,
  html_attr_relaxed: /[<>"'\s=`]/,
  js: /[<>"'&/\n\u2028](?<!\\\/)/,
  css: /[<>"'{}();&]/,
  url: /[<>"'{}();&\s/?#]/,
};

describe("escaping", () => {
  for (const strategy of ["html", "html_attr", "html_attr_relaxed", "js", "css", "url"] as const) {
    test(`${strategy}: the text comes back, and nothing dangerous is left in between`, () => {
      const template = compile("{{ value }}", { autoescape: strategy });
      // Control characters have no form in an attribute; the engine replaces them.
      const hasControl = (one: string) => Array.from(one).some((char) => char < " " || char === "\x7f");
      const text = fc.string({ unit: "grapheme", maxLength: 40 }).filter((one) => !hasControl(one));
      fc.assert(
        fc.property(
          fc.oneof(
            text,
            fc.string().map((one) => one.replace(/[^ -~]/g, "")),
          ),
          (value) => {
            const escaped = template.render({ value });
            expect(UNDO[strategy]!(escaped)).toBe(value);
            expect(escaped).not.toMatch(DANGEROUS[strategy]!);
          },
        ),
        { numRuns: 1000 },
      );
    });
  }
});

test("renders of one template do not see each other", () => {
  fc.assert(
    fc.property(sample, sample, ({ source, data }, other) => {
      const template = compileOrNull(source)!;
      const alone = renderOrError(template, data);
      renderOrError(template, other.data);
      const again = renderOrError(template, data);
      expect(String(again)).toBe(String(alone));
    }),
    RUNS,
  );
});
