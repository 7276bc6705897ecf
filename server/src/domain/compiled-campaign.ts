/**
 * A campaign version made ready to render: its templates compiled once, one renderer a channel and language. The
 * only importer of the template engine. Pure: the same layers and time give the same bytes.
 */
import { compile, type Template, TwigBudgetError, TwigSyntaxError } from "../../../twig/src/index.ts";
import { type FieldErrors, fail, ok, Refusals, type Result } from "../base/result.ts";
import { type CampaignContent, EMPTY_CONTENT, settingsOf } from "./campaign-content.ts";
import type { Autoescape, FieldValue, KeyValue } from "./campaign-fields.ts";
import { applyOverrides } from "./campaign-overrides.ts";
import { templateFields } from "./campaign-templates.ts";
import type { MessageType } from "./channel.ts";
import type { Content } from "./content.ts";
import { buildContent, type RenderedFields } from "./message-content.ts";

export interface RenderRequest {
  /** Where names are looked up, first to last. */
  readonly layers: readonly Readonly<Record<string, unknown>>[];
  readonly nowMs: number;
  /** The person's language code; picks a variant of the message where there is one. */
  readonly language: string | null;
  /** Used where an email names no sender. */
  readonly defaultFrom: string;
}

/** Why this message cannot go; the others of its campaign may. */
export interface RenderRefusal {
  readonly reason: "invalid_content" | "template_budget";
  readonly error: string;
}

export interface CompiledCampaign {
  readonly channels: readonly MessageType[];
  readonly onUnknown: "retry" | "hold";
  /** True when a template reads a name that is no system column: then custom attributes are loaded. */
  readonly readsAttributes: boolean;
  ignoresSubscription(type: MessageType): boolean;
  render(type: MessageType, request: RenderRequest): Result<Content, RenderRefusal>;
}

/** The engine's strategy for a field. JavaScript's escapes are valid inside JSON strings. */
const STRATEGY = { html: "html", url: "url", json: "js" } as const;
const strategyOf = (autoescape: Autoescape) => (autoescape === false ? false : STRATEGY[autoescape]);

/** Names that need no custom attributes: system columns and what the platform adds. */
const SYSTEM_NAMES: ReadonlySet<string> = new Set([
  "user_id",
  "profile_id",
  "email",
  "email_subscription",
  "mobile_number",
  "sms_subscription",
  "first_name",
  "last_name",
  "language",
  "timezone",
  "country",
]);

/**
 * Compiles a stored version.
 * @param stored the version's content as JSON.
 * @param overrides the call's overrides as JSON, or null.
 */
export function compileCampaign(stored: string, overrides: string | null): CompiledCampaign {
  const base = { ...EMPTY_CONTENT, ...(JSON.parse(stored) as Partial<CampaignContent>) };
  const changed =
    overrides === null ? null : applyOverrides(base, JSON.parse(overrides) as Record<string, unknown>);
  const content = changed?.ok === true ? changed.value.content : base;
  const messages = new Map(content.channels.map((type) => [type, compileMessage(content, type)]));
  const reads = [...messages.values()].flatMap((message) => [...message.reads]);
  return {
    channels: content.channels,
    onUnknown: settingsOf(content).onUnknown,
    readsAttributes: reads.some((name) => !SYSTEM_NAMES.has(name)),
    ignoresSubscription: (type) => content.messages[type]?.ignore_subscription === 1,
    render(type, request) {
      const message = messages.get(type);
      if (message === undefined)
        return fail({ reason: "invalid_content", error: "The campaign lacks this channel." });
      return message.render(request);
    },
  };
}

/** What is wrong with the templates of a content, by field, with line and column; nothing when all compile. */
export function templateFaults(content: CampaignContent): FieldErrors {
  const refusals = new Refusals();
  for (const type of content.channels) {
    const variants = [content.messages[type] ?? {}, ...Object.values(content.languages[type] ?? {})];
    for (const fields of variants) {
      for (const [name, fault] of faultsOf(type, fields)) refusals.add(name, fault);
    }
  }
  return refusals.fields;
}

