/** What the editor holds of a campaign, and the difference that a save sends: only what was changed, null for what was emptied. */
import { type Campaign, CHANNELS, type Channel, channelsOf, MESSAGE_TYPES } from "./campaign.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface Values {
  readonly title: string;
  readonly channels: readonly Channel[];
  /** By message type. */
  readonly messages: Readonly<Record<string, Fields>>;
  readonly settings: Fields;
}

export const SETTINGS = ["retry_for", "retry_for_period", "on_unknown", "end_time"] as const;

export function valuesOf(campaign: Campaign): Values {
  const messages = Object.values(MESSAGE_TYPES).map((type) => {
    const fields = campaign.messages[type];
    return [type, fields === undefined || Array.isArray(fields) ? {} : (fields as Fields)] as const;
  });
  return {
    title: campaign.title,
    channels: channelsOf(campaign),
    messages: Object.fromEntries(messages),
    settings: Object.fromEntries(SETTINGS.map((name) => [name, campaign[name] ?? null])),
  };
}

/** A body for PATCH, check and preview. Empty when nothing differs. */
export function patchOf(saved: Values, now: Values): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  if (now.title !== saved.title) patch.title = now.title;
  for (const channel of CHANNELS) {
    const isOn = now.channels.includes(channel);
    if (isOn !== saved.channels.includes(channel)) patch[channel] = isOn ? 1 : 0;
  }
  Object.assign(patch, changed(saved.settings, now.settings));
  const messages = Object.entries(now.messages)
    .map(([type, fields]) => [type, changed(saved.messages[type] ?? {}, fields)] as const)
    .filter(([, fields]) => Object.keys(fields).length > 0);
  if (messages.length > 0) patch.messages = Object.fromEntries(messages);
  return patch;
}

export const isSame = (saved: Values, now: Values): boolean => Object.keys(patchOf(saved, now)).length === 0;

/** What `mine` changed against `base` stays; for the rest `theirs` holds. */
export function rebased({
  base,
  mine,
  theirs,
}: Readonly<Record<"base" | "mine" | "theirs", Values>>): Values {
  const isOn = (channel: Channel): boolean => {
    const isMine = mine.channels.includes(channel);
    return base.channels.includes(channel) === isMine ? theirs.channels.includes(channel) : isMine;
  };
  const messages = Object.keys(mine.messages).map((type) => {
    const [before, now] = [base.messages[type] ?? {}, mine.messages[type] ?? {}];
    return [type, { ...theirs.messages[type], ...kept(before, now) }] as const;
  });
  return {
    title: mine.title === base.title ? theirs.title : mine.title,
    channels: CHANNELS.filter(isOn),
    messages: Object.fromEntries(messages),
    settings: { ...theirs.settings, ...kept(base.settings, mine.settings) },
  };
}

const kept = (base: Fields, mine: Fields): Fields =>
  Object.fromEntries(Object.entries(mine).filter(([name, value]) => textOf(value) !== textOf(base[name])));

function changed(saved: Fields, now: Fields): Record<string, unknown> {
  const differing = Object.entries(now).filter(([name, value]) => textOf(value) !== textOf(saved[name]));
  return Object.fromEntries(differing.map(([name, value]) => [name, isEmpty(value) ? null : named(value)]));
}

/** A header whose name is still being thought of is none yet. */
const named = (value: unknown): unknown =>
  Array.isArray(value) ? value.filter((entry) => !isNameless(entry)) : value;

const isNameless = (entry: unknown): boolean =>
  typeof entry === "object" && entry !== null && "key" in entry && entry.key === "";

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.every(isNameless));

/** Empty and not set are the same here, as they are for the API. */
const textOf = (value: unknown): string => (isEmpty(value) ? "" : JSON.stringify(value));
