/**
 * A campaign version made ready to render: its templates compiled once, one renderer a channel and language. Pure:
 * the same layers and time give the same bytes.
 */
import { TwigBudgetError } from "../../../twig/src/index.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { type CampaignContent, EMPTY_CONTENT, settingsOf } from "./campaign-content.ts";
import type { FieldValue } from "./campaign-fields.ts";
import { applyOverrides } from "./campaign-overrides.ts";
import { type CompiledSource, compileSource, faultSentence, sourcesOf } from "./campaign-sources.ts";
import type { MessageType } from "./channel.ts";
import type { Content } from "./content.ts";
import type { EmailPlaces } from "./email-places.ts";
import { buildContent, type RenderedFields } from "./message-content.ts";
import { withSafeLinks } from "./safe-links.ts";

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
  /** The texts alone, before the channel's rules look at them. */
  renderFields(type: MessageType, request: RenderRequest): Result<RenderedFields, RenderRefusal>;
  render(type: MessageType, request: RenderRequest): Result<Content, RenderRefusal>;
}

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
  const renderFields: CompiledCampaign["renderFields"] = (type, request) =>
    messages.get(type)?.render(request) ??
    fail({ reason: "invalid_content", error: "The campaign lacks this channel." });
  return {
    channels: content.channels,
    onUnknown: settingsOf(content).onUnknown,
    readsAttributes: reads.some((name) => !SYSTEM_NAMES.has(name)),
    ignoresSubscription: (type) => content.messages[type]?.ignore_subscription === 1,
    renderFields,
    render(type, request) {
      const rendered = renderFields(type, request);
      if (!rendered.ok) return rendered;
      const built = buildContent(type, rendered.value, request.defaultFrom);
      return built.ok ? built : fail({ reason: "invalid_content", error: built.error });
    },
  };
}

interface CompiledMessage {
  readonly reads: ReadonlySet<string>;
  render(request: RenderRequest): Result<RenderedFields, RenderRefusal>;
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
      return renderVariant(variant, request);
    },
  };
}

interface CompiledVariant {
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly templates: readonly CompiledSource[];
  readonly reads: readonly string[];
  /** Set when a template does not compile: its messages cannot go. */
  readonly fault: string | null;
}

function compileVariant(type: MessageType, fields: Readonly<Record<string, FieldValue>>): CompiledVariant {
  const templates: CompiledSource[] = [];
  for (const source of sourcesOf(type, fields)) {
    const compiled = compileSource(source);
    if (!compiled.ok) return { fields, templates: [], reads: [], fault: faultSentence(compiled.error) };
    templates.push(compiled.value);
  }
  const reads = templates.flatMap(({ template }) => template.reads.map((use) => use.name));
  return { fields, templates, reads, fault: null };
}

const safeHtml = (html: string, { hasOwnHostLinks }: EmailPlaces): string =>
  withSafeLinks(html, { allowsHostLinks: hasOwnHostLinks });

function renderVariant(
  variant: CompiledVariant,
  request: RenderRequest,
): Result<RenderedFields, RenderRefusal> {
  if (variant.fault !== null) return fail({ reason: "invalid_content", error: variant.fault });
  const rendered: RenderedFields = { fields: variant.fields, text: new Map(), pairs: new Map() };
  try {
    for (const { name, key, template, places } of variant.templates) {
      const text = template.render(request.layers, { now: new Date(request.nowMs) });
      if (key !== null) rendered.pairs.set(name, { ...rendered.pairs.get(name), [key]: text });
      else rendered.text.set(name, places?.printsInLink === true ? safeHtml(text, places) : text);
    }
  } catch (error) {
    const reason = error instanceof TwigBudgetError ? "template_budget" : "invalid_content";
    return fail({ reason, error: error instanceof Error ? error.message : String(error) });
  }
  return ok(rendered);
}
