/**
 * The libraries of email authoring: MJML to HTML, CSS into style attributes, HTML to plain text. Each takes
 * milliseconds, so they run when something is saved or looked at, never for each person. They are loaded when first
 * used: together they take most of a second, which a start should not wait for.
 */
import { shieldTwig } from "./twig-shield.ts";

export interface MarkupError {
  /** From 1; 0 where the library does not say. */
  readonly line: number;
  readonly message: string;
}

export interface CompiledMarkup {
  /** "" when it could not be compiled at all. */
  readonly html: string;
  readonly errors: readonly MarkupError[];
}

const MAX_ERRORS = 50;
const INCLUDE = /<mj-include\b/i;

/** Twig's tags pass through untouched; one that MJML has no place for is an error, not a silent loss. */
export async function compileMjml(mjml: string): Promise<CompiledMarkup> {
  const include = INCLUDE.exec(mjml);
  if (include !== null) {
    const line = mjml.slice(0, include.index).split("\n").length;
    return { html: "", errors: [{ line, message: "mj-include is not taken: nothing is read from files." }] };
  }
  const shielded = shieldTwig(mjml);
  const { default: mjml2html } = await import("mjml");
  try {
    const { html, errors } = await mjml2html(shielded.text, {
      validationLevel: "soft",
      ignoreIncludes: true,
      useMjmlConfigOptions: false,
    });
    const found = errors.map(({ line, message, tagName }) => ({
      line,
      message: shielded.restore(`${tagName}: ${message}`),
    }));
    const lost = shielded.lost(html).map(({ line, text }) => ({
      line,
      message: `${text.slice(0, 60)} has no place here and would be lost: put it inside <mj-raw>.`,
    }));
    return { html: shielded.restore(html), errors: [...found, ...lost].slice(0, MAX_ERRORS) };
  } catch (error) {
    return { html: "", errors: [{ line: 0, message: reasonOf(error) }] };
  }
}

/** Malformed XML and markup nested beyond the call stack are thrown. */
const reasonOf = (error: unknown): string =>
  error instanceof RangeError
    ? "The markup is nested too deeply."
    : String(error instanceof Error ? error.message : error).slice(0, 300);

export type InlineCss = (html: string) => string;

/** Moves the rules of style sheets into style attributes, where every mail client reads them. */
export async function loadInliner(): Promise<InlineCss> {
  const { default: juice } = await import("juice");
  return (html) => {
    const shielded = shieldTwig(html);
    return shielded.restore(juice(shielded.text, { preserveImportant: true }));
  };
}

/** The text part that says what the HTML says. */
export async function plainTextOf(html: string): Promise<string> {
  const { convert } = await import("html-to-text");
  const shielded = shieldTwig(html);
  const heading = (level: number) => ({ selector: `h${level}`, options: { uppercase: false } });
  const text = convert(shielded.text, {
    wordwrap: false,
    selectors: [
      ...[1, 2, 3, 4, 5, 6].map(heading),
      { selector: "img", format: "skip" },
      { selector: "a", options: { hideLinkHrefIfSameAsText: true } },
      { selector: "tr", format: "block", options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
      { selector: "td", format: "inlineSurround", options: { suffix: " " } },
    ],
  });
  return shielded.restore(text).replace(/[ \t]+$/gm, "");
}
