/**
 * A campaign as info/campaign and list/campaign show it: flat flags as 0 and 1, times in Unix seconds, and under
 * `messages` every type key that the old servers have. An unset field is null, a message without fields is `[]`
 * (evidence: campaign API, 6 and 13).
 */
import type { CampaignContent } from "./campaign-content.ts";
import { CAMPAIGN_FIELDS, type CampaignField, messageFields } from "./campaign-fields.ts";
import {
  channelName,
  EMPTY_MESSAGE_TYPES,
  MESSAGE_TYPES,
  type MessageType,
  messageTypeOf,
} from "./channel.ts";

/** What the store holds of a campaign. */
export interface StoredCampaign {
  readonly id: number;
  readonly title: string;
  readonly trigger: number;
  /** 0 draft, 1 live, 2 stopped, 3 past, 4 closed. */
  readonly status: number;
  readonly createTimeMs: number;
  readonly updateTimeMs: number;
  readonly activateTimeMs: number | null;
  readonly deactivateTimeMs: number | null;
  readonly content: CampaignContent;
}

/** By message type; `[]` where there is nothing to tell. */
export type MessagesView = Readonly<Record<string, Readonly<Record<string, unknown>> | readonly never[]>>;

interface TopLevel extends Readonly<Record<string, unknown>> {
  readonly id: number;
  readonly title: string;
  readonly update_time: number;
  readonly activate_time: number | null;
}

/** The wire form with all that there is; times are unix seconds. */
export interface WholeCampaign extends TopLevel {
  readonly messages: MessagesView;
}

const LIVE = 1;
const SETTINGS: readonly CampaignField[] = CAMPAIGN_FIELDS.filter(
  (field) => field.scope === "campaign" && field.kind !== "fixed" && messageTypeOf(field.name) === undefined,
);
const FIELDS_BY_TYPE = new Map(
  MESSAGE_TYPES.map((type) => [type, messageFields(type).map((field) => field.name)]),
);
const MESSAGE_NAMES: ReadonlySet<string> = new Set([...[...FIELDS_BY_TYPE.values()].flat(), "languages"]);
const PUSH_TYPES: readonly MessageType[] = [1, 2, 3, 6];

const seconds = (ms: number): number => Math.floor(ms / 1_000);
const secondsOrNull = (ms: number | null): number | null => (ms === null ? null : seconds(ms));

/** Campaign-wide fields, without `messages`. `text` is the old name of the push text; the seed's sample shows it. */
function topLevel(stored: StoredCampaign): TopLevel {
  const { content } = stored;
  const view: Record<string, unknown> = { id: stored.id };
  for (const { name, fallback } of SETTINGS) view[name] = content.settings[name] ?? fallback;
  for (const type of MESSAGE_TYPES) view[channelName(type)] = content.channels.includes(type) ? 1 : 0;
  const text = PUSH_TYPES.map((type) => content.messages[type]?.push_text).find((held) => held !== undefined);
  return {
    ...view,
    id: stored.id,
    title: stored.title,
    trigger: stored.trigger,
    active: stored.status === LIVE ? 1 : 0,
    status: stored.status,
    text: text ?? null,
    create_time: seconds(stored.createTimeMs),
    update_time: seconds(stored.updateTimeMs),
    activate_time: secondsOrNull(stored.activateTimeMs),
    deactivate_time: secondsOrNull(stored.deactivateTimeMs),
  };
}

/** One message reduced to the wanted fields; `[]` when its type has none of them. */
function messageView(
  content: CampaignContent,
  type: MessageType,
  isWanted: (name: string) => boolean,
): MessagesView[string] {
  const names = FIELDS_BY_TYPE.get(type)!.filter(isWanted);
  const view: Record<string, unknown> = {};
  for (const name of names) view[name] = content.messages[type]?.[name] ?? null;
  const variants = content.languages[type];
  if (isWanted("languages") && variants !== undefined) view.languages = variants;
  return Object.keys(view).length === 0 ? [] : view;
}

function messagesView(content: CampaignContent, isWanted: (name: string) => boolean): MessagesView {
  const view: Record<string, MessagesView[string]> = {};
  for (const type of MESSAGE_TYPES) view[String(type)] = messageView(content, type, isWanted);
  for (const type of EMPTY_MESSAGE_TYPES) view[String(type)] = [];
  return view;
}

/** The wire form of a campaign. */
export const viewWholeCampaign = (stored: StoredCampaign): WholeCampaign => ({
  ...topLevel(stored),
  messages: messagesView(stored.content, () => true),
});

/**
 * The same with the fields that a caller wants.
 * @param select names of the top level and of message fields in one flat list; unknown ones are dropped, and a
 *   message field alone brings `messages` with it. Everything when absent.
 */
export function viewCampaign(stored: StoredCampaign, select?: readonly string[]): Record<string, unknown> {
  if (select === undefined) return viewWholeCampaign(stored);
  const wanted = new Set(select);
  const view = Object.fromEntries(Object.entries(topLevel(stored)).filter(([name]) => wanted.has(name)));
  const hasFields = [...wanted].some((name) => MESSAGE_NAMES.has(name));
  if (!hasFields && !wanted.has("messages")) return view;
  return { ...view, messages: messagesView(stored.content, (name) => !hasFields || wanted.has(name)) };
}
