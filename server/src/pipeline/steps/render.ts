/**
 * Step 3: the words. Each channel's compiled templates are run over the layers of values: the target's own params,
 * the call's params, the profile. A message whose template or values break a rule ends alone; the others go on.
 */
import { externalMessageIdOf } from "../../domain/execute-request.ts";
import { type Profile, profileLayer } from "../../domain/profile.ts";
import type { Draft } from "../haul.ts";

export function renderDrafts(drafts: readonly Draft[], at: { nowMs: number; defaultFrom: string }): void {
  const layers = new Map<Profile, Record<string, unknown>>();
  for (const draft of drafts) {
    if (draft.end === null) renderDraft(draft, { layers, ...at });
  }
}

interface Scene {
  /** A person with several messages in the haul is laid out once. */
  readonly layers: Map<Profile, Record<string, unknown>>;
  readonly nowMs: number;
  readonly defaultFrom: string;
}

const NOTHING = {};

function renderDraft(draft: Draft, scene: Scene): void {
  const { held, profile } = draft;
  const layers = [held.params ?? NOTHING, held.execution.paramsLayer, layerOf(profile, scene)];
  const language = profile?.system.language;
  const rendered = held.execution.campaign.render(draft.type, {
    layers,
    nowMs: scene.nowMs,
    language: typeof language === "string" ? language : null,
    defaultFrom: scene.defaultFrom,
  });
  if (rendered.ok) draft.content = rendered.value;
  else draft.end = { outcome: "skipped", ...rendered.error };
}

function layerOf(profile: Profile | null, { layers }: Scene): Record<string, unknown> {
  if (profile === null) return NOTHING;
  const layer = layers.get(profile) ?? profileLayer(profile);
  layers.set(profile, layer);
  return layer;
}

/** The caller's reference of a target: its own, else the call's. */
export function referenceOf(draft: Draft): string | null {
  const own = externalMessageIdOf(draft.held.params);
  return (own.ok ? own.value : null) ?? draft.held.execution.externalMessageId;
}
