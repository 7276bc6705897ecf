/**
 * From a body to a change of content. A content field at the top level reaches every message type that has it;
 * `messages[type]` wins over it (evidence: campaign API, 5.3). Old spellings (`text`, `ios[active]`) are read first
 * and give way to new ones. Unknown names are passed over.
 */
import type { Refusals } from "../base/result.ts";
import type { ContentPatch, Languages } from "./campaign-content.ts";
import {
  type CampaignField,
  CHANNEL_FIELDS,
  type FieldValue,
  fieldNamed,
  isAlias,
} from "./campaign-fields.ts";
import { isCleared, parseFieldValue } from "./campaign-values.ts";
import {
  EMPTY_MESSAGE_TYPES,
  isMessageType,
  MESSAGE_TYPES,
  type MessageType,
  messageTypeOf,
} from "./channel.ts";
import { isRecord, keyPath, sentence } from "./field-label.ts";

type Body = Readonly<Record<string, unknown>>;
type Change = Record<string, FieldValue | null>;

/** 4, 10 and 11 are shown empty by the old servers; 5 was never seen. All carry nothing. */
const CARRIES_NOTHING: ReadonlySet<number> = new Set<number>([...EMPTY_MESSAGE_TYPES, 5]);

// The part of RFC 5646 that devices report, and pt_BR as many systems write it: as in profiles.
const LANGUAGE = /^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}$/;
const MAX_LANGUAGES = 50;

const CHANNELS: ReadonlySet<string> = new Set(CHANNEL_FIELDS);

/** Fields that describe the campaign's row, not its content. */
const IDENTITY: ReadonlySet<string> = new Set(["title", "trigger", "active"]);

export interface ReadPatch {
  readonly patch: ContentPatch;
  /** `title`, `trigger` and `active`, where the body gives them. */
  readonly identity: Readonly<Change>;
}

/** Reads every field of the campaign model that the body gives; what is wrong goes to `refusals`. */
export function readPatch(body: Body, refusals: Refusals): ReadPatch {
  const reader = new PatchReader(refusals);
  reader.readOldSyntax(body);
  for (const [name, value] of oldNamesFirst(body)) reader.readTop(name, value);
  reader.readMessages(body.messages);
  return { patch: reader.patch, identity: reader.identity };
}

const oldNamesFirst = (body: Body): [string, unknown][] =>
  Object.entries(body).sort(([a], [b]) => Number(isAlias(b)) - Number(isAlias(a)));

class PatchReader {
  readonly #refusals: Refusals;
  readonly #channels = new Map<MessageType, boolean>();
  readonly #messages = new Map<MessageType, Change>();
  readonly #languages = new Map<MessageType, Languages>();
  readonly #settings: Change = {};
  readonly identity: Change = {};

  constructor(refusals: Refusals) {
    this.#refusals = refusals;
  }

  get patch(): ContentPatch {
    return {
      channels: this.#channels,
      messages: this.#messages,
      languages: this.#languages,
      settings: this.#settings,
    };
  }

  readTop(name: string, value: unknown): void {
    const field = fieldNamed(name);
    if (field === undefined || field.kind === "fixed") return;
    const parsed = this.#parse(field, value, name);
    if (parsed === undefined) return;
    if (field.scope === "campaign") this.#setForCampaign(field.name, parsed);
    else for (const type of field.scope) this.#change(type)[field.name] = parsed;
  }

  /** `ios: {active, environment}` and `android: {active}` of the first model; strings when they come by form. */
  readOldSyntax(body: Body): void {
    for (const platform of ["ios", "android"] as const) {
      const old = body[platform];
      if (!isRecord(old)) continue;
      if (old.active !== undefined) this.readTop(`${platform}_push`, old.active);
      if (platform === "android" || old.environment === undefined) continue;
      const { environment } = old;
      if (environment === "production" || environment === "sandbox")
        this.readTop(`ios_push_${environment}`, 1);
      else this.#refuse("ios.environment", "must be one of production, sandbox");
    }
  }

