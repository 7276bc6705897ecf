/**
 * Step 3: the words. Each channel's compiled templates are run over the layers of values. A message whose template or values break a rule ends alone; the others go on.
 */
import { externalMessageIdOf } from "../../domain/execute-request.ts";
import { type Profile, profileLayer } from "../../domain/profile.ts";
import { renderRequest } from "../../domain/render-request.ts";
import type { Draft } from "../haul.ts";

export function renderDrafts(drafts: readonly Draft[], at: { nowMs: number; defaultFrom: string }): void {
  const layers = new Map<Profile, Record<string, unknown>>();
  /** A person with several messages in the haul is laid out once. */
  const layerOf = (profile: Profile): Record<string, unknown> => {
    const layer = layers.get(profile) ?? profileLayer(profile);
    layers.set(profile, layer);
    return layer;
  };
  for (const draft of drafts) {
    if (draft.end !== null) continue;
    const { held, profile } = draft;
    const { campaign, paramsLayer: callParams } = held.execution;
    const request = renderRequest({ targetParams: held.params, callParams, profile, ...at }, layerOf);
    const rendered = campaign.render(draft.type, request);
    if (rendered.ok) draft.content = rendered.value;
    else draft.end = { outcome: "skipped", ...rendered.error };
  }
}

/** The caller's reference of a target: its own, else the call's. */
export function referenceOf(draft: Draft): string | null {
  const own = externalMessageIdOf(draft.held.params);
  return (own.ok ? own.value : null) ?? draft.held.execution.externalMessageId;
}
