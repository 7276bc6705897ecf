/** Every template of a campaign looked at once: what does not compile, by its place, and the names that are read. */
import { type FieldErrors, Refusals } from "../base/result.ts";
import type { CampaignContent } from "./campaign-content.ts";
import type { FieldValue } from "./campaign-fields.ts";
import { compileSource, faultSentence, sourcesOf, type TemplateFault } from "./campaign-sources.ts";
import type { MessageType } from "./channel.ts";

export interface FoundFault extends TemplateFault {
  readonly messageType: MessageType;
  /** The variant's; null for the message's own. */
  readonly language: string | null;
}

/** A name that a template reads; see the engine's NameUse. */
export interface FoundUse {
  readonly messageType: MessageType;
  readonly field: string;
  readonly name: string;
  readonly path: readonly string[];
  readonly filters: readonly string[];
  readonly optional: boolean;
  readonly use: "text" | "loop" | "test" | "value";
  readonly line: number;
  readonly column: number;
}

export interface TemplateCheck {
  readonly faults: readonly FoundFault[];
  readonly uses: readonly FoundUse[];
}

/** @param types the messages to look at; those that are switched on when left out. */
export function checkTemplates(
  content: CampaignContent,
  types: readonly MessageType[] = content.channels,
): TemplateCheck {
  const faults: FoundFault[] = [];
  const uses: FoundUse[] = [];
  for (const type of types) {
    for (const { language, fields } of variantsOf(content, type)) {
      for (const source of sourcesOf(type, fields)) {
        const compiled = compileSource(source);
        if (!compiled.ok) faults.push({ ...compiled.error, messageType: type, language });
        else
          for (const use of compiled.value.template.reads)
            uses.push({ ...use, field: source.name, messageType: type });
      }
    }
  }
  return { faults, uses };
}

interface Variant {
  readonly language: string | null;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** A variant's own fields only: what it lacks is the message's, which is looked at already. */
function variantsOf(content: CampaignContent, type: MessageType): Variant[] {
  const own = content.messages[type] ?? {};
  const variants = Object.entries(content.languages[type] ?? {});
  const bodyType = own.webhook_body_type === undefined ? {} : { webhook_body_type: own.webhook_body_type };
  return [
    { language: null, fields: own },
    ...variants.map(([language, fields]) => ({ language, fields: { ...bodyType, ...fields } })),
  ];
}

/** Faults as refusals by field; the same text in several messages is refused once. */
export function faultsByField(faults: readonly TemplateFault[]): FieldErrors {
  const refusals = new Refusals();
  for (const fault of faults) {
    const text = faultSentence(fault);
    if (refusals.fields[fault.field]?.includes(text) !== true) refusals.add(fault.field, text);
  }
  return refusals.fields;
}

/** What is wrong with the templates of a content, by field, with line and column; nothing when all compile. */
export const templateFaults = (content: CampaignContent): FieldErrors =>
  faultsByField(checkTemplates(content).faults);