  readMessages(messages: unknown): void {
    if (isCleared(messages)) return;
    if (!isRecord(messages)) {
      this.#refuse("messages", "must be an object of messages by type");
      return;
    }
    for (const [key, fields] of Object.entries(messages)) {
      const type = /^[1-9]\d?$/.test(key) ? Number(key) : 0;
      const isEmpty = fields === null || (Array.isArray(fields) && fields.length === 0);
      if (!isMessageType(type) && !CARRIES_NOTHING.has(type)) {
        this.#refuse(keyPath("messages", key), "is not a message type");
      } else if (!isEmpty && !isRecord(fields)) this.#refuse(keyPath("messages", key), "must be an object");
      else if (!isEmpty && isMessageType(type)) this.#readMessage(type, fields as Body);
    }
  }

  #readMessage(type: MessageType, fields: Body): void {
    for (const [name, value] of oldNamesFirst(fields)) {
      if (name === "languages") this.#readLanguages(type, value);
      const field = fieldNamed(name);
      if (field === undefined || field.scope === "campaign" || !field.scope.includes(type)) continue;
      const parsed = this.#parse(field, value, `messages.${type}.${name}`);
      if (parsed !== undefined) this.#change(type)[field.name] = parsed;
    }
  }

  #readLanguages(type: MessageType, value: unknown): void {
    const path = `messages.${type}.languages`;
    if (!isCleared(value) && !isRecord(value)) {
      this.#refuse(path, "must be an object of variants by language code");
      return;
    }
    const variants = Object.entries(isRecord(value) ? value : {});
    if (variants.length > MAX_LANGUAGES) {
      this.#refuse(path, `must have at most ${MAX_LANGUAGES} variants`);
      return;
    }
    const languages: Record<string, Record<string, FieldValue>> = {};
    for (const [code, fields] of variants) {
      if (!LANGUAGE.test(code)) this.#refuse(keyPath(path, code), "is not a language code");
      else if (!isCleared(fields) && !isRecord(fields))
        this.#refuse(keyPath(path, code), "must be an object");
      else if (isRecord(fields))
        languages[code.toLowerCase().replaceAll("_", "-")] = this.#readVariant(
          type,
          fields,
          keyPath(path, code),
        );
    }
    this.#languages.set(type, languages);
  }

  /** A variant replaces templates only: switches and limits are the message's. */
  #readVariant(type: MessageType, fields: Body, path: string): Record<string, FieldValue> {
    const variant: Record<string, FieldValue> = {};
    for (const [name, value] of oldNamesFirst(fields)) {
      const field = fieldNamed(name);
      if (field?.autoescape === undefined || field.scope === "campaign" || !field.scope.includes(type))
        continue;
      const parsed = this.#parse(field, value, `${path}.${name}`);
      if (parsed !== undefined && parsed !== null) variant[field.name] = parsed;
    }
    return variant;
  }

  #setForCampaign(name: string, value: FieldValue | null): void {
    const type = CHANNELS.has(name) ? messageTypeOf(name) : undefined;
    if (type !== undefined) this.#channels.set(type, value === 1);
    else if (IDENTITY.has(name)) this.identity[name] = value;
    else this.#settings[name] = value;
  }

  #change(type: MessageType): Change {
    const change = this.#messages.get(type) ?? {};
    this.#messages.set(type, change);
    return change;
  }

  #parse(field: CampaignField, value: unknown, path: string): FieldValue | null | undefined {
    const parsed = parseFieldValue(field, value);
    if (parsed.ok) return parsed.value;
    this.#refuse(path, parsed.error);
    return undefined;
  }

  #refuse(path: string, predicate: string): void {
    this.#refusals.add(path, sentence(path, predicate));
  }
}

/** The message types that the body's `messages` names and that are real ones. */
export const typesNamed = (messages: unknown): MessageType[] =>
  isRecord(messages) ? MESSAGE_TYPES.filter((type) => Object.hasOwn(messages, String(type))) : [];