function* faultsOf(
  type: MessageType,
  fields: Readonly<Record<string, FieldValue>>,
): Generator<[string, string]> {
  for (const { name, source, autoescape } of sourcesOf(type, fields)) {
    try {
      compile(source, { autoescape: strategyOf(autoescape), name });
    } catch (error) {
      if (!(error instanceof TwigSyntaxError)) throw error;
      yield [name, error.message];
    }
  }
}

interface Source {
  readonly name: string;
  /** Of a pair in a list; null for a plain field. */
  readonly key: string | null;
  readonly source: string;
  readonly autoescape: Autoescape;
}

function sourcesOf(type: MessageType, fields: Readonly<Record<string, FieldValue>>): Source[] {
  return templateFields(type, fields).flatMap(({ name, isList, autoescape }): Source[] => {
    const value = fields[name];
    if (isList) {
      const pairs = (value as readonly KeyValue[] | undefined) ?? [];
      return pairs.map((pair) => ({ name, key: pair.key, source: String(pair.value), autoescape }));
    }
    return typeof value === "string" && value !== "" ? [{ name, key: null, source: value, autoescape }] : [];
  });
}

interface CompiledMessage {
  readonly reads: ReadonlySet<string>;
  render(request: RenderRequest): Result<Content, RenderRefusal>;
}

function compileMessage(content: CampaignContent, type: MessageType): CompiledMessage {
  const own = content.messages[type] ?? {};
  const variants = new Map<string | null, CompiledVariant>([[null, compileVariant(type, own)]]);
  for (const [language, fields] of Object.entries(content.languages[type] ?? {})) {
    variants.set(language.toLowerCase(), compileVariant(type, { ...own, ...fields }));
  }
  const plain = variants.get(null) as CompiledVariant;
  return {
    reads: new Set([...variants.values()].flatMap((variant) => variant.reads)),
    render(request) {
      const variant = variants.get(request.language?.toLowerCase() ?? null) ?? plain;
      return renderVariant(variant, type, request);
    },
  };
}

interface CompiledVariant {
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly templates: readonly (Source & { readonly template: Template })[];
  readonly reads: readonly string[];
  /** Set when a template does not compile: its messages cannot go. */
  readonly fault: string | null;
}

function compileVariant(type: MessageType, fields: Readonly<Record<string, FieldValue>>): CompiledVariant {
  try {
    const templates = sourcesOf(type, fields).map((source) => ({
      ...source,
      template: compile(source.source, { autoescape: strategyOf(source.autoescape), name: source.name }),
    }));
    const reads = templates.flatMap(({ template }) => template.reads.map((use) => use.name));
    return { fields, templates, reads, fault: null };
  } catch (error) {
    if (!(error instanceof TwigSyntaxError)) throw error;
    return { fields, templates: [], reads: [], fault: error.message };
  }
}

function renderVariant(
  variant: CompiledVariant,
  type: MessageType,
  request: RenderRequest,
): Result<Content, RenderRefusal> {
  if (variant.fault !== null) return fail({ reason: "invalid_content", error: variant.fault });
  const rendered: RenderedFields = { fields: variant.fields, text: new Map(), pairs: new Map() };
  try {
    for (const { name, key, template } of variant.templates) {
      const text = template.render(request.layers, { now: new Date(request.nowMs) });
      if (key === null) rendered.text.set(name, text);
      else rendered.pairs.set(name, { ...rendered.pairs.get(name), [key]: text });
    }
  } catch (error) {
    const reason = error instanceof TwigBudgetError ? "template_budget" : "invalid_content";
    return fail({ reason, error: error instanceof Error ? error.message : String(error) });
  }
  const built = buildContent(type, rendered, request.defaultFrom);
  return built.ok ? ok(built.value) : fail({ reason: "invalid_content", error: built.error });
}
