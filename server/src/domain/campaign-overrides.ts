/**
 * What one execute call changes in its template, for its own execution (seed: execute, "Additional campaign
 * parameters"). Identity, state, trigger and post-back stay the template's. A message for a channel that is not
 * switched on is passed over with a warning: the caller may serve several templates with one body.
 */
import { type FieldErrors, fail, ok, Refusals, type Result } from "../base/result.ts";
import {
  applyPatch,
  type CampaignContent,
  type ContentPatch,
  contentFaults,
  missingContent,
} from "./campaign-content.ts";
import { fieldNamed, type KeyValue } from "./campaign-fields.ts";
import { readPatch, typesNamed } from "./campaign-patch.ts";
import { sentence } from "./field-label.ts";

export interface OverriddenContent {
  readonly content: CampaignContent;
  /** Sentences for the answer about what was passed over. */
  readonly warnings: readonly string[];
}

/** The content of one execution: the template's with the call's overrides. */
export function applyOverrides(
  content: CampaignContent,
  overrides: Readonly<Record<string, unknown>>,
): Result<OverriddenContent, FieldErrors> {
  if (Object.keys(overrides).length === 0) return ok({ content, warnings: [] });
  const refusals = new Refusals();
  for (const name of Object.keys(overrides)) {
    if (fieldNamed(name)?.isOverridable === false) refusals.add(name, sentence(name, "cannot be overridden"));
  }
  const { patch } = readPatch(overrides, refusals);
  for (const [type, change] of patch.messages) {
    for (const name of Object.keys(change)) {
      const path = `messages.${type}.${name}`;
      const isRefused = refusals.fields[name] !== undefined;
      if (!isRefused && fieldNamed(name)?.isOverridable === false)
        refusals.add(path, sentence(path, "cannot be overridden"));
    }
  }
  if (!refusals.isEmpty) return fail(refusals.fields);
  const { channels } = applyPatch(content, { ...patch, messages: new Map(), languages: new Map() });
  if (channels.length === 0) return fail({ channels: ["Channels cannot all be switched off."] });
  const next = applyPatch(content, withPayloads(content, onlyFor(channels, patch)));
  const errors = { ...missingContent(next), ...contentFaults(next) };
  if (Object.keys(errors).length > 0) return fail(errors);
  const warnings = typesNamed(overrides.messages)
    .filter((type) => !channels.includes(type))
    .map((type) => `messages.${type} was ignored: the campaign does not send on that channel.`);
  return ok({ content: next, warnings });
}

function onlyFor(channels: CampaignContent["channels"], patch: ContentPatch): ContentPatch {
  const isOn = ([type]: [CampaignContent["channels"][number], unknown]) => channels.includes(type);
  return {
    ...patch,
    messages: new Map([...patch.messages].filter(isOn)),
    languages: new Map([...patch.languages].filter(isOn)),
  };
}

/** `payload_add` adds to the template's pairs; a key that both have is the call's. */
function withPayloads(content: CampaignContent, patch: ContentPatch): ContentPatch {
  const messages = new Map(patch.messages);
  for (const [type, change] of messages) {
    if (change.payload_add === undefined) continue;
    const added = (change.payload_add ?? []) as readonly KeyValue[]; // to add nothing changes nothing
    const held = (content.messages[type]?.payload_add ?? []) as readonly KeyValue[];
    const pairs = new Map([...held, ...added].map((pair) => [pair.key, pair]));
    messages.set(type, { ...change, payload_add: pairs.size === 0 ? null : [...pairs.values()] });
  }
  return { ...patch, messages };
}
