/** The templates of a message: their sources, how each is compiled, and what is wrong with one, by its place. */
import { compile, type Template, TwigSyntaxError } from "../../../twig/src/index.ts";
import { fail, ok, type Result } from "../base/result.ts";
import type { Autoescape, FieldValue, KeyValue } from "./campaign-fields.ts";
import { templateFields } from "./campaign-templates.ts";
import type { MessageType } from "./channel.ts";
import { type EmailPlaces, readPlaces } from "./email-places.ts";

export interface TemplateSource {
  readonly name: string;
  /** Of a pair in a list; null for a plain field. */
  readonly key: string | null;
  readonly source: string;
  readonly autoescape: Autoescape;
}

/** Where a template does not compile; columns count UTF-16 units, both from 1. */
export interface TemplateFault {
  readonly field: string;
  readonly line: number;
  readonly column: number;
  readonly sourceLine: string;
  readonly message: string;
  readonly suggestion: string | null;
}

/** Message with its place, as refusals by field carry it. */
export const faultSentence = ({ field, line, column, message }: TemplateFault): string =>
  `${message} (${field}, line ${line}, column ${column})`;

export interface CompiledSource extends TemplateSource {
  readonly template: Template;
  /** Of an email's HTML. */
  readonly places: EmailPlaces | null;
}

/** The engine's strategy for a field. JavaScript's escapes are valid inside JSON strings. */
const STRATEGY = { html: "html", url: "url", json: "js" } as const;

export function sourcesOf(type: MessageType, fields: Readonly<Record<string, FieldValue>>): TemplateSource[] {
  return templateFields(type, fields).flatMap(({ name, isList, autoescape }): TemplateSource[] => {
    const value = fields[name];
    if (isList) {
      const pairs = (value as readonly KeyValue[] | undefined) ?? [];
      return pairs.map((pair) => ({ name, key: pair.key, source: String(pair.value), autoescape }));
    }
    return typeof value === "string" && value !== "" ? [{ name, key: null, source: value, autoescape }] : [];
  });
}

export function compileSource(one: TemplateSource): Result<CompiledSource, TemplateFault> {
  const autoescape = one.autoescape === false ? false : STRATEGY[one.autoescape];
  try {
    const template = compile(one.source, { autoescape, name: one.name });
    const places = one.name === "email_html" ? readPlaces(template.ast) : null;
    const fault = computedName(one, template) ?? (places === null ? null : dataInCode(one, places));
    return fault === null ? ok({ ...one, template, places }) : fail(fault);
  } catch (error) {
    if (!(error instanceof TwigSyntaxError)) throw error;
    const { line, column, sourceLine, reason: message, suggestion = null } = error;
    return fail({ field: one.name, line, column, sourceLine, message, suggestion });
  }
}

/** A name that the data could choose is found only when a person's message is rendered: too late to mend it. */
function computedName(one: TemplateSource, { snippets }: Template): TemplateFault | null {
  const found = snippets.find((snippet) => snippet.name === null);
  if (found === undefined) return null;
  const { line, column } = found;
  const message = `"${found.by}" must name a template by a constant text.`;
  return { field: one.name, line, column, sourceLine: lineAt(one.source, line), message, suggestion: null };
}

function dataInCode(one: TemplateSource, { dataInCode: found }: EmailPlaces): TemplateFault | null {
  const first = found[0];
  if (first === undefined) return null;
  const before = one.source.replace(/\r\n?/g, "\n").slice(0, first.at);
  const line = before.split("\n").length;
  return {
    field: one.name,
    line,
    column: before.length - before.lastIndexOf("\n"),
    sourceLine: lineAt(one.source, line),
    message: `Values cannot be printed inside <${first.tag}>: no escaping is safe there.`,
    suggestion: null,
  };
}

const MAX_SOURCE_LINE = 500;

const lineAt = (source: string, line: number): string =>
  (source.split(/\r\n?|\n/)[line - 1] ?? "").slice(0, MAX_SOURCE_LINE);
